import Diagnostics
import Engine
import Tensors

// Annotations of data sets end to end, as the recipes have moved them.
extension Annotations {
  /// Of data sets whose examples have equal sizes. Images of a data set without boxes or keypoints have none of them; a mask is needed for
  /// each. `classes` are those of each data set.
  init(joining sets: [DataSet], classes: JoinedNames, _ engine: Engine) throws {
    let all = sets.map(\.annotations)
    let hasBoxes = all.contains { $0.boxes != nil }
    let hasKeypoints = all.contains { $0.keypoints != nil }
    let names = JoinedNames(all.map(\.keypointNames.names))
    // Boxes alone are dropped.
    let share = (all.first { $0.boxes != nil } ?? all.first { !$0.isEmpty })?.minVisible
    self.init(
      masks: try Annotations.masks(joining: sets, classes, engine), boxes: hasBoxes ? [] : nil, keypoints: hasKeypoints ? [] : nil,
      keypointNames: names.all, minVisible: share ?? Annotations.defaultMinVisible)
    guard hasBoxes || hasKeypoints else { return }
    for (index, set) in sets.enumerated() {
      for position in 0..<set.count {
        let objects = try set.objects(position)
        boxes?.append(
          (objects.boxes ?? []).map { box in
            var box = box
            box.label = box.label.map { classes.place($0, in: index) }
            return box
          })
        keypoints?.append(
          (objects.keypoints ?? []).map { keypoint in
            var keypoint = keypoint
            keypoint.name = keypoint.name.map { names.place($0, in: index) }
            return keypoint
          })
      }
    }
  }

  private static func masks(joining sets: [DataSet], _ classes: JoinedNames, _ engine: Engine) throws -> Masks? {
    guard sets.contains(where: { $0.annotations.masks != nil }) else { return nil }
    let parts = try sets.enumerated().map { index, set in
      guard let masks = try set.masks(engine) else {
        let size = try set.exampleShape()
        throw DataSet.unjoinable(
          "others have masks, and number \(index) has none",
          hint: "a mask of 0 is empty: `dataset(d.images, masks=zeros(\(set.count), \(size[0]), \(size[1])))`")
      }
      // What the numbers of a mask mean is not known.
      guard !classes.moves(index) else {
        throw DataSet.unjoinable(
          "number \(index) has masks, and its classes \(set.names.joined(separator: ", ")) would get other numbers",
          hint: "make it with the classes \(classes.all.joined(separator: ", ")), and renumber its labels and masks to fit")
      }
      return masks
    }
    let isWide = parts.contains { $0.dtype == .i32 }
    return Masks(.dense(try Tensor(joining: isWide ? parts.map { part in try Tensor(dtype: .i32, shape: part.shape) { part[$0] } } : parts)))
  }
}

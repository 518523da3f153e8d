import Diagnostics
import Engine
import Images
import Tensors

// The annotations of a data set's entries, moved as the recipe moves their images.
extension DataSet {
  /// The shape of an entry's image, [height, width, channels].
  package func shape(of position: Int) throws -> [Int] {
    let plan = try plan(position)
    return [plan.height, plan.width, plan.channels]
  }

  /// How an entry's points move; nil if they do not.
  private func pointMap(_ position: Int) throws -> PointMap? {
    guard !recipe.isEmpty, !entries[position].isOriginal else { return nil }
    let (plan, shape) = (try plan(position), source.shape(Int(entries[position].item)))
    return try PointMap(plan.maps, height: shape[0], width: shape[1])
  }

  /// Nil if the data set has no boxes.
  package func boxes(_ position: Int) throws -> [Box]? {
    guard let boxes = annotations.boxes?[Int(entries[position].item)] else { return nil }
    guard !boxes.isEmpty, let map = try pointMap(position) else { return boxes }
    return boxes.compactMap { $0.moved(by: map, minVisible: annotations.minVisible) }
  }

  /// Nil if the data set has no keypoints.
  package func keypoints(_ position: Int) throws -> [Keypoint]? {
    guard let keypoints = annotations.keypoints?[Int(entries[position].item)] else { return nil }
    guard !keypoints.isEmpty, let map = try pointMap(position) else { return keypoints }
    let moved = keypoints.map { $0.moved(by: map) }
    return map.mirrors ? annotations.keypointNames.mirroring(moved) : moved
  }

  /// [height, width]; nil if the data set has no masks.
  package func mask(_ position: Int, _ engine: Engine) throws -> Tensor? {
    guard let masks = annotations.masks else { return nil }
    return try Masks.draw(masks.items([Int(entries[position].item)], engine)[0], through: plan(position).maps, engine.backend)
  }

  /// The type of all masks, [count, height, width]; throws if they differ in size, and nil if there are none.
  package func maskType() throws -> TensorType? {
    guard let masks = annotations.masks else { return nil }
    return TensorType(masks.dtype, [count] + (count == 0 ? [1, 1] : try exampleShape().dropLast()))
  }

  /// All masks, of `maskType`.
  package func masks(_ engine: Engine) throws -> Tensor? {
    guard let masks = annotations.masks, let type = try maskType() else { return nil }
    let output = try Tensor(uninitialized: type)
    let workers = Workers(engine)
    for start in stride(from: 0, to: count, by: DataSet.block) {
      let positions = Array(start..<min(count, start + DataSet.block))
      let sources = try masks.items(positions.map { Int(entries[$0].item) }, engine, isInterruptible: true)
      let maps = try positions.map { try plan($0).maps }
      try workers.forEach(positions.count) { index in
        let mask = try Masks.draw(sources[index], through: maps[index], engine.backend)
        let first = positions[index] * mask.count
        // Masks of one data set may be u8 and i32.
        for pixel in 0..<mask.count { output.set(first + pixel, mask[pixel]) }
      }
    }
    return output
  }

  /// Whether the entries of both have the same annotations.
  func hasSameAnnotations(as other: DataSet, _ engine: Engine) throws -> Bool {
    let (mine, theirs) = (annotations, other.annotations)
    guard (mine.masks == nil) == (theirs.masks == nil), (mine.boxes == nil) == (theirs.boxes == nil) else { return false }
    guard (mine.keypoints == nil) == (theirs.keypoints == nil), mine.isEmpty || mine.minVisible == theirs.minVisible else { return false }
    guard mine.keypoints == nil || mine.keypointNames == theirs.keypointNames else { return false }
    for (a, b) in zip(entries, other.entries) {
      let (a, b) = (Int(a.item), Int(b.item))
      guard mine.boxes?[a] == theirs.boxes?[b], mine.keypoints?[a] == theirs.keypoints?[b] else { return false }
      if let own = mine.masks, let others = theirs.masks, try !own.isSame(a, as: others, b, engine) { return false }
    }
    return true
  }
}

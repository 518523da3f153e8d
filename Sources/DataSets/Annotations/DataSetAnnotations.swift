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

  /// Nil if the data set has no boxes.
  package func boxes(_ position: Int) throws -> [Box]? { try annotations.boxes.flatMap { _ in try objects(position).boxes } }

  /// Nil if the data set has no keypoints.
  package func keypoints(_ position: Int) throws -> [Keypoint]? { try annotations.keypoints.flatMap { _ in try objects(position).keypoints } }

  /// Boxes and keypoints of an entry. Mixing numbers the objects of both together.
  func objects(_ position: Int) throws -> PictureObjects {
    let item = Int(entries[position].item)
    guard !recipe.isEmpty, !entries[position].isOriginal, !annotations.hasNoObjects else { return annotations.objects(item) }
    return try annotations.objects(item).moved(by: plan(position), shape: source.shape(item), PictureObjects.Rules(annotations)) {
      (annotations.objects($0), source.shape($0))
    }
  }

  /// [height, width]; nil if the data set has no masks.
  package func mask(_ position: Int, _ engine: Engine) throws -> Tensor? {
    guard let masks = annotations.masks else { return nil }
    let plan = try plan(position)
    let sources = try maskSources(masks, plan.otherItems, engine)
    return try Masks.draw(masks.items([Int(entries[position].item)], engine)[0], by: plan, others: sources, engine.backend)
  }

  private func maskSources(_ masks: Masks, _ items: [Int], _ engine: Engine) throws -> [Int: Tensor] {
    let items = Set(items).sorted()
    return items.isEmpty ? [:] : Dictionary(uniqueKeysWithValues: zip(items, try masks.items(items, engine, isInterruptible: true)))
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
      let plans = try positions.map { try plan($0) }
      let others = try maskSources(masks, plans.flatMap(\.otherItems), engine)
      try workers.forEach(positions.count) { index in
        let mask = try Masks.draw(sources[index], by: plans[index], others: others, engine.backend)
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

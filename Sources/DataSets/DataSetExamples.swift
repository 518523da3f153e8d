import Diagnostics
import Engine
import Glibc
import Images
import Tensors

// The examples of a data set: pixels, computed on demand, or numbers.
extension DataSet {
  /// The shape of one example, [height, width, channels] or [columns]; throws if shapes differ, and shows two.
  package func exampleShape() throws -> [Int] {
    guard let first = entries.first else {
      throw Fault(DataErrors.empty, "the data set is empty", hint: "does the selection match any example?")
    }
    if let rows { return [rows.numbers.shape[1]] }
    func shape(_ entry: Entry) throws -> [Int] {
      let picture = source.shape(Int(entry.item))
      if entry.isOriginal { return picture }
      let size = try recipe.size(height: picture[0], width: picture[1], channels: picture[2])
      return [size.height, size.width, size.channels]
    }
    let expected = try shape(first)
    if source.isUniform, !entries.contains(where: \.isOriginal) { return expected }
    for (position, entry) in entries.enumerated() {
      let other = try shape(entry)
      guard other == expected else {
        throw Fault(
          ImageErrors.mixedSizes, "the images differ in size: image 0 is \(expected.shapeText), image \(position) is \(other.shapeText)",
          hint: "bring them to one size first: `|> resize(28, 28)`")
      }
    }
    return expected
  }

  /// The shape of one example after additional steps.
  package func exampleShape(under augment: Recipe) throws -> [Int] {
    let own = try exampleShape()
    guard !augment.isEmpty else { return own }
    try requireImages()
    let size = try augment.size(height: own[0], width: own[1], channels: own[2])
    return [size.height, size.width, size.channels]
  }

  /// All images or rows, f32[count, height, width, channels] or [count, columns] of f32 or f64.
  package func examples(_ engine: Engine) throws -> Tensor { try rows.map(taken) ?? images(engine) }

  /// The rows of the entries.
  private func taken(_ rows: Rows) throws -> Tensor {
    if let computed { return computed }
    let width = rows.numbers.shape[1]
    let output = try Tensor(uninitialized: TensorType(rows.numbers.dtype, [count, width]))
    let (from, to, rowBytes) = (rows.numbers.storage.bytes, output.storage.bytes, width * rows.numbers.dtype.size)
    for (position, entry) in entries.enumerated() { memcpy(to + position * rowBytes, from + Int(entry.item) * rowBytes, rowBytes) }
    computed = output
    return output
  }

  /// All images, f32[count, height, width, channels]; computed once and cached.
  package func images(_ engine: Engine) throws -> Tensor {
    try requireImages()
    if let computed { return computed }
    let output = try allImages(.f32, engine)
    computed = output
    return output
  }

  /// All images as u8[count, height, width, channels], 0 to 255.
  package func bytes(_ engine: Engine) throws -> Tensor { try allImages(.u8, engine) }

  private func allImages(_ dtype: DType, _ engine: Engine) throws -> Tensor {
    try requireImages()
    let shape = count == 0 ? [0, 1, 1, 1] : [count] + (try exampleShape())
    let output = try Tensor(uninitialized: TensorType(dtype, shape), from: engine.recycler)
    try draw(Array(0..<count), epoch: 0, into: output.storage.bytes, dtype, shape, engine, isInterruptible: true)
    return output
  }

  /// One image on its own, whatever its size, or one row.
  package func example(_ position: Int, _ engine: Engine) throws -> Tensor {
    let one = selecting([position])
    if let rows { return try one.taken(rows).reshaped([rows.numbers.shape[1]]) }
    let shape = try one.exampleShape()
    let output = try Tensor(uninitialized: TensorType(.f32, shape))
    try one.draw([0], epoch: 0, into: output.storage.bytes, .f32, [1] + shape, engine)
    return output
  }

  /// Computes the entries at `positions`, each with its own random numbers, with `extra` steps after the recipe, into
  /// images of `shape` [count, height, width, channels], of f32 or u8. In a training, a request to stop keeps the trained
  /// model, so a batch is always completed.
  package func draw(
    _ positions: [Int], epoch: UInt32, extra: Recipe = Recipe(), into output: UnsafeMutableRawPointer, _ dtype: DType, _ shape: [Int],
    _ engine: Engine, isInterruptible: Bool = false
  ) throws {
    try requireImages()
    let whole = whole(with: extra)
    let (height, width, channels) = (shape[1], shape[2], shape[3])
    let size = height * width * channels
    // Images in memory are sampled directly.
    let block = if case .files = source { DataSet.block } else { max(1, positions.count) }
    for start in stride(from: 0, to: positions.count, by: block) {
      let part = Array(positions[start..<min(positions.count, start + block)])
      let mixing = whole.mixes ? try part.map { try plan($0, epoch: epoch, extra, whole) } : []
      let others = try self.others(of: mixing, engine, isInterruptible: isInterruptible)
      let pictures = try source.items(part.map { Int(entries[$0].item) }, engine, isInterruptible: isInterruptible)
      let (backend, target) = (engine.backend, output + start * size * dtype.size)
      // What was checked for one image holds for all, except where a policy chooses among sizes.
      try Workers(engine).forEachRange(part.count, grain: max(8, 65_536 / max(1, size))) { range in
        let sampler = Sampler(backend, pictures: others)
        for index in range {
          let plan = try mixing.isEmpty ? plan(part[index], epoch: epoch, extra, whole) : mixing[index]
          guard plan.height == height, plan.width == width, plan.channels == channels else {
            throw ImageErrors.mixed("\(height)×\(width) was expected, image \(part[index]) is \(plan.height)×\(plan.width)")
          }
          let place = Pixels(
            target + index * size * dtype.size, isBytes: dtype == .u8, height: height, width: width, channels: channels,
            batchBytes: positions.count * size * dtype.size)
          try sampler.draw(plan, Pixels(pictures[index]), into: place)
        }
      }
    }
  }

  private func plan(_ position: Int, epoch: UInt32, _ extra: Recipe, _ whole: Recipe, log: DrawLog? = nil) throws -> ImagePlan {
    let entry = entries[position]
    let shape = source.shape(Int(entry.item))
    let sample = SampleID(id: UInt32(entry.item), copy: entry.copy, epoch: epoch)
    let recipe = entry.isOriginal ? extra : whole
    return try recipe.plan(
      height: shape[0], width: shape[1], channels: shape[2], sample, log: log,
      neighbours: recipe.mixes ? { self.neighbours($0, epoch: epoch, whole) } : nil)
  }

  /// The file of an image; nil for images in memory.
  package func file(of position: Int) -> String? {
    if case .files(let files) = source { files.items[Int(entries[position].item)].path } else { nil }
  }

  /// An image as read, f32[height, width, channels].
  package func original(of position: Int, _ engine: Engine) throws -> Tensor {
    try asRead(position).example(0, engine)
  }

  /// What the recipe does to one image.
  package func plan(_ position: Int, log: DrawLog? = nil) throws -> ImagePlan { try plan(position, epoch: 0, Recipe(), recipe, log: log) }

  /// With more steps after the recipe, in an epoch.
  func plan(_ position: Int, epoch: UInt32, extra: Recipe) throws -> ImagePlan {
    try plan(position, epoch: epoch, extra, whole(with: extra))
  }

  /// The recipe with more steps after it.
  private func whole(with extra: Recipe) -> Recipe { extra.isEmpty ? recipe : Recipe(Array(recipe.steps + extra.steps)) }

  /// What a step may mix with: the images of the data set that it was applied to, or for further steps those of this one.
  private func neighbours(_ step: Int, epoch: UInt32, _ whole: Recipe) -> Neighbours {
    let base = mixed[step] ?? self
    let extra = Recipe(mixed[step] == nil ? Array(whole.steps[recipe.steps.count..<step]) : [])
    let before = base.whole(with: extra)
    return .available(count: base.count) { position in
      (Int(base.entries[position].item), try base.plan(position, epoch: epoch, extra, before))
    }
  }

  /// The pictures that are mixed into these images.
  private func others(of plans: [ImagePlan], _ engine: Engine, isInterruptible: Bool) throws -> [Int: Tensor] {
    let items = Set(plans.flatMap(\.otherItems)).sorted()
    guard !items.isEmpty else { return [:] }
    return Dictionary(uniqueKeysWithValues: zip(items, try source.items(items, engine, isInterruptible: isInterruptible)))
  }

  /// Calls `job` with every image, on any thread, in any order and in its own size, in the type of its source; then `then`
  /// with each result, in order. Only a few images are in memory at a time.
  package func forEachImage<T>(_ workers: Workers, _ engine: Engine, _ job: (Tensor) throws -> T, then: (Int, T) throws -> Void) throws {
    try requireImages()
    for start in stride(from: 0, to: count, by: workers.batchSize) {
      let positions = Array(start..<min(count, start + workers.batchSize))
      let plans = try positions.map { try plan($0) }
      let pictures = try source.items(positions.map { Int(entries[$0].item) }, engine, isInterruptible: true)
      let others = try self.others(of: plans, engine, isInterruptible: true)
      let results = try workers.map(positions.count) { index in
        let (picture, plan) = (pictures[index], plans[index])
        let image = try Tensor(uninitialized: TensorType(picture.dtype, [plan.height, plan.width, plan.channels]))
        try Sampler(engine.backend, pictures: others).draw(plan, Pixels(picture), into: Pixels(image))
        return try job(image)
      }
      for (position, result) in zip(positions, results) { try then(position, result) }
    }
  }
}

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
      let size = try recipe.size(height: picture[0], width: picture[1])
      return [size.height, size.width, picture[2]]
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
    let size = try augment.size(height: own[0], width: own[1])
    return [size.height, size.width, own[2]]
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
    let shape = count == 0 ? [0, 1, 1, 1] : [count] + (try exampleShape())
    let output = try Tensor(uninitialized: TensorType(.f32, shape))
    try draw(Array(0..<count), epoch: 0, into: output.floats(), engine, isInterruptible: true)
    computed = output
    return output
  }

  /// One image on its own, whatever its size, or one row.
  package func example(_ position: Int, _ engine: Engine) throws -> Tensor {
    let one = selecting([position])
    if let rows { return try one.taken(rows).reshaped([rows.numbers.shape[1]]) }
    let shape = try one.exampleShape()
    let output = try Tensor(uninitialized: TensorType(.f32, shape))
    try one.draw([0], epoch: 0, into: output.floats(), engine)
    return output
  }

  /// Computes the entries at `positions`, each with its own random numbers, with `extra` steps after the recipe. All
  /// images have the same size, as `exampleShape` has checked. In a training, a request to stop keeps the trained
  /// model, so a batch is always completed.
  package func draw(
    _ positions: [Int], epoch: UInt32, extra: Recipe = Recipe(), into output: UnsafeMutablePointer<Float>, _ engine: Engine, isInterruptible: Bool = false
  ) throws {
    try requireImages()
    let whole = Recipe(Array(recipe.steps + extra.steps))
    // Images in memory are sampled directly.
    let block = if case .files = source { DataSet.block } else { max(1, positions.count) }
    for start in stride(from: 0, to: positions.count, by: block) {
      let part = Array(positions[start..<min(positions.count, start + block)])
      let frames = try part.map { try frame($0, epoch: epoch, extra, whole) }
      let pictures = try source.items(part.map { Int(entries[$0].item) }, engine, isInterruptible: isInterruptible)
      let size = frames[0].height * frames[0].width * source.shape(Int(entries[part[0]].item))[2]
      let (backend, target) = (engine.backend, output + start * size)
      let step = Step("draw", 0, units: part.count, grain: max(1, 4096 / max(1, size))) { _, begin, end in
        for index in begin..<end { DataSet.draw(pictures[index], frames[index], Sampler(backend), into: target + index * size) }
      }
      engine.pool.run(step)
    }
  }

  private func frame(_ position: Int, epoch: UInt32, _ extra: Recipe, _ whole: Recipe) throws -> Recipe.Framed {
    let entry = entries[position]
    let shape = source.shape(Int(entry.item))
    let sample = SampleID(id: UInt32(entry.item), copy: entry.copy, epoch: epoch)
    return try (entry.isOriginal ? extra : whole).framed(height: shape[0], width: shape[1], sample)
  }

  /// Calls `job` with every image, on any thread, in any order and in its own size; then `then` with each result, in
  /// order. Only a few images are in memory at a time.
  package func forEachImage<T>(_ workers: Workers, _ engine: Engine, _ job: (Tensor) throws -> T, then: (Int, T) throws -> Void) throws {
    try requireImages()
    for start in stride(from: 0, to: count, by: workers.batchSize) {
      let positions = Array(start..<min(count, start + workers.batchSize))
      let frames = try positions.map { try frame($0, epoch: 0, Recipe(), recipe) }
      let pictures = try source.items(positions.map { Int(entries[$0].item) }, engine, isInterruptible: true)
      let results = try workers.map(positions.count) { index in
        let (picture, framed) = (pictures[index], frames[index])
        let image = try Tensor(uninitialized: TensorType(.f32, [framed.height, framed.width, picture.shape[2]]))
        DataSet.draw(picture, framed, Sampler(engine.backend), into: image.floats())
        return try job(image)
      }
      for (position, result) in zip(positions, results) { try then(position, result) }
    }
  }

  static func draw(_ picture: Tensor, _ framed: Recipe.Framed, _ sampler: Sampler, into output: UnsafeMutablePointer<Float>) {
    let (height, width, channels) = (picture.shape[0], picture.shape[1], picture.shape[2])
    if picture.dtype == .f32 {
      sampler.draw(picture.floats(), height: height, width: width, channels: channels, framed, into: output)
      return
    }
    let bytes = picture.storage.bind(UInt8.self)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: picture.count) { floats in
      for index in 0..<picture.count { floats[index] = Float(bytes[index]) / 255 }
      guard let source = floats.baseAddress else { return }
      sampler.draw(source, height: height, width: width, channels: channels, framed, into: output)
    }
  }
}

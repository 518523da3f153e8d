import Diagnostics
import Engine
import Glibc
import Images
import Tensors

// What the examples of a data set are: pixels, drawn when asked for, or numbers.
extension DataSet {
  /// The shape of one example, [height, width, channels] or [columns]; a fault that shows two where they
  /// differ.
  package func exampleShape() throws -> [Int] {
    guard let first = entries.first else {
      throw Fault(DataErrors.empty, "the data set is empty", hint: "does any example fit what was selected?")
    }
    if let rows { return [rows.numbers.shape[1]] }
    func shape(_ entry: Entry) throws -> [Int] {
      let picture = source.item(Int(entry.item)).shape
      if entry.isOriginal { return picture }
      let size = try recipe.size(height: picture[0], width: picture[1])
      return [size.height, size.width, picture[2]]
    }
    let expected = try shape(first)
    if case .dense = source, !entries.contains(where: \.isOriginal) { return expected }
    for (position, entry) in entries.enumerated() {
      let other = try shape(entry)
      guard other == expected else {
        throw Fault(
          ImageErrors.mixedSizes, "the images differ in size: number 0 is \(expected.shapeText), number \(position) is \(other.shapeText)",
          hint: "make them equal first: `|> resize(28, 28)`")
      }
    }
    return expected
  }

  /// The shape of one example with more done to it.
  package func exampleShape(under augment: Recipe) throws -> [Int] {
    let own = try exampleShape()
    guard !augment.isEmpty else { return own }
    try requireImages()
    let size = try augment.size(height: own[0], width: own[1])
    return [size.height, size.width, own[2]]
  }

  /// All images or rows, f32[count, height, width, channels] or [count, columns] of f32 or f64.
  package func examples(_ engine: Engine) throws -> Tensor { try rows.map(taken) ?? images(engine) }

  /// The rows that the entries name.
  private func taken(_ rows: Rows) throws -> Tensor {
    if let computed { return computed }
    let width = rows.numbers.shape[1]
    let output = try Tensor(uninitialized: TensorType(rows.numbers.dtype, [count, width]))
    let (from, to, rowBytes) = (rows.numbers.storage.bytes, output.storage.bytes, width * rows.numbers.dtype.size)
    for (position, entry) in entries.enumerated() { memcpy(to + position * rowBytes, from + Int(entry.item) * rowBytes, rowBytes) }
    computed = output
    return output
  }

  /// All images, f32[count, height, width, channels]; drawn once and kept.
  package func images(_ engine: Engine) throws -> Tensor {
    try requireImages()
    if let computed { return computed }
    let shape = count == 0 ? [0, 1, 1, 1] : [count] + (try exampleShape())
    let output = try Tensor(uninitialized: TensorType(.f32, shape))
    try draw(Array(0..<count), epoch: 0, into: output.floats(), engine)
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

  /// Draws the entries at `positions`, one after the other, each from its own numbers, with `extra`
  /// steps behind the recipe. The images are equally large: `exampleShape` has seen to that.
  package func draw(
    _ positions: [Int], epoch: UInt32, extra: Recipe = Recipe(), into output: UnsafeMutablePointer<Float>, _ engine: Engine
  ) throws {
    guard !positions.isEmpty else { return }
    try requireImages()
    let steps = recipe.steps
    let whole = Recipe(steps + extra.steps)
    var frames: [Recipe.Framed] = []
    frames.reserveCapacity(positions.count)
    var size = 0
    for position in positions {
      let entry = entries[position]
      let shape = source.item(Int(entry.item)).shape
      let sample = SampleID(id: UInt32(entry.item), copy: entry.copy, epoch: epoch)
      let used = entry.isOriginal ? extra : whole
      let framed = try used.framed(height: shape[0], width: shape[1], sample)
      frames.append(framed)
      size = framed.height * framed.width * shape[2]
    }
    let (source, entries, kernels) = (source, entries, engine.kernels)
    let step = Step("draw", 0, units: positions.count, grain: max(1, 4096 / max(1, size))) { _, begin, end in
      for index in begin..<end {
        DataSet.draw(source.item(Int(entries[positions[index]].item)), frames[index], Sampler(kernels), into: output + index * size)
      }
    }
    engine.pool.run(step)
  }

  private static func draw(_ picture: Tensor, _ framed: Recipe.Framed, _ sampler: Sampler, into output: UnsafeMutablePointer<Float>) {
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

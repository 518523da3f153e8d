import Diagnostics
import Engine
import Glibc
import Images
import Tensors

/// Examples with labels: images as they were read, which of them to take, and what is still to be
/// done to each. Nothing is drawn until pixels are asked for, and nobody can tell when that was.
package final class DataSet: @unchecked Sendable {
  /// Where the pixels come from: one tensor for all, or one for each where sizes differ; u8
  /// (0 to 255) or f32 (0 to 1), [height, width, channels] each.
  package enum Source {
    case dense(Tensor)
    case ragged([Tensor])

    var count: Int {
      switch self {
      case .dense(let tensor): tensor.shape[0]
      case .ragged(let pictures): pictures.count
      }
    }

    func picture(_ index: Int) -> Tensor {
      switch self {
      case .dense(let tensor):
        let row = tensor.rows(index..<index + 1)
        return row.reshaped(Array(tensor.shape.dropFirst()))
      case .ragged(let pictures): return pictures[index]
      }
    }
  }

  /// One example: which picture, and which copy of it for the draws.
  package struct Entry: Equatable, Sendable {
    package let picture: Int32
    package let copy: UInt32
    /// The original among its copies: nothing is done to it.
    package let isOriginal: Bool
  }

  package let source: Source
  package let entries: [Entry]
  package let recipe: Recipe
  /// For each entry.
  package let labels: [Int32]?
  /// The classes' names, by label.
  package let names: [String]
  private var computed: Tensor?

  private init(source: Source, entries: [Entry], recipe: Recipe, labels: [Int32]?, names: [String]) {
    self.source = source
    self.entries = entries
    self.recipe = recipe
    self.labels = labels
    self.names = names
  }

  package convenience init(_ source: Source, labels: [Int32]? = nil, names: [String] = []) throws {
    let entries = (0..<Int32(source.count)).map { Entry(picture: $0, copy: 0, isOriginal: false) }
    if let labels, labels.count != entries.count {
      throw Fault(DataErrors.counts, "there are \(entries.count) examples and \(labels.count) labels", hint: "each example has one label")
    }
    self.init(source: source, entries: entries, recipe: Recipe(), labels: labels, names: names)
  }

  package var count: Int { entries.count }

  /// The memory of the pictures, of what says which are taken, and of the pixels drawn so far.
  package var byteCount: Int {
    let pictures =
      switch source {
      case .dense(let tensor): tensor.type.byteCount
      case .ragged(let pictures): pictures.reduce(0) { $0 + $1.type.byteCount }
      }
    return pictures + entries.count * MemoryLayout<Entry>.stride + 4 * (labels?.count ?? 0) + (computed?.type.byteCount ?? 0)
  }

  private static let largest = 50_000_000

  // MARK: New sets from this one

  package func selecting(_ positions: [Int]) -> DataSet {
    DataSet(
      source: source, entries: positions.map { entries[$0] }, recipe: recipe,
      labels: labels.map { labels in positions.map { labels[$0] } }, names: names)
  }

  /// With another operation behind the others, `copies` of each.
  package func applying(_ steps: [GeometryStep], copies: Int = 1, keep: Bool = false) throws -> DataSet {
    if let first = entries.first {
      // A crop that does not fit is told here, not when the pixels are drawn.
      let shape = source.picture(Int(first.picture)).shape
      _ = try Recipe(recipe.steps + steps).size(height: shape[0], width: shape[1])
    }
    guard entries.count <= DataSet.largest / (copies + 1) else {
      throw Fault(
        DataErrors.counts, "\(copies) copies of \(entries.count) images are more than a data set holds (\(DataSet.largest))",
        hint: "make fewer copies, or draw afresh in each epoch: `train(m, few, augment=recipe)`")
    }
    // The originals keep what was done before, so what comes after starts from drawn pixels.
    if keep { return try keepingOriginals(steps, copies) }
    let grown =
      copies == 1
      ? entries
      : entries.flatMap { entry in
        (0..<UInt32(copies)).map { Entry(picture: entry.picture, copy: entry.copy &* UInt32(copies) &+ $0, isOriginal: entry.isOriginal) }
      }
    return DataSet(
      source: source, entries: grown, recipe: Recipe(recipe.steps + steps),
      labels: labels.map { $0.flatMap { Array(repeating: $0, count: copies) } }, names: names)
  }

  private func keepingOriginals(_ steps: [GeometryStep], _ copies: Int) throws -> DataSet {
    guard recipe.isEmpty else {
      throw Fault(
        DataErrors.counts, "`keep=true` keeps the pictures as they were read, but this set has been changed already",
        hint: "put the operation with `keep=true` first")
    }
    let grown = entries.flatMap { entry in
      [Entry(picture: entry.picture, copy: 0, isOriginal: true)]
        + (0..<UInt32(copies)).map { Entry(picture: entry.picture, copy: $0, isOriginal: false) }
    }
    return DataSet(
      source: source, entries: grown, recipe: Recipe(steps),
      labels: labels.map { $0.flatMap { Array(repeating: $0, count: copies + 1) } }, names: names)
  }

  /// The same examples with the same labels, to be changed in the same way.
  package func isSame(as other: DataSet) -> Bool {
    guard entries.count == other.entries.count, labels == other.labels, names == other.names else { return false }
    guard recipe.doesTheSame(as: other.recipe) else { return false }
    return zip(entries, other.entries).allSatisfy { a, b in
      a.isOriginal == b.isOriginal && a.copy == b.copy
        && DataSet.areSame(source.picture(Int(a.picture)), other.source.picture(Int(b.picture)))
    }
  }

  private static func areSame(_ a: Tensor, _ b: Tensor) -> Bool {
    a.type == b.type && (a.storage === b.storage || memcmp(a.storage.bytes, b.storage.bytes, a.type.byteCount) == 0)
  }

  // MARK: Pixels

  /// The shape of one example, [height, width, channels]; a fault that shows two where they differ.
  package func exampleShape() throws -> [Int] {
    guard let first = entries.first else {
      throw Fault(DataErrors.empty, "the data set is empty", hint: "does any example fit what was selected?")
    }
    func shape(_ entry: Entry) throws -> [Int] {
      let picture = source.picture(Int(entry.picture)).shape
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

  /// All images, f32[count, height, width, channels]; drawn once and kept.
  package func images(_ engine: Engine) throws -> Tensor {
    if let computed { return computed }
    let shape = count == 0 ? [0, 1, 1, 1] : [count] + (try exampleShape())
    let output = try Tensor(uninitialized: TensorType(.f32, shape))
    try draw(Array(0..<count), epoch: 0, into: output.floats(), engine)
    computed = output
    return output
  }

  /// One image on its own, whatever its size.
  package func image(_ position: Int, _ engine: Engine) throws -> Tensor {
    let one = selecting([position])
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
    let steps = recipe.steps
    let whole = Recipe(steps + extra.steps)
    var frames: [Recipe.Framed] = []
    frames.reserveCapacity(positions.count)
    var size = 0
    for position in positions {
      let entry = entries[position]
      let shape = source.picture(Int(entry.picture)).shape
      let sample = SampleID(id: UInt32(entry.picture), copy: entry.copy, epoch: epoch)
      let used = entry.isOriginal ? extra : whole
      let framed = try used.framed(height: shape[0], width: shape[1], sample)
      frames.append(framed)
      size = framed.height * framed.width * shape[2]
    }
    let (source, entries, kernels) = (source, entries, engine.kernels)
    let step = Step("draw", 0, units: positions.count, grain: max(1, 4096 / max(1, size))) { _, begin, end in
      for index in begin..<end {
        DataSet.draw(source.picture(Int(entries[positions[index]].picture)), frames[index], Sampler(kernels), into: output + index * size)
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

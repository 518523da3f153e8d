import Diagnostics
import Glibc
import Images
import Tensors

/// Examples with labels: images as they were read, which of them to take, and what is still to be
/// done to each; or rows of numbers, to which nothing is done. Nothing is drawn until pixels are asked
/// for, and nobody can tell when that was.
package final class DataSet: @unchecked Sendable {
  package enum Source {
    /// Pixels, one tensor for all, or one for each where sizes differ; u8 (0 to 255) or f32 (0 to 1),
    /// [height, width, channels] each.
    case dense(Tensor)
    case ragged([Tensor])
    case rows(Rows)

    var count: Int {
      switch self {
      case .dense(let tensor): tensor.shape[0]
      case .ragged(let pictures): pictures.count
      case .rows(let rows): rows.numbers.shape[0]
      }
    }

    /// One picture, or one row.
    package func item(_ index: Int) -> Tensor {
      switch self {
      case .dense(let tensor): tensor.rows(index..<index + 1).reshaped(Array(tensor.shape.dropFirst()))
      case .ragged(let pictures): pictures[index]
      case .rows(let rows): rows.numbers.rows(index..<index + 1).reshaped([rows.numbers.shape[1]])
      }
    }
  }

  /// One example: which picture or row, and which copy of it for the draws.
  package struct Entry: Equatable, Sendable {
    package let item: Int32
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
  var computed: Tensor?

  private init(source: Source, entries: [Entry], recipe: Recipe, labels: [Int32]?, names: [String]) {
    self.source = source
    self.entries = entries
    self.recipe = recipe
    self.labels = labels
    self.names = names
  }

  package convenience init(_ source: Source, labels: [Int32]? = nil, names: [String] = []) throws {
    let entries = (0..<Int32(source.count)).map { Entry(item: $0, copy: 0, isOriginal: false) }
    if let labels, labels.count != entries.count {
      throw Fault(DataErrors.counts, "there are \(entries.count) examples and \(labels.count) labels", hint: "each example has one label")
    }
    if let labels, let place = labels.firstIndex(where: { $0 < 0 }) { throw DataErrors.invalidLabel("\(labels[place])", at: place) }
    self.init(source: source, entries: entries, recipe: Recipe(), labels: labels, names: names)
  }

  package var count: Int { entries.count }

  /// Nil for images.
  package var rows: Rows? { if case .rows(let rows) = source { rows } else { nil } }

  /// Throws where there are rows of numbers, which have no height and no width.
  package func requireImages() throws {
    guard let rows else { return }
    throw Fault(
      ImageErrors.notImages, "this works on images, and the data set holds rows of \(rows.numbers.shape[1]) numbers",
      hint: "its numbers are in `.rows`; rows that are the pixels of images become such with `dataset(view(d.rows, len(d), height, width))`")
  }

  /// The memory of the pictures, of what says which are taken, and of the pixels drawn so far.
  package var byteCount: Int { storages.reduce(0) { $0 + $1.byteCount } + ownByteCount(of: 0) }

  /// The memory of what the entries name, an example that is named several times counted once.
  package var ownByteCount: Int { ownByteCount(of: itemsTaken.reduce(0) { $0 + source.item($1).type.byteCount }) }

  /// The pictures or rows that the entries name, each once.
  package var itemsTaken: [Int] { Set(entries.map { Int($0.item) }).sorted() }

  /// The memory that this set may share with others.
  package var storages: [Storage] {
    switch source {
    case .dense(let tensor): [tensor.storage]
    case .ragged(let pictures): pictures.map(\.storage)
    case .rows(let rows): [rows.numbers.storage]
    }
  }

  private func ownByteCount(of pictures: Int) -> Int {
    pictures + entries.count * MemoryLayout<Entry>.stride + 4 * (labels?.count ?? 0) + (computed?.type.byteCount ?? 0)
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
    try requireImages()
    if let first = entries.first {
      // A crop that does not fit is told here, not when the pixels are drawn.
      let shape = source.item(Int(first.item)).shape
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
        (0..<UInt32(copies)).map { Entry(item: entry.item, copy: entry.copy &* UInt32(copies) &+ $0, isOriginal: entry.isOriginal) }
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
      [Entry(item: entry.item, copy: 0, isOriginal: true)]
        + (0..<UInt32(copies)).map { Entry(item: entry.item, copy: $0, isOriginal: false) }
    }
    return DataSet(
      source: source, entries: grown, recipe: Recipe(steps),
      labels: labels.map { $0.flatMap { Array(repeating: $0, count: copies + 1) } }, names: names)
  }

  /// The same examples with the same labels, to be changed in the same way.
  package func isSame(as other: DataSet) -> Bool {
    guard entries.count == other.entries.count, labels == other.labels, names == other.names else { return false }
    guard recipe.doesTheSame(as: other.recipe), rows?.columns == other.rows?.columns else { return false }
    return zip(entries, other.entries).allSatisfy { a, b in
      a.isOriginal == b.isOriginal && a.copy == b.copy
        && DataSet.areSame(source.item(Int(a.item)), other.source.item(Int(b.item)))
    }
  }

  private static func areSame(_ a: Tensor, _ b: Tensor) -> Bool {
    a.type == b.type && (a.storage === b.storage || memcmp(a.storage.bytes, b.storage.bytes, a.type.byteCount) == 0)
  }
}

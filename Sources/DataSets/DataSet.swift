import Diagnostics
import Engine
import Glibc
import Images
import Tensors

/// Examples with labels: images as read, a selection of them, and a recipe to apply to each; or rows of numbers. Pixels
/// are computed lazily, which is not observable.
package final class DataSet: @unchecked Sendable {
  package enum Source {
    /// Pixels in one tensor, or in one tensor per image if sizes differ; u8 (0 to 255) or f32 (0 to 1), [height, width,
    /// channels] each.
    case dense(Tensor)
    case ragged([Tensor])
    case files(PictureFiles)
    case rows(Rows)

    package var count: Int {
      switch self {
      case .dense(let tensor): tensor.shape[0]
      case .ragged(let pictures): pictures.count
      case .files(let files): files.count
      case .rows(let rows): rows.numbers.shape[0]
      }
    }

    func shape(_ index: Int) -> [Int] {
      switch self {
      case .dense(let tensor): Array(tensor.shape.dropFirst())
      case .ragged(let pictures): pictures[index].shape
      case .files(let files): files.shape(index)
      case .rows(let rows): [rows.numbers.shape[1]]
      }
    }

    /// Bytes per example; images in files count as 0.
    func byteCount(_ index: Int) -> Int {
      switch self {
      case .dense(let tensor): tensor.type.byteCount / max(1, tensor.shape[0])
      case .ragged(let pictures): pictures[index].type.byteCount
      case .files: 0
      case .rows(let rows): rows.numbers.type.byteCount / max(1, rows.numbers.shape[0])
      }
    }

    /// Whether all images have the same size.
    var isUniform: Bool {
      switch self {
      case .dense, .rows: true
      case .ragged: false
      case .files(let files): files.isUniform
      }
    }

    /// Images or rows, read now if they are in files.
    package func items(_ indices: [Int], _ engine: Engine, isInterruptible: Bool = false) throws -> [Tensor] {
      switch self {
      case .dense(let tensor): indices.map { tensor.rows($0..<$0 + 1).reshaped(Array(tensor.shape.dropFirst())) }
      case .ragged(let pictures): indices.map { pictures[$0] }
      case .files(let files): try files.pictures(indices, engine, isInterruptible: isInterruptible)
      case .rows(let rows): indices.map { rows.numbers.rows($0..<$0 + 1).reshaped([rows.numbers.shape[1]]) }
      }
    }
  }

  /// One example: the index of its image or row, and the number of the copy, which selects its random numbers.
  package struct Entry: Equatable, Sendable {
    package let item: Int32
    package let copy: UInt32
    /// Whether it is the unchanged original among its copies.
    package let isOriginal: Bool
  }

  package let source: Source
  package let entries: [Entry]
  package let recipe: Recipe
  /// One for each entry.
  package let target: Labels?
  /// Class names, indexed by label.
  package let names: [String]
  /// Of the source's pictures, which the recipe moves.
  package let annotations: Annotations
  /// For each step of the recipe that mixes: the data set it was applied to, from which the other images are drawn.
  package let mixed: [Int: DataSet]
  /// Whether it was joined from data sets some of whose examples are made of the same pictures or rows.
  var joinsSameSources = false
  var computed: Tensor?
  /// The size of the first image after the recipe.
  private let frame: (height: Int, width: Int, channels: Int)?

  private init(
    source: Source, entries: [Entry], recipe: Recipe, target: Labels?, names: [String], annotations: Annotations,
    mixed: [Int: DataSet] = [:], frame: (height: Int, width: Int, channels: Int)? = nil
  ) {
    self.frame = frame
    self.mixed = mixed
    self.source = source
    self.entries = entries
    self.recipe = recipe
    self.target = target
    self.names = names
    self.annotations = annotations
  }

  package convenience init(_ source: Source, labels: [Int32]? = nil, names: [String] = [], annotations: Annotations = Annotations()) throws {
    try self.init(source, target: labels.map { .classes($0) }, names: names, annotations: annotations)
  }

  package convenience init(_ source: Source, target: Labels?, names: [String] = [], annotations: Annotations = Annotations()) throws {
    let entries = (0..<Int32(source.count)).map { Entry(item: $0, copy: 0, isOriginal: false) }
    if let target, target.count != entries.count {
      throw Fault(DataErrors.counts, "got \(entries.count) examples but \(target.count) labels", hint: "give one label for each example")
    }
    if case .classes(let labels) = target, let place = labels.firstIndex(where: { $0 < 0 }) {
      throw DataErrors.invalidLabel("\(labels[place])", at: place)
    }
    if let needed = target?.classCount, !names.isEmpty, needed > names.count {
      throw Fault(
        DataErrors.counts, "label \(needed - 1) has no name: there are names for \(counted(names.count, "class", "classes"))",
        hint: "give a name for each label from 0")
    }
    try annotations.check(entries.count, classes: names.count, shape: source.shape)
    self.init(source: source, entries: entries, recipe: Recipe(), target: target, names: names, annotations: annotations.clipped(shape: source.shape))
  }

  /// The class of each entry; nil if there are none, or shares of several classes.
  package var labels: [Int32]? { if case .classes(let labels) = target { labels } else { nil } }

  package var count: Int { entries.count }

  /// Nil for images.
  package var rows: Rows? { if case .rows(let rows) = source { rows } else { nil } }

  /// Throws for rows of numbers, which have no height and width.
  package func requireImages() throws {
    guard let rows else { return }
    throw Fault(
      ImageErrors.notImages, "expected a data set of images, got rows of \(rows.numbers.shape[1]) numbers",
      hint: "if the rows are pixels of images: `dataset(reshape(d.rows, len(d), height, width))`")
  }

  /// Bytes of the images, the selection, and the computed pixels.
  package var byteCount: Int { storages.reduce(cachedFileBytes) { $0 + $1.byteCount } + ownByteCount(of: 0) }

  /// For images in files, only those in the cache.
  private var cachedFileBytes: Int { if case .files(let files) = source { files.cachedBytes } else { 0 } }

  /// Bytes of the selected examples, counting repeated ones once.
  package var ownByteCount: Int { ownByteCount(of: selectedItems.reduce(0) { $0 + source.byteCount($1) }) }

  /// The indices of the selected images or rows, each once.
  package var selectedItems: [Int] { Set(entries.map { Int($0.item) }).sorted() }

  /// Storage that may be shared with other data sets.
  package var storages: [Storage] {
    let own: [Storage] =
      switch source {
      case .dense(let tensor): [tensor.storage]
      case .ragged(let pictures): pictures.map(\.storage)
      case .files: []
      case .rows(let rows): [rows.numbers.storage]
      }
    return own + annotations.storages
  }

  private func ownByteCount(of pictures: Int) -> Int {
    pictures + entries.count * MemoryLayout<Entry>.stride + (target?.byteCount ?? 0) + annotations.byteCount + (computed?.type.byteCount ?? 0)
  }

  private static let largest = 50_000_000

  // MARK: New sets from this one

  package func selecting(_ positions: [Int]) -> DataSet {
    DataSet(
      source: source, entries: positions.map { entries[$0] }, recipe: recipe, target: target?.selecting(positions), names: names,
      annotations: annotations, mixed: mixed
    ).joined(asIn: self)
  }

  /// With additional operations after the others, and `copies` of each image.
  package func applying(_ steps: [RecipeStep], copies: Int = 1, keep: Bool = false) throws -> DataSet {
    try requireImages()
    var grownFrame: (height: Int, width: Int, channels: Int)?
    if let first = entries.first {
      // Report a crop that does not fit now, not when pixels are computed.
      let shape = source.shape(Int(first.item))
      let before = try frame ?? recipe.size(height: shape[0], width: shape[1], channels: shape[2])
      grownFrame = try Recipe(steps).size(height: before.height, width: before.width, channels: before.channels)
    }
    guard entries.count <= DataSet.largest / (copies + 1) else {
      throw Fault(
        DataErrors.counts, "\(copies) copies of \(entries.count) images exceed the limit of a data set (\(DataSet.largest))",
        hint: "make fewer copies, or draw new ones in each epoch: `train(m, few, augment=recipe)`")
    }
    // The recipe so far would apply to the originals too, so later steps would need computed pixels.
    if keep { return try keepingOriginals(steps, copies) }
    let grown =
      copies == 1
      ? entries
      : entries.flatMap { entry in
        (0..<UInt32(copies)).map { Entry(item: entry.item, copy: entry.copy &* UInt32(copies) &+ $0, isOriginal: entry.isOriginal) }
      }
    let result = DataSet(
      source: source, entries: grown, recipe: recipe.repeated(copies).adding(steps), target: target?.repeated(copies), names: names,
      annotations: annotations, mixed: try mixed.merging(bases(of: steps)) { $1 }, frame: grownFrame
    ).joined(asIn: self)
    return steps.contains(where: \.operation.mixes) ? try result.mixingLabels(from: recipe.steps.count) : result
  }

  /// The data set before each of these steps that mixes, by its place in the recipe.
  private func bases(of steps: [RecipeStep]) throws -> [Int: DataSet] {
    var bases: [Int: DataSet] = [:]
    for (index, step) in steps.enumerated() where step.operation.mixes {
      bases[recipe.steps.count + index] = index == 0 ? self : try applying(Array(steps[..<index]))
    }
    return bases
  }

  /// A data set of the picture of one entry, unchanged.
  func asRead(_ position: Int) -> DataSet {
    let entry = Entry(item: entries[position].item, copy: 0, isOriginal: true)
    return DataSet(source: source, entries: [entry], recipe: Recipe(), target: nil, names: [], annotations: Annotations())
  }

  /// The same with other labels.
  func with(target: Labels?) -> DataSet {
    DataSet(source: source, entries: entries, recipe: recipe, target: target, names: names, annotations: annotations, mixed: mixed, frame: frame)
      .joined(asIn: self)
  }

  private func joined(asIn other: DataSet) -> DataSet {
    joinsSameSources = other.joinsSameSources
    return self
  }

  private func keepingOriginals(_ steps: [RecipeStep], _ copies: Int) throws -> DataSet {
    guard !steps.contains(where: \.operation.mixes) else {
      throw Fault(
        DataErrors.counts, "`originals=true` cannot be used with `\(Recipe(steps).text)`, whose labels are shares of classes",
        hint: "mix without it, and join both: `concat(d, d |> \(Recipe(steps).text))`")
    }
    guard recipe.isEmpty else {
      throw Fault(
        DataErrors.counts, "`originals=true` keeps the images as read, but this data set has already been changed",
        hint: "put the operation with `originals=true` first")
    }
    let grown = entries.flatMap { entry in
      [Entry(item: entry.item, copy: 0, isOriginal: true)]
        + (0..<UInt32(copies)).map { Entry(item: entry.item, copy: $0, isOriginal: false) }
    }
    return DataSet(
      source: source, entries: grown, recipe: Recipe(steps), target: target?.repeated(copies + 1), names: names, annotations: annotations
    ).joined(asIn: self)
  }

  /// Whether both have the same examples and labels, with equivalent recipes.
  package func isSame(as other: DataSet, _ engine: Engine) throws -> Bool {
    guard entries.count == other.entries.count, target == other.target, names == other.names else { return false }
    guard recipe.isEquivalent(to: other.recipe), rows?.columns == other.rows?.columns else { return false }
    guard zip(entries, other.entries).allSatisfy({ $0.isOriginal == $1.isOriginal && $0.copy == $1.copy }) else { return false }
    guard try hasSameAnnotations(as: other, engine) else { return false }
    for (step, base) in mixed { guard let others = other.mixed[step], try base.isSame(as: others, engine) else { return false } }
    if case .files(let mine) = source, case .files(let theirs) = other.source {
      // The same unchanged files have the same pixels.
      if zip(entries, other.entries).allSatisfy({ mine.items[Int($0.item)] == theirs.items[Int($1.item)] && mine.items[Int($0.item)].stamp != nil }) {
        return true
      }
    }
    guard zip(entries, other.entries).allSatisfy({ source.shape(Int($0.item)) == other.source.shape(Int($1.item)) }) else { return false }
    for start in stride(from: 0, to: count, by: DataSet.block) {
      let range = start..<min(count, start + DataSet.block)
      let (a, b) = (try source.items(entries[range].map { Int($0.item) }, engine), try other.source.items(other.entries[range].map { Int($0.item) }, engine))
      guard zip(a, b).allSatisfy(DataSet.areSame) else { return false }
    }
    return true
  }

  /// The maximum number of images in memory at a time if no more are needed.
  static let block = 256

  private static func areSame(_ a: Tensor, _ b: Tensor) -> Bool {
    a.type == b.type && (a.storage === b.storage || memcmp(a.storage.bytes, b.storage.bytes, a.type.byteCount) == 0)
  }
}

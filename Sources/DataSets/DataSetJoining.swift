import Diagnostics
import Engine
import Glibc
import Tensors

extension DataSet {
  /// Data sets end to end, in one tensor: of bytes if all are pictures of bytes that nothing changes, otherwise of f32 or f64. Classes are
  /// joined by name, and what annotates the examples is as the recipes have moved it.
  ///
  /// Throws if the examples differ in shape, or only some have labels, names or masks.
  package convenience init(joining sets: [DataSet], _ engine: Engine) throws {
    guard let first = sets.first else { throw DataSet.unjoinable("there is none") }
    let shape = try first.exampleShape()
    for (index, set) in sets.enumerated() {
      let own = try set.exampleShape()
      guard own == shape else { throw DataSet.unjoinable("examples have the shape \(shape) in the first and \(own) in number \(index)") }
      guard (set.rows == nil) == (first.rows == nil) else { throw DataSet.unjoinable("some hold images and some hold rows") }
    }
    var classes = JoinedNames(sets.map(\.names))
    if let unnamed = sets.firstIndex(where: { $0.names.isEmpty && $0.hasClasses }), !classes.all.isEmpty {
      // A generator that was trained on classes without names calls them by their numbers.
      let numbers = (0..<(sets.map { max($0.names.count, $0.target?.classCount ?? 0) }.max() ?? 0)).map(String.init)
      if numbers.starts(with: classes.all) {
        classes = JoinedNames(sets.map { $0.names.isEmpty ? numbers : $0.names })
      } else {
        throw DataSet.unjoinable(
          "the classes of number \(unnamed) have no names, those of others are \(classes.all.joined(separator: ", "))",
          hint: "name them: `dataset(d.images, labels=d.labels, names=...)`")
      }
    }
    let target = try Labels(joining: sets.map(\.target), classes)
    if let rows = first.rows {
      let parts = try sets.map { try $0.examples(engine) }
      let isDouble = parts.contains { $0.dtype == .f64 }
      let all = try Tensor(joining: isDouble ? parts.map { part in try Tensor(dtype: .f64, shape: part.shape) { part[$0] } } : parts)
      try self.init(.rows(Rows(all, columns: rows.columns, label: rows.label)), target: target, names: classes.all)
    } else {
      let isBytes = sets.allSatisfy(\.isUnchangedBytes)
      let annotations = try Annotations(joining: sets, classes: classes, engine)
      let parts = try sets.map { try isBytes ? $0.bytes(engine) : $0.examples(engine) }
      try self.init(.dense(Tensor(joining: parts)), target: target, names: classes.all, annotations: annotations)
    }
    joinsSameSources = DataSet.sharesSources(sets)
  }

  private var isUnchangedBytes: Bool {
    guard recipe.isEmpty else { return false }
    switch source {
    case .dense(let tensor): return tensor.dtype == .u8
    case .ragged(let pictures): return pictures.allSatisfy { $0.dtype == .u8 }
    case .files, .rows: return false
    }
  }

  /// Whether anything in it has the number of a class.
  private var hasClasses: Bool { target != nil || annotations.boxes?.contains { $0.contains { $0.label != nil } } == true }

  static func unjoinable(_ reason: String, hint: String = "bring them into the same form first, for example by `resize`") -> Fault {
    Fault(DataErrors.counts, "the data sets cannot be joined: \(reason)", hint: hint)
  }
}

extension Labels {
  /// Nil if there are none. If some are shares of classes, a class is a share of 1.
  fileprivate init?(joining targets: [Labels?], _ classes: JoinedNames) throws {
    let present = targets.compactMap { $0 }
    guard !present.isEmpty else { return nil }
    guard present.count == targets.count else { throw DataSet.unjoinable("some have labels and some have none") }
    let numbers = present.enumerated().compactMap { index, labels -> [Int32]? in
      if case .classes(let labels) = labels { labels.map { classes.place($0, in: index) } } else { nil }
    }
    if numbers.count == present.count {
      self = .classes(numbers.flatMap { $0 })
      return
    }
    let counts = Set(present.map(\.classCount)).sorted()
    let widths = Set(present.compactMap { if case .soft(_, let count) = $0 { count } else { nil } }).sorted()
    let count = max(classes.all.count, counts[counts.count - 1])
    guard !classes.all.isEmpty || widths == [count] else {
      throw DataSet.unjoinable(
        "some labels are shares of \(widths[0]) classes, others need \(count)", hint: "name the classes: `dataset(d.images, labels=d.labels, names=...)`")
    }
    var all: [Float] = []
    for (index, labels) in present.enumerated() {
      for position in 0..<labels.count {
        var row = [Float](repeating: 0, count: count)
        for (place, share) in labels.shares(position, labels.classCount).enumerated() where share != 0 {
          row[Int(classes.place(Int32(place), in: index))] += share
        }
        all += row
      }
    }
    self = .soft(all, classes: count)
  }
}

extension Tensor {
  /// Tensors of one type, end to end along the first axis.
  init(joining parts: [Tensor]) throws {
    let count = parts.reduce(0) { $0 + $1.shape[0] }
    self = try Tensor(uninitialized: TensorType(parts[0].dtype, [count] + parts[0].shape.dropFirst()))
    var at = storage.bytes
    for part in parts {
      memcpy(at, part.storage.bytes, part.type.byteCount)
      at += part.type.byteCount
    }
  }
}

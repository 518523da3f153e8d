import Diagnostics
import Engine
import Glibc
import Tensors

extension DataSet {
  /// Data sets end to end, in one tensor: of bytes if all are pictures of bytes that nothing changes, otherwise of f32 or f64.
  ///
  /// Throws if their examples, names or kinds of labels differ, or if one has annotations.
  package convenience init(joining sets: [DataSet], _ engine: Engine) throws {
    guard let first = sets.first else { throw DataSet.unjoinable("there is none") }
    let shape = try first.exampleShape()
    for (index, set) in sets.enumerated() {
      let own = try set.exampleShape()
      guard own == shape else { throw DataSet.unjoinable("examples have the shape \(shape) in the first and \(own) in number \(index)") }
      guard (set.rows == nil) == (first.rows == nil) else { throw DataSet.unjoinable("some hold images and some hold rows") }
      guard set.names == first.names else {
        let (names, others) = (first.names.joined(separator: ", "), set.names.joined(separator: ", "))
        throw DataSet.unjoinable("the classes are \(names) in the first and \(others) in number \(index)")
      }
      guard set.annotations.masks == nil, set.annotations.boxes == nil, set.annotations.keypoints == nil else {
        throw DataSet.unjoinable("number \(index) has masks, boxes or keypoints")
      }
    }
    let target = try DataSet.joined(sets.map(\.target))
    if let rows = first.rows {
      let parts = try sets.map { try $0.examples(engine) }
      let isDouble = parts.contains { $0.dtype == .f64 }
      let all = try Tensor(joining: isDouble ? parts.map { part in try Tensor(dtype: .f64, shape: part.shape) { part[$0] } } : parts)
      try self.init(.rows(Rows(all, columns: rows.columns, label: rows.label)), target: target, names: first.names)
    } else {
      let isBytes = sets.allSatisfy(\.isUnchangedBytes)
      let parts = try sets.map { try isBytes ? $0.bytes(engine) : $0.examples(engine) }
      try self.init(.dense(Tensor(joining: parts)), target: target, names: first.names)
    }
  }

  private var isUnchangedBytes: Bool {
    guard recipe.isEmpty else { return false }
    switch source {
    case .dense(let tensor): return tensor.dtype == .u8
    case .ragged(let pictures): return pictures.allSatisfy { $0.dtype == .u8 }
    case .files, .rows: return false
    }
  }

  private static func joined(_ targets: [Labels?]) throws -> Labels? {
    let present = targets.compactMap { $0 }
    guard !present.isEmpty else { return nil }
    guard present.count == targets.count else { throw unjoinable("some have labels and some have none") }
    let classes = present.compactMap { if case .classes(let labels) = $0 { labels } else { nil } }
    if classes.count == present.count { return .classes(classes.flatMap { $0 }) }
    let shares = present.compactMap { if case .soft(let shares, let count) = $0 { (shares, count) } else { nil } }
    guard shares.count == present.count, Set(shares.map(\.1)).count == 1 else { throw unjoinable("some labels are classes and some are shares of classes") }
    return .soft(shares.flatMap(\.0), classes: shares[0].1)
  }

  private static func unjoinable(_ reason: String) -> Fault {
    Fault(DataErrors.counts, "the data sets cannot be joined: \(reason)", hint: "bring them into the same form first, for example by `resize`")
  }
}

extension Tensor {
  /// Tensors of one type, end to end along the first axis.
  fileprivate init(joining parts: [Tensor]) throws {
    let count = parts.reduce(0) { $0 + $1.shape[0] }
    self = try Tensor(uninitialized: TensorType(parts[0].dtype, [count] + parts[0].shape.dropFirst()))
    var at = storage.bytes
    for part in parts {
      memcpy(at, part.storage.bytes, part.type.byteCount)
      at += part.type.byteCount
    }
  }
}

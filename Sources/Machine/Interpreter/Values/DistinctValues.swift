/// Distinct values in order of their first occurrence. Hashable values are looked up by hash; others are compared one by
/// one.
package struct DistinctValues {
  package private(set) var values: [Value] = []
  private let machine: Machine
  /// Indices of values by hash.
  private var buckets: [Int: [Int]] = [:]
  private var unhashed: [Int] = []

  package init(_ machine: Machine) { self.machine = machine }

  package mutating func add(_ value: Value) throws {
    try machine.checkpoint()
    let hash = DistinctValues.hash(value)
    // A value without a hash may be equal to any other.
    let candidates = hash.map { buckets[$0, default: []] + unhashed } ?? Array(values.indices)
    for place in candidates {
      try machine.checkpoint()
      if try machine.areSame(values[place], value, nanMatches: true) { return }
    }
    if let hash { buckets[hash, default: []].append(values.count) } else { unhashed.append(values.count) }
    values.append(value)
  }

  /// A hash consistent with `areSame`; nil if there is none. Of long or deep values only the beginning is hashed.
  private static func hash(_ value: Value, depth: Int = 0) -> Int? {
    var hasher = Hasher()
    switch value.tag {
    case .int: return value.bits.hashValue
    case .float:
      // Integers equal floats of the same value, and `nan` matches `nan`.
      if value.double.isNaN { return Double.nan.bitPattern.hashValue }
      return Int(exactly: value.double).map(\.hashValue) ?? value.double.hashValue
    case .string: return value.string.hashValue
    case .list:
      hasher.combine(value.listCount)
      guard depth < 3 else { break }
      for index in 0..<min(value.listCount, 16) {
        guard let part = hash(value.listItem(index), depth: depth + 1) else { return nil }
        hasher.combine(part)
      }
    case .record:
      // The order of fields does not matter.
      hasher.combine(value.recordCount)
      guard depth < 3, value.recordCount <= 16 else { break }
      var sum = 0
      for index in 0..<value.recordCount {
        guard let part = hash(value.recordValue(index), depth: depth + 1) else { return nil }
        var field = Hasher()
        field.combine(value.recordKey(index))
        field.combine(part)
        sum &+= field.finalize()
      }
      hasher.combine(sum)
    case .nothing, .undefined, .builtin, .closure, .blueprint, .method:
      hasher.combine(value.tag.rawValue)
      hasher.combine(value.bits)
    // Tensors can equal numbers and booleans, and other values define equality themselves.
    default: return nil
    }
    return hasher.finalize()
  }
}

import Diagnostics

// What all samples of shards have, or none.
extension ShardIndex {
  /// The values of all samples; nil if none has one. Throws if only some have.
  static func all<Value>(_ values: [Value?], of what: String, named name: (Int) -> String) throws -> [Value]? {
    let found = values.compactMap { $0 }
    guard !found.isEmpty else { return nil }
    if let missing = values.firstIndex(where: { $0 == nil }) {
      throw Fault(ShardErrors.badSample, "the sample `\(name(missing))` has no \(what), but others have one", hint: "add it, or remove the others")
    }
    return found
  }
}

extension Labels {
  /// The shares of the classes of all samples; nil if none has some.
  init?(soft samples: [[Float]?], named name: (Int) -> String) throws {
    guard let shares = try ShardIndex.all(samples, of: "soft label", named: name) else { return nil }
    if let other = shares.firstIndex(where: { $0.count != shares[0].count }) {
      throw Fault(
        ShardErrors.badSample, "`soft_label` of `\(name(other))` has \(counted(shares[other].count, "share")), that of others \(shares[0].count)",
        hint: "each has the share of every class")
    }
    self = .soft(shares.flatMap { $0 }, classes: shares[0].count)
  }
}

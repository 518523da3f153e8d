/// Which cells of a column are missing. A column without gaps needs no memory for them.
package struct Gaps: Sendable, Equatable {
  /// Nil if there are none.
  private var flags: [Bool]?

  package static let none = Gaps(nil)

  private init(_ flags: [Bool]?) { self.flags = flags }

  package init(_ flags: [Bool]) { self.flags = flags.contains(true) ? flags : nil }

  package var isEmpty: Bool { flags == nil }
  package var count: Int { flags?.reduce(0) { $0 + ($1 ? 1 : 0) } ?? 0 }

  @inline(__always) package subscript(_ row: Int) -> Bool { flags?[row] ?? false }

  package func selecting(_ rows: [Int]) -> Gaps { flags.map { flags in Gaps(rows.map { flags[$0] }) } ?? .none }

  package func joined(_ count: Int, _ other: Gaps, _ otherCount: Int) -> Gaps {
    guard flags != nil || other.flags != nil else { return .none }
    return Gaps((flags ?? [Bool](repeating: false, count: count)) + (other.flags ?? [Bool](repeating: false, count: otherCount)))
  }

  /// Missing in either.
  package func union(_ other: Gaps) -> Gaps {
    guard let flags, let others = other.flags else { return flags == nil ? other : self }
    return Gaps(zip(flags, others).map { $0 || $1 })
  }
}

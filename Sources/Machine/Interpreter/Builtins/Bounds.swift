/// The values that a parameter allows: a closed or half-open range, `low...`, or `Above(low)`.
package protocol Bounds<Bound>: Sendable {
  associatedtype Bound: Comparable & Sendable & Literal
  func contains(_ value: Bound) -> Bool
  /// As in "must be an integer of at least 1".
  var text: String { get }
}

extension ClosedRange: Bounds where Bound: Sendable & Literal {
  package var text: String { "between \(lowerBound.literal) and \(upperBound.literal)" }
}

extension Range: Bounds where Bound: Sendable & Literal {
  package var text: String { "of at least \(lowerBound.literal) and less than \(upperBound.literal)" }
}

extension PartialRangeFrom: Bounds where Bound: Sendable & Literal {
  package var text: String { "of at least \(lowerBound.literal)" }
}

/// All finite numbers greater than a lower bound.
package struct Above<Bound: Comparable & Sendable & Literal>: Bounds {
  let lowerBound: Bound

  package init(_ lowerBound: Bound) { self.lowerBound = lowerBound }

  package func contains(_ value: Bound) -> Bool { value > lowerBound && value.isFiniteNumber }
  package var text: String { "greater than \(lowerBound.literal)" }
}

/// A default as it is written in a call.
package protocol Literal: Sendable {
  var literal: String { get }
  var isFiniteNumber: Bool { get }
}

extension Literal {
  package var isFiniteNumber: Bool { true }
}

extension Int: Literal {
  package var literal: String { description }
}

extension Double: Literal {
  /// Without a needless `.0`, and `1e-8` where Swift writes `1e-08`.
  package var literal: String {
    if self == rounded(), abs(self) < 1e6 { return Int(self).description }
    let text = description
    guard let exponent = text.firstIndex(of: "e") else { return text }
    return text[...exponent] + (Int(text[text.index(after: exponent)...])?.description ?? "")
  }
  package var isFiniteNumber: Bool { isFinite }
}

extension Bool: Literal {
  package var literal: String { description }
}

extension String: Literal {
  package var literal: String { Machine.quote(self) }
}

extension [Int]: Literal {
  package var literal: String { count == 1 ? "(\(self[0]),)" : "(\(map(\.description).joined(separator: ", ")))" }
}

/// One operation of a recipe, as written: its parameters may be distributions.
package protocol ImageOperation: Sendable, Equatable {
  /// Whether the result depends on draws.
  var isRandom: Bool { get }
  /// Whether it mixes an image with others, and their labels.
  var mixes: Bool { get }
  /// Whether results are not meant to be between 0 and 1.
  var leavesRange: Bool { get }
  /// The operation for `copies` of each result, so that those of one result are alike where it has a result for each copy.
  func repeated(_ copies: UInt32) -> Self
  /// Adds what it does to one image, with everything drawn. Throws if that is impossible.
  func apply(to plan: inout ImagePlan, _ draws: Draws) throws
}

extension ImageOperation {
  package var mixes: Bool { false }
  package var leavesRange: Bool { false }
  package func repeated(_ copies: UInt32) -> Self { self }

  func isEqual(to other: any ImageOperation) -> Bool { (other as? Self) == self }
}

extension Collection where Element == Distribution {
  /// Whether any of these has more than one value.
  var areRandom: Bool { contains { if case .constant = $0 { false } else { true } } }
}

/// One operation of a recipe, as written: its parameters may be distributions.
package protocol ImageOperation: Sendable, Equatable {
  /// Whether the result depends on draws.
  var isRandom: Bool { get }
  /// Whether it mixes an image with others, and their labels.
  var mixes: Bool { get }
  /// Adds what it does to one image, with everything drawn. Throws if that is impossible.
  func apply(to plan: inout ImagePlan, _ draws: Draws) throws
}

extension ImageOperation {
  package var mixes: Bool { false }

  func isEqual(to other: any ImageOperation) -> Bool { (other as? Self) == self }
}

extension Collection where Element == Distribution {
  /// Whether any of these has more than one value.
  var areRandom: Bool { contains { if case .constant = $0 { false } else { true } } }
}

import Engine

/// An operation whose result at a pixel depends on other pixels than those that geometry samples: a filter, a histogram.
package protocol AreaOperation: Sendable, Equatable {
  /// Whether it works on bytes as well as on floats; otherwise it is given floats.
  var takesBytes: Bool { get }
  /// Reads `input` and writes `output`, of the same type and size.
  func run(_ input: Pixels, into output: Pixels, _ backend: any Backend) throws
}

extension AreaOperation {
  package var takesBytes: Bool { true }
}

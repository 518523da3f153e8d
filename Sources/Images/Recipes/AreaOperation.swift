import Engine

/// An operation whose result at a pixel depends on other pixels than those that geometry samples: a filter, a histogram.
package protocol AreaOperation: Sendable, Equatable {
  /// Reads `input` and writes `output`, both f32[height, width, channels], 0 to 1.
  func run(
    _ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, height: Int, width: Int, channels: Int, _ backend: any Backend
  ) throws
}

/// An operation on single pixels of values 0 to 1, with everything drawn. A fourth channel is opacity; it is kept.
package enum PointOperation: Sendable {
  /// scale x + offset for each channel, limited to 0 to 1 if it is bounded.
  case linear(scale: SIMD4<Float>, offset: SIMD4<Float>, isBounded: Bool = true)
  /// Rows that give red, green and blue of (red, green, blue, 1). Other images than coloured ones are kept.
  case matrix(SIMD4<Float>, SIMD4<Float>, SIMD4<Float>)
  case power(Float)
  /// Of the levels 0 to 255, only multiples of this.
  case levels(Float)
  /// 1 - x from this on.
  case solarize(Float)
  /// Normal noise; multiplied by the value if it is speckle.
  case noise(deviation: Float, isSpeckle: Bool, RandomKey)
  /// Shares of the pixels that become 0 and 1.
  case impulses(dark: Float, light: Float, RandomKey)
  /// A rectangle of one colour, or of random values if there is a key.
  case fill(rows: Range<Int>, columns: Range<Int>, SIMD4<Float>, RandomKey?)
  /// Squares, `period` pixels apart from (row, column) on.
  case grid(side: Int, period: Int, row: Int, column: Int, SIMD4<Float>, RandomKey?)
  /// The channel to take for each channel; -1 for 0.
  case order(SIMD4<Float>)
}

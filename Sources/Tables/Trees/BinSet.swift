/// A set of bins 0...255.
struct BinSet: Sendable, Equatable {
  private var words: SIMD4<UInt64> = .zero

  init() {}

  /// The bins below `end`.
  init(below end: Int) { for bin in 0..<end { insert(bin) } }

  @inline(__always) mutating func insert(_ bin: Int) { words[bin >> 6] |= 1 << UInt64(bin & 63) }
  @inline(__always) func contains(_ bin: UInt8) -> Bool { words[Int(bin >> 6)] >> UInt64(bin & 63) & 1 != 0 }
}

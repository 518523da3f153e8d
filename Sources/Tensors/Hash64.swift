/// A 64-bit hash that is stable across runs, unlike Swift's own. Each part is mixed by the finaliser of SplitMix64
/// (G. Steele et al., OOPSLA 2014).
package struct Hash64: Sendable {
  package private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

  package init() {}

  package mutating func combine(_ part: UInt64) { value = Hash64.mixed(value, part) }

  /// The state after adding a part.
  static func mixed(_ state: UInt64, _ part: UInt64) -> UInt64 {
    var z = state ^ (part &+ 0x9E37_79B9_7F4A_7C15)
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return (z ^ (z >> 31)) &+ 0x9E37_79B9_7F4A_7C15
  }

  package mutating func combine(_ text: String) {
    for byte in text.utf8 { combine(UInt64(byte)) }
    combine(UInt64(text.utf8.count))
  }

  /// Hashes eight bytes at a time in four independent lanes, then the length.
  package mutating func combine(_ bytes: UnsafeRawBufferPointer) {
    func word(_ offset: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian }
    var (a, b, c, d) = (Hash64(), Hash64(), Hash64(), Hash64())
    let whole = bytes.count / 32 * 32
    for offset in stride(from: 0, to: whole, by: 32) {
      a.combine(word(offset))
      b.combine(word(offset + 8))
      c.combine(word(offset + 16))
      d.combine(word(offset + 24))
    }
    for lane in [a, b, c, d] { combine(lane.value) }
    for offset in whole..<bytes.count { combine(UInt64(bytes[offset])) }
    combine(UInt64(bytes.count))
  }

  package static func of(_ text: String) -> UInt64 {
    var hash = Hash64()
    hash.combine(text)
    return hash.value
  }
}

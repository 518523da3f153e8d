/// A 128-bit hash, stable across runs, for lookups by hash alone: two 64-bit hashes with different seeds and differently
/// scrambled input.
package struct Hash128: Sendable, Hashable {
  package private(set) var high: UInt64 = 0x9E37_79B9_7F4A_7C15
  package private(set) var low: UInt64 = 0xD1B5_4A32_D192_ED03

  package init() {}

  package mutating func combine(_ part: UInt64) {
    high = Hash64.mixed(high, part)
    // Multiplication by an odd number is a bijection.
    low = Hash64.mixed(low, part &* 0xF135_7AEA_2E62_A9C5)
  }

  package mutating func combine(_ text: String) {
    for byte in text.utf8 { combine(UInt64(byte)) }
    combine(UInt64(text.utf8.count))
  }

  /// Hashes eight bytes at a time in four independent lanes, then the length.
  package mutating func combine(_ bytes: UnsafeRawBufferPointer) {
    func word(_ offset: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian }
    var (a, b, c, d) = (Hash128(), Hash128(), Hash128(), Hash128())
    let whole = bytes.count / 32 * 32
    for offset in stride(from: 0, to: whole, by: 32) {
      a.combine(word(offset))
      b.combine(word(offset + 8))
      c.combine(word(offset + 16))
      d.combine(word(offset + 24))
    }
    for lane in [a, b, c, d] { combine(lane) }
    for offset in whole..<bytes.count { combine(UInt64(bytes[offset])) }
    combine(UInt64(bytes.count))
  }

  package mutating func combine(_ other: Hash128) {
    combine(other.high)
    combine(other.low)
  }

  /// The type and the contents of a tensor.
  package mutating func combine(_ tensor: Tensor) {
    combine("\(tensor.type)")
    combine(UnsafeRawBufferPointer(start: tensor.storage.bytes, count: tensor.type.byteCount))
  }

  package static func of(_ text: String) -> Hash128 {
    var hash = Hash128()
    hash.combine(text)
    return hash
  }

  /// 32 hexadecimal digits.
  package var text: String {
    [high, low].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}

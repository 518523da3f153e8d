/// The stream cipher ChaCha20 as a generator of random bits that nobody can predict without the key (RFC 8439). The counters of
/// `RandomKey` are fast and statistically sound, but not secret.
package struct ChaCha20: Sendable {
  package let key: [UInt32]

  /// `key` has eight words.
  package init(key: [UInt32]) { self.key = key }

  /// The 16 words of a block.
  package func block(_ counter: UInt32, _ nonce: (UInt32, UInt32, UInt32)) -> [UInt32] {
    let start: [UInt32] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574] + key + [counter, nonce.0, nonce.1, nonce.2]
    var state = start
    state.withUnsafeMutableBufferPointer { s in
      for _ in 0..<10 {
        ChaCha20.quarter(s, 0, 4, 8, 12)
        ChaCha20.quarter(s, 1, 5, 9, 13)
        ChaCha20.quarter(s, 2, 6, 10, 14)
        ChaCha20.quarter(s, 3, 7, 11, 15)
        ChaCha20.quarter(s, 0, 5, 10, 15)
        ChaCha20.quarter(s, 1, 6, 11, 12)
        ChaCha20.quarter(s, 2, 7, 8, 13)
        ChaCha20.quarter(s, 3, 4, 9, 14)
      }
      for index in 0..<16 { s[index] &+= start[index] }
    }
    return state
  }

  @inline(__always) private static func quarter(_ s: UnsafeMutableBufferPointer<UInt32>, _ a: Int, _ b: Int, _ c: Int, _ d: Int) {
    s[a] &+= s[b]
    s[d] = rotated(s[d] ^ s[a], 16)
    s[c] &+= s[d]
    s[b] = rotated(s[b] ^ s[c], 12)
    s[a] &+= s[b]
    s[d] = rotated(s[d] ^ s[a], 8)
    s[c] &+= s[d]
    s[b] = rotated(s[b] ^ s[c], 7)
  }

  @inline(__always) private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word &<< count | word &>> (32 - count) }
}

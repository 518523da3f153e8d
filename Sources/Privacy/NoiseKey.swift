import Effects
import Glibc

/// The key of all noise of one private model. It comes from the system, so that nobody can subtract the noise, or from a secret
/// text, so that a run can be repeated by those who know it.
package struct NoiseKey: Sendable {
  private let cipher: ChaCha20

  /// Eight words that nobody knows.
  package init(words: [UInt32]) { cipher = ChaCha20(key: words) }

  package init(_ entropy: any Entropy) { self.init(words: (0..<8).map { _ in entropy.word() }) }

  /// The same for the same secret and the same circumstances: `context` adds all that a result depends on.
  package init(secret: String, _ context: (inout SHA256) -> Void) {
    var hash = SHA256()
    let bytes = Array(secret.utf8)
    hash.add((0..<8).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) } + bytes)
    context(&hash)
    self.init(words: hash.finished())
  }

  /// The bits for one number of one measurement.
  package func bits(measurement: Int, place: Int) -> NoiseBits {
    NoiseBits(cipher, (UInt32(truncatingIfNeeded: measurement), UInt32(truncatingIfNeeded: place), UInt32(truncatingIfNeeded: place >> 32)))
  }
}

/// Random bits, as many as are needed.
package struct NoiseBits {
  private let cipher: ChaCha20
  private let nonce: (UInt32, UInt32, UInt32)
  private var block: [UInt32] = []
  private var next = 0
  private var counter: UInt32 = 0

  init(_ cipher: ChaCha20, _ nonce: (UInt32, UInt32, UInt32)) {
    self.cipher = cipher
    self.nonce = nonce
  }

  private mutating func word() -> UInt32 {
    if next == block.count {
      block = cipher.block(counter, nonce)
      counter += 1
      next = 0
    }
    defer { next += 1 }
    return block[next]
  }

  /// From 0 to 1, without 1.
  package mutating func unit() -> Double { Double((UInt64(word()) << 32 | UInt64(word())) >> 11) * 0x1p-53 }

  /// Two independent numbers with the standard normal distribution (G. Box, M. Muller, A note on the generation of random normal deviates,
  /// 1958). They are rounded, unlike whole numbers of `DiscreteGaussian`.
  package mutating func normals() -> (Double, Double) {
    let (radius, angle) = ((-2 * log(1 - unit())).squareRoot(), 2 * Double.pi * unit())
    return (radius * cos(angle), radius * sin(angle))
  }

  package mutating func flag() -> Bool { word() & 1 == 1 }

  /// A whole number below `limit`, each with exactly the same probability.
  package mutating func below(_ limit: UInt128) -> UInt128 {
    let bits = 128 - (limit - 1).leadingZeroBitCount
    while true {
      var number: UInt128 = 0
      for _ in 0..<(bits + 31) / 32 { number = number << 32 | UInt128(word()) }
      if bits < 128 { number &= (1 << UInt128(bits)) - 1 }
      if number < limit { return number }
    }
  }

  /// True with a probability of exactly numerator / denominator, which is at most 1.
  package mutating func bernoulli(_ numerator: UInt128, _ denominator: UInt128) -> Bool { below(denominator) < numerator }
}

import Effects
import Tensors

/// The key of all noise of one private model. It comes from the system, so that nobody can subtract the noise, or from a secret
/// text, so that a run can be repeated by those who know it.
package struct NoiseKey: Sendable {
  private let cipher: ChaCha20

  /// Eight words that nobody knows.
  package init(words: [UInt32]) { cipher = ChaCha20(key: words) }

  package init(_ entropy: any Entropy) { self.init(words: (0..<8).map { _ in entropy.word() }) }

  /// The key also depends on the table and the settings: with the same noise, the difference of two models would be that of their
  /// tables.
  package init(secret: String, _ settings: PrivacySettings, _ table: Table) {
    var hash = SHA256()
    var writer = ByteWriter()
    writer.put(secret)
    settings.write(to: &writer)
    hash.add(writer.bytes)
    for column in table.columns {
      guard let part = try? Table([column]) else { continue }
      var writer = ByteWriter()
      part.write(to: &writer)
      hash.add(writer.bytes)
    }
    self.init(words: hash.finished())
  }

  /// The bits for one number of one measurement.
  func bits(measurement: Int, place: Int) -> NoiseBits {
    NoiseBits(cipher, (UInt32(truncatingIfNeeded: measurement), UInt32(truncatingIfNeeded: place), UInt32(truncatingIfNeeded: place >> 32)))
  }
}

/// Random bits, as many as are needed.
struct NoiseBits {
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

  mutating func flag() -> Bool { word() & 1 == 1 }

  /// A whole number below `limit`, each with exactly the same probability.
  mutating func below(_ limit: UInt128) -> UInt128 {
    let bits = 128 - (limit - 1).leadingZeroBitCount
    while true {
      var number: UInt128 = 0
      for _ in 0..<(bits + 31) / 32 { number = number << 32 | UInt128(word()) }
      if bits < 128 { number &= (1 << UInt128(bits)) - 1 }
      if number < limit { return number }
    }
  }

  /// True with a probability of exactly numerator / denominator, which is at most 1.
  mutating func bernoulli(_ numerator: UInt128, _ denominator: UInt128) -> Bool { below(denominator) < numerator }
}

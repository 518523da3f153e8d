import Glibc
import Privacy

/// The only way from rows to a private model: every number that leaves is noisy, and its cost is noted.
struct Curator {
  private let key: NoiseKey
  private let interruption: () throws -> Void
  private(set) var account: PrivacyAccount
  private var measurements = 0
  /// Receives what is released, for tests.
  private let observer: (([Int]) -> Void)?

  init(_ key: NoiseKey, _ account: PrivacyAccount, observer: (([Int]) -> Void)? = nil, interruption: @escaping () throws -> Void = {}) {
    self.key = key
    self.account = account
    self.observer = observer
    self.interruption = interruption
  }

  /// Noisy counts of disjoint groups of rows. A row more or less changes one of them by 1.
  mutating func counts(_ exact: [Int], _ step: PrivacyAccount.Step, rho: Double) throws -> NoisyCounts {
    let noise = DiscreteGaussian(rho: rho)
    account.note(step, rho: noise.rho, deviation: noise.deviation)
    measurements += 1
    let values = try exact.enumerated().map { place, count -> Int in
      if place % 1024 == 0 { try interruption() }
      var bits = key.bits(measurement: measurements, place: place)
      return count + noise.sample(&bits)
    }
    observer?(values)
    return NoisyCounts(values: values, noise: noise)
  }

  /// The groups that occur, of any number that could occur, with noisy counts: only those whose noisy count is at least so large that a
  /// group of one row passes with a probability of at most `delta` (A. Korolova and others, Releasing search queries and
  /// clicks privately, WWW 2009). Others are nil.
  mutating func frequent(_ exact: [Int], _ step: PrivacyAccount.Step, rho: Double, delta: Double) throws -> (counts: [Int?], noise: DiscreteGaussian) {
    let noisy = try counts(exact, step, rho: rho)
    account.note(delta: delta)
    let least = 1 + noisy.noise.quantile(above: delta)
    return (zip(exact, noisy.values).map { $0 > 0 && $1 >= least ? $1 : nil }, noisy.noise)
  }

  /// The position of a high score, by the exponential mechanism (F. McSherry, K. Talwar, FOCS 2007). A row more or less changes each
  /// score by at most 1. The choice is exact: a candidate is proposed, and accepted with a probability of exp(ε/2 · (score - best)).
  mutating func choice(_ scores: [Int], _ step: PrivacyAccount.Step, rho: Double) throws -> Int {
    // ε/2 as a fraction, rounded down.
    let denominator = 1 << 24
    let numerator = Int(ZeroConcentrated.exponentialEpsilon(rho: rho) / 2 * Double(denominator))
    account.note(step, rho: pow(2 * Double(numerator) / Double(denominator), 2) / 8, deviation: nil)
    measurements += 1
    let best = scores.max() ?? 0
    var round = 0
    while true {
      if round % 1024 == 0 { try interruption() }
      var bits = key.bits(measurement: measurements, place: round)
      round += 1
      let candidate = Int(bits.below(UInt128(scores.count)))
      let distance = UInt128(best - scores[candidate]) * UInt128(numerator)
      if DiscreteGaussian.exponential(distance, UInt128(denominator), &bits) { return candidate }
    }
  }
}

struct NoisyCounts {
  var values: [Int]
  let noise: DiscreteGaussian
}

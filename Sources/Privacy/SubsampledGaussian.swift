import Glibc

/// The accounting of steps that each add normal noise to a sum over a random part of the examples, in which every example is with the
/// same probability, independently of the others. A step has a Rényi divergence, those of all steps add up, and (ε, δ) follows from the sum
/// (I. Mironov, K. Talwar, L. Zhang, Rényi differential privacy of the sampled Gaussian mechanism, 2019).
package struct SubsampledGaussian: Sendable {
  /// In units of the greatest length of what one example adds.
  package let noise: Double
  /// Of one step: (α - 1) times the divergence, for each of the orders α.
  private let exponents: [Double]

  /// Any order gives a guarantee, and the best is taken: small ones for a great ε, large ones for a small ε.
  private static let orders = Array(2...64) + (1...24).map { 64 + 8 * $0 } + (1...24).map { 256 + 32 * $0 } + [1448, 2048, 2896, 4096, 5793, 8192, 11585]
  /// Of the distance between two orders.
  private static let parts = 8

  /// `rate` is the probability of an example, above 0 and at most 1.
  package init(rate: Double, noise: Double) {
    self.noise = noise
    exponents = SubsampledGaussian.orders.map { Double($0 - 1) * SubsampledGaussian.divergence(order: $0, rate: rate, noise: noise) }
  }

  /// Of one step, of a whole order α: log(Σ C(α, k) (1 - q)^(α - k) q^k exp(k (k - 1) / 2σ²)) / (α - 1), section 3.3 of the paper.
  package static func divergence(order: Int, rate: Double, noise: Double) -> Double {
    let alpha = Double(order)
    guard rate < 1 else { return alpha / (2 * noise * noise) }
    let terms = (0...order).map { chosen in
      let k = Double(chosen)
      return lgamma(alpha + 1) - lgamma(k + 1) - lgamma(alpha - k + 1) + k * log(rate) + (alpha - k) * log1p(-rate) + k * (k - 1) / (2 * noise * noise)
    }
    let greatest = terms.max() ?? 0
    return max(0, greatest + log(terms.reduce(0) { $0 + exp($1 - greatest) })) / (alpha - 1)
  }

  /// The ε that holds after `steps` steps, for a given δ (C. Canonne, G. Kamath, T. Steinke, The discrete Gaussian for differential
  /// privacy, NeurIPS 2020, proposition 12). Between whole orders, (α - 1) times the divergence is below the straight line, since it is convex
  /// (Y. Wang, B. Balle, S. Kasiviswanathan, Subsampled Rényi differential privacy and analytical moments accountant, AISTATS 2019).
  package func epsilon(delta: Double, steps: Int) -> Double {
    var (least, before) = (steps > 0 ? Double.infinity : 0, (alpha: 1.0, exponent: 0.0))
    for (order, each) in zip(SubsampledGaussian.orders, exponents) {
      let last = (alpha: Double(order), exponent: Double(steps) * each)
      for part in 1...SubsampledGaussian.parts {
        let share = Double(part) / Double(SubsampledGaussian.parts)
        let alpha = before.alpha + share * (last.alpha - before.alpha)
        let exponent = before.exponent + share * (last.exponent - before.exponent)
        least = min(least, max(0, (exponent - log(delta) - log(alpha)) / (alpha - 1) + log1p(-1 / alpha)))
      }
      before = last
    }
    return least
  }

  /// With the least noise by which `steps` steps are (ε, δ)-differentially private, rounded up; nil if it is more than 100,000.
  package init?(epsilon: Double, delta: Double, rate: Double, steps: Int) {
    func isEnough(_ noise: Double) -> Bool { SubsampledGaussian(rate: rate, noise: noise).epsilon(delta: delta, steps: steps) <= epsilon }
    let found = LogarithmicGrid(0.05, 1e5).first(where: isEnough).number * (1 + 1e-9)
    guard isEnough(found) else { return nil }
    self.init(rate: rate, noise: found)
  }
}

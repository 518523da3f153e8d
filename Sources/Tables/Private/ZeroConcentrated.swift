import Glibc

/// Zero-concentrated differential privacy, in which budgets of adaptive measurements add up (M. Bun, T. Steinke, Concentrated
/// differential privacy, TCC 2016).
package enum ZeroConcentrated {
  /// The δ for which a mechanism with this ρ is (ε, δ)-differentially private (C. Canonne, G. Kamath, T. Steinke, The discrete
  /// Gaussian for differential privacy, NeurIPS 2020, corollary 13). It holds for every α > 1; the least bound is sought.
  package static func delta(rho: Double, epsilon: Double) -> Double {
    func exponent(_ alpha: Double) -> Double { (alpha - 1) * (alpha * rho - epsilon) + alpha * log1p(-1 / alpha) - log(alpha - 1) }
    // Its derivative increases with α.
    func slope(_ alpha: Double) -> Double { (2 * alpha - 1) * rho - epsilon + log1p(-1 / alpha) }
    // From 1.01, as in the authors' program, where δ is near 1 below.
    let (low, high) = (log(0.01), log((epsilon + 1) / (2 * rho) + 2))
    let steps = 1 << 40
    let step = (0..<steps).partitioning { slope(1 + exp(low + (high - low) * Double($0) / Double(steps))) >= 0 }
    return min(1, exp(exponent(1 + exp(low + (high - low) * Double(step) / Double(steps)))))
  }

  /// The greatest ρ that is enough for (ε, δ), rounded down.
  package static func rho(epsilon: Double, delta: Double) -> Double {
    let (low, high) = (log(epsilon) * 2 - 12, log(epsilon + 1) + 12)
    let steps = 1 << 40
    func rho(_ step: Int) -> Double { exp(low + (high - low) * Double(step) / Double(steps)) }
    let step = (0..<steps).partitioning { self.delta(rho: rho($0), epsilon: epsilon) > delta }
    return rho(max(step - 1, 0)) * (1 - 1e-9)
  }

  /// The ε of the exponential mechanism that costs `rho` (M. Cesar, R. Rogers, Bounding, concentrating, and truncating, ALT 2021).
  static func exponentialEpsilon(rho: Double) -> Double { (8 * rho).squareRoot() }
}

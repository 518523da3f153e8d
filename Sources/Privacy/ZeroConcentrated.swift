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
    let grid = LogarithmicGrid(0.01, (epsilon + 1) / (2 * rho) + 2)
    return min(1, exp(exponent(1 + grid.first { slope(1 + $0) >= 0 }.number)))
  }

  /// The greatest ρ that is enough for (ε, δ), rounded down.
  package static func rho(epsilon: Double, delta: Double) -> Double {
    let grid = LogarithmicGrid(epsilon * epsilon * exp(-12), (epsilon + 1) * exp(12))
    return grid.first { self.delta(rho: $0, epsilon: epsilon) > delta }.before * (1 - 1e-9)
  }

  /// The ε of the exponential mechanism that costs `rho` (M. Cesar, R. Rogers, Bounding, concentrating, and truncating, ALT 2021).
  package static func exponentialEpsilon(rho: Double) -> Double { (8 * rho).squareRoot() }
}

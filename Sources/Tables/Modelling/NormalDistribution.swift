import Glibc

/// The standard normal distribution.
enum NormalDistribution {
  /// P(Z ≤ z).
  static func cumulative(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }

  static func density(_ z: Double) -> Double { exp(-0.5 * z * z) * 0.3989422804014327 }

  /// The z with P(Z ≤ z) = p, for p in (0, 1): the approximation 26.2.23 of M. Abramowitz and I. Stegun, Handbook of mathematical
  /// functions, 1964, refined by Halley's method to the precision of a double.
  static func quantile(_ p: Double) -> Double {
    let tail = min(p, 1 - p)
    let t = (-2 * log(tail)).squareRoot()
    let start = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
    var z = -start
    for _ in 0..<3 {
      let error = (cumulative(z) - tail) / density(z)
      z -= error / (1 + 0.5 * z * error)
    }
    return p <= 0.5 ? z : -z
  }
}

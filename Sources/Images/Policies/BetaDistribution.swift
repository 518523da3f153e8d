import Engine
import Glibc

/// Beta(alpha, alpha), as a pure function of a key.
enum BetaDistribution {
  static func symmetric(_ alpha: Double, _ key: RandomKey) -> Double {
    let (a, b) = (gamma(alpha, key, 0), gamma(alpha, key, 1))
    return a + b > 0 ? a / (a + b) : key.uniform(2) < 0.5 ? 0 : 1
  }

  /// G. Marsaglia, W. Tsang, "A simple method for generating gamma variables", 2000; below 1, the power of a uniform number
  /// (section 8) brings the shape down.
  private static func gamma(_ shape: Double, _ key: RandomKey, _ stream: UInt32) -> Double {
    if shape < 1 {
      let uniform = max(key.uniform(stream, 1), 0x1p-53)
      return gamma(shape + 1, key, stream) * pow(uniform, 1 / shape)
    }
    let d = shape - 1.0 / 3, c = 1 / (9 * d).squareRoot()
    for attempt in 0..<1_000 as Range<UInt32> {
      let (first, second) = key.uniforms(stream, 2, attempt, 0)
      let x = Distribution.normal(mean: 0, deviation: 1).value(first, second)
      let v = pow(1 + c * x, 3)
      guard v > 0 else { continue }
      let uniform = max(key.uniform(stream, 3, attempt), 0x1p-53)
      if log(uniform) < x * x / 2 + d - d * v + d * log(v) { return d * v }
    }
    return d
  }
}

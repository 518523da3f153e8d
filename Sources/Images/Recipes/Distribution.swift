import Glibc
import Tensors

/// A parameter of an operation: a constant, or drawn for each image.
package enum Distribution: Equatable, Sendable {
  case constant(Double)
  case uniform(Double, Double)
  /// `count` values starting at `low`, `step` apart.
  case steps(low: Double, step: Double, count: Int)
  case choice([Double])
  case normal(mean: Double, deviation: Double)

  /// The value for a uniform number in [0, 1); `second` is another, for the normal distribution.
  package func value(_ uniform: Double, _ second: Double) -> Double {
    switch self {
    case .constant(let value): return value
    case .uniform(let low, let high): return low + (high - low) * uniform
    case .steps(let low, let step, let count): return low + step * (uniform * Double(count)).rounded(.down)
    case .choice(let values): return values[Int(uniform * Double(values.count))]
    case .normal(let mean, let deviation):
      // G. Box, M. Muller, 1958.
      return mean + deviation * sqrt(-2 * log(1 - uniform)) * cos(2 * .pi * second)
    }
  }
}

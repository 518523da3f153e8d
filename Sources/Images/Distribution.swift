import Glibc
import Tensors

/// What a parameter of an operation may be: a number, or a number drawn for each image.
package enum Distribution: Equatable, Sendable {
  case constant(Double)
  case uniform(Double, Double)
  /// `count` values from `low` on, `step` apart.
  case steps(low: Double, step: Double, count: Int)
  case choice([Double])
  case normal(mean: Double, deviation: Double)

  /// The value at a uniform number in [0, 1); `second` is another, for the normal distribution.
  package func value(_ uniform: Double, _ second: Double) -> Double {
    switch self {
    case .constant(let value): return value
    case .uniform(let low, let high): return low + (high - low) * uniform
    case .steps(let low, let step, let count): return low + step * (uniform * Double(count)).rounded(.down)
    case .choice(let values): return values[Int(uniform * Double(values.count))]
    case .normal(let mean, let deviation):
      // Box and Muller, 1958.
      return mean + deviation * sqrt(-2 * log(1 - uniform)) * cos(2 * .pi * second)
    }
  }
}

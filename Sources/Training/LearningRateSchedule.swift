import Glibc

/// The learning rate at each update.
package enum LearningRateSchedule: Equatable, Sendable {
  case constant(Double)
  /// Multiplied by `factor` after every `every` updates.
  case steps(rate: Double, every: Int, factor: Double)
  /// Cosine decay from `rate` to `least` over `updates`, then constant; preceded by a linear warm-up over `warmUp`
  /// updates. I. Loshchilov, F. Hutter, "SGDR", ICLR 2017, equation 5.
  case cosine(rate: Double, updates: Int, warmUp: Int, least: Double)
  /// Linear warm-up to `rate` over `updates`. P. Goyal and others, arXiv:1706.02677, section 2.2.
  case warmUp(rate: Double, updates: Int)
  /// `rate` / (1 + update / `updates`), after a linear warm-up over `warmUp` updates. L. Bottou, "Stochastic gradient descent tricks",
  /// 2012, section 5.2.
  case inverse(rate: Double, updates: Int, warmUp: Int)

  /// The rate of an update, counted from 0.
  package func rate(at update: Int) -> Double {
    switch self {
    case .constant(let rate): rate
    case .steps(let rate, let every, let factor): rate * pow(factor, Double(update / every))
    case .warmUp(let rate, let updates): rate * min(1, Double(update + 1) / Double(updates))
    case .inverse(let rate, let updates, let warmUp):
      rate * (update < warmUp ? Double(update + 1) / Double(warmUp) : 1 / (1 + Double(update - warmUp) / Double(updates)))
    case .cosine(let rate, let updates, let warmUp, let least):
      if update < warmUp {
        rate * Double(update + 1) / Double(warmUp)
      } else {
        least + (rate - least) * 0.5 * (1 + cos(Double.pi * min(1, Double(update - warmUp) / Double(max(1, updates - warmUp)))))
      }
    }
  }

  package var text: String {
    switch self {
    case .constant(let rate): "\(rate)"
    case .steps(let rate, let every, let factor): "step_decay(\(rate), every=\(every), factor=\(factor))"
    case .cosine(let rate, let updates, let warmUp, let least): "cosine(\(rate), \(updates), warm_up=\(warmUp), least=\(least))"
    case .warmUp(let rate, let updates): "warm_up(\(rate), \(updates))"
    case .inverse(let rate, let updates, let warmUp): "inverse_decay(\(rate), \(updates), warm_up=\(warmUp))"
    }
  }
}

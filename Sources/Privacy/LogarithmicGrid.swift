import Glibc

/// Positive numbers from `low` to `high`, so close to each other that a bound that is sought among them is exact to ten digits.
struct LogarithmicGrid {
  private let low: Double
  private let high: Double
  private static let steps = 1 << 40

  init(_ low: Double, _ high: Double) { (self.low, self.high) = (log(low), log(high)) }

  private func number(_ step: Int) -> Double { exp(low + (high - low) * Double(step) / Double(LogarithmicGrid.steps)) }

  /// The first number with a property that all greater ones have, too, and the number before it; the last ones if none has it.
  func first(where holds: (Double) -> Bool) -> (before: Double, number: Double) {
    var (from, to) = (0, LogarithmicGrid.steps)
    while from < to {
      let middle = from + (to - from) / 2
      if holds(number(middle)) { to = middle } else { from = middle + 1 }
    }
    return (number(max(from - 1, 0)), number(from))
  }
}

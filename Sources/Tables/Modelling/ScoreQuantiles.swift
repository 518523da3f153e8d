import Glibc

/// The empirical distribution of numbers as a map between them and normal scores, which are distributed as N(0, 1) (the
/// marginals of a Gaussian copula; R. Nelsen, An introduction to copulas, 2006).
package struct Quantiles: Sendable, Equatable {
  /// The distinct values, increasing; of very many, a part.
  let values: [Double]
  /// How many numbers are less than each value, and how many are at most equal to it.
  let starts: [Int]
  let ends: [Int]
  /// Samples differ from the least value by a multiple of this; nil if they are not rounded.
  let step: Double?
  /// The scores between which a sample is exactly this value; between those of two values it is interpolated.
  private let lows: [Double]
  private let highs: [Double]

  private static let limit = 4096

  /// Whether samples can have this value.
  func contains(_ number: Double) -> Bool { number >= values[0] && number <= values[values.count - 1] }

  /// `numbers` has at least one element; they are finite.
  init(_ numbers: [Double]) {
    let sorted = numbers.sorted()
    var runs: [(value: Double, start: Int, end: Int)] = []
    for (index, value) in sorted.enumerated() {
      if let last = runs.last, last.value == value { runs[runs.count - 1].end = index + 1 } else { runs.append((value, index, index + 1)) }
    }
    let step = DecimalStep.common(runs.map(\.value))
    if runs.count > Quantiles.limit {
      // Values that repeat remain; of the others, a regular part with both ends.
      let often = Double(sorted.count) / Double(Quantiles.limit)
      let (stride, last) = ((runs.count + Quantiles.limit - 1) / Quantiles.limit, runs.count - 1)
      runs = runs.enumerated().filter { index, run in index % stride == 0 || index == last || Double(run.end - run.start) > often }.map(\.element)
    }
    self.init(values: runs.map(\.value), starts: runs.map(\.start), ends: runs.map(\.end), step: step)
  }

  init(values: [Double], starts: [Int], ends: [Int], step: Double?) {
    self.values = values
    self.starts = starts
    self.ends = ends
    self.step = step
    let count = Double(ends.last ?? 1)
    lows = starts.map { NormalDistribution.quantile((Double($0) + 0.5) / count) }
    highs = ends.map { NormalDistribution.quantile((Double($0) - 0.5) / count) }
  }

  /// The score of a value; beyond the ends, that of the end. `tie`, 0 to 1, places it among equal values: drawn at random when a
  /// model learns, so that components do not collapse onto them, and 0.5 otherwise.
  func score(_ value: Double, tie: Double = 0.5) -> Double {
    let count = Double(ends[ends.count - 1])
    let above = values.partitioning { $0 >= value }
    guard above < values.count else { return highs[highs.count - 1] }
    if values[above] == value || above == 0 {
      let share = (Double(starts[above]) + tie * Double(ends[above] - starts[above])) / count
      return NormalDistribution.quantile(min(max(share, 0.5 / count), 1 - 0.5 / count))
    }
    let part = (value - values[above - 1]) / (values[above] - values[above - 1])
    return highs[above - 1] + part * (lows[above] - highs[above - 1])
  }

  /// The value of a score, within the range of the values.
  func value(_ score: Double) -> Double { stepped(smoothValue(score)) }

  /// The same without rounding to the step.
  func smoothValue(_ score: Double) -> Double {
    let above = highs.partitioning { $0 >= score }
    guard above < values.count else { return values[values.count - 1] }
    if score >= lows[above] || above == 0 { return values[above] }
    let (low, high) = (highs[above - 1], lows[above])
    return values[above - 1] + (score - low) / (high - low) * (values[above] - values[above - 1])
  }

  /// The nearest value that a sample can have.
  func stepped(_ value: Double) -> Double {
    guard let step else { return value }
    // Fractions such as 0.1 are written as quotients, which are the nearest doubles to them.
    let scale = (1 / step).rounded()
    let multiple = ((value - values[0]) / step).rounded()
    guard step < 1, abs(scale * step - 1) < 1e-9 else { return values[0] + multiple * step }
    return ((values[0] * scale).rounded() + multiple) / scale
  }

  /// The logarithm of |d score / d value|, with which a density of scores becomes one of values.
  func logSlope(_ value: Double) -> Double {
    guard values.count > 1 else { return 0 }
    let above = min(max(values.partitioning { $0 >= value }, 1), values.count - 1)
    return log((score(values[above]) - score(values[above - 1])) / (values[above] - values[above - 1]))
  }
}

/// The grid of rounded numbers.
enum DecimalStep {
  /// The largest step of which all differences are multiples: a decimal fraction with at most six digits, times a whole number; nil
  /// if there is none. Body masses that are rounded to 25 g have the step 25.
  static func common(_ values: [Double]) -> Double? {
    guard let low = values.first, values.count > 1 else { return nil }
    var scale = 1.0
    for _ in 0...6 {
      if values.allSatisfy({ abs($0) * scale < 1e15 && ($0 * scale).rounded() / scale == $0 }) {
        let divisor = values.reduce(0) { greatestCommonDivisor($0, Int(($1 * scale).rounded()) - Int((low * scale).rounded())) }
        return divisor > 0 ? Double(divisor) / scale : nil
      }
      scale *= 10
    }
    return nil
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (abs(a), abs(b))
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }
}

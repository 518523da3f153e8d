import Engine
import Glibc

/// A measure with its 95 % interval.
package struct Estimate: Sendable, Equatable {
  package let value: Double
  package let low: Double
  package let high: Double

  /// The standard normal quantile of 97.5 %.
  private static let quantile = 1.959963984540054

  /// The share `part` of `count` trials, with the score interval (E. Wilson, "Probable inference", 1927; recommended by L. Brown,
  /// T. Cai and A. DasGupta, "Interval estimation for a binomial proportion", 2001). It also has a width where the share is 0 or 1.
  static func share(_ part: Double, of count: Int) -> Estimate {
    let (n, z) = (Double(count), quantile)
    let share = part / n
    let centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Estimate(value: share, low: max(0, min(share, centre - half)), high: min(1, max(share, centre + half)))
  }

  /// A share whose odds are divided by a ratio.
  func odds(dividedBy ratio: Double) -> Estimate {
    func scaled(_ share: Double) -> Double { share / (share + (1 - share) * ratio) }
    return Estimate(value: scaled(value), low: scaled(low), high: scaled(high))
  }

  /// The standard bootstrap interval: the value and 1.96 standard deviations of its replicates on either side (B. Efron and
  /// R. Tibshirani, "An introduction to the bootstrap", 1993, section 13.3). Distances between samples grow when they are resampled,
  /// so the quantiles of the replicates would not contain the value. NaN replicates are left out.
  static func bootstrap(_ value: Double, _ replicates: [Double], within range: ClosedRange<Double>) -> Estimate {
    let valid = replicates.filter { !$0.isNaN }
    let mean = valid.reduce(0, +) / Double(max(1, valid.count))
    let variance = valid.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, valid.count - 1))
    let half = quantile * sqrt(variance)
    return Estimate(value: value, low: max(range.lowerBound, value - half), high: min(range.upperBound, value + half))
  }

  /// The median, with the exact distribution-free interval between order statistics (H. David and H. Nagaraja, "Order
  /// statistics", 2003, section 7.1), whose ranks are by the normal approximation.
  static func median(_ values: [Double]) -> Estimate {
    let sorted = values.sorted()
    let (n, count) = (Double(sorted.count), sorted.count)
    let low = Int((n / 2 - quantile * sqrt(n) / 2).rounded(.down))
    let high = Int((n / 2 + quantile * sqrt(n) / 2).rounded(.up))
    return Estimate(
      value: (sorted[(count - 1) / 2] + sorted[count / 2]) / 2, low: sorted[max(0, low)], high: sorted[min(count - 1, high)])
  }
}

/// Samples of rows with replacement.
struct Resampling {
  let key: RandomKey
  let replicates: Int

  /// How often a replicate contains each of `count` rows of stratum `stratum`.
  func weights(_ count: Int, stratum: Int, replicate: Int) -> [Double] {
    var weights = [Double](repeating: 0, count: count)
    for draw in 0..<count { weights[key.integer(below: count, UInt32(draw), UInt32(replicate), UInt32(stratum))] += 1 }
    return weights
  }
}

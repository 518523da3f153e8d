import Glibc

/// How all learning rates of one training fall to zero by its end.
package enum RateDecline: String, CaseIterable, Sendable {
  case cosine, linear

  /// The factor of the rate after a share of the training, 0 to 1.
  func factor(at share: Double) -> Double {
    let share = min(max(share, 0), 1)
    return switch self {
    case .cosine: 0.5 * (1 + cos(Double.pi * share))
    case .linear: 1 - share
    }
  }
}

/// A decline over a range of updates.
struct PlannedDecline {
  let decline: RateDecline
  let updates: Range<Int>

  func factor(at update: Int) -> Double { decline.factor(at: Double(update - updates.lowerBound) / Double(max(1, updates.count))) }
}

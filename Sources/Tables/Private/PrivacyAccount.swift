import Privacy

/// What a private model spent of its budget.
package struct PrivacyAccount: Sendable, Equatable {
  package let epsilon: Double
  package let delta: Double
  /// The budget of zero-concentrated differential privacy that follows from ε and what of δ is not set aside for words.
  package let rho: Double
  /// What of δ may be spent on words that occur in one row only.
  let wordDelta: Double
  package private(set) var lines: [Line] = []
  package private(set) var spentDelta = 0.0

  /// What is measured. The order is that in which they are shown.
  package enum Step: String, Sendable, CaseIterable {
    case rows = "number of rows"
    case words = "words and their counts"
    case values = "counts of known values"
    case ranges = "ranges of numbers, in powers of two"
    case coarse = "counts in parts of the ranges"
    case fine = "counts in parts of frequent parts"
    case choice = "choice of pairs of columns"
    case pairs = "counts of pairs"
  }

  package struct Line: Sendable, Equatable {
    package let step: Step
    /// The number of measurements.
    package var count: Int
    package var rho: Double
    /// The standard deviation of the noise of each count; nil for a choice, which has none.
    package let deviation: Double?

    init(step: Step, count: Int, rho: Double, deviation: Double?) {
      self.step = step
      self.count = count
      self.rho = rho
      self.deviation = deviation
    }
  }

  /// `hasWords`: whether there are columns whose words are not known, for which half of δ is set aside.
  init(_ settings: PrivacySettings, hasWords: Bool) {
    epsilon = settings.epsilon
    delta = settings.delta
    wordDelta = hasWords ? settings.delta / 2 : 0
    rho = ZeroConcentrated.rho(epsilon: settings.epsilon, delta: settings.delta - wordDelta)
  }

  /// As a file contains it.
  init(epsilon: Double, delta: Double, rho: Double, wordDelta: Double, lines: [Line], spentDelta: Double) {
    self.epsilon = epsilon
    self.delta = delta
    self.rho = rho
    self.wordDelta = wordDelta
    self.lines = lines
    self.spentDelta = spentDelta
  }

  package var spentRho: Double { lines.reduce(0) { $0 + $1.rho } }

  mutating func note(_ step: Step, rho: Double, deviation: Double?) {
    if let place = lines.firstIndex(where: { $0.step == step && $0.deviation == deviation }) {
      lines[place].count += 1
      lines[place].rho += rho
    } else {
      lines.append(Line(step: step, count: 1, rho: rho, deviation: deviation))
    }
    precondition(spentRho <= self.rho * (1 + 1e-9), "more than the budget was spent")
  }

  mutating func note(delta: Double) {
    spentDelta += delta
    precondition(spentDelta <= wordDelta * (1 + 1e-9), "more than the budget was spent")
  }
}

import Effects
import Glibc

/// Tells how a training goes: a live line within an epoch, a line that stays at its end.
struct Meter {
  private let settings: TrainingSettings
  private let examplesEach: Int
  private let effects: Effects
  private let start: Double
  private var lastLine: Double
  private var seen = 0
  /// Of the first loss, over the whole training.
  private var way = Sparkline()

  init(_ settings: TrainingSettings, _ examples: Int, _ effects: Effects) {
    self.settings = settings
    examplesEach = examples
    self.effects = effects
    start = effects.clock.seconds
    lastLine = start
  }

  /// `losses` are those of the step, `means` those of the epoch so far.
  mutating func count(_ examples: Int, _ losses: LossHistory.Losses, means: LossHistory.Losses, _ position: TrainingPosition, _ lastEpoch: Int) {
    seen += examples
    if let first = losses.first { way.add(first.value) }
    effects.progress.update(live(means, position, lastEpoch))
  }

  private func live(_ means: LossHistory.Losses, _ position: TrainingPosition, _ lastEpoch: Int) -> String {
    let elapsed = max(effects.clock.seconds - start, 1e-9)
    let rate = Double(seen) / elapsed
    let left = Double((lastEpoch - position.epoch) * examplesEach - position.offset) / max(rate, 1e-9)
    return
      "\(settings.name): epoch \(position.epoch + 1) of \(lastEpoch), \(Meter.text(means)) \(way.text), \(Int(rate)) examples/s, \(Int(left.rounded(.up))) s left, \(Meter.megabytes) MB"
  }

  /// The most memory that the process has held.
  private static var megabytes: Int {
    var usage = rusage()
    return getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 ? usage.ru_maxrss / 1024 : 0
  }

  mutating func endEpoch(_ losses: LossHistory.Losses, _ position: TrainingPosition, _ lastEpoch: Int) {
    let now = effects.clock.seconds
    let elapsed = now - start
    if isNews(at: now, isLast: position.epoch == lastEpoch) {
      lastLine = now
      effects.progress.writeLine("\(settings.name): epoch \(position.epoch) of \(lastEpoch), \(Meter.text(losses)) (\(Int(elapsed)) s)")
    }
  }

  private func isNews(at now: Double, isLast: Bool) -> Bool {
    switch effects.progress.permanentLines {
    case .each: true
    case .last: isLast
    case .every(let seconds): isLast ? now - start >= 1 : now - lastLine >= seconds
    }
  }

  static func text(_ losses: [(name: String, value: Double)]) -> String {
    losses.map { "\($0.name) \(Meter.rounded($0.value))" }.joined(separator: ", ")
  }

  /// Four significant digits.
  private static func rounded(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return "\(value)" }
    var (scale, magnitude) = (1.0, abs(value))
    while magnitude < 1000 {
      magnitude *= 10
      scale *= 10
    }
    return "\((value * scale).rounded() / scale)"
  }
}

import Effects
import Glibc

/// Reports the progress of a training: a live line during an epoch, and a permanent line at its end.
struct ProgressReporter {
  private let settings: TrainingSettings
  private let examplesPerEpoch: Int
  private let effects: Effects
  private let start: Double
  private var lastLine: Double
  private var seen = 0
  private var shownWarnings: Set<String> = []
  /// Whether the model warned after the epoch before.
  private var hadWarnings = false
  /// The first loss, over the whole training.
  private var sparkline = Sparkline()

  init(_ settings: TrainingSettings, _ examples: Int, _ effects: Effects) {
    self.settings = settings
    examplesPerEpoch = examples
    self.effects = effects
    start = effects.clock.seconds
    lastLine = start
  }

  /// `losses` are those of the step, `means` those of the epoch so far.
  mutating func count(
    _ examples: Int, _ losses: LossHistory.Losses, means: @autoclosure () -> LossHistory.Losses, _ position: TrainingPosition, _ lastEpoch: Int
  ) {
    seen += examples
    if let first = losses.first { sparkline.add(first.value) }
    effects.progress.update(live(means(), position, lastEpoch))
  }

  private func live(_ means: LossHistory.Losses, _ position: TrainingPosition, _ lastEpoch: Int) -> String {
    let elapsed = max(effects.clock.seconds - start, 1e-9)
    let rate = Double(seen) / elapsed
    let left = Double((lastEpoch - position.epoch) * examplesPerEpoch - position.offset) / max(rate, 1e-9)
    return
      "\(settings.name): epoch \(position.epoch + 1) of \(lastEpoch), \(ProgressReporter.text(means)) \(sparkline.text), \(Int(rate)) examples/s, \(Int(left.rounded(.up))) s left, \(ProgressReporter.megabytes) MB"
  }

  /// Peak resident memory of the process, in MiB.
  private static var megabytes: Int {
    var usage = rusage()
    return getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 ? usage.ru_maxrss / 1024 : 0
  }

  mutating func endEpoch(_ losses: LossHistory.Losses, _ position: TrainingPosition, _ lastEpoch: Int) {
    let now = effects.clock.seconds
    let elapsed = now - start
    if shouldPrint(at: now, isLast: position.epoch == lastEpoch) {
      lastLine = now
      effects.progress.writeLine("\(settings.name): epoch \(position.epoch) of \(lastEpoch), \(ProgressReporter.text(losses)) (\(Int(elapsed)) s)")
    }
  }

  /// Prints what the model says of its training after an epoch, each warning once. A warning after a single epoch is left out, unless that
  /// is the last one.
  mutating func show(_ warnings: [String], isLast: Bool) {
    defer { hadWarnings = !warnings.isEmpty }
    guard hadWarnings || isLast else { return }
    for warning in warnings where shownWarnings.insert(warning).inserted { effects.progress.writeLine("\(settings.name): \(warning)") }
  }

  private func shouldPrint(at now: Double, isLast: Bool) -> Bool {
    switch effects.progress.permanentLines {
    case .each: true
    case .last: isLast
    case .every(let seconds): isLast ? now - start >= 1 : now - lastLine >= seconds
    }
  }

  static func text(_ losses: [(name: String, value: Double)]) -> String {
    losses.map { "\($0.name) \(ProgressReporter.rounded($0.value))" }.joined(separator: ", ")
  }

  /// Four significant digits.
  static func rounded(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return "\(value)" }
    var (scale, magnitude) = (1.0, abs(value))
    while magnitude < 1000 {
      magnitude *= 10
      scale *= 10
    }
    return "\((value * scale).rounded() / scale)"
  }
}

import Diagnostics
import Engine

/// The optimisers of the parts of a model, and how often each has updated its part.
final class PartUpdates {
  private let engine: Engine
  private let settings: TrainingSettings
  private let buffer: ParameterBuffer
  /// The steps of this training, and the updates of each part before them.
  private let span: Range<Int>
  private let first: [String: Int]
  private var optimizers: [String: OptimizerStep] = [:]
  /// By part; an empty name for a single loss.
  private(set) var counts: [String: Int]

  init(_ engine: Engine, _ settings: TrainingSettings, _ buffer: ParameterBuffer, after counts: [String: Int], over span: Range<Int>) {
    self.engine = engine
    self.settings = settings
    self.buffer = buffer
    self.span = span
    (self.counts, first) = (counts, counts)
  }

  /// Throws if a setting refers to a part that has no loss.
  func check(_ parts: [String]) throws {
    for name in settings.updates.keys.sorted() + settings.optimizers.keys.sorted() where !name.isEmpty && !parts.contains(name) {
      let known = parts.filter { !$0.isEmpty }
      throw Fault(
        TrainingErrors.badSetting, "unknown part `\(name)`: no loss has that name",
        hint: Suggestion.hint(for: name, among: known)
          ?? (known.isEmpty ? "this model has a single `loss`" : "expected one of \(known.joined(separator: ", "))"))
    }
  }

  /// The optimiser of a part, and where its weights are in the buffer.
  func optimizer(of part: String?) throws -> (step: OptimizerStep, range: Range<Int>) {
    let name = part ?? ""
    guard let range = buffer.range(ofPart: part) else {
      throw Fault(
        TrainingErrors.badLoss, "`losses` returns `\(name)`, but the model has no field `\(name)` with weights",
        hint: "each field of the returned record trains the model field of the same name")
    }
    if let known = optimizers[name] { return (known, range) }
    let optimizer = settings.optimizers[name] ?? settings.optimizers[""] ?? .standard
    let start = first[name] ?? 0
    let count = settings.updates(of: name, before: span.upperBound) - settings.updates(of: name, before: span.lowerBound)
    let decline = settings.decline.map { PlannedDecline(decline: $0, updates: start..<start + count) }
    let step = OptimizerStep(optimizer, buffer, range, updates: counts[name] ?? 0, decline, engine)
    optimizers[name] = step
    return (step, range)
  }

  func note(_ part: String?) { counts[part ?? "", default: 0] += 1 }

  /// Continues after other numbers of updates.
  func restore(_ counts: [String: Int]) {
    self.counts = counts
    for (part, optimizer) in optimizers { optimizer.updates = counts[part] ?? 0 }
  }
}

import Diagnostics

/// Follows one column of the history, keeps the best epoch, and ends a training that no longer improves.
/// L. Prechelt, Early stopping - but when?, in Neural networks: tricks of the trade, 1998.
struct EarlyStopping {
  let patience: Int
  /// Nil for the first column.
  private let watched: String?
  /// The epochs that were done before.
  private let start: Int
  var best: BestEpoch?

  init?(_ settings: TrainingSettings, from start: Int) {
    guard let patience = settings.patience else { return nil }
    (self.patience, watched, self.start) = (patience, settings.watched, start)
  }

  /// Compares an epoch with the best so far. `rising`: the columns in which more is better.
  mutating func compare(_ epoch: LossHistory.Epoch, rising: Set<String>, _ tensors: () throws -> TrainingTensors, updates: [String: Int]) throws {
    guard let (name, value) = try watched.map({ try column($0, of: epoch) }) ?? EarlyStopping.standardColumn(of: epoch) else { return }
    // A value that is not a number is never the best.
    guard !value.isNaN else { return }
    if let best, rising.contains(name) ? value <= best.value : value >= best.value { return }
    best = BestEpoch(epoch: epoch.number, value: value, updates: updates, tensors: try tensors().copied())
  }

  /// The first loss of the validation, or else of the training.
  static func standardColumn(of epoch: LossHistory.Epoch) -> (name: String, value: Double)? {
    epoch.losses.first { $0.name.hasPrefix(Validation.column("")) } ?? epoch.losses.first
  }

  private func column(_ name: String, of epoch: LossHistory.Epoch) throws -> (name: String, value: Double) {
    if let found = epoch.losses.first(where: { $0.name == name }) { return found }
    let known = epoch.losses.map(\.name)
    throw Fault(
      TrainingErrors.badSetting, "`watch`: unknown measure \"\(name)\"",
      hint: Suggestion.hint(for: name, among: known) ?? "expected one of \(known.joined(separator: ", "))")
  }

  /// Whether the last epochs brought no improvement.
  func isOver(after epoch: Int) -> Bool { epoch - (best?.epoch ?? start) >= patience }
}

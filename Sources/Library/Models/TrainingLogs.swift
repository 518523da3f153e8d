import DataSets
import Diagnostics
import Effects
import Machine
import Training

/// The file of a training with `log=`: the history as a table, or as the events that TensorBoard reads.
final class HistoryLog: TrainingLog {
  private let path: String
  private let effects: Effects
  private let isTable: Bool
  private var epochs: [LossHistory.Epoch] = []

  static let endings = [".csv", ".tfevents"]

  /// Nil if the name ends otherwise.
  init?(_ path: String, _ effects: Effects) {
    guard HistoryLog.endings.contains(where: path.lowercased().hasSuffix) else { return nil }
    isTable = path.lowercased().hasSuffix(".csv")
    self.path = path
    self.effects = effects
  }

  private static func row(_ epoch: LossHistory.Epoch) -> [(name: String, value: Double)] { [("epoch", Double(epoch.number))] + epoch.losses }

  func begin(_ history: LossHistory) throws {
    try requireLog()
    epochs = history.epochs
    try rewrite()
  }

  /// Throws if the file exists and is not a log, which would be lost.
  private func requireLog() throws {
    guard effects.files.exists(path) else { return }
    let start = String(decoding: try effects.files.read(path, first: 64), as: UTF8.self)
    guard !start.isEmpty, isTable ? !start.hasPrefix("epoch,") : !start.contains(EventFile.version) else { return }
    throw Fault(
      TrainingErrors.badSetting, "`log`: `\(path)` exists and is not the log of a training", hint: "choose another name, or move the file")
  }

  private func rewrite() throws {
    let table = RecordTable(epochs.map(HistoryLog.row))
    if !isTable {
      try effects.files.write(table.events(date: effects.clock.date), to: path)
    } else if !epochs.isEmpty {
      try CSVWriter.write(Rows(table.tensor(), columns: table.columns), labels: nil, names: [], to: path, effects.files)
    } else {
      try effects.files.write([], to: path)
    }
  }

  func add(_ epoch: LossHistory.Epoch) throws {
    epochs.append(epoch)
    if isTable { return try rewrite() }
    try effects.files.append(EventFile.scalars(epoch.losses, step: epoch.number, date: effects.clock.date), to: path)
  }
}

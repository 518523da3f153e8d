/// The options of a training.
package struct TrainingSettings {
  package var epochs: Int
  package var batch: Int
  /// By part of the losses; the one under "" is the default.
  package var optimizers: [String: Optimizer]
  /// Updates per round, by part; the default is 1.
  package var updates: [String: Int] = [:]
  /// A decline of all rates over this training.
  package var decline: RateDecline?
  /// The epochs without improvement after which the training ends; nil to run all of them.
  package var patience: Int?
  /// The column of the history that `patience` compares; nil for the first loss.
  package var watched: String?
  package var seed: UInt64
  package var key: UInt64
  package var name = "model"

  package init(epochs: Int, batch: Int, optimizers: [String: Optimizer], seed: UInt64, key: UInt64) {
    self.epochs = epochs
    self.batch = batch
    self.optimizers = optimizers
    self.seed = seed
    self.key = key
  }

  /// Whether a part is updated in a step. `steps = {critic: 5}`: five updates of the critic for each of the others, evenly
  /// distributed.
  func isUpdated(_ part: String, at step: Int) -> Bool { updates(of: part, before: step + 1) > updates(of: part, before: step) }

  /// The updates of a part in the first `step` steps.
  func updates(of part: String, before step: Int) -> Int { step * (updates[part] ?? 1) / (updates.values.max() ?? 1) }
}

/// The position of a training; stored in the model, so that training can be resumed.
package struct TrainingPosition: Equatable, Sendable {
  package var step = 0
  package var epoch = 0
  /// Number of examples of this epoch that are done.
  package var offset = 0
  /// Number of updates, by part.
  package var updates: [String: Int] = [:]

  package init() {}
}

/// The options of a training.
package struct TrainingSettings {
  package var epochs: Int
  package var batch: Int
  /// By part of the losses; the one under "" is the default.
  package var optimizers: [String: Optimizer]
  /// Updates per round, by part; the default is 1.
  package var updates: [String: Int] = [:]
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

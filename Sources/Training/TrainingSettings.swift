/// What a training is told.
package struct TrainingSettings {
  package var epochs: Int
  package var batch: Int
  /// For each part of the losses; the one under "" for all others.
  package var optimizers: [String: Optimizer]
  /// Updates of a part for each round; 1 where none is named.
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

/// Where a training stands; a model carries it, so that training can go on.
package struct TrainingPosition: Equatable, Sendable {
  package var step = 0
  package var epoch = 0
  /// Examples of this epoch that are done.
  package var offset = 0
  /// Updates of each part, by name.
  package var updates: [String: Int] = [:]

  package init() {}
}

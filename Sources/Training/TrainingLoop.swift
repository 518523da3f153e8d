import Engine

/// What trains the weights of a model in steps: `Trainer`, and `PrivateTrainer` with differential privacy.
package protocol TrainingLoop: AnyObject {
  /// Measures the model at the end of each epoch.
  var validation: Validation? { get set }
  var log: (any TrainingLog)? { get set }
  /// What the model says of its training at the end of an epoch.
  var warnings: (() throws -> [String])? { get set }
  var position: TrainingPosition { get }
  /// The state after the last step, in the memory of the training.
  var checkpoint: Checkpoint { get }
  /// The report of a step; nil if none was run.
  var report: PlanReport? { get }

  func run() throws
}

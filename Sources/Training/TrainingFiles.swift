import Tensors

/// A file of the user from which an interrupted training goes on.
package protocol CheckpointFile: AnyObject {
  /// The last state of the training with this identity; nil if there is no file yet. Throws if the file contains something
  /// else, which is never overwritten.
  func latest(of identity: Hash128) throws -> Checkpoint?
  /// Whether enough time has passed since the last state was saved.
  var isDue: Bool { get }
  /// Called during the training.
  func save(_ checkpoint: Checkpoint) throws
  /// Called at the end. `checkpoint` is the state from which a longer training would go on; the model itself may have the
  /// weights of an earlier epoch.
  func finish(_ checkpoint: Checkpoint) throws
}

/// A file of the user that lists the epochs while they are trained.
package protocol TrainingLog: AnyObject {
  /// Called before the first step, with the epochs so far.
  func begin(_ history: LossHistory) throws
  func add(_ epoch: LossHistory.Epoch) throws
}

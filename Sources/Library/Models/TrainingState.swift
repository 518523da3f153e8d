import DataSets
import Engine
import Machine
import Tensors
import Training

/// The state of a trained model from which its training can continue.
final class TrainingState: Foreign {
  let position: TrainingPosition
  let first: [Tensor]
  let second: [Tensor]
  let history: LossHistory
  /// What one step of its last training did; nil if nothing ran.
  let report: PlanReport?
  /// For each part, as in the settings.
  let optimizers: [String: Optimizer]
  /// The schema of the table of its last training; nil if the columns had no names.
  let tableSchema: TableSchema?
  /// In the file of an unfinished training.
  let resumption: Resumption?

  /// What a checkpoint has in addition to the model.
  struct Resumption {
    /// Identifies the training.
    let identity: String
    /// The last state, if the model has the weights of an earlier epoch.
    let last: (position: TrainingPosition, tensors: TrainingTensors)?
    /// The best epoch; without tensors if they are the model's.
    let best: BestEpoch?
  }

  init(
    _ position: TrainingPosition, first: [Tensor], second: [Tensor], history: LossHistory, report: PlanReport?,
    optimizers: [String: Optimizer], tableSchema: TableSchema? = nil, resumption: Resumption? = nil
  ) {
    self.resumption = resumption
    self.tableSchema = tableSchema
    self.optimizers = optimizers
    self.report = report
    self.position = position
    self.first = first
    self.second = second
    self.history = history
  }

  var typeName: String { "training state" }
  private var tensors: [Tensor] { first + second + (resumption?.last?.tensors.all ?? []) + (resumption?.best?.tensors.all ?? []) }
  var byteCount: Int { tensors.reduce(0) { $0 + $1.type.byteCount } }
  var storages: [Storage] { tensors.map(\.storage) }
}

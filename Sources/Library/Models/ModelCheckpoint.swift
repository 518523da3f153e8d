import Diagnostics
import Effects
import Engine
import Machine
import Tensors
import Training

/// The file of a training with `checkpoint=`: a model like any other, and what its training needs to go on.
final class ModelCheckpoint: CheckpointFile {
  private let path: String
  private let call: Call
  private let tracer: LossTracer
  /// Writes the model with a training state.
  private let bytes: (_ checkpoint: Checkpoint, _ resumption: TrainingState.Resumption) throws -> [UInt8]
  private let stateStorages: () -> [Storage]
  private var identity = ""
  private var lastSeconds: Double
  private var hasSaved = false
  /// Whether the file could not be written, which is reported once during the training.
  private var hasFailed = false

  init(
    _ path: String, _ call: Call, _ tracer: LossTracer, states: @escaping () -> [Storage],
    bytes: @escaping (_ checkpoint: Checkpoint, _ resumption: TrainingState.Resumption) throws -> [UInt8]
  ) {
    self.path = path
    self.call = call
    self.tracer = tracer
    self.bytes = bytes
    stateStorages = states
    lastSeconds = call.effects.clock.seconds
  }

  func latest(of identity: Hash128) throws -> Checkpoint? {
    self.identity = identity.text
    guard call.effects.files.exists(path) else { return nil }
    let model: Value
    do {
      model = try ModelFile.value(call.effects.files.read(path), named: path, call.machine)
    } catch let fault as Fault where fault.diagnostic.id != EffectErrors.interrupted {
      throw Fault(
        TrainingErrors.otherCheckpoint, "`\(path)` exists and is not a checkpoint of this training: \(fault.diagnostic.message)",
        hint: "choose another name, or move the file")
    }
    guard model.tag == .model, let state = call.machine.models.training(of: model).foreign(as: TrainingState.self) else {
      throw otherTraining("it was not trained")
    }
    guard let resumption = state.resumption else { throw otherTraining("it was saved by `save`") }
    guard resumption.identity == self.identity else { throw otherTraining("its model, data or settings differ") }
    let own = TrainingTensors(
      values: try ModelTree(call.machine, model).parameters.map { try call.engine.value($0.node) }, first: state.first, second: state.second,
      states: try tracer.states(of: model, at: stateStorages()) ?? [])
    let best = resumption.best.map { best in
      best.tensors.values.isEmpty ? BestEpoch(epoch: best.epoch, value: best.value, updates: best.updates, tensors: own) : best
    }
    return Checkpoint(position: resumption.last?.position ?? state.position, history: state.history, tensors: resumption.last?.tensors ?? own, best: best)
  }

  private func otherTraining(_ reason: String) -> Fault {
    Fault(
      TrainingErrors.otherCheckpoint, "`\(path)` exists and is not a checkpoint of this training: \(reason)",
      hint: "to start again, remove it or choose another name; to train its model further, `load` it and pass it to `train`")
  }

  var isDue: Bool { call.effects.clock.seconds - lastSeconds >= 30 }

  func save(_ checkpoint: Checkpoint) throws {
    do {
      try write(checkpoint, TrainingState.Resumption(identity: identity, last: nil, best: best(of: checkpoint)))
      (hasSaved, hasFailed) = (true, false)
    } catch let fault as Fault where hasSaved {
      // A full disk does not end a training of hours.
      if !hasFailed { call.effects.progress.writeLine("the checkpoint was not saved: \(fault.diagnostic.message)") }
      hasFailed = true
    }
  }

  func finish(_ checkpoint: Checkpoint) throws {
    guard let best = checkpoint.best, best.epoch != checkpoint.position.epoch else {
      return try write(checkpoint, TrainingState.Resumption(identity: identity, last: nil, best: self.best(of: checkpoint)))
    }
    // The model has the best weights now.
    var position = checkpoint.position
    position.updates = best.updates
    try write(
      Checkpoint(position: position, history: checkpoint.history, tensors: best.tensors, best: nil),
      TrainingState.Resumption(identity: identity, last: (checkpoint.position, checkpoint.tensors), best: best.withoutTensors))
  }

  /// Without tensors if they are those of the model.
  private func best(of checkpoint: Checkpoint) -> BestEpoch? {
    guard let best = checkpoint.best, best.epoch == checkpoint.position.epoch, checkpoint.position.offset == 0 else { return checkpoint.best }
    return best.withoutTensors
  }

  private func write(_ checkpoint: Checkpoint, _ resumption: TrainingState.Resumption) throws {
    try tracer.finish()
    try call.effects.files.write(bytes(checkpoint, resumption), to: path)
    lastSeconds = call.effects.clock.seconds
  }
}

extension BestEpoch {
  fileprivate var withoutTensors: BestEpoch {
    BestEpoch(epoch: epoch, value: value, updates: updates, tensors: TrainingTensors(values: [], first: [], second: [], states: []))
  }
}

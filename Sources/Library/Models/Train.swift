import DataSets
import Diagnostics
import Engine
import Images
import Machine
import Tensors
import Training

/// The body of `train`.
extension Library {
  static func train(_ call: Call) throws -> Value {
    let machine = call.machine
    guard machine.trace == nil else { throw call.refuse("`train` cannot be called inside the loss of another training") }
    if machine.models.method("fit", of: try call[TrainParameters.model]) != nil { return try fit(call) }
    let goal = try privacyGoal(call)
    let model = machine.models.copy(try call[TrainParameters.model])
    let given = try call[TrainParameters.data]
    let keys = (seed: machine.seed, model: UInt64(bitPattern: Int64(machine.models.key(of: model))))
    if machine.models.isBuilt(model) { try requireClasses(given, of: model, call) }
    let data = try TrainingData(call, RandomKey(keys.seed, keys.model, Hash64.of("validation")))
    let tracer = LossTracer(machine, model)
    let key = call.engine.leaf(try RandomStream.keyTensor(RandomKey(machine.seed)))
    try tracer.build(shape: data.examples.shape, classNames: data.classNames, key: key)
    let settings = try settings(call, model)
    let expected = try ExpectedValues(machine, model)
    try expected?.check(given, machine)
    if let other = try TrainingData.validation(call)?.data { try expected?.check(other, machine) }
    let buffer = try prepare(call, tracer, data.examples, settings, expected, key, isPrivate: goal != nil)
    let previous = machine.models.training(of: try call[TrainParameters.model]).foreign(as: TrainingState.self)
    // The moments of a model whose weights have other shapes now are reset.
    if let previous { _ = buffer.restoreMoments(previous.first, previous.second) }
    let hasLabels = data.examples.labelType(1) != nil
    let trainer = try loop(call, goal, settings, data.examples, buffer, previous) { try tracer.trace($0, hasLabels ? $1 : nil, $2) }
    if let examples = data.validation {
      trainer.validation = try Validation(
        examples, batch: max(settings.batch, 64), RandomKey(keys.seed, keys.model, Hash64.of("validating")), call.engine,
        isCancelled: { call.effects.cancellation.requests > 1 }
      ) { try tracer.measure($0, hasLabels ? $1 : nil, $2) }
    }
    let follow = { (checkpoint: Checkpoint, report: PlanReport?, resumption: TrainingState.Resumption?) in
      machine.models.setTraining(
        machine.make(foreign: try trainingState(call, checkpoint, report, settings.optimizers, resumption)), of: model)
    }
    try addFiles(call, trainer, tracer, model, follow)
    defer {
      // Keep what was learned if the statement fails, here or later.
      if trainer.position.step > 0 { machine.rescue = model }
    }
    func finish() throws {
      try tracer.finish()
      try follow(trainer.checkpoint, trainer.report, nil)
    }
    do {
      try machine.finishingSteps { try trainer.run() }
    } catch {
      try machine.finishingSteps(finish)
      throw error
    }
    try machine.finishingSteps(finish)
    if call.effects.cancellation.isRequested { throw Fault(MachineErrors.interrupted, "interrupted") }
    return model
  }

  /// The training that the arguments ask for.
  private static func loop(
    _ call: Call, _ goal: PrivacyGoal?, _ settings: TrainingSettings, _ examples: Examples, _ buffer: ParameterBuffer, _ previous: TrainingState?,
    trace: @escaping Trainer.Tracing
  ) throws -> any TrainingLoop {
    let (position, history) = (previous?.position ?? TrainingPosition(), previous?.history ?? LossHistory())
    if let goal { return try PrivateTrainer(call.engine, call.effects, settings, goal, examples, buffer, from: position, history, trace: trace) }
    return try Trainer(call.engine, call.effects, settings, examples, buffer, from: position, history, trace: trace)
  }

  /// The files that a training writes, and the warnings of its model.
  private static func addFiles(
    _ call: Call, _ trainer: any TrainingLoop, _ tracer: LossTracer, _ model: Value,
    _ follow: @escaping (Checkpoint, PlanReport?, TrainingState.Resumption?) throws -> Void
  ) throws {
    let machine = call.machine
    if let trainer = trainer as? Trainer, let path = try call[TrainParameters.checkpoint] {
      guard path.lowercased().hasSuffix(ModelFile.ending) else {
        throw call.wrong(TrainParameters.checkpoint, expected: "the name of a file that ends in \(ModelFile.ending)")
      }
      trainer.checkpointFile = ModelCheckpoint(path, call, tracer, states: { [unowned trainer] in trainer.checkpoint.tensors.states.map(\.storage) }) {
        try follow($0, nil, $1)
        return try ModelFile.bytes(model, machine)
      }
    }
    if let path = try call[TrainParameters.log] {
      guard let log = HistoryLog(path, call.effects) else {
        throw call.wrong(TrainParameters.log, expected: "the name of a file that ends in \(HistoryLog.endings.joined(separator: " or "))")
      }
      trainer.log = log
    }
    guard machine.models.method("warnings", of: model) != nil else { return }
    trainer.warnings = {
      try tracer.finish()
      let result = try machine.models.call("warnings", of: model, [])
      return result.tag == .list ? result.listItems.filter { $0.tag == .string }.map(\.string) : []
    }
  }

  private static func trainingState(
    _ call: Call, _ checkpoint: Checkpoint, _ report: PlanReport?, _ optimizers: [String: Optimizer], _ resumption: TrainingState.Resumption?
  ) throws -> TrainingState {
    let set = try call[TrainParameters.data].foreign(as: DataSetValue.self)?.set
    let names = set?.rows.flatMap { $0.columns.isEmpty ? nil : TableSchema(columns: $0.columns, label: $0.label, classes: set?.names ?? []) }
    // Rows given as a tensor have no column names.
    let earlier =
      set == nil ? call.machine.models.training(of: try call[TrainParameters.model]).foreign(as: TrainingState.self)?.tableSchema : nil
    return TrainingState(
      checkpoint.position, first: checkpoint.tensors.first, second: checkpoint.tensors.second, history: checkpoint.history, report: report,
      optimizers: optimizers, tableSchema: names ?? earlier, resumption: resumption)
  }

  /// The names of the classes of a data set; numbers where classes have no names.
  static func classNames(of data: Value) -> [String] {
    guard let set = data.foreign(as: DataSetValue.self)?.set, let target = set.target else { return [] }
    return set.names + (set.names.count..<max(set.names.count, target.classCount)).map(String.init)
  }

  /// Builds the model's layers on a first batch of real examples, or of zeros for a private training.
  private static func prepare(
    _ call: Call, _ tracer: LossTracer, _ examples: Examples, _ settings: TrainingSettings, _ expected: ExpectedValues?,
    _ key: Node, isPrivate: Bool
  ) throws -> ParameterBuffer {
    let count = min(settings.batch, examples.count)
    let (first, firstLabels) = isPrivate ? try emptyBatch(examples, count) : try examples.first(count)
    // A recipe may move values out of the range.
    if !isPrivate { try expected?.check(first) }
    let images = call.engine.leaf(first)
    let labels = firstLabels.map { call.engine.leaf($0) }
    var whole: [(node: Node, whole: Tensor)] = []
    if let all = examples.tensor { whole.append((images, all)) }
    if let labels, let all = examples.labels { whole.append((labels, try Tensor(all, shape: [all.count]))) }
    return try tracer.prepare(images: images, labels: labels, key: key, whole: whole)
  }
}

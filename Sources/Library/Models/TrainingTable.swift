import DataSets
import Diagnostics
import Engine
import Images
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

  init(
    _ position: TrainingPosition, first: [Tensor], second: [Tensor], history: LossHistory, report: PlanReport?,
    optimizers: [String: Optimizer], tableSchema: TableSchema? = nil
  ) {
    self.tableSchema = tableSchema
    self.optimizers = optimizers
    self.report = report
    self.position = position
    self.first = first
    self.second = second
    self.history = history
  }

  var typeName: String { "training state" }
  var byteCount: Int { (first + second).reduce(0) { $0 + $1.type.byteCount } }
  var storages: [Storage] { (first + second).map(\.storage) }
}

/// The parameters of `train`.
enum TrainParameters {
  static let model = Parameter("m", .model, "a model with `loss` or `losses`")
  static let data = Parameter("data", .data, "a data set, or a tensor of examples")
  static let epochs = Parameter("epochs", .int, "passes over the data", default: 10, in: 0...1_000_000)
  static let batch = Parameter("batch", optional: .batchSize, "examples per step", shown: "the model's, or 64")
  static let optimizer = Parameter(
    "optimizer", optional: .any, "an optimiser such as adam(1e-3), or a record with one for each part", shown: "the model's, or adam(1e-3)")
  static let augment = Parameter(
    "augment", optional: .foreign("a recipe such as `rotate(-15..15) |> flip()`", RecipeValue.self), "a recipe, applied with new random numbers in each epoch")
}

extension Kind where Content == Int {
  static var batchSize: Kind { Kind(int, in: 1...1 << 20) }
}

extension Library {
  private static let trained = Parameter("m", .model, "a trained model")

  static let training: [Builtin] = [
    Builtin(
      "train", "Trains a model on data and returns the trained model; Ctrl-C stops early and keeps what was learned",
      [
        TrainParameters.model, TrainParameters.data, TrainParameters.epochs, TrainParameters.batch, TrainParameters.optimizer, TrainParameters.augment,
      ],
      examples: [
        Example(
          "model line() {\n  slope = param(zeros(1))\n  fn loss(x) { mean((slope * x - 3 * x) ^ 2) }\n}\nm = train(line(), [[1], [2]], epochs=200, optimizer=adam(0.1))\nprint(is_close(m.slope, [3], within=0.01))",
          "true")
      ],
      hasEffects: true, whenChecked: .instead { try checkedTrain($0) }
    ) { call in try train(call) },
    method("encode", "The latent codes of examples", "x", "examples"),
    method("decode", "The examples decoded from latent codes", "z", "the codes, one in each row"),
    method("reconstruct", "Examples encoded and decoded again", "x", "examples"),
    Builtin(
      "losses", "The losses of a model's last epoch of training, as a record", [trained],
      examples: [Example("print(losses(dense(1)))", "{}")], whenChecked: .unknown
    ) { call in
      let state = call.machine.models.training(of: try call[trained]).foreign(as: TrainingState.self)
      return call.machine.make(record: (state?.history.latest ?? []).map { (name: $0.name, value: Value($0.value)) })
    },
    Builtin(
      "history", "The losses of every complete epoch that a model was trained for, as a list of records, which `plot` draws",
      [trained],
      examples: [
        Example(
          "model line() {\n  slope = param(zeros(1))\n  fn loss(x) { mean((slope * x - 3 * x) ^ 2) }\n}\nm = train(line(), [[1], [2]], epochs=2, optimizer=sgd(0.1))\nprint(history(m))",
          "({epoch: 1, loss: 22.5}, {epoch: 2, loss: 5.625})")
      ], whenChecked: .unknown
    ) { call in
      let machine = call.machine
      let state = machine.models.training(of: try call[trained]).foreign(as: TrainingState.self)
      return machine.make(
        list: (state?.history.epochs ?? []).map { epoch in
          machine.make(record: [(name: "epoch", value: Value(epoch.number))] + epoch.losses.map { (name: $0.name, value: Value($0.value)) })
        })
    },
  ]

  private static func method(_ name: String, _ summary: String, _ parameter: String, _ meaning: String) -> Builtin {
    let (model, examples) = (Parameter("m", .model, "a model with `fn \(name)`"), Parameter(parameter, .any, meaning))
    return Builtin(
      name, summary, [model, examples],
      examples: [
        Example(
          "m = vae(latent=2, hidden=8, shape=(4, 4, 1))\nprint(\(name)(m, zeros(3, \(name == "decode" ? "2" : "4, 4, 1"))).shape)",
          name == "encode" ? "(3, 2)" : "(3, 4, 4, 1)")
      ]
    ) { call in
      let given = try call[examples]
      let value = try given.foreign(as: DataSetValue.self).map { try $0.examples(call.machine) }
      guard let value, value.node.dtype != .f32 else { return try call.machine.models.call(name, of: call[model], [value ?? given]) }
      // As in a training, features are rounded to f32.
      return try call.machine.models.call(name, of: call[model], [call.machine.make(node: call.engine.term(value.node).cast(.f32).node)])
    }
  }

  // MARK: train

  private static func train(_ call: Call) throws -> Value {
    let machine = call.machine
    guard machine.trace == nil else { throw call.refuse("`train` cannot be called inside the loss of another training") }
    let model = machine.models.copy(try call[TrainParameters.model])
    let examples = try examples(call)
    let tracer = LossTracer(machine, model)
    let key = call.engine.leaf(try RandomStream.keyTensor(RandomKey(machine.seed)))
    try tracer.build(shape: examples.shape, classNames: classNames(of: try call[TrainParameters.data]), key: key)
    let settings = try settings(call, model)
    let expected = try ExpectedValues(machine, model)
    try expected?.check(try call[TrainParameters.data], machine)
    let buffer = try prepare(call, tracer, examples, settings, expected, key)
    let previous = machine.models.training(of: try call[TrainParameters.model]).foreign(as: TrainingState.self)
    // The moments of a model whose weights have other shapes now are reset.
    if let previous { _ = buffer.restoreMoments(previous.first, previous.second) }
    let hasLabels = examples.labelType(1) != nil
    let trainer = try Trainer(
      call.engine, call.effects, settings, examples, buffer, from: previous?.position ?? TrainingPosition(),
      previous?.history ?? LossHistory()
    ) {
      try tracer.trace($0, hasLabels ? $1 : nil, $2)
    }
    defer {
      // Keep what was learned if the statement fails, here or later.
      if trainer.position.step > 0 { machine.rescue = model }
    }
    do {
      try machine.finishingSteps { try trainer.run() }
    } catch {
      try machine.finishingSteps { try finish(call, model, tracer, trainer, buffer) }
      throw error
    }
    try machine.finishingSteps { try finish(call, model, tracer, trainer, buffer) }
    if call.effects.cancellation.isRequested { throw Fault(MachineErrors.interrupted, "interrupted") }
    return model
  }

  private static func finish(_ call: Call, _ model: Value, _ tracer: LossTracer, _ trainer: Trainer, _ buffer: ParameterBuffer) throws {
    try tracer.finish()
    let machine = call.machine
    let set = try call[TrainParameters.data].foreign(as: DataSetValue.self)?.set
    let names = set?.rows.flatMap { $0.columns.isEmpty ? nil : TableSchema(columns: $0.columns, label: $0.label, classes: set?.names ?? []) }
    // Rows given as a tensor have no column names.
    let earlier = set == nil ? machine.models.training(of: try call[TrainParameters.model]).foreign(as: TrainingState.self)?.tableSchema : nil
    let state = TrainingState(
      trainer.position, first: buffer.tensors(in: buffer.first), second: buffer.tensors(in: buffer.second), history: trainer.history,
      report: trainer.report, optimizers: trainer.optimizers, tableSchema: names ?? earlier)
    machine.models.setTraining(machine.make(foreign: state), of: model)
  }

  /// The names of the classes of a data set; numbers where classes have no names.
  static func classNames(of data: Value) -> [String] {
    guard let set = data.foreign(as: DataSetValue.self)?.set, let target = set.target else { return [] }
    return set.names + (set.names.count..<max(set.names.count, target.classCount)).map(String.init)
  }

  private static func examples(_ call: Call) throws -> Examples {
    var augment = Recipe()
    if let recipe = try call[TrainParameters.augment] {
      guard recipe.copies == 1 else { throw call.refuse("the recipe of `augment` cannot have `copies`") }
      augment = recipe.recipe
    }
    let data = try call[TrainParameters.data]
    if let data = data.foreign(as: DataSetValue.self) { return try Examples(data.set, augment: augment, call.engine) }
    guard data.tag == .tensor else { throw call.wrong(TrainParameters.data) }
    let tensor = try call.engine.value(data.node)
    guard augment.isEmpty else {
      return try Examples(DataSet(.dense(ImageBatch(tensor).tensor)), augment: augment, call.engine)
    }
    return try Examples(tensor, call.engine)
  }

  /// Builds the model's layers on a first batch of real examples.
  private static func prepare(
    _ call: Call, _ tracer: LossTracer, _ examples: Examples, _ settings: TrainingSettings, _ expected: ExpectedValues?,
    _ key: Node
  ) throws -> ParameterBuffer {
    let count = min(settings.batch, examples.count)
    let (first, firstLabels) = try examples.first(count)
    // A recipe may move values out of the range.
    try expected?.check(first)
    let images = call.engine.leaf(first)
    let labels = firstLabels.map { call.engine.leaf($0) }
    var whole: [(node: Node, whole: Tensor)] = []
    if let all = examples.tensor { whole.append((images, all)) }
    if let labels, let all = examples.labels { whole.append((labels, try Tensor(all, shape: [all.count]))) }
    return try tracer.prepare(images: images, labels: labels, key: key, whole: whole)
  }
}

import DataSets
import Diagnostics
import Engine
import Machine
import Tensors
import Training

// Manual training: one step at a time, with the optimiser as a value next to the model.
extension Library {
  private static let trainable = Parameter("m", .any, "a model, a tensor, or a list or record of them")
  private static let optimizer = Parameter(
    "optimizer", .foreign("an optimiser such as adam(1e-3)", OptimizerValue.self), "an optimiser such as adam(1e-3), or the one that the last step returned")
  private static let loss = Parameter("f", .function, "the loss: a function of the model that returns a single number")
  private static let slopes = Parameter("gradients", .any, "the gradients, with the structure of the model, as `grad` returns them")
  private static let data = Parameter("data", .data, "a data set, or a tensor whose first dimension counts the examples")
  private static let size = Parameter("size", .int, "examples in a batch", default: 64, in: 1...1 << 30)
  private static let shuffle = Parameter("shuffle", .boolean, "whether the order is random", default: true)
  private static let whole = Parameter("whole", .boolean, "whether a smaller last batch is dropped", default: false)

  static let steps: [Builtin] = [
    Builtin(
      "step", "One step of training: the updated model, the updated optimiser and the loss, as a list", [trainable, optimizer, loss],
      examples: [
        Example(
          "(w, o) = ([2], sgd(0.25))\nfor i in 0..3 { (w, o, loss) = step(w, o, w -> sum((w - 4) ^ 2)) }\nprint(w, loss, o)",
          "[3.75] 0.25 sgd(0.25, momentum=0.0) after 3 steps")
      ]
    ) { call in try step(call) },
    Builtin(
      "update", "One update with given gradients: the updated model and the updated optimiser, as a list", [trainable, optimizer, slopes],
      examples: [Example("(w, o) = update([1, 2], sgd(0.5), [2, 0])\nprint(w)", "[0, 2]")]
    ) { call in try update(call) },
    Builtin(
      "batches", "A data set or a tensor as a list of batches, in random order; the last may be smaller", [data, size, shuffle, whole],
      examples: [Example("print(map(batches([1, 2, 3, 4, 5], 2, shuffle=false), len))", "(2, 2, 1)")]
    ) { call in try batches(call) },
  ]

  // MARK: step and update

  private static func step(_ call: Call) throws -> Value {
    let (machine, engine) = (call.machine, call.engine)
    guard machine.trace?.forbidsEffects != true else { throw call.refuse("`step` cannot be called inside the loss of a training") }
    let (model, optimizer) = (try call[trainable], try call[optimizer])
    return try engine.recording {
      let point = try Differentiable(call, trainable)
      let loss = try point.whileOwned(training: true) { try scalarLoss(call, machine.call(call[Library.loss], [point.argument])) }
      let weights = point.points()
      guard !weights.isEmpty else {
        throw call.refuse(
          "nothing to train in \(machine.describe(model))", hint: "weights come from layers such as `dense(...)`, or from `param(...)`")
      }
      let gradients = try engine.gradients(of: loss, withRespectTo: weights)
      let states = point.states()
      guard machine.policy.readsData else { return machine.make(list: [point.rebuilt(weights), call.value(Library.optimizer), machine.make(node: loss)]) }
      let moved = try Movement(call, optimizer, weights)
      let value = try Tensor(uninitialized: loss.type)
      var outputs = [Plan.Output(node: loss, storage: value.storage, isPrivate: true)] + moved.outputs(gradients)
      let carried = try states.map { leaf in (leaf, try Tensor(uninitialized: leaf.type)) }
      outputs += carried.map { Plan.Output(node: $0.node, storage: $1.storage, isPrivate: true) }
      try Plan(stages: [Plan.Stage(outputs: outputs)], engine: engine).run()
      let after = try moved.run(loss: value[0])
      for (leaf, tensor) in carried { leaf.replace(with: engine.leaf(tensor)) }
      return machine.make(list: [point.rebuilt(after.weights), machine.make(foreign: after.optimizer), machine.make(node: engine.leaf(value))])
    }
  }

  private static func scalarLoss(_ call: Call, _ value: Value) throws -> Node {
    if value.tag == .unknown { throw UnknownValue() }
    guard value.tag == .tensor, value.node.type.count == 1, value.node.dtype.isFloat else {
      throw Fault(
        TrainingErrors.badLoss, "the loss must be a single number, got \(call.machine.describe(value))",
        hint: "reduce it with `mean(...)` or `sum(...)`; the function's last line is its value")
    }
    return try call.term(of: value.node).reshaped([]).node
  }

  private static func update(_ call: Call) throws -> Value {
    let (machine, engine) = (call.machine, call.engine)
    let (model, optimizer) = (try call[trainable], try call[optimizer])
    for parameter in [trainable, slopes] { try Differentiable.holdsModels(call, parameter) }
    let (weights, slopes) = (Differentiable.nodes(in: model, machine), Differentiable.nodes(in: try call[Library.slopes], machine))
    guard weights.map(\.shape) == slopes.map(\.shape) else {
      throw call.refuse(
        "the gradients must have the structure of the model: got \(machine.describe(call.value(Library.slopes))) for \(machine.describe(model))",
        hint: "`grad` and `value_and_grad` return gradients with the structure of their argument")
    }
    func rebuilt(_ nodes: [Node]) -> Value {
      var next = nodes.makeIterator()
      return Differentiable.rebuilt(model, &next, machine)
    }
    guard machine.policy.readsData else { return machine.make(list: [rebuilt(weights), call.value(Library.optimizer)]) }
    let moved = try Movement(call, optimizer, weights)
    let fitted = try slopes.map { try engine.term($0).cast(.f32).node }
    try Plan(stages: [Plan.Stage(outputs: moved.outputs(fitted))], engine: engine).run()
    let after = try moved.run(loss: 0)
    return machine.make(list: [rebuilt(after.weights), machine.make(foreign: after.optimizer)])
  }

  // MARK: batches

  private static func batches(_ call: Call) throws -> Value {
    let machine = call.machine
    let data = try call[data]
    let set = data.foreign(as: DataSetValue.self)?.set
    guard set != nil || (data.tag == .tensor && data.node.type.rank > 0) else { throw call.wrong(Library.data) }
    let count = set?.count ?? data.node.shape[0]
    let size = try call[size]
    guard count < Int(Int32.max) else { throw call.refuse("`batches` handles up to \(Int32.max) examples, got \(count)") }
    var order = (0..<Int32(count)).map { $0 }
    if try call[shuffle] {
      let (key, place) = machine.stream.next(call.engine)
      order = RandomKey(key.bits, UInt64(place)).permutation(count)
    }
    let whole = try call[whole]
    var parts: [Value] = []
    for start in stride(from: 0, to: count, by: size) where !whole || start + size <= count {
      let part = order[start..<min(count, start + size)]
      if let set {
        parts.append(machine.make(foreign: DataSetValue(set.selecting(part.map(Int.init)))))
      } else {
        let positions = call.engine.leaf(try Tensor(Array(part), shape: [part.count]))
        parts.append(machine.make(node: try call.engine.apply(Gather(), [data.node, positions], at: call.span)))
      }
    }
    return machine.make(list: parts)
  }
}

/// One update of weights, in flat buffers of weights, gradients and moments.
private struct Movement {
  private let buffer: ParameterBuffer
  private let value: OptimizerValue
  private let engine: Engine

  init(_ call: Call, _ optimizer: OptimizerValue, _ weights: [Node]) throws {
    value = optimizer
    engine = call.engine
    buffer = try ParameterBuffer(weights.enumerated().map { ("weight \($0)", "", $1.type) })
    try buffer.fill(weights, engine)
    guard let state = optimizer.state, !buffer.restoreMoments(state.first, state.second) else { return }
    throw call.refuse("the optimiser was used for weights of other shapes", hint: "create one for each model: `adam(1e-3)`")
  }

  func outputs(_ gradients: [Node]) -> [Plan.Output] {
    zip(gradients, buffer.slots).map { Plan.Output(node: $0, storage: buffer.view(of: buffer.gradients, $1), isPrivate: true) }
  }

  /// Updates the weights, if loss and gradients are finite.
  func run(loss: Double) throws -> (weights: [Node], optimizer: OptimizerValue) {
    let update = OptimizerStep(value.optimizer, buffer, 0..<buffer.count, updates: value.state?.updates ?? 0, engine)
    let norm = update.squaredNorm
    guard norm.isFinite, loss.isFinite else {
      throw Fault(
        TrainingErrors.notFinite, "the \(loss.isFinite ? "gradient" : "loss") of this step is not finite",
        hint: "lower the learning rate, or keep the arguments of `log` and `/` away from zero; the model is unchanged")
    }
    update.run(squaredNorm: norm)
    let state = OptimizerState(updates: update.updates, first: buffer.tensors(in: buffer.first), second: buffer.tensors(in: buffer.second))
    return (buffer.tensors(in: buffer.values).map { engine.leaf($0) }, OptimizerValue(value.optimizer, state: state))
  }
}

import DataSets
import Diagnostics
import Engine
import Machine
import Tensors
import Training

// Training by hand: one step at a time, with the optimiser as a value beside the model.
extension Library {
  private static let optimizerParameter = Parameter("optimizer", .any, "such as adam(1e-3), or the one that the last step gave")

  static let steps: [Builtin] = [
    Builtin(
      "step", "One step of training: the model with better weights, the optimiser one step on, and the loss, as a list",
      [
        Parameter("m", .any, "a model, a tensor, or a list or record of them"), optimizerParameter,
        Parameter("f", .function, "the loss: a function of the model that gives one number"),
      ],
      examples: [
        Example(
          "(w, o) = ([2], sgd(0.25))\nfor i in 0..3 { (w, o, loss) = step(w, o, w -> sum((w - 4) ^ 2)) }\nprint(w, loss, o)",
          "[3.75] 0.25 sgd(0.25, momentum=0.0) after 3 steps")
      ]
    ) { call in try step(call) },
    Builtin(
      "update", "A model moved along its gradients by an optimiser, and the optimiser one step on, as a list",
      [
        Parameter("m", .any, "a model, a tensor, or a list or record of them"), optimizerParameter,
        Parameter("gradients", .any, "in the form of the model, as `grad` gives them"),
      ],
      examples: [Example("(w, o) = update([1, 2], sgd(0.5), [2, 0])\nprint(w)", "[0, 2]")]
    ) { call in try update(call) },
    Builtin(
      "batches", "A data set or a tensor in parts of equal size, in random order; the last may be smaller",
      [
        Parameter("data", .data, "a data set, or a tensor whose first dimension counts the examples"),
        Parameter("size", .int, "examples in a part", default: "64"), Parameter("shuffle", .truth, "whether in random order", default: "true"),
        Parameter("whole", .truth, "whether a smaller last part is left out", default: "false"),
      ],
      examples: [Example("print(map(batches([1, 2, 3, 4, 5], 2, shuffle=false), len))", "(2, 2, 1)")]
    ) { call in try batches(call) },
  ]

  // MARK: step and update

  private static func optimizer(_ call: Call) throws -> OptimizerValue {
    guard let optimizer = call[1].foreign(as: OptimizerValue.self) else { throw call.wrong(1, hint: "adam, adamw, sgd and rmsprop make optimisers") }
    return optimizer
  }

  private static func step(_ call: Call) throws -> Value {
    let (machine, engine) = (call.machine, call.engine)
    guard machine.trace?.forbidsEffects != true else { throw call.refuse("`step` stands inside the loss of a training") }
    let optimizer = try optimizer(call)
    return try engine.recording {
      let point = try Differentiable(call, 0)
      let loss = try point.whileOwned(training: true) { try scalarLoss(call, machine.call(call[2], [point.argument])) }
      let weights = point.points()
      guard !weights.isEmpty else {
        throw call.refuse(
          "there is nothing to train in \(machine.describe(call[0]))", hint: "weights come from layers such as `dense(...)`, or from `param(...)`")
      }
      let gradients = try engine.gradients(of: loss, withRespectTo: weights)
      let states = point.states()
      if machine.isChecking { return machine.make(list: [point.rebuilt(weights), call[1], machine.make(node: loss)]) }
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
        TrainingErrors.badLoss, "`step` follows the gradient of one number, the function gave \(call.machine.describe(value))",
        hint: "add it up with `mean(...)` or `sum(...)`; the function's last line is its value")
    }
    return try call.term(of: value.node).reshaped([]).node
  }

  private static func update(_ call: Call) throws -> Value {
    let (machine, engine) = (call.machine, call.engine)
    let optimizer = try optimizer(call)
    for index in [0, 2] { try Differentiable.holdsModels(call, index) }
    let (weights, gradients) = (Differentiable.nodes(in: call[0], machine), Differentiable.nodes(in: call[2], machine))
    guard weights.map(\.shape) == gradients.map(\.shape) else {
      throw call.refuse(
        "the gradients do not have the form of what they move: \(machine.describe(call[2])) beside \(machine.describe(call[0]))",
        hint: "`grad` and `value_and_grad` give gradients in the form of their argument")
    }
    func rebuilt(_ nodes: [Node]) -> Value {
      var next = nodes.makeIterator()
      return Differentiable.rebuilt(call[0], &next, machine)
    }
    if machine.isChecking { return machine.make(list: [rebuilt(weights), call[1]]) }
    let moved = try Movement(call, optimizer, weights)
    let fitted = try gradients.map { try engine.term($0).cast(.f32).node }
    try Plan(stages: [Plan.Stage(outputs: moved.outputs(fitted))], engine: engine).run()
    let after = try moved.run(loss: 0)
    return machine.make(list: [rebuilt(after.weights), machine.make(foreign: after.optimizer)])
  }

  // MARK: batches

  private static func batches(_ call: Call) throws -> Value {
    let machine = call.machine
    let set = call[0].foreign(as: DataSetValue.self)?.set
    guard set != nil || (call[0].tag == .tensor && call[0].node.type.rank > 0) else { throw call.wrong(0) }
    let count = set?.count ?? call[0].node.shape[0]
    let size = try call.int(1, or: 64, in: 1...(1 << 30))
    guard count < Int(Int32.max) else { throw call.refuse("`batches` handles up to \(Int32.max) examples") }
    var order = (0..<Int32(count)).map { $0 }
    if try call.truth(2, or: true) {
      let (key, place) = machine.stream.next(call.engine)
      order = RandomKey(key.bits, UInt64(place)).permutation(count)
    }
    let whole = try call.truth(3, or: false)
    var parts: [Value] = []
    for start in stride(from: 0, to: count, by: size) where !whole || start + size <= count {
      let part = order[start..<min(count, start + size)]
      if let set {
        parts.append(machine.make(foreign: DataSetValue(set.selecting(part.map(Int.init)))))
      } else {
        let positions = call.engine.leaf(try Tensor(Array(part), shape: [part.count]))
        parts.append(machine.make(node: try call.engine.apply(Gather(), [call[0].node, positions], at: call.span)))
      }
    }
    return machine.make(list: parts)
  }
}

/// Weights on their way through one update: in flat buffers, with their gradients and moments.
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
    throw call.refuse("the optimiser has made steps with weights of other shapes", hint: "use a new one for each model: `adam(1e-3)`")
  }

  func outputs(_ gradients: [Node]) -> [Plan.Output] {
    zip(gradients, buffer.slots).map { Plan.Output(node: $0, storage: buffer.view(of: buffer.gradients, $1), isPrivate: true) }
  }

  /// Moves the weights, if loss and gradients are finite.
  func run(loss: Double) throws -> (weights: [Node], optimizer: OptimizerValue) {
    let update = OptimizerStep(value.optimizer, buffer, 0..<buffer.count, updates: value.state?.updates ?? 0, engine)
    let norm = update.squaredNorm
    guard norm.isFinite, loss.isFinite else {
      throw Fault(
        TrainingErrors.notFinite, "the \(loss.isFinite ? "gradient" : "loss") of this step is not a finite number",
        hint: "lower the learning rate, or keep `log` and `/` away from zero; the model is as it was before the step")
    }
    update.run(squaredNorm: norm)
    let state = OptimizerState(updates: update.updates, first: buffer.tensors(in: buffer.first), second: buffer.tensors(in: buffer.second))
    return (buffer.tensors(in: buffer.values).map { engine.leaf($0) }, OptimizerValue(value.optimizer, state: state))
  }
}

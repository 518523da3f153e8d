import Diagnostics
import Engine
import Machine
import Tensors
import Training

/// Runs a model's loss in Loam and passes the recorded graph to the trainer. Works on a copy of the model that the
/// training owns.
final class LossTracer {
  private let machine: Machine
  private let model: Value
  private let span: Span?
  /// The weights and states of the training; their leaves are inserted into the model before each trace.
  private var parameters: [(leaf: ModelTree.Leaf, node: Node, tensor: Tensor)] = []
  private var states: [(leaf: ModelTree.Leaf, node: Node, storage: Storage)] = []
  /// The records with states, as they were before a trace.
  private var stateFields: [StateFields] = []
  private(set) var buffer: ParameterBuffer?

  init(_ machine: Machine, _ model: Value) {
    self.machine = machine
    self.model = model
    span = machine.currentSpan
  }

  private var engine: Engine { machine.engine }

  /// The value of a state; zeros if the program is only checked.
  private func tensor(of node: Node) throws -> Tensor {
    node.isUnknown ? try Tensor(dtype: node.dtype, shape: node.shape) { _ in 0 } : try engine.value(node)
  }
  private func leaf(_ tensor: Tensor) throws -> Node { try machine.policy.data(tensor.type, engine) { tensor } }

  /// Runs the model's body, which creates its fields.
  func build(shape: [Int], classNames: [String], key: Node) throws {
    try building(key) { try machine.models.build(model, shape: shape, classNames: classNames) }
  }

  private func building(_ key: Node, whole: [(node: Node, whole: Tensor)] = [], _ body: () throws -> Void) throws {
    let trace = Trace(isTraining: true, forbidsEffects: true, isBuilding: true)
    trace.wholeInputs = whole
    try within(trace, key, body)
  }

  /// Runs `body` in a trace, with the random numbers of a key. The values that it makes are released, except those in the model:
  /// a loss that is traced at each step would keep those of all steps.
  private func within<Result>(_ trace: Trace, _ key: Node, _ body: () throws -> Result) rethrows -> Result {
    let (outerTrace, outerStream, mark) = (machine.trace, machine.stream, machine.keptCount)
    defer {
      machine.trace = outerTrace
      machine.stream = outerStream
      machine.releaseKept(after: mark)
    }
    machine.trace = trace
    machine.stream = stream(key)
    return try body()
  }

  /// Runs `body` on the weights and states in the memory of the training. `body` gets a function that says whether it has read
  /// the value of a tensor, so that the graph is valid only once.
  private func recording<Result>(_ trace: Trace, _ key: Node, _ body: (_ hasRead: () -> Bool) throws -> Result) throws -> Result {
    let reads = engine.readsWhileRecording
    return try within(trace, key) {
      try engine.recording {
        for parameter in parameters { parameter.leaf.replace(with: parameter.node) }
        for state in states { state.leaf.replace(with: state.node) }
        return try body { engine.readsWhileRecording != reads }
      }
    }
  }

  /// Builds every layer by running the loss once on the first batch, and moves the weights to flat buffers.
  /// `whole`: the complete data of each input, which is one batch of it.
  func prepare(images: Node, labels: Node?, key: Node, whole: [(node: Node, whole: Tensor)]) throws -> ParameterBuffer {
    try building(key, whole: whole) { _ = try runLoss(images, labels) }
    // Everything is built now, so a state that was initialised with another part of the model, as in
    // `state slow = generator`, becomes a separate copy.
    for fields in StateFields.all(in: model, machine) { fields.separate() }
    stateFields = StateFields.all(in: model, machine)
    let tree = ModelTree(machine, model)
    let buffer = try ParameterBuffer(tree.parameters.map { ($0.path, $0.part, $0.type) })
    if machine.policy.readsData { try buffer.fill(tree.parameters.map(\.node), engine) }
    for (leaf, slot) in zip(tree.parameters, buffer.slots) {
      let view = buffer.view(of: buffer.values, slot)
      let tensor = Tensor(slot.type, storage: view)
      parameters.append((leaf, try self.leaf(tensor), tensor))
    }
    for leaf in tree.states {
      let tensor = try tensor(of: leaf.node)
      let own = try Tensor(uninitialized: tensor.type)
      own.storage.bytes.copyMemory(from: tensor.storage.bytes, byteCount: tensor.type.byteCount)
      states.append((leaf, try self.leaf(own), own.storage))
    }
    guard !parameters.isEmpty else {
      throw Fault(
        TrainingErrors.badLoss, "the model `\(machine.models.name(of: model))` has no weights to train",
        hint: "weights come from layers such as `dense(...)`, or from `param(...)`, held in the model's fields")
    }
    self.buffer = buffer
    return buffer
  }

  /// Traces one step: the losses, the gradients of each part and the new states.
  func trace(_ images: Node, _ labels: Node?, _ key: Node) throws -> TracedStep {
    defer { for fields in stateFields { fields.restore() } }
    return try recording(Trace(isTraining: true, forbidsEffects: true), key) { hasRead in
      let losses = try runLoss(images, labels)
      let early = try newStates(afterUpdates: false)
      var versions: [ObjectIdentifier: Node] = [:]
      var latest = parameters.map(\.node)
      var traced: [TracedStep.Loss] = []
      for (part, node) in losses {
        let value = try engine.substituting(versions, in: [node])[0]
        let own = parameters.indices.filter { part == nil || parameters[$0].leaf.part == part }
        let gradients = try engine.gradients(of: value, withRespectTo: own.map { latest[$0] })
        traced.append(TracedStep.Loss(part: part, value: value, gradients: zip(own, gradients).map { (slot: $0, node: $1) }))
        // Later losses see the updated weights, which have the same storage.
        for index in own {
          latest[index] = try leaf(parameters[index].tensor)
          versions[ObjectIdentifier(parameters[index].node)] = latest[index]
        }
      }
      let late = try runAfterStep(latest, early)
      return TracedStep(losses: traced, states: early + late, isDynamic: hasRead())
    }
  }

  /// The losses and the metrics of a batch, with the layers as in use, not as in training.
  func measure(_ images: Node, _ labels: Node?, _ key: Node) throws -> Validation.Measures {
    try recording(Trace(isTraining: false, forbidsEffects: true, isMeasuring: true), key) { hasRead in
      let losses = try runLoss(images, labels).map { (name: $0.part ?? "loss", node: $0.node) }
      let metrics = try runMetrics(images, labels)
      return Validation.Measures(losses: losses, metrics: metrics, isDynamic: hasRead())
    }
  }

  /// The random stream of a training: operations draw from the key as an input of the plan, other code from the
  /// current key and step.
  private func stream(_ key: Node) -> RandomStream {
    guard let words = key.tensor?.storage.bind(UInt32.self) else { return RandomStream(key: RandomKey(bits: 0), node: key) }
    return RandomStream(key: RandomKey(UInt64(words[0]), UInt64(words[1]), UInt64(words[2])), node: key)
  }

  // MARK: Loss

  /// The value of `loss`, or of each entry of `losses` in written order.
  private func runLoss(_ images: Node, _ labels: Node?) throws -> [(part: String?, node: Node)] {
    let isGame = machine.models.method("losses", of: model) != nil
    let name = isGame ? "losses" : "loss"
    guard let count = machine.models.parameterCount(ofMethod: name, of: model) else {
      throw Fault(
        TrainingErrors.badLoss, "the model `\(machine.models.name(of: model))` has no `loss` function",
        hint: "add `fn loss(x) { ... }`, or `fn loss(x, label) { ... }` for labelled data")
    }
    var arguments = [machine.make(node: images)]
    if count >= 2, labels != nil || machine.models.requiresLabels(name, of: model) {
      guard let labels else {
        throw Fault(
          TrainingErrors.badLoss, "`\(name)` of the model `\(machine.models.name(of: model))` takes labels, but the data has none",
          hint: "give the data set labels, or write `fn \(name)(x)`")
      }
      arguments.append(machine.make(node: labels))
    }
    let result = try machine.call(machine.models.field(machine.symbols.intern(name), of: model), arguments)
    guard isGame else { return [(nil, try scalar(result, "loss"))] }
    guard result.tag == .record, result.recordCount > 0 else {
      throw Fault(
        TrainingErrors.badLoss, "`losses` must return a record with a loss for each part, got \(machine.describe(result))",
        hint: "for example `{critic: ..., generator: ...}`")
    }
    return try (0..<result.recordCount).map { index in
      let part = machine.symbols.name(result.recordKey(index))
      return (part, try scalar(result.recordValue(index), part))
    }
  }

  /// The entries of the record that `fn metrics(x, label)` returns; none if the model has no such function.
  private func runMetrics(_ images: Node, _ labels: Node?) throws -> [(name: String, node: Node)] {
    guard let count = machine.models.parameterCount(ofMethod: "metrics", of: model) else { return [] }
    if count >= 2, labels == nil, machine.models.requiresLabels("metrics", of: model) { return [] }
    let arguments = [machine.make(node: images)] + (count >= 2 ? [labels.map { machine.make(node: $0) } ?? .nothing] : [])
    let result = try machine.models.call("metrics", of: model, arguments)
    guard result.tag == .record else {
      throw Fault(
        TrainingErrors.badLoss, "`metrics` must return a record of numbers, got \(machine.describe(result))", hint: "for example `{accuracy: ...}`")
    }
    return try (0..<result.recordCount).map { index in
      let name = machine.symbols.name(result.recordKey(index))
      guard name != "loss" else {
        throw Fault(TrainingErrors.badLoss, "`metrics` cannot have an entry named `loss`: the name is reserved", hint: "rename it")
      }
      guard result.recordValue(index).tag == .tensor else {
        throw Fault(
          TrainingErrors.badLoss, "`metrics`: `\(name)` must be a number computed from tensors, got \(machine.describe(result.recordValue(index)))")
      }
      let node = try engine.term(result.recordValue(index).node).cast(.f32).node
      return (name, try scalar(machine.make(node: node), name))
    }
  }

  private func scalar(_ value: Value, _ name: String) throws -> Node {
    guard value.tag == .tensor, value.node.dtype == .f32 else {
      throw Fault(
        TrainingErrors.badLoss, "`\(name)` must be a number that depends on the weights, got \(machine.describe(value))", at: span,
        hint: "compute it from tensors; the value of a function is its last line")
    }
    guard value.node.type.count == 1 else {
      throw Fault(
        TrainingErrors.badLoss, "`\(name)` must be a single number, got \(value.node.type.description)", at: value.node.origin,
        hint: "reduce it with `mean(...)` or `sum(...)`")
    }
    return value.node.shape.isEmpty ? value.node : try engine.term(value.node).reshaped([]).node
  }

  // MARK: States

  /// The states that were assigned since the leaves were inserted.
  private func newStates(afterUpdates: Bool) throws -> [(value: Node, storage: Storage, afterUpdates: Bool)] {
    let now = ModelTree(machine, model).states
    guard now.map(\.path) == states.map(\.leaf.path) else {
      throw Fault(
        TrainingErrors.badState, "a state of `\(machine.models.name(of: model))` changed its structure",
        hint: "a state must keep its structure")
    }
    return try zip(states, now).compactMap { old, new in
      guard new.node !== old.node else { return nil }
      let value = try engine.term(new.node).cast(old.node.dtype).node
      guard value.type == old.node.type else {
        throw Fault(
          TrainingErrors.badState, "the state `\(old.leaf.path)` changed from \(old.node.type.description) to \(new.node.type.description)",
          at: new.node.origin, hint: "a state must keep its shape")
      }
      return (value, old.storage, afterUpdates)
    }
  }

  /// `fn after_step()` sees the updated weights.
  private func runAfterStep(_ latest: [Node], _ early: [(value: Node, storage: Storage, afterUpdates: Bool)]) throws
    -> [(value: Node, storage: Storage, afterUpdates: Bool)]
  {
    guard machine.models.method("after_step", of: model) != nil else { return [] }
    for (index, parameter) in parameters.enumerated() { parameter.leaf.replace(with: latest[index]) }
    _ = try machine.models.call("after_step", of: model, [])
    let known = Set(early.map { ObjectIdentifier($0.value) })
    return try newStates(afterUpdates: true).filter { !known.contains(ObjectIdentifier($0.value)) }
  }

  // MARK: Checkpoints

  /// The tensors of a model of the same structure that correspond to states of the training; nil if its structure differs.
  func states(of other: Value, at storages: [Storage]) throws -> [Tensor]? {
    let own = ModelTree(machine, other).states
    guard own.map(\.path) == states.map(\.leaf.path), own.map(\.type) == states.map(\.leaf.type) else { return nil }
    return try storages.map { storage in
      guard let place = states.firstIndex(where: { $0.storage === storage }) else { throw ByteReader.Malformed() }
      return try engine.value(own[place].node)
    }
  }

  // MARK: Finishing

  /// Stores copies of the current weights and states in the model.
  func finish() throws {
    for fields in stateFields { fields.restore() }
    guard let buffer else { return }
    for (parameter, tensor) in zip(parameters, buffer.tensors(in: buffer.values)) { parameter.leaf.replace(with: try leaf(tensor)) }
    for state in states {
      let tensor = try Tensor(uninitialized: state.node.type)
      tensor.storage.bytes.copyMemory(from: state.storage.bytes, byteCount: tensor.type.byteCount)
      state.leaf.replace(with: try leaf(tensor))
    }
  }
}

/// The state fields of one model in the tree: assigned while the loss runs, restored afterwards.
struct StateFields {
  let record: Value
  let values: [(symbol: Symbol, value: Value)]
  let machine: Machine

  func restore() { for (symbol, value) in values { machine.set(machine.symbols.name(symbol), value, in: record) } }

  func separate() {
    for (symbol, value) in values { machine.set(machine.symbols.name(symbol), machine.models.copy(value), in: record) }
  }

  static func all(in model: Value, _ machine: Machine) -> [StateFields] {
    machine.models.withStates(in: model).map { record, symbols in
      StateFields(
        record: record,
        values: symbols.compactMap { symbol in record.recordField(symbol).map { (symbol, machine.keep($0)) } }, machine: machine)
    }
  }
}

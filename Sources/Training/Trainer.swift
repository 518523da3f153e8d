import Diagnostics
import Effects
import Engine
import Glibc
import Tensors

/// The step loop: fills a batch, runs the plan of its shape, and looks for a request to stop.
package final class Trainer {
  package typealias Tracing = (_ images: Node, _ labels: Node, _ key: Node) throws -> TracedStep

  package var optimizers: [String: Optimizer] { settings.optimizers }
  private let engine: Engine
  private let effects: Effects
  private let settings: TrainingSettings
  private let examples: Examples
  private let buffer: ParameterBuffer
  private let trace: Tracing
  package private(set) var position: TrainingPosition
  package private(set) var history: LossHistory

  private let images: Storage
  private let labels: Storage
  private let keyStorage: Storage
  private let lossStorage: Storage
  private var staging: [ObjectIdentifier: Storage] = [:]
  private var plans: [PlanKey: Plan] = [:]
  /// The graph of the step that runs now, for looking where a number stopped being finite.
  private var graphs: [Int: TracedStep] = [:]
  private var updaters: [String: OptimizerStep] = [:]
  /// The losses' parts in their order; an empty name for a single loss.
  private var parts: [String] = []
  private var order: [Int32]
  private var failure: Failure?
  private var isDynamic = false
  /// Where what is learnt is kept for another time.
  private var kept: KeptTraining?
  /// Where the steps of this run began.
  private var firstStep: Int

  private struct Failure {
    let part: String?
    let isLoss: Bool
  }

  private struct PlanKey: Hashable {
    let size: Int
    let active: [Bool]
  }

  package init(
    _ engine: Engine, _ effects: Effects, _ settings: TrainingSettings, _ examples: Examples, _ buffer: ParameterBuffer,
    from position: TrainingPosition, _ history: LossHistory, trace: @escaping Tracing
  ) throws {
    self.engine = engine
    self.effects = effects
    self.settings = settings
    self.examples = examples
    self.buffer = buffer
    self.position = position
    self.history = history
    firstStep = position.step
    self.trace = trace
    order = [Int32](repeating: 0, count: examples.count)
    let size = min(settings.batch, examples.count)
    images = try Storage(byteCount: size * examples.shape.elementCount * 4, describing: "a batch of \(size) examples")
    labels = try Storage(byteCount: size * 4, describing: "the labels of a batch")
    keyStorage = try Storage(byteCount: 12, describing: "a key")
    lossStorage = try Storage(byteCount: 64 * 16, describing: "the losses")
    let key = StreamKey(settings.seed, settings.key, Hash64.of("training"))
    // The words that drawing kernels read; the third is the step, set before each.
    let words = keyStorage.bind(UInt32.self)
    (words[0], words[1], words[2]) = (key.low, key.high, 0)
  }

  /// Trains for the epochs that are asked for, from where the position stands.
  package func run() throws {
    let size = min(settings.batch, examples.count)
    let lastEpoch = position.epoch + settings.epochs
    let rest = examples.count % size
    // What was left of an epoch over other data, or in other batches, is not part of this training.
    if position.offset >= examples.count || position.offset % size != 0 { position.offset = 0 }
    if position.offset == 0 { history.dropPart() }
    var meter = Meter(settings, examples.count, effects)
    shuffle()
    if position.epoch < lastEpoch {
      try fill(min(size, examples.count - position.offset))
      try prepareAll(size, rest)
      try resume(upTo: lastEpoch)
    }
    while position.epoch < lastEpoch {
      let count = min(size, examples.count - position.offset)
      try fill(count)
      try step(count)
      let losses = losses()
      history.add(losses, examples: count)
      meter.count(count, losses, means: history.means, position, lastEpoch)
      position.step += 1
      position.offset += count
      if position.offset >= examples.count {
        position.offset = 0
        position.epoch += 1
        history.endEpoch(position.epoch)
        meter.endEpoch(history.latest, position, lastEpoch)
        if position.epoch < lastEpoch { shuffle() }
      }
      let isOver = position.epoch == lastEpoch || effects.cancellation.isRequested
      if let kept, isOver ? kept.isWorthKeeping : kept.isDue { kept.keep(checkpoint, buffer.slots.map(\.path)) }
      if effects.cancellation.isRequested { return interrupted(lastEpoch) }
    }
  }

  private func interrupted(_ lastEpoch: Int) {
    let epoch = min(position.epoch + 1, lastEpoch)
    effects.progress.writeLine(
      "stopped after \(position.step) steps, in epoch \(epoch) of \(lastEpoch), \(Meter.text(history.latest)); the model keeps what it has learnt")
    // The first request has been answered; a second one is for the statement.
    if effects.cancellation.requests == 1, !effects.cancellation.discardsPartialWork { effects.cancellation.clear() }
  }

  // MARK: What is kept for another time

  /// A loss that looks at values is traced anew at each step, so that nobody can tell beforehand what it computes.
  private func resume(upTo lastEpoch: Int) throws {
    guard let cache = effects.cache, !isDynamic else { return }
    let own = KeptTraining(cache, effects.clock, hash: try fingerprint())
    kept = own
    guard let checkpoint = own.latest(upTo: lastEpoch, beyond: position), restore(checkpoint) else { return }
    own.resumed(from: position)
    let part = position.offset == 0 ? "" : " and \(position.offset) of \(counted(examples.count, "example"))"
    effects.progress.writeLine("\(settings.name): \(position.epoch) of \(lastEpoch) epochs\(part), as kept from an earlier training")
    if position.epoch < lastEpoch { shuffle() }
  }

  /// What decides what this training comes to, but for its length.
  private func fingerprint() throws -> Hash128 {
    var hash = Hash128()
    hash.combine(settings)
    hash.combine(position, history)
    try examples.combine(into: &hash)
    hash.combine(buffer)
    let states = states
    hash.combine(count: states.count)
    for state in states { hash.combine(state) }
    var inputs: [(name: String, storage: Storage)] = [("images", images), ("labels", labels), ("key", keyStorage), ("weights", buffer.values)]
    inputs += states.enumerated().map { ("state \($0)", $1.storage) }
    var graph = GraphHash(buffers: inputs)
    for step in traced { graph.combine(step, states: states.map(\.storage)) }
    hash.combine(graph.value)
    // Processors that fuse multiply and add come to the same bits, others to others.
    hash.combine(engine.fusesMultiplyAdd ? "fused" : "rounded twice")
    return hash
  }

  /// The steps of both batch sizes.
  private var traced: [TracedStep] { graphs.sorted { $0.key < $1.key }.map(\.value) }

  /// The states that steps change, each once.
  private var states: [Tensor] {
    var seen: Set<ObjectIdentifier> = []
    return traced.flatMap(\.states).filter { seen.insert(ObjectIdentifier($0.storage)).inserted }.map { Tensor($0.value.type, storage: $0.storage) }
  }

  private var checkpoint: Checkpoint {
    Checkpoint(
      position: position, history: history, values: buffer.tensors(in: buffer.values), first: buffer.tensors(in: buffer.first),
      second: buffer.tensors(in: buffer.second), states: states)
  }

  /// False, and nothing done, where a checkpoint is of another form.
  private func restore(_ checkpoint: Checkpoint) -> Bool {
    let own = states
    let offset = checkpoint.position.offset
    guard offset < examples.count, offset % min(settings.batch, examples.count) == 0, checkpoint.states.map(\.type) == own.map(\.type),
      buffer.restore(checkpoint)
    else { return false }
    for (state, old) in zip(own, checkpoint.states) { memcpy(state.storage.bytes, old.storage.bytes, state.type.byteCount) }
    (position, history) = (checkpoint.position, checkpoint.history)
    firstStep = position.step
    for (part, updater) in updaters { updater.updates = position.updates[part] ?? 0 }
    return true
  }

  /// Examples in the order of the epoch: a function of seed, key and epoch alone.
  private func shuffle() {
    let key = StreamKey(settings.seed, settings.key, Hash64.of("shuffle"), UInt64(position.epoch))
    key.permute(&order)
  }

  private func fill(_ count: Int) throws {
    keyStorage.bind(UInt32.self)[2] = UInt32(truncatingIfNeeded: position.step)
    try examples.fill(order, position.offset, count, epoch: position.epoch, images: images, labels: labels)
  }

  /// What a step of the training does, of the largest batch and the most parts that are updated together; nil where no
  /// step was made.
  package var report: PlanReport? {
    guard position.step > firstStep else { return nil }
    let main = plans.max { ($0.key.size, $0.key.active.count { $0 }) < ($1.key.size, $1.key.active.count { $0 }) }
    return main?.value.report(
      afterStages: parts.map { part in
        let count = (buffer.range(ofPart: part.isEmpty ? nil : part) ?? 0..<0).count
        // Gradients are read twice, for their norm and for the update; weights and two moments are read and written.
        return ("update" + (part.isEmpty ? "" : " of \(part)"), Work(type: nil, operations: 14 * count, bytes: 32 * count))
      })
  }

  // MARK: Plans

  /// Plans for both batch sizes and every set of parts that is updated together, before the second
  /// step, so that none is made on the way.
  private func prepareAll(_ size: Int, _ rest: Int) throws {
    for count in [size, rest] where count > 0 {
      let step = try traced(count)
      graphs[count] = step
      isDynamic = step.isDynamic
      parts = step.losses.map { $0.part ?? "" }
      try checkNames()
      for turn in 0..<(settings.updates.values.max() ?? 1) {
        let active = parts.map { isActive($0, turn) }
        let key = PlanKey(size: count, active: active)
        if plans[key] == nil { plans[key] = try prepare(step, active) }
      }
      if isDynamic { break }
    }
  }

  /// A setting for a part that no loss is named after is a slip of the pen.
  private func checkNames() throws {
    for name in settings.updates.keys.sorted() + settings.optimizers.keys.sorted() where !name.isEmpty && !parts.contains(name) {
      let known = parts.filter { !$0.isEmpty }
      throw Fault(
        TrainingErrors.badSetting, "the settings name a part `\(name)`, but no loss is named after it",
        hint: Suggestion.hint(for: name, among: known)
          ?? (known.isEmpty ? "this model has one loss for all" : "the losses are \(known.joined(separator: ", "))"))
    }
  }

  /// `steps = {critic: 5}`: five updates of the critic for each of the others, evenly spread.
  private func isActive(_ part: String, _ step: Int) -> Bool {
    let most = settings.updates.values.max() ?? 1
    let own = settings.updates[part] ?? 1
    return (step + 1) * own / most > step * own / most
  }

  private func traced(_ count: Int) throws -> TracedStep {
    let shape = [count] + examples.shape
    let imageLeaf = engine.leaf(Tensor(TensorType(.f32, shape), storage: images))
    let labelLeaf = engine.leaf(Tensor(TensorType(.i32, [count]), storage: labels))
    let keyLeaf = engine.leaf(Tensor(TensorType(.i32, [3]), storage: keyStorage))
    return try trace(imageLeaf, labelLeaf, keyLeaf)
  }

  private func prepare(_ step: TracedStep, _ active: [Bool]) throws -> Plan {
    var stages: [Plan.Stage] = []
    for (index, loss) in step.losses.enumerated() {
      let slot = Storage(within: lossStorage, at: index * 64, byteCount: 4)
      var outputs = [Plan.Output(node: loss.value, storage: slot, isPrivate: true)]
      if index == 0 { outputs += try stateOutputs(step.states.filter { !$0.afterUpdates }) }
      guard active[index] else {
        stages.append(Plan.Stage(outputs: outputs))
        continue
      }
      for gradient in loss.gradients {
        outputs.append(
          Plan.Output(
            node: gradient.node, storage: buffer.window(buffer.gradients, buffer.slots[gradient.slot]), isPrivate: true))
      }
      let update = try updater(loss.part)
      stages.append(Plan.Stage(outputs: outputs) { [unowned self] in self.update(loss.part, update) })
    }
    stages.append(
      Plan.Stage(outputs: try stateOutputs(step.states.filter(\.afterUpdates))) { [unowned self] in
        for state in step.states {
          if let side = self.staging[ObjectIdentifier(state.storage)] { memcpy(state.storage.bytes, side.bytes, state.value.type.byteCount) }
        }
        return true
      })
    return try Plan(stages: stages, engine: engine)
  }

  private func stateOutputs(_ states: [(value: Node, storage: Storage, afterUpdates: Bool)]) throws -> [Plan.Output] {
    try states.map { state in
      let id = ObjectIdentifier(state.storage)
      let side = try staging[id] ?? Storage(byteCount: state.value.type.byteCount, describing: "a state")
      staging[id] = side
      return Plan.Output(node: state.value, storage: side, isPrivate: true)
    }
  }

  private func updater(_ part: String?) throws -> (OptimizerStep, Range<Int>) {
    let name = part ?? ""
    guard let range = buffer.range(ofPart: part) else {
      throw Fault(
        TrainingErrors.badLoss, "`losses` names the part `\(name)`, but the model has no field of that name with weights",
        hint: "each entry of the record trains the field it is named after")
    }
    if let known = updaters[name] { return (known, range) }
    let optimizer = settings.optimizers[name] ?? settings.optimizers[""] ?? .standard
    let step = OptimizerStep(optimizer, buffer, range, updates: position.updates[name] ?? 0, engine)
    updaters[name] = step
    return (step, range)
  }

  /// Looks at the gradient before the weights move: a NaN leaves the last finite step's model.
  private func update(_ part: String?, _ updater: (step: OptimizerStep, range: Range<Int>)) -> Bool {
    let norm = updater.step.squaredNorm
    let own = parts.firstIndex(of: part ?? "").map { lossStorage.bind(Float.self)[$0 * 16] } ?? 0
    guard norm.isFinite, own.isFinite else {
      failure = Failure(part: part, isLoss: !own.isFinite)
      return false
    }
    updater.step.run(squaredNorm: norm)
    position.updates[part ?? "", default: 0] += 1
    return true
  }

  /// Points the fault at the operation that made the first number that is not finite. The weights are still
  /// those of the step, so that going through it once more, one operation at a time, finds the same.
  private func located(_ failure: Failure, _ count: Int) -> Fault {
    let loss = graphs[count]?.losses.first { $0.part == failure.part }
    let roots = loss.map { [$0.value] + $0.gradients.map(\.node) } ?? []
    let found = try? engine.firstNotFinite(in: roots)
    let cause = found.map { "; the first is made by `\($0.operation?.name ?? "")`" } ?? ""
    let which = failure.part.map { " of `\($0)`" } ?? ""
    return Fault(
      TrainingErrors.notFinite,
      "the \(failure.isLoss ? "loss" : "gradient")\(which) is not a finite number at step \(position.step + 1) of the training (loss: \(losses().map { "\($0.value)" }.joined(separator: ", ")))\(cause)",
      at: found?.origin.flatMap { $0.source.isLibrary ? nil : $0 },
      hint: "lower the learning rate, or keep `log` and `/` away from zero; the model of the step before is in `rescued`")
  }

  private func step(_ count: Int) throws {
    let prepared: Plan
    if isDynamic, position.step > 0 {
      let step = try traced(count)
      graphs[count] = step
      prepared = try prepare(step, step.losses.map { isActive($0.part ?? "", position.step) })
    } else {
      guard let found = plans[PlanKey(size: count, active: parts.map { isActive($0, position.step) })] else {
        throw Fault(TrainingErrors.badLoss, "there is no plan for a batch of \(count)")
      }
      prepared = found
    }
    if !prepared.run(), let failure { throw located(failure, count) }
  }

  private func losses() -> [(name: String, value: Double)] {
    parts.enumerated().map { ($1.isEmpty ? "loss" : $1, Double(lossStorage.bind(Float.self)[$0 * 16])) }
  }
}

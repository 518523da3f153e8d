import Diagnostics
import Effects
import Engine
import Glibc
import Tensors

/// The training loop: fills a batch, runs the plan for its shape, and checks for interruption.
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
  /// Graphs by batch size, for locating the first non-finite value.
  private var graphs: [Int: TracedStep] = [:]
  private var updaters: [String: OptimizerStep] = [:]
  /// The parts of the losses in order; an empty name for a single loss.
  private var parts: [String] = []
  private var order: [Int32]
  private var failure: Failure?
  private var isDynamic = false
  /// Where checkpoints are saved; nil without a cache.
  private var store: CheckpointStore?
  /// The first step of this run.
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
    labels = try Storage(byteCount: (examples.labelType(size)?.byteCount ?? 4), describing: "the labels of a batch")
    keyStorage = try Storage(byteCount: 12, describing: "a key")
    lossStorage = try Storage(byteCount: 64 * 16, describing: "the losses")
    let key = RandomKey(settings.seed, settings.key, Hash64.of("training"))
    // Read by the random number kernels; the third word is the step, set before each.
    let words = keyStorage.bind(UInt32.self)
    (words[0], words[1], words[2]) = (key.low, key.high, 0)
  }

  /// Trains for `settings.epochs` epochs from the current position.
  package func run() throws {
    let size = min(settings.batch, examples.count)
    let lastEpoch = position.epoch + settings.epochs
    let rest = examples.count % size
    // A partial epoch over other data, or with another batch size, cannot be continued.
    if position.offset >= examples.count || position.offset % size != 0 { position.offset = 0 }
    if position.offset == 0 { history.discardPartialEpoch() }
    var reporter = ProgressReporter(settings, examples.count, effects)
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
      reporter.count(count, losses, means: history.means, position, lastEpoch)
      position.step += 1
      position.offset += count
      if position.offset >= examples.count {
        position.offset = 0
        position.epoch += 1
        history.endEpoch(position.epoch)
        reporter.endEpoch(history.latest, position, lastEpoch)
        if position.epoch < lastEpoch { shuffle() }
      }
      let isOver = position.epoch == lastEpoch || effects.cancellation.isRequested
      if let store, isOver ? store.shouldSaveFinal : store.isDue { store.save(checkpoint, buffer.slots.map(\.path)) }
      if effects.cancellation.isRequested { return interrupted(lastEpoch) }
    }
  }

  private func interrupted(_ lastEpoch: Int) {
    let epoch = min(position.epoch + 1, lastEpoch)
    effects.progress.writeLine(
      "stopped after \(position.step) steps, in epoch \(epoch) of \(lastEpoch), \(ProgressReporter.text(history.latest)); the model keeps its current weights")
    // The first request is handled here; a second one stops the statement.
    if effects.cancellation.requests == 1, !effects.cancellation.discardsPartialWork { effects.cancellation.clear() }
  }

  // MARK: Checkpoints

  /// A dynamic loss is retraced at each step, so a training with one has no hash and is not cached.
  private func resume(upTo lastEpoch: Int) throws {
    guard let cache = effects.cache, !isDynamic else { return }
    let store = CheckpointStore(cache, effects.clock, hash: try fingerprint())
    self.store = store
    guard let checkpoint = store.latest(upTo: lastEpoch, beyond: position), restore(checkpoint) else { return }
    store.resumed(from: position)
    let part = position.offset == 0 ? "" : " and \(position.offset) of \(counted(examples.count, "example"))"
    effects.progress.writeLine("\(settings.name): \(position.epoch) of \(lastEpoch) epochs\(part) restored from the cache")
    if position.epoch < lastEpoch { shuffle() }
  }

  /// A hash of everything that determines the result, except the number of epochs.
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
    // Results differ in their bits between processors with and without fused multiply-add.
    hash.combine(engine.backend.rounding)
    return hash
  }

  /// The steps of both batch sizes.
  private var traced: [TracedStep] { graphs.sorted { $0.key < $1.key }.map(\.value) }

  /// The distinct states that steps assign.
  private var states: [Tensor] {
    var seen: Set<ObjectIdentifier> = []
    return traced.flatMap(\.states).filter { seen.insert(ObjectIdentifier($0.storage)).inserted }.map { Tensor($0.value.type, storage: $0.storage) }
  }

  private var checkpoint: Checkpoint {
    Checkpoint(
      position: position, history: history, values: buffer.tensors(in: buffer.values), first: buffer.tensors(in: buffer.first),
      second: buffer.tensors(in: buffer.second), states: states)
  }

  /// Returns false and changes nothing if the checkpoint does not match this training.
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

  /// The order of examples is a function of seed, key and epoch only.
  private func shuffle() {
    let key = RandomKey(settings.seed, settings.key, Hash64.of("shuffle"), UInt64(position.epoch))
    key.permute(&order)
  }

  private func fill(_ count: Int) throws {
    keyStorage.bind(UInt32.self)[2] = UInt32(truncatingIfNeeded: position.step)
    try examples.fill(order, position.offset, count, epoch: position.epoch, images: images, labels: labels)
  }

  /// The report of the plan with the largest batch and the most parts updated together; nil if no step was run.
  package var report: PlanReport? {
    guard position.step > firstStep else { return nil }
    let main = plans.max { ($0.key.size, $0.key.active.count { $0 }) < ($1.key.size, $1.key.active.count { $0 }) }
    return main?.value.report(
      afterStages: parts.map { part in
        let count = (buffer.range(ofPart: part.isEmpty ? nil : part) ?? 0..<0).count
        // Gradients are read twice, for the norm and for the update; weights and both moments are read and written.
        return ("update" + (part.isEmpty ? "" : " of \(part)"), Work(type: nil, operations: 14 * count, bytes: 32 * count))
      })
  }

  // MARK: Plans

  /// Prepares plans for both batch sizes and every set of parts updated together, so that none is built during training.
  private func prepareAll(_ size: Int, _ rest: Int) throws {
    for count in [size, rest] where count > 0 {
      let step = try traced(count)
      graphs[count] = step
      isDynamic = step.isDynamic
      parts = step.losses.map { $0.part ?? "" }
      try checkPartNames()
      for turn in 0..<(settings.updates.values.max() ?? 1) {
        let active = parts.map { isActive($0, turn) }
        let key = PlanKey(size: count, active: active)
        if plans[key] == nil { plans[key] = try prepare(step, active) }
      }
      if isDynamic { break }
    }
  }

  /// Throws if a setting refers to a part for which there is no loss.
  private func checkPartNames() throws {
    for name in settings.updates.keys.sorted() + settings.optimizers.keys.sorted() where !name.isEmpty && !parts.contains(name) {
      let known = parts.filter { !$0.isEmpty }
      throw Fault(
        TrainingErrors.badSetting, "unknown part `\(name)`: no loss has that name",
        hint: Suggestion.hint(for: name, among: known)
          ?? (known.isEmpty ? "this model has a single `loss`" : "expected one of \(known.joined(separator: ", "))"))
    }
  }

  /// Whether a part is updated in this step. `steps = {critic: 5}`: five updates of the critic for each of the others,
  /// evenly distributed.
  private func isActive(_ part: String, _ step: Int) -> Bool {
    let most = settings.updates.values.max() ?? 1
    let own = settings.updates[part] ?? 1
    return (step + 1) * own / most > step * own / most
  }

  private func traced(_ count: Int) throws -> TracedStep {
    let shape = [count] + examples.shape
    let imageLeaf = engine.leaf(Tensor(TensorType(.f32, shape), storage: images))
    let labelLeaf = engine.leaf(Tensor(examples.labelType(count) ?? TensorType(.i32, [1]), storage: labels))
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
            node: gradient.node, storage: buffer.view(of: buffer.gradients, buffer.slots[gradient.slot]), isPrivate: true))
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
        TrainingErrors.badLoss, "`losses` returns `\(name)`, but the model has no field `\(name)` with weights",
        hint: "each field of the returned record trains the model field of the same name")
    }
    if let known = updaters[name] { return (known, range) }
    let optimizer = settings.optimizers[name] ?? settings.optimizers[""] ?? .standard
    let step = OptimizerStep(optimizer, buffer, range, updates: position.updates[name] ?? 0, engine)
    updaters[name] = step
    return (step, range)
  }

  /// Checks loss and gradient before the update, so that the weights stay those of the last finite step.
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

  /// A fault at the operation with the first non-finite value. The weights are unchanged, so evaluating the step again,
  /// one operation at a time, reproduces it.
  private func locate(_ failure: Failure, _ count: Int) -> Fault {
    let loss = graphs[count]?.losses.first { $0.part == failure.part }
    let roots = loss.map { [$0.value] + $0.gradients.map(\.node) } ?? []
    let found = try? engine.firstNonFinite(in: roots)
    let cause = found.map { "; first produced by `\($0.operation?.name ?? "")`" } ?? ""
    let which = failure.part.map { " of `\($0)`" } ?? ""
    return Fault(
      TrainingErrors.notFinite,
      "the \(failure.isLoss ? "loss" : "gradient")\(which) is not finite at step \(position.step + 1) of the training (loss: \(losses().map { "\($0.value)" }.joined(separator: ", ")))\(cause)",
      at: found?.origin.flatMap { $0.source.isLibrary ? nil : $0 },
      hint: "lower the learning rate, or keep the arguments of `log` and `/` away from zero; `rescued` holds the model before this step")
  }

  private func step(_ count: Int) throws {
    let prepared: Plan
    if isDynamic, position.step > 0 {
      let step = try traced(count)
      graphs[count] = step
      prepared = try prepare(step, step.losses.map { isActive($0.part ?? "", position.step) })
    } else {
      guard let found = plans[PlanKey(size: count, active: parts.map { isActive($0, position.step) })] else {
        throw Fault(TrainingErrors.badLoss, "no plan for a batch of \(count)")
      }
      prepared = found
    }
    if !prepared.run(), let failure { throw locate(failure, count) }
  }

  private func losses() -> [(name: String, value: Double)] {
    parts.enumerated().map { ($1.isEmpty ? "loss" : $1, Double(lossStorage.bind(Float.self)[$0 * 16])) }
  }
}

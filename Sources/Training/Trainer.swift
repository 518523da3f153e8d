import Diagnostics
import Effects
import Engine
import Glibc
import Tensors

/// The training loop: fills a batch, runs the plan for its shape, ends epochs, and checks for interruption.
package final class Trainer: TrainingLoop {
  package typealias Tracing = (_ images: Node, _ labels: Node, _ key: Node) throws -> TracedStep

  /// Measures the model at the end of each epoch.
  package var validation: Validation?
  package var checkpointFile: (any CheckpointFile)?
  package var log: (any TrainingLog)?
  /// What the model says of its training at the end of an epoch.
  package var warnings: (() throws -> [String])?

  package private(set) var position: TrainingPosition
  package private(set) var history: LossHistory
  private let engine: Engine
  private let effects: Effects
  private let settings: TrainingSettings
  private let examples: Examples
  private let buffer: ParameterBuffer
  private let plans: StepPlans
  private var order: [Int32]
  /// The first step of this run, and of the training if it is continued from a checkpoint.
  private var firstStep: Int
  private var stopping: EarlyStopping?
  /// Where checkpoints are saved; nil without a cache.
  private var store: CheckpointStore?

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
    order = [Int32](repeating: 0, count: examples.count)
    stopping = EarlyStopping(settings, from: position.epoch)
    let size = min(settings.batch, examples.count)
    // A partial epoch over other data, or with another batch size, cannot be continued.
    if position.offset >= examples.count || position.offset % size != 0 { self.position.offset = 0 }
    if self.position.offset == 0 { self.history.discardPartialEpoch() }
    let steps = settings.epochs * ((examples.count + size - 1) / size) - self.position.offset / size
    let inputs = try StepInputs(examples, size: size, RandomKey(settings.seed, settings.key, Hash64.of("training")), engine)
    plans = try StepPlans(engine, settings, inputs, buffer, updates: position.updates, over: position.step..<position.step + max(0, steps), trace: trace)
  }

  private var batch: Int { min(settings.batch, examples.count) }

  /// Trains for `settings.epochs` epochs from the current position.
  package func run() throws {
    guard settings.epochs > 0 else { return }
    let lastEpoch = position.epoch + settings.epochs
    var reporter = ProgressReporter(settings, examples.count, effects)
    shuffle()
    try fill(min(batch, examples.count - position.offset))
    try plans.prepareAll(batch, examples.count % batch)
    try resume(upTo: lastEpoch)
    try log?.begin(history)
    try checkpointFile?.save(checkpoint)
    var isOver = position.epoch >= lastEpoch || shouldStop
    while !isOver {
      let count = min(batch, examples.count - position.offset)
      try fill(count)
      try plans.run(count, step: position.step)
      history.add(plans.losses, examples: count)
      position.step += 1
      position.offset += count
      reporter.count(count, plans.losses, means: history.means, position, lastEpoch)
      let endsEpoch = position.offset >= examples.count
      if endsEpoch { try endEpoch(&reporter, lastEpoch) }
      isOver = position.epoch == lastEpoch || (endsEpoch && shouldStop)
      let isInterrupted = effects.cancellation.isRequested
      if let store, isOver || isInterrupted ? store.shouldSaveFinal : store.isDue { store.save(checkpoint, buffer.slots.map(\.path)) }
      if let checkpointFile, !isOver, endsEpoch || isInterrupted || checkpointFile.isDue { try checkpointFile.save(checkpoint) }
      if isInterrupted { return interrupted(lastEpoch) }
    }
    try finish(lastEpoch)
  }

  private func endEpoch(_ reporter: inout ProgressReporter, _ lastEpoch: Int) throws {
    position.offset = 0
    position.epoch += 1
    history.endEpoch(position.epoch, try validation?.run() ?? [])
    reporter.endEpoch(history.latest, position, lastEpoch)
    if let epoch = history.epochs.last {
      try log?.add(epoch)
      try stopping?.compare(epoch, rising: validation?.rising ?? [], { tensors }, updates: plans.updates)
    }
    reporter.show(try warnings?() ?? [], isLast: position.epoch == lastEpoch || shouldStop)
    if position.epoch < lastEpoch { shuffle() }
  }

  private var shouldStop: Bool { position.offset == 0 && stopping?.isOver(after: position.epoch) == true }

  /// Takes the weights of the best epoch, if the training has `patience`.
  private func finish(_ lastEpoch: Int) throws {
    guard let best = stopping?.best, best.epoch != position.epoch else {
      try checkpointFile?.finish(checkpoint)
      return
    }
    let now = checkpoint
    let last = Checkpoint(position: now.position, history: history, tensors: try now.tensors.copied(), best: best)
    guard restore(best.tensors) else { return }
    plans.restore(updates: best.updates)
    let stopped = position.epoch < lastEpoch ? "stopped after epoch \(position.epoch) of \(lastEpoch): " : ""
    let name = settings.watched ?? history.epochs.last.flatMap { EarlyStopping.standardColumn(of: $0)?.name } ?? "the loss"
    effects.progress.writeLine(
      "\(settings.name): \(stopped)the model has the weights of epoch \(best.epoch), with the best \(name), \(ProgressReporter.rounded(best.value))")
    try checkpointFile?.finish(last)
  }

  private func interrupted(_ lastEpoch: Int) {
    let epoch = min(position.epoch + 1, lastEpoch)
    effects.progress.writeLine(
      "stopped after \(position.step) steps, in epoch \(epoch) of \(lastEpoch), \(ProgressReporter.text(history.latest)); the model keeps its current weights")
    effects.cancellation.clearFirst()
  }

  /// The order of examples is a function of seed, key and epoch only.
  private func shuffle() {
    let key = RandomKey(settings.seed, settings.key, Hash64.of("shuffle"), UInt64(position.epoch))
    key.permute(&order)
  }

  private func fill(_ count: Int) throws { try plans.inputs.fill(order, position.offset, count, epoch: position.epoch, step: position.step) }

  /// The report of a step; nil if none was run.
  package var report: PlanReport? { position.step > firstStep ? plans.report : nil }

  // MARK: Checkpoints

  /// Continues from a checkpoint of this training, in the user's file or in the cache.
  private func resume(upTo lastEpoch: Int) throws {
    // A dynamic loss is traced at each step, and later graphs are not part of the identity; only the user can know that
    // the program is the same.
    let isCached = effects.cache != nil && !plans.isDynamic
    guard isCached || checkpointFile != nil else { return }
    let identity = try fingerprint()
    if let file = checkpointFile, let checkpoint = try file.latest(of: identity) {
      guard checkpoint.position.epoch < lastEpoch || (checkpoint.position.epoch == lastEpoch && checkpoint.position.offset == 0) else {
        throw Fault(
          TrainingErrors.badSetting, "the checkpoint is beyond the \(counted(settings.epochs, "epoch")) of this training",
          hint: "train for more epochs, or load the file: it contains the model")
      }
      try resume(from: checkpoint, lastEpoch, "the checkpoint")
    }
    guard isCached, let cache = effects.cache else { return }
    let store = CheckpointStore(cache, effects.clock, hash: identity)
    self.store = store
    guard let checkpoint = store.latest(upTo: lastEpoch, beyond: position) else { return }
    try resume(from: checkpoint, lastEpoch, "the cache")
    store.resumed(from: position)
  }

  private func resume(from checkpoint: Checkpoint, _ lastEpoch: Int, _ origin: String) throws {
    guard restore(checkpoint) else { return }
    let part = position.offset == 0 ? "" : " and \(position.offset) of \(counted(examples.count, "example"))"
    effects.progress.writeLine("\(settings.name): \(position.epoch) of \(lastEpoch) epochs\(part) restored from \(origin)")
    if position.epoch < lastEpoch { shuffle() }
  }

  /// A hash of everything that determines the result, except the number of epochs.
  private func fingerprint() throws -> Hash128 {
    let start = TrainingStart(
      settings: settings, position: position, history: history, examples: examples, buffer: buffer, states: plans.states, inputs: plans.inputs,
      steps: plans.traced, backend: engine.backend)
    return try start.hash(validation)
  }

  private var tensors: TrainingTensors { TrainingTensors(buffer, states: plans.states) }

  /// The state after the last step, in the memory of the training.
  package var checkpoint: Checkpoint {
    var position = position
    position.updates = plans.updates
    return Checkpoint(position: position, history: history, tensors: tensors, best: stopping?.best)
  }

  /// Returns false and changes nothing if the checkpoint does not match this training.
  private func restore(_ checkpoint: Checkpoint) -> Bool {
    let offset = checkpoint.position.offset
    guard offset < examples.count, offset % batch == 0, restore(checkpoint.tensors) else { return false }
    (position, history) = (checkpoint.position, checkpoint.history)
    firstStep = position.step
    stopping?.best = checkpoint.best
    plans.restore(updates: position.updates)
    return true
  }

  private func restore(_ tensors: TrainingTensors) -> Bool {
    let own = plans.states
    guard tensors.states.map(\.type) == own.map(\.type), buffer.restore(tensors) else { return false }
    for (state, old) in zip(own, tensors.states) { memcpy(state.storage.bytes, old.storage.bytes, state.type.byteCount) }
    return true
  }
}

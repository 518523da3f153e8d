import Diagnostics
import Effects
import Engine
import Privacy
import Tensors

/// Training with differential privacy. In each step every example is taken with the same probability, which nobody can predict; its gradient is
/// scaled down to a greatest norm, and normal noise is added to the sum (M. Abadi and others, Deep learning with differential privacy, CCS
/// 2016). Nothing else of the examples leaves the training, also not their losses.
package final class PrivateTrainer: TrainingLoop {
  package var validation: Validation?
  package var log: (any TrainingLog)?
  package var warnings: (() throws -> [String])?
  package private(set) var position: TrainingPosition
  /// A report would have to say how many examples were taken.
  package var report: PlanReport? { nil }

  private let engine: Engine
  private let effects: Effects
  private let settings: TrainingSettings
  private let goal: PrivacyGoal
  private let examples: Examples
  private let buffer: ParameterBuffer
  private let trace: Trainer.Tracing
  private let inputs: StepInputs
  private let updates: PartUpdates
  private let sum: PrivateSum
  private let staging = StateStaging()
  private let account: SubsampledGaussian
  private var history: LossHistory
  private var states: [Tensor] = []
  /// The steps of this training that are done.
  private var done = 0
  /// The ε of the trainings before.
  private let before: Double

  /// The expected number of examples of a step, the probability of each, and the steps of an epoch.
  private let batch: Int
  private let rate: Double
  private let stepsPerEpoch: Int

  package init(
    _ engine: Engine, _ effects: Effects, _ settings: TrainingSettings, _ goal: PrivacyGoal, _ examples: Examples, _ buffer: ParameterBuffer,
    from position: TrainingPosition, _ history: LossHistory, trace: @escaping Trainer.Tracing
  ) throws {
    (self.engine, self.effects, self.settings, self.goal) = (engine, effects, settings, goal)
    (self.examples, self.buffer, self.trace) = (examples, buffer, trace)
    (self.position, self.history) = (position, history)
    self.position.offset = 0
    let recorded = history.epochs.flatMap(\.losses) + history.latest
    before = recorded.filter { $0.name == PrivateTrainer.column }.map(\.value).max() ?? 0
    self.history.discardPartialEpoch()
    batch = min(settings.batch, examples.count)
    stepsPerEpoch = (examples.count + batch - 1) / batch
    let steps = settings.epochs * stepsPerEpoch
    rate = Double(batch) / Double(examples.count)
    guard let account = SubsampledGaussian(epsilon: goal.epsilon, delta: goal.delta, rate: rate, steps: max(1, steps)) else {
      throw Fault(
        TrainingErrors.badSetting, "no noise is enough for ε = \(goal.epsilon) and δ = \(goal.delta) after \(counted(steps, "step"))",
        hint: "give a greater `privacy=`, or fewer `epochs=`")
    }
    self.account = account
    inputs = try StepInputs(examples, size: 1, RandomKey(settings.seed, settings.key, Hash64.of("training")), engine)
    updates = PartUpdates(engine, settings, buffer, after: position.updates, over: position.step..<position.step + steps)
    sum = try PrivateSum(buffer, norm: goal.norm)
  }

  /// The same noise for two sets of data would reveal their difference, so a key depends on everything that a result depends on.
  private func noiseKey(_ step: TracedStep) throws -> NoiseKey {
    let secret: String
    switch goal.noise {
    case .system(let entropy): return NoiseKey(entropy)
    case .secret(let text): secret = text
    }
    let start = TrainingStart(
      settings: settings, position: position, history: history, examples: examples, buffer: buffer, states: states, inputs: inputs, steps: [step],
      backend: engine.backend)
    var hash = try start.hash()
    hash.combine("\(settings.epochs), \(settings.batch), \(goal.epsilon), \(goal.delta), \(goal.norm)")
    var context = ByteWriter()
    context.put(hash.high)
    context.put(hash.low)
    return NoiseKey(secret: secret) { $0.add(context.bytes) }
  }

  /// Trains for `settings.epochs` epochs. Of none, it only checks whether the training can be private.
  package func run() throws {
    let step = try traced()
    guard settings.epochs > 0 else { return }
    let lastEpoch = position.epoch + settings.epochs
    var reporter = ProgressReporter(settings, examples.count, effects)
    try log?.begin(history)
    let key = try noiseKey(step)
    let parts = step.losses.map { $0.part ?? "" }
    try updates.check(parts)
    effects.progress.writeLine("\(settings.name): \(introduction)")
    // States that the loss assigns depend on the weights before a step.
    let early = try Plan(stages: [Plan.Stage(outputs: staging.outputs(step.states.filter { !$0.afterUpdates }))], engine: engine)
    let late = try Plan(stages: [Plan.Stage(outputs: staging.outputs(step.states.filter(\.afterUpdates)))], engine: engine)
    var plans: [[Bool]: (plan: Plan, parts: [(name: String?, optimizer: OptimizerStep, range: Range<Int>)])] = [:]
    while position.epoch < lastEpoch {
      let active = parts.map { settings.isUpdated($0, at: position.step) }
      let (plan, own) = try plans[active] ?? prepare(step, active)
      plans[active] = (plan, own)
      guard try add(plan, own.map(\.range), key) else { return interrupted(lastEpoch) }
      early.run()
      var noise = key.bits(measurement: Purpose.noise.rawValue, place: position.step)
      sum.release(own.map(\.range), deviation: account.noise, count: batch, &noise)
      let norms = own.map(\.optimizer.squaredNorm)
      guard norms.allSatisfy(\.isFinite) else {
        throw Fault(TrainingErrors.badSetting, "the noise of step \(position.step + 1) is too large for f32", hint: "lower `clip=`")
      }
      // All parts are updated at once, since their gradients were cut as one.
      for (part, norm) in zip(own, norms) {
        part.optimizer.run(squaredNorm: norm)
        updates.note(part.name)
      }
      late.run()
      staging.commit(step.states)
      position.step += 1
      done += 1
      position.offset = min(position.offset + batch, examples.count)
      reporter.count(batch, [], means: spent, position, lastEpoch)
      if done % stepsPerEpoch == 0 { try endEpoch(&reporter, lastEpoch) }
      if effects.cancellation.isRequested, position.epoch < lastEpoch { return interrupted(lastEpoch) }
    }
    effects.progress.writeLine("\(settings.name): \(conclusion)")
  }

  private func endEpoch(_ reporter: inout ProgressReporter, _ lastEpoch: Int) throws {
    position.offset = 0
    position.epoch += 1
    history.endEpoch(position.epoch, spent + (try validation?.run() ?? []))
    reporter.endEpoch(history.latest, position, lastEpoch)
    if let epoch = history.epochs.last { try log?.add(epoch) }
    reporter.show(try warnings?() ?? [], isLast: position.epoch == lastEpoch)
  }

  // MARK: A step

  /// What secret bits are for.
  private enum Purpose: Int { case choice, noise }

  /// The graph for one example.
  private func traced() throws -> TracedStep {
    inputs.clear()
    let leaves = inputs.leaves(1)
    let step = try trace(leaves.images, leaves.labels, leaves.key)
    try step.checkPrivacy(of: settings.name, examples: [leaves.images, leaves.labels, leaves.key])
    states = [step].states
    return step
  }

  private func prepare(_ step: TracedStep, _ active: [Bool]) throws -> (Plan, [(name: String?, optimizer: OptimizerStep, range: Range<Int>)]) {
    let losses = zip(step.losses, active).filter(\.1).map(\.0)
    let outputs = losses.flatMap(\.gradients).map(buffer.output)
    let parts = try losses.map { loss in
      let (optimizer, range) = try updates.optimizer(of: loss.part)
      return (name: loss.part, optimizer: optimizer, range: range)
    }
    return (try Plan(stages: [Plan.Stage(outputs: outputs)], engine: engine), parts)
  }

  /// Adds up the gradients of the examples of a step. Returns false if the training is asked to stop.
  private func add(_ plan: Plan, _ ranges: [Range<Int>], _ key: NoiseKey) throws -> Bool {
    sum.clear()
    var choice = key.bits(measurement: Purpose.choice.rawValue, place: position.step)
    let chosen = (0..<Int32(examples.count)).filter { _ in choice.unit() < rate }
    var used = 0
    for (place, example) in chosen.enumerated() {
      if effects.cancellation.isRequested { return false }
      // The random numbers of an example do not depend on which others are taken.
      var random = Hash128()
      random.combine(UInt64(position.step))
      random.combine(UInt64(example))
      try inputs.fill(chosen, place, 1, epoch: position.epoch, step: Int(UInt32(truncatingIfNeeded: random.low)))
      plan.run()
      // What is not finite counts as 0: a single example must not stop a training.
      if sum.add(ranges, engine.backend) { used += 1 }
    }
    guard used > 0 || chosen.isEmpty else {
      throw Fault(
        TrainingErrors.notFinite, "no example has a finite gradient at step \(position.step + 1) of the training",
        hint: "lower the learning rate, or keep the arguments of `log` and `/` away from zero; `rescued` holds the model before this step")
    }
    return true
  }

  // MARK: Texts

  private static let column = "epsilon"
  private var ownEpsilon: Double { account.epsilon(delta: goal.delta, steps: done) }
  /// With that of the trainings before.
  private var spent: LossHistory.Losses { [(PrivateTrainer.column, before + ownEpsilon)] }

  private var introduction: String {
    let signal = Double(batch) / account.noise
    return "each step takes \(batch) of \(counted(examples.count, "example")) on average, with noise of "
      + "\(ProgressReporter.rounded(account.noise * goal.norm)) beside a sum of gradients of at most \(ProgressReporter.rounded(goal.norm)) each"
      + (signal < PrivateTrainer.lowSignal ? "; that is much noise: a larger `batch=`, a greater `privacy=` or more examples would help" : "")
  }

  /// Below so many examples for each unit of noise, little is learned.
  private static let lowSignal = 20.0

  private var conclusion: String {
    let (epsilon, delta) = (ProgressReporter.rounded(ownEpsilon), ProgressReporter.rounded(goal.delta))
    let earlier =
      before > 0
      ? "; with the trainings before, ε is \(ProgressReporter.rounded(before + ownEpsilon))"
      : position.step > done ? "; what it learned before is not counted" : ""
    return "(\(epsilon), \(delta))-differentially private after \(counted(done, "step"))\(earlier)"
  }

  private func interrupted(_ lastEpoch: Int) {
    effects.progress.writeLine(
      "stopped after \(position.step) steps, in epoch \(min(position.epoch + 1, lastEpoch)) of \(lastEpoch); the model keeps its current weights: \(conclusion)"
    )
    effects.cancellation.clearFirst()
  }

  package var checkpoint: Checkpoint {
    var (position, history) = (position, history)
    position.updates = updates.counts
    // What was spent in an epoch that is not complete counts, too.
    if position.offset > 0 { history.add(spent, examples: position.offset) }
    position.offset = 0
    return Checkpoint(position: position, history: history, tensors: TrainingTensors(buffer, states: states), best: nil)
  }
}

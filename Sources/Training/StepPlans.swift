import Diagnostics
import Engine
import Tensors

/// The steps of a training: their graphs, one plan for each batch size and each set of parts that are updated together, and
/// the memory that they write.
final class StepPlans {
  let inputs: StepInputs
  /// The parts of the losses in order; an empty name for a single loss.
  private(set) var parts: [String] = []
  /// Whether the loss reads tensor values, so that it is traced at each step.
  private(set) var isDynamic = false
  private let engine: Engine
  private let settings: TrainingSettings
  private let buffer: ParameterBuffer
  private let trace: Trainer.Tracing
  private let partUpdates: PartUpdates
  private let lossStorage: Storage
  private let staging = StateStaging()
  private var plans: [PlanKey: Plan] = [:]
  /// Graphs by batch size, for locating the first non-finite value.
  private var graphs: [Int: TracedStep] = [:]
  private var failure: Failure?

  private struct Failure {
    let part: String?
    let isLoss: Bool
  }

  private struct PlanKey: Hashable {
    let size: Int
    let active: [Bool]
  }

  /// The number of updates of each part.
  var updates: [String: Int] { partUpdates.counts }

  init(
    _ engine: Engine, _ settings: TrainingSettings, _ inputs: StepInputs, _ buffer: ParameterBuffer, updates: [String: Int],
    over span: Range<Int>, trace: @escaping Trainer.Tracing
  ) throws {
    self.engine = engine
    self.settings = settings
    self.inputs = inputs
    self.buffer = buffer
    partUpdates = PartUpdates(engine, settings, buffer, after: updates, over: span)
    self.trace = trace
    lossStorage = try Storage(byteCount: 64 * 16, describing: "the losses")
  }

  /// The steps of both batch sizes.
  var traced: [TracedStep] { graphs.sorted { $0.key < $1.key }.map(\.value) }

  var states: [Tensor] { traced.states }

  /// The losses of the last step.
  var losses: LossHistory.Losses {
    parts.enumerated().map { ($1.isEmpty ? "loss" : $1, Double(lossStorage.bind(Float.self)[$0 * 16])) }
  }

  /// The report of the plan with the largest batch and the most parts updated together.
  var report: PlanReport? {
    let main = plans.max { ($0.key.size, $0.key.active.count { $0 }) < ($1.key.size, $1.key.active.count { $0 }) }
    return main?.value.report(
      afterStages: parts.map { part in
        let count = (buffer.range(ofPart: part.isEmpty ? nil : part) ?? 0..<0).count
        // Gradients are read twice, for the norm and for the update; weights and both moments are read and written.
        return ("update" + (part.isEmpty ? "" : " of \(part)"), Work(type: nil, operations: 14 * count, bytes: 32 * count))
      })
  }

  /// Continues after other numbers of updates.
  func restore(updates: [String: Int]) { partUpdates.restore(updates) }

  // MARK: Preparing

  /// Prepares plans for both batch sizes and every set of parts updated together, so that none is built during training.
  func prepareAll(_ size: Int, _ rest: Int) throws {
    for count in [size, rest] where count > 0 {
      let step = try traced(count)
      graphs[count] = step
      isDynamic = step.isDynamic
      parts = step.losses.map { $0.part ?? "" }
      try partUpdates.check(parts)
      for turn in 0..<(settings.updates.values.max() ?? 1) {
        let active = parts.map { settings.isUpdated($0, at: turn) }
        let key = PlanKey(size: count, active: active)
        if plans[key] == nil { plans[key] = try prepare(step, active) }
      }
      if isDynamic { break }
    }
  }

  private func traced(_ count: Int) throws -> TracedStep {
    let leaves = inputs.leaves(count)
    return try trace(leaves.images, leaves.labels, leaves.key)
  }

  private func prepare(_ step: TracedStep, _ active: [Bool]) throws -> Plan {
    var stages: [Plan.Stage] = []
    for (index, loss) in step.losses.enumerated() {
      let slot = Storage(within: lossStorage, at: index * 64, byteCount: 4)
      var outputs = [Plan.Output(node: loss.value, storage: slot, isPrivate: true)]
      if index == 0 { outputs += try staging.outputs(step.states.filter { !$0.afterUpdates }) }
      guard active[index] else {
        stages.append(Plan.Stage(outputs: outputs))
        continue
      }
      for gradient in loss.gradients {
        outputs.append(buffer.output(of: gradient))
      }
      let update = try partUpdates.optimizer(of: loss.part)
      stages.append(Plan.Stage(outputs: outputs) { [unowned self] in self.update(loss.part, update) })
    }
    stages.append(
      Plan.Stage(outputs: try staging.outputs(step.states.filter(\.afterUpdates))) { [staging] in
        staging.commit(step.states)
        return true
      })
    return try Plan(stages: stages, engine: engine)
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
    partUpdates.note(part)
    return true
  }

  /// A fault at the operation with the first non-finite value. The weights are unchanged, so evaluating the step again,
  /// one operation at a time, reproduces it.
  private func locate(_ failure: Failure, _ count: Int, _ number: Int) -> Fault {
    let loss = graphs[count]?.losses.first { $0.part == failure.part }
    let roots = loss.map { [$0.value] + $0.gradients.map(\.node) } ?? []
    let found = try? engine.firstNonFinite(in: roots)
    let cause = found.map { "; first produced by `\($0.operation?.name ?? "")`" } ?? ""
    let which = failure.part.map { " of `\($0)`" } ?? ""
    guard inputs.areFinite(count) else {
      return Fault(
        TrainingErrors.notFinite, "the loss\(which) is not finite at step \(number + 1) of the training: examples of its batch have the value nan or inf",
        hint: "remove such examples first, or replace the values")
    }
    return Fault(
      TrainingErrors.notFinite,
      "the \(failure.isLoss ? "loss" : "gradient")\(which) is not finite at step \(number + 1) of the training (loss: \(losses.map { "\($0.value)" }.joined(separator: ", ")))\(cause)",
      at: found?.origin.flatMap { $0.source.isLibrary ? nil : $0 },
      hint: "lower the learning rate, or keep the arguments of `log` and `/` away from zero; `rescued` holds the model before this step")
  }

  // MARK: Running

  /// Runs a step on the batch in `inputs`, and updates the weights. Throws if a loss or a gradient is not finite.
  func run(_ count: Int, step number: Int) throws {
    let prepared: Plan
    if isDynamic, number > 0 {
      let step = try traced(count)
      graphs[count] = step
      prepared = try prepare(step, step.losses.map { settings.isUpdated($0.part ?? "", at: number) })
    } else {
      guard let found = plans[PlanKey(size: count, active: parts.map { settings.isUpdated($0, at: number) })] else {
        throw Fault(TrainingErrors.badLoss, "no plan for a batch of \(count)")
      }
      prepared = found
    }
    if !prepared.run(), let failure { throw locate(failure, count, number) }
  }
}

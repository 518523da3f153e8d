import Diagnostics
import Effects
import Tensors

/// A compiled graph: common subexpressions eliminated, elementwise chains fused, temporaries placed in one arena, all
/// addresses resolved. Running it allocates nothing.
package final class Plan {
  package struct Output {
    package let node: Node
    package let storage: Storage
    /// Whether nothing else in the plan reads `storage`, so that the result can be computed in place.
    package let isPrivate: Bool

    package init(node: Node, storage: Storage, isPrivate: Bool) {
      self.node = node
      self.storage = storage
      self.isPrivate = isPrivate
    }
  }

  /// Outputs computed together, and an action that follows, such as an update of the weights that later stages read. The
  /// plan stops if the action returns false.
  package struct Stage {
    package let outputs: [Output]
    package let after: (() -> Bool)?

    package init(outputs: [Output], after: (() -> Bool)? = nil) {
      self.outputs = outputs
      self.after = after
    }
  }

  private let stages: [(steps: [Step], after: (() -> Bool)?)]
  private var runs = 0
  /// Total time of the action after each stage, in seconds.
  private var afterSeconds: [Double]
  private let pool: ThreadPool
  private let arena: Storage?
  /// Per-thread scratch memory, shared by all steps.
  private let scratch: Storage?
  /// Keeps the storage of leaves and outputs alive.
  private let retained: [Storage]
  package let arenaBytes: Int

  package init(stages: [Stage], engine: Engine) throws {
    let schedule = Schedule(stages.map { $0.outputs.map(\.node) })
    let fusion = Fusion(schedule)
    let memory = MemoryPlan(schedule, fusion, stages.map(\.outputs), engine.kernels)
    let arena =
      try memory.arenaBytes > 0
      ? Storage(byteCount: memory.arenaBytes, describing: "the arena of this computation") : nil
    let emitter = Emitter(schedule, fusion, memory, arena, engine.kernels)
    self.stages = stages.enumerated().map { index, stage in
      (emitter.steps(ofStage: index, outputs: stage.outputs), stage.after)
    }
    afterSeconds = stages.map { _ in 0 }
    self.arena = arena
    let scratchBytes = (self.stages.flatMap(\.steps).map(\.scratchBytes).max() ?? 0) * engine.pool.threads
    scratch = try scratchBytes > 0 ? Storage(byteCount: scratchBytes, describing: "the scratch memory of this computation") : nil
    arenaBytes = memory.arenaBytes
    pool = engine.pool
    retained =
      stages.flatMap { $0.outputs.map(\.storage) }
      + schedule.items.compactMap { $0.node.tensor?.storage }
  }

  package var stepNames: [String] { stages.flatMap { $0.steps.map(\.name) } }

  /// Runs all stages in order. Returns false if an action stopped the plan.
  @discardableResult package func run() -> Bool {
    runs += 1
    for (index, (steps, after)) in stages.enumerated() {
      for step in steps { step.run(in: pool, scratch: scratch?.bytes) }
      guard let after else { continue }
      let start = Step.now()
      if !after() { return false }
      afterSeconds[index] += Step.now() - start
    }
    return true
  }

  /// Runs the steps only. Throws if cancelled between two steps.
  func run(checking cancellation: Cancellation?) throws {
    for step in stages.lazy.flatMap(\.steps) {
      try cancellation?.check()
      step.run(in: pool, scratch: scratch?.bytes)
    }
  }

  /// One row per step in order; the action after a stage takes its name from `afterStages`.
  package func report(afterStages names: [(name: String, work: Work)]) -> PlanReport {
    var rows: [PlanReport.Row] = []
    for (index, (steps, after)) in stages.enumerated() {
      rows += steps.map { PlanReport.Row(name: $0.name, type: $0.work.type, operations: $0.work.operations, bytes: $0.work.bytes, seconds: $0.seconds) }
      guard after != nil, index < names.count else { continue }
      let work = names[index].work
      rows.append(PlanReport.Row(name: names[index].name, type: nil, operations: work.operations, bytes: work.bytes, seconds: afterSeconds[index]))
    }
    return PlanReport(rows: rows, runs: runs, arenaBytes: arenaBytes)
  }
}

import Diagnostics
import Effects
import Tensors

/// A graph compiled by a back end, with all addresses resolved. Running it allocates nothing.
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

  /// What a back end makes of stages: the steps of each, and the memory that they use.
  package struct Program {
    let steps: [[Step]]
    let retained: [Storage]
    let arenaBytes: Int
  }

  private let stages: [(steps: [Step], after: (() -> Bool)?)]
  private var runs = 0
  /// Total time of the action after each stage, in seconds.
  private var afterSeconds: [Double]
  private let backend: any Backend
  /// Per-thread scratch memory, shared by all steps.
  private let scratch: Storage?
  /// Keeps the storage of leaves, temporaries and outputs alive.
  private let retained: [Storage]
  package let arenaBytes: Int

  package init(stages: [Stage], engine: Engine) throws {
    backend = engine.backend
    let program = try backend.lower(stages)
    self.stages = zip(program.steps, stages).map { ($0, $1.after) }
    afterSeconds = stages.map { _ in 0 }
    let scratchBytes = (program.steps.joined().map(\.scratchBytes).max() ?? 0) * backend.pool.threads
    scratch = try scratchBytes > 0 ? backend.allocate(byteCount: scratchBytes, for: "the scratch memory of this computation") : nil
    arenaBytes = program.arenaBytes
    retained = stages.flatMap { $0.outputs.map(\.storage) } + program.retained
  }

  package var stepNames: [String] { stages.flatMap { $0.steps.map(\.name) } }

  /// Runs all stages in order. Returns false if an action stopped the plan.
  @discardableResult package func run() -> Bool {
    runs += 1
    for (index, (steps, after)) in stages.enumerated() {
      for step in steps { step.run(on: backend, scratch: scratch?.bytes) }
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
      step.run(on: backend, scratch: scratch?.bytes)
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

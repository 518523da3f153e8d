import DataSets
import Diagnostics
import Effects
import Engine
import Tensors

/// Measures a model on examples that it is not trained on, with the weights and states of the training.
package final class Validation {
  /// The losses of a batch, and the model's own metrics, which are better the larger they are.
  package typealias Measuring = (_ images: Node, _ labels: Node, _ key: Node) throws -> Measures

  package struct Measures {
    package let losses: [(name: String, node: Node)]
    package let metrics: [(name: String, node: Node)]
    /// Whether the graph is valid for this batch only.
    package let isDynamic: Bool

    package init(losses: [(name: String, node: Node)], metrics: [(name: String, node: Node)], isDynamic: Bool) {
      self.losses = losses
      self.metrics = metrics
      self.isDynamic = isDynamic
    }

    var named: [(name: String, node: Node)] { (losses + metrics).map { (Validation.column($0.name), $0.node) } }
  }

  private let examples: Examples
  private let batch: Int
  private let engine: Engine
  private let cancellation: () -> Bool
  private let measure: Measuring
  private let inputs: StepInputs
  private let order: [Int32]
  private var prepared: [Int: (plan: Plan, results: [(name: String, storage: Storage)], isDynamic: Bool)] = [:]
  /// The names of the metrics, in which more is better.
  private(set) var rising: Set<String> = []

  /// The random numbers of a batch are the same in each epoch, so that epochs can be compared.
  package init(_ examples: Examples, batch: Int, _ key: RandomKey, _ engine: Engine, isCancelled: @escaping () -> Bool, measure: @escaping Measuring) throws {
    self.examples = examples
    self.batch = min(batch, examples.count)
    self.engine = engine
    cancellation = isCancelled
    self.measure = measure
    inputs = try StepInputs(examples, size: self.batch, key, engine)
    order = (0..<Int32(examples.count)).map { $0 }
  }

  /// The name of a measure in the history.
  package static func column(_ name: String) -> String { "validation_\(name)" }

  /// Hashes everything that determines the results.
  func combine(into hash: inout Hash128) throws {
    try examples.combine(into: &hash)
    hash.combine(count: batch)
  }

  /// The mean of each measure over all examples. A first request to stop waits for them, a second one ends the statement.
  func run() throws -> LossHistory.Losses {
    var sums: LossHistory.Losses = []
    for (step, start) in stride(from: 0, to: examples.count, by: batch).enumerated() {
      if cancellation() { throw Fault(EffectErrors.interrupted, "interrupted") }
      let count = min(batch, examples.count - start)
      try inputs.fill(order, start, count, epoch: 0, step: step)
      let results = try results(count)
      if sums.isEmpty { sums = results.map { ($0.name, 0) } }
      for (index, result) in results.enumerated() { sums[index].value += Double(result.storage.bind(Float.self)[0]) * Double(count) }
    }
    return sums.map { ($0.name, $0.value / Double(examples.count)) }
  }

  private func results(_ count: Int) throws -> [(name: String, storage: Storage)] {
    if let known = prepared[count], !known.isDynamic {
      known.plan.run()
      return known.results
    }
    let leaves = inputs.leaves(count)
    let measures = try measure(leaves.images, leaves.labels, leaves.key)
    rising = Set(measures.metrics.map { Validation.column($0.name) })
    let results = try measures.named.map { (name: $0.name, storage: try Storage(byteCount: 4, describing: "a measure")) }
    let outputs = zip(measures.named, results).map { Plan.Output(node: $0.node, storage: $1.storage, isPrivate: true) }
    let plan = try Plan(stages: [Plan.Stage(outputs: outputs)], engine: engine)
    prepared[count] = (plan, results, measures.isDynamic)
    plan.run()
    return results
  }
}

import Engine
import Tensors

/// The state of tracing a loss.
package final class Trace {
  /// Whether layers behave as in training, and states can be assigned.
  package let isTraining: Bool
  package let forbidsEffects: Bool
  /// The loss runs only to build its layers: states keep their initial values.
  package let isBuilding: Bool
  /// States keep their values when they are assigned, and nothing is trained: for measuring a model by its loss.
  package let isMeasuring: Bool
  /// The models that the tracer owns: they are built in place, and their states are assigned. Nil: all models.
  private var owned: Set<Int>?
  /// For each input that holds one batch, the whole data.
  package var wholeInputs: [(node: Node, whole: Tensor)] = []
  /// Records what each layer computes; nil in a training.
  package var calls: LayerCalls?

  package init(isTraining: Bool, forbidsEffects: Bool, isBuilding: Bool = false, isMeasuring: Bool = false, owned: Set<Int>? = nil) {
    self.isTraining = isTraining
    self.forbidsEffects = forbidsEffects
    self.isBuilding = isBuilding
    self.isMeasuring = isMeasuring
    self.owned = owned
  }

  /// The same trace for a part that is used, not trained.
  package var measuring: Trace {
    let trace = Trace(isTraining: false, forbidsEffects: forbidsEffects, isBuilding: isBuilding, isMeasuring: true, owned: owned)
    trace.wholeInputs = wholeInputs
    return trace
  }

  /// Nil if ownership is not tracked.
  func owns(_ model: Value) -> Bool? { owned.map { $0.contains(model.bits) } }
  func own(_ model: Value) { owned?.insert(model.bits) }
}

extension Machine {
  /// Whether layers behave as in training, and states can be assigned.
  package var isTraining: Bool { trace?.isTraining == true }

  /// The values of an argument that a built-in validates: all of the data for the input of a loss; nil for values that a
  /// training computes, since reading them would change what is recorded.
  package func valuesToCheck(_ node: Node) throws -> Tensor? {
    if let input = trace?.wholeInputs.first(where: { $0.node === node }) { return input.whole }
    if node.isUnknown { return nil }
    if let tensor = node.tensor { return tensor }
    // A training replays what it records, so its values cannot be read.
    return trace?.forbidsEffects == true && trace?.isBuilding == false ? nil : try engine.value(node)
  }
}

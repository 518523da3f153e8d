import Engine
import Tensors

/// What is known while a loss is traced.
package final class Trace {
  /// Whether layers behave as in training, and states may be assigned.
  package let isTraining: Bool
  package let forbidsEffects: Bool
  /// The loss runs only so that its layers are built: states keep their first values.
  package let isBuilding: Bool
  /// The models that belong to whoever traces: built in place, and their states assigned. Nil: all.
  private var owned: Set<Int>?
  /// For an input that holds one batch, all of the data that batches are taken from.
  package var wholeInputs: [(node: Node, whole: Tensor)] = []

  package init(isTraining: Bool, forbidsEffects: Bool, isBuilding: Bool = false, owned: Set<Int>? = nil) {
    self.isTraining = isTraining
    self.forbidsEffects = forbidsEffects
    self.isBuilding = isBuilding
    self.owned = owned
  }

  /// Nil where nobody is said to own anything.
  func owns(_ model: Value) -> Bool? { owned.map { $0.contains(model.bits) } }
  func own(_ model: Value) { owned?.insert(model.bits) }
}

extension Machine {
  /// The values of an argument that a built-in checks, where they can be looked at without changing what is recorded: all
  /// of the data for the input of a loss, nil for what a training computes.
  package func valuesToCheck(_ node: Node) throws -> Tensor? {
    if let input = trace?.wholeInputs.first(where: { $0.node === node }) { return input.whole }
    if node.isUnknown { return nil }
    if let tensor = node.tensor { return tensor }
    // What a training records is replayed; everywhere else a look at a value holds for this one time.
    return trace?.forbidsEffects == true && trace?.isBuilding == false ? nil : try engine.value(node)
  }
}

import Engine
import Tensors

/// The graph of one training step.
package struct TracedStep {
  package struct Loss {
    /// The field name in the record that `losses` returns; nil for a single `loss`.
    package let part: String?
    package let value: Node
    /// Gradients with respect to the part's weights, by slot.
    package let gradients: [(slot: Int, node: Node)]

    package init(part: String?, value: Node, gradients: [(slot: Int, node: Node)]) {
      self.part = part
      self.value = value
      self.gradients = gradients
    }
  }

  /// In the order of their updates.
  package let losses: [Loss]
  /// New values of states, computed before or after the updates. Each is written to a staging buffer and copied to its
  /// storage at the end of the step.
  package let states: [(value: Node, storage: Storage, afterUpdates: Bool)]
  /// Whether the loss read tensor values, so that the graph is valid for this batch only.
  package let isDynamic: Bool

  package init(losses: [Loss], states: [(value: Node, storage: Storage, afterUpdates: Bool)], isDynamic: Bool) {
    self.losses = losses
    self.states = states
    self.isDynamic = isDynamic
  }
}

extension Sequence<TracedStep> {
  /// The distinct states that steps assign, in the memory of the training.
  var states: [Tensor] {
    var seen: Set<ObjectIdentifier> = []
    return flatMap(\.states).filter { seen.insert(ObjectIdentifier($0.storage)).inserted }.map { Tensor($0.value.type, storage: $0.storage) }
  }
}

import Engine
import Tensors

/// What a loss looks like as a graph: made by whoever can run the loss.
package struct TracedStep {
  package struct Loss {
    /// The name in the record that `losses` gives; nil for a single `loss`.
    package let part: String?
    package let value: Node
    /// With respect to the part's weights, by slot.
    package let gradients: [(slot: Int, node: Node)]

    package init(part: String?, value: Node, gradients: [(slot: Int, node: Node)]) {
      self.part = part
      self.value = value
      self.gradients = gradients
    }
  }

  /// In the order of their updates.
  package let losses: [Loss]
  /// New values of states that depend on no updated weight, and of those that `after_step` gave:
  /// each is computed to the side, and moved to its place when the step is done.
  package let states: [(value: Node, storage: Storage, afterUpdates: Bool)]
  /// The loss looked at values, so the graph is right for this batch alone.
  package let isDynamic: Bool

  package init(losses: [Loss], states: [(value: Node, storage: Storage, afterUpdates: Bool)], isDynamic: Bool) {
    self.losses = losses
    self.states = states
    self.isDynamic = isDynamic
  }
}

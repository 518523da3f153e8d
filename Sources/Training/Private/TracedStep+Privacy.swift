import Diagnostics
import Engine

extension TracedStep {
  /// Throws if a step would publish more of the examples than its gradients. `examples` are the inputs of the graph that differ from example
  /// to example: pictures or rows, labels, and the key of the random numbers, of which there is another for each.
  package func checkPrivacy(of name: String, examples: [Node]) throws {
    guard !isDynamic else {
      throw Fault(
        TrainingErrors.notPrivate, "the loss of `\(name)` reads values while it is computed, so it may treat examples differently",
        hint: "compute with tensors, as in `where(x > 0, a, b)`, instead of `if`")
    }
    let inputs = Set(examples.map(ObjectIdentifier.init))
    for state in states where state.value.depends(on: inputs) {
      throw Fault(
        TrainingErrors.notPrivate,
        "`\(name)` has a state of \(state.value.type.description) that is computed from examples or random numbers, so it depends on which were taken",
        at: state.value.origin.flatMap { $0.source.isLibrary ? nil : $0 },
        hint: "use layers without such states: `layer_norm` instead of `batch_norm`; `vae` and `classifier(hidden=128)` have none")
    }
  }
}

extension Node {
  /// Whether it is computed from one of these nodes.
  fileprivate func depends(on nodes: Set<ObjectIdentifier>) -> Bool {
    var (waiting, seen) = ([self], Set([ObjectIdentifier(self)]))
    while let node = waiting.popLast() {
      if nodes.contains(ObjectIdentifier(node)) { return true }
      waiting += node.inputs.filter { seen.insert(ObjectIdentifier($0)).inserted }
    }
    return false
  }
}

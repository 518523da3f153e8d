import Diagnostics
import Tensors

extension Engine {
  /// The gradients of a scalar with respect to each of `targets`, as nodes of the graph. Reverse accumulation over the
  /// nodes between them (A. Griewank, A. Walther, "Evaluating Derivatives", chapter 3). A target that `output` does not
  /// depend on has gradient zero.
  package func gradients(of output: Node, withRespectTo targets: [Node]) throws -> [Node] {
    guard output.type.count == 1 else {
      throw Fault(
        TensorErrors.notScalar, "only a scalar has a gradient, got \(output.type.description)",
        at: output.origin, hint: "reduce it to a scalar with `sum` or `mean`")
    }
    let order = between(output, targets)
    var known: [ObjectIdentifier: Term] = [:]
    known[ObjectIdentifier(output)] = try term(constant(1, output.dtype)).broadcast(output.shape)
    let wanted = Set(targets.map { ObjectIdentifier($0) })
    for node in order.reversed() {
      let id = ObjectIdentifier(node)
      guard let upstream = known[id], let operation = node.operation else { continue }
      if !wanted.contains(id) { known[id] = nil }
      let rule = GradientRule(inputs: node.inputs.map(term), output: term(node), upstream: upstream)
      let contributions = try operation.gradient(rule)
      for (input, contribution) in zip(node.inputs, contributions) {
        guard let contribution, input.dtype.isFloat else { continue }
        let fitted = try contribution.summed(to: input.shape).cast(input.dtype)
        let key = ObjectIdentifier(input)
        known[key] = try known[key].map { try $0 + fitted } ?? fitted
      }
    }
    return try targets.map { target in
      try known[ObjectIdentifier(target)]?.node
        ?? term(constant(0, target.dtype)).broadcast(target.shape).node
    }
  }

  /// The nodes on a path from a target to `output`, in topological order.
  private func between(_ output: Node, _ targets: [Node]) -> [Node] {
    var reaches = Set(targets.map { ObjectIdentifier($0) })
    var traversal = GraphTraversal()
    return traversal.nodes(to: output).filter { node in
      if node.inputs.contains(where: { reaches.contains(ObjectIdentifier($0)) }) { reaches.insert(ObjectIdentifier(node)) }
      return reaches.contains(ObjectIdentifier(node))
    }
  }
}

import Diagnostics
import Tensors

extension Engine {
  /// The gradients of one number with respect to each of `targets`, as nodes of the graph.
  /// Reverse accumulation over the nodes that lie between (A. Griewank, A. Walther, "Evaluating
  /// Derivatives", chapter 3). A target that `output` does not depend on has gradient zero.
  package func gradients(of output: Node, withRespectTo targets: [Node]) throws -> [Node] {
    guard output.type.count == 1 else {
      throw Fault(
        TensorErrors.notScalar, "a gradient is taken of a single number, this is \(output.type.description)",
        at: output.origin, hint: "add the elements up with `sum` or `mean`")
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

  /// The nodes on a way from a target to `output`, inputs before users. Without recursion, since
  /// graphs are deep.
  private func between(_ output: Node, _ targets: [Node]) -> [Node] {
    var order: [Node] = []
    var reaches: [ObjectIdentifier: Bool] = [:]
    for target in targets { reaches[ObjectIdentifier(target)] = true }
    var stack: [(node: Node, next: Int)] = [(output, 0)]
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(output)]
    while let top = stack.last {
      if top.next < top.node.inputs.count {
        stack[stack.count - 1].next += 1
        let input = top.node.inputs[top.next]
        if seen.insert(ObjectIdentifier(input)).inserted { stack.append((input, 0)) }
        continue
      }
      stack.removeLast()
      let id = ObjectIdentifier(top.node)
      let reached = reaches[id] == true || top.node.inputs.contains { reaches[ObjectIdentifier($0)] == true }
      reaches[id] = reached
      if reached { order.append(top.node) }
    }
    return order
  }
}

import Tensors

extension Engine {
  /// The first node, inputs before users, whose value is not finite everywhere though those of its inputs are. Every
  /// node is computed by itself, which takes the memory of all of them: for a computation that has failed.
  package func firstNotFinite(in roots: [Node]) throws -> Node? {
    var isFinite: [ObjectIdentifier: Bool] = [:]
    for root in roots {
      var stack: [(node: Node, inputs: [Node], next: Int)] = [(root, root.inputs, 0)]
      while let top = stack.last {
        if isFinite[ObjectIdentifier(top.node)] != nil {
          stack.removeLast()
        } else if top.next < top.inputs.count {
          stack[stack.count - 1].next += 1
          let input = top.inputs[top.next]
          stack.append((input, input.inputs, 0))
        } else {
          stack.removeLast()
          let finite = try holdsFiniteNumbers(top.node)
          isFinite[ObjectIdentifier(top.node)] = finite
          if !finite, top.inputs.allSatisfy({ isFinite[ObjectIdentifier($0)] == true }), top.node.operation != nil { return top.node }
        }
      }
    }
    return nil
  }

  private func holdsFiniteNumbers(_ node: Node) throws -> Bool {
    guard node.dtype.isFloat, !(node.operation is Broadcast), node.operation?.isAlias != true else { return true }
    let tensor = try value(node)
    return (0..<tensor.count).allSatisfy { tensor[$0].isFinite }
  }
}

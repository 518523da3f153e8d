import Tensors

extension Engine {
  /// `roots` again with some leaves exchanged for others: what depends on an exchanged leaf is built
  /// anew, all else is shared.
  package func substituting(_ leaves: [ObjectIdentifier: Node], in roots: [Node]) throws -> [Node] {
    var known = leaves
    for root in roots {
      var stack: [(node: Node, next: Int)] = [(root, 0)]
      while let top = stack.last {
        let id = ObjectIdentifier(top.node)
        if known[id] != nil {
          stack.removeLast()
        } else if top.next < top.node.inputs.count {
          stack[stack.count - 1].next += 1
          stack.append((top.node.inputs[top.next], 0))
        } else {
          stack.removeLast()
          let inputs = top.node.inputs.map { known[ObjectIdentifier($0)] ?? $0 }
          let isSame = zip(inputs, top.node.inputs).allSatisfy { $0 === $1 }
          if isSame {
            known[id] = top.node
          } else if let operation = top.node.operation {
            known[id] = try apply(operation, inputs, at: top.node.origin)
          }
        }
      }
    }
    return roots.map { known[ObjectIdentifier($0)] ?? $0 }
  }
}

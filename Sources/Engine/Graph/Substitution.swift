import Tensors

extension Engine {
  /// `roots` with some leaves replaced. Nodes that depend on a replaced leaf are rebuilt; all others are shared.
  package func substituting(_ leaves: [ObjectIdentifier: Node], in roots: [Node]) throws -> [Node] {
    var known = leaves
    var traversal = GraphTraversal()
    for node in roots.flatMap({ traversal.nodes(to: $0) }) where known[ObjectIdentifier(node)] == nil {
      let inputs = node.inputs.map { known[ObjectIdentifier($0)] ?? $0 }
      let isSame = zip(inputs, node.inputs).allSatisfy { $0 === $1 }
      if isSame {
        known[ObjectIdentifier(node)] = node
      } else if let operation = node.operation {
        known[ObjectIdentifier(node)] = try apply(operation, inputs, at: node.origin)
      }
    }
    return roots.map { known[ObjectIdentifier($0)] ?? $0 }
  }
}

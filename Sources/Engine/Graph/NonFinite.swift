import Tensors

extension Engine {
  /// The first node, inputs before users, whose value is not finite everywhere though those of its inputs are. Every
  /// node is computed by itself, which takes the memory of all of them: for a computation that has failed.
  package func firstNonFinite(in roots: [Node]) throws -> Node? {
    var isFinite: [ObjectIdentifier: Bool] = [:]
    var traversal = GraphTraversal()
    // A node that is computed may forget its inputs.
    let nodes = roots.flatMap { traversal.nodes(to: $0) }.map { (node: $0, inputs: $0.inputs) }
    for (node, inputs) in nodes {
      let finite = try isAllFinite(node)
      isFinite[ObjectIdentifier(node)] = finite
      if !finite, inputs.allSatisfy({ isFinite[ObjectIdentifier($0)] == true }), node.operation != nil { return node }
    }
    return nil
  }

  private func isAllFinite(_ node: Node) throws -> Bool {
    guard node.dtype.isFloat, !(node.operation is Broadcast), node.operation?.isAlias != true else { return true }
    let tensor = try value(node)
    return (0..<tensor.count).allSatisfy { tensor[$0].isFinite }
  }
}

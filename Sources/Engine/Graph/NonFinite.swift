import Tensors

extension Engine {
  /// The first node in topological order with a non-finite element whose inputs are all finite. Every node is
  /// materialised, so use it only to diagnose a failed computation.
  package func firstNonFinite(in roots: [Node]) throws -> Node? {
    var isFinite: [ObjectIdentifier: Bool] = [:]
    var traversal = GraphTraversal()
    // Computing a node may release its inputs.
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

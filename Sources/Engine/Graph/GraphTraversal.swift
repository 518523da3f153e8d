/// Post-order traversal: inputs before users, each node once, also over several roots. Iterative, because graphs are
/// deep.
struct GraphTraversal {
  private var seen: Set<ObjectIdentifier> = []
  private let stopsAtValues: Bool

  /// `stopsAtValues`: do not visit the inputs of nodes that are already computed.
  init(stopsAtValues: Bool = false) { self.stopsAtValues = stopsAtValues }

  /// The unvisited nodes that `root` depends on, ending with `root`.
  mutating func nodes(to root: Node) -> [Node] {
    guard seen.insert(ObjectIdentifier(root)).inserted else { return [] }
    var order: [Node] = []
    var stack: [(node: Node, next: Int)] = [(root, 0)]
    while let top = stack.last {
      if top.next < top.node.inputs.count, !(stopsAtValues && top.node.tensor != nil) {
        stack[stack.count - 1].next += 1
        let input = top.node.inputs[top.next]
        if seen.insert(ObjectIdentifier(input)).inserted { stack.append((input, 0)) }
      } else {
        stack.removeLast()
        order.append(top.node)
      }
    }
    return order
  }
}

extension Engine {
  /// The nodes that `root` depends on, inputs before users, ending with `root`.
  package func nodes(to root: Node) -> [Node] {
    var traversal = GraphTraversal()
    return traversal.nodes(to: root)
  }
}

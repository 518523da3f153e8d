/// The nodes that others depend on, inputs before users. A node comes once, however many roots lead to it. Graphs are
/// deep, so it is no recursion.
struct GraphTraversal {
  private var seen: Set<ObjectIdentifier> = []
  private let stopsAtValues: Bool

  /// `stopsAtValues`: what is computed already needs its inputs no more.
  init(stopsAtValues: Bool = false) { self.stopsAtValues = stopsAtValues }

  /// All that `root` depends on and that has not come yet, `root` the last.
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

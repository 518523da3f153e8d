import Tensors

/// The nodes to compute, in topological order; equal operations on equal inputs are one item. Weights are other leaves
/// after an update than before it, so nothing is shared across an update.
struct Schedule {
  struct Item {
    let node: Node
    /// Indices into `items`.
    let inputs: [Int]
    /// The first stage that needs it.
    let stage: Int
    /// Whether an output depends on it.
    var isNeeded = false
    /// Indices of the items that read it.
    var users: [Int] = []

    var isLeaf: Bool { node.tensor != nil }
    var isAlias: Bool { !isLeaf && node.operation?.isAlias == true }
    var elementwise: Elementwise? { isLeaf ? nil : node.operation as? Elementwise }
    var constant: Constant? { isLeaf ? nil : node.operation as? Constant }
  }

  private struct Key: Hashable {
    let operation: AnyHashable
    let inputs: [Int]
  }

  private(set) var items: [Item] = []
  /// For each stage the indices of its outputs.
  private(set) var outputs: [[Int]] = []
  private var positions: [ObjectIdentifier: Int] = [:]
  private var known: [Key: Int] = [:]

  init(_ stages: [[Node]]) {
    var traversal = GraphTraversal(stopsAtValues: true)
    for (stage, nodes) in stages.enumerated() {
      for node in nodes.flatMap({ traversal.nodes(to: $0) }) { add(node, stage) }
      outputs.append(nodes.compactMap { positions[ObjectIdentifier($0)] })
    }
    markUsers()
  }

  /// Collects the users of each item. An item without users, such as a broadcast that its readers perform themselves, is
  /// not computed.
  private mutating func markUsers() {
    var isNeeded = [Bool](repeating: false, count: items.count)
    for position in outputs.joined() { isNeeded[position] = true }
    for position in items.indices.reversed() where isNeeded[position] {
      for input in items[position].inputs { isNeeded[input] = true }
    }
    for position in items.indices {
      items[position].isNeeded = isNeeded[position]
      guard isNeeded[position] else { continue }
      for input in items[position].inputs { items[input].users.append(position) }
    }
  }

  private mutating func add(_ node: Node, _ stage: Int) {
    var inputs: [Int] = []
    if node.tensor == nil {
      inputs = node.inputs.compactMap { positions[ObjectIdentifier($0)] }
      // An elementwise kernel broadcasts its inputs itself.
      if node.operation is Elementwise {
        inputs = inputs.map { items[$0].node.tensor == nil && items[$0].node.operation is Broadcast ? items[$0].inputs[0] : $0 }
      }
      if let operation = node.operation {
        let key = Key(operation: AnyHashable(operation), inputs: inputs + [node.type.hashValueOfShape])
        if let same = known[key], items[same].node.type == node.type {
          positions[ObjectIdentifier(node)] = same
          return
        }
        known[key] = items.count
      }
    }
    positions[ObjectIdentifier(node)] = items.count
    items.append(Item(node: node, inputs: inputs, stage: stage))
  }
}

extension TensorType {
  /// Part of the key, because with broadcasts skipped the inputs do not determine the output shape.
  fileprivate var hashValueOfShape: Int { shape.hashValue }
}

import Tensors

/// The nodes that must be computed, in an order in which inputs come first; equal operations on
/// equal inputs are one item. Weights that an update has changed are other leaves than before it,
/// so nothing is ever shared across an update.
struct Schedule {
  struct Item {
    let node: Node
    /// Positions of the inputs in `items`.
    let inputs: [Int]
    /// The first stage that needs it.
    let stage: Int
    /// Whether an output depends on it.
    var isNeeded = false
    /// Positions of the items that read it.
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
  /// For each stage the items of its outputs.
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

  /// Tells each item who reads it. What only stood between, as a broadcast that its readers do themselves,
  /// has no readers and is not computed.
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
      // An elementwise kernel spreads its inputs itself.
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
  /// Looking through broadcasts makes the inputs alone no longer tell the output's shape.
  fileprivate var hashValueOfShape: Int { shape.hashValue }
}

import Diagnostics
import Engine
import Tensors

/// The same step of a function in each of its graphs.
struct AlignedNode {
  let nodes: [Node]

  var first: Node { nodes[0] }
  var id: ObjectIdentifier { ObjectIdentifier(nodes[0]) }
  var dtype: DType { first.dtype }
  var rank: Int { first.type.rank }
  /// The operation; nil for a leaf, and for a value that was computed earlier and has dropped its inputs.
  var operation: (any Operation)? {
    guard let operation = first.operation else { return nil }
    return first.inputs.isEmpty && !(operation is Constant || operation is Arange) ? nil : operation
  }

  var inputs: [AlignedNode] {
    first.inputs.indices.map { index in AlignedNode(nodes: nodes.map { $0.inputs[index] }) }
  }

  /// Whether it follows from an input of the function.
  var dependsOnInput: Bool { nodes.contains(where: \.isUnknown) }

  /// The operation in each graph.
  func operations<T: Operation>(_ type: T.Type) -> [T] { nodes.compactMap { $0.operation as? T } }

  func isSame(as other: AlignedNode) -> Bool { zip(nodes, other.nodes).allSatisfy { $0 === $1 } }

  /// Whether the graphs have the same operation here, apart from sizes.
  var isConsistent: Bool {
    nodes.allSatisfy { node in
      guard node.dtype == dtype, node.type.rank == rank, node.inputs.count == first.inputs.count else { return false }
      guard let operation = node.operation, let mine = first.operation else { return node.operation == nil && first.operation == nil }
      guard type(of: operation) == type(of: mine) else { return false }
      switch operation {
      // Their attributes are sizes or values, which are compared where they are translated.
      case is Reshape, is Broadcast, is Slice, is SliceScatter, is Fold, is ScatterAdd, is Arange, is RandomSample, is Constant: return true
      default: return operation.key == mine.key
      }
    }
  }
}

/// The graphs for different numbers of examples differ in more than sizes that follow from it.
package struct DependsOnBatch: Error {
  /// The name and the source of the operation at which they differ.
  package let operation: String?
  package let origin: Span?

  package init(node: Node) { (operation, origin) = (node.operation?.name, node.origin) }
}

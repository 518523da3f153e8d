import Diagnostics
import Tensors

/// A tensor in the graph: a computed value, or an operation on other nodes.
package final class Node {
  package let type: TensorType
  /// Nil for a leaf.
  package let operation: (any Operation)?
  package private(set) var inputs: [Node]
  /// The value, once computed.
  package private(set) var tensor: Tensor?
  /// The source location of the operation.
  package let origin: Span?
  /// Whether the value is known only at run time: see `Engine.infersShapesOnly`.
  package let isUnknown: Bool
  /// The schema, if the tensor holds rows of a table.
  package var tableSchema: TableSchema?
  /// What made the tensor, for questions about it.
  package var provenance: AnyObject?
  private let pendingCounts: PendingCounts?
  /// Whether an earlier computation evaluated it as an intermediate.
  var wasIntermediate = false

  /// A tensor whose type is known but not its value.
  init(placeholder type: TensorType) {
    self.type = type
    operation = nil
    inputs = []
    origin = nil
    isUnknown = true
    pendingCounts = nil
  }

  package init(leaf tensor: Tensor) {
    isUnknown = false
    type = tensor.type
    operation = nil
    inputs = []
    self.tensor = tensor
    origin = nil
    pendingCounts = nil
  }

  init(_ operation: any Operation, _ inputs: [Node], _ type: TensorType, at origin: Span?, isUnknown: Bool = false, _ pendingCounts: PendingCounts) {
    self.isUnknown = isUnknown
    self.type = type
    self.operation = operation
    self.inputs = inputs
    self.origin = origin
    self.pendingCounts = pendingCounts
    pendingCounts.nodes += 1
    pendingCounts.bytes += type.byteCount
  }

  deinit {
    uncount()
    Node.release(&inputs)
  }

  /// Releases nodes, and everything that only they reference, without recursion: a chain of operations is as long as the
  /// loop that recorded it.
  private static func release(_ nodes: inout [Node]) {
    guard nodes.contains(where: { !$0.inputs.isEmpty }) else { return nodes = [] }
    var waiting = nodes
    nodes = []
    while var node = waiting.popLast() {
      guard isKnownUniquelyReferenced(&node) else { continue }
      waiting += node.inputs
      node.inputs = []
    }
  }

  package var shape: [Int] { type.shape }
  package var dtype: DType { type.dtype }
  package var isPending: Bool { tensor == nil }
  /// Whether it is more than a constant or a view.
  var isWorthCaching: Bool { !(operation is Constant || operation is Broadcast || operation?.isAlias == true) }

  /// Stores the computed value. When no gradient can be requested any more, the inputs are released, and with them the
  /// memory of every temporary.
  func setValue(_ tensor: Tensor, releasingInputs: Bool) {
    uncount()
    self.tensor = tensor
    if releasingInputs { Node.release(&inputs) }
  }

  private func uncount() {
    guard let pendingCounts, tensor == nil else { return }
    pendingCounts.nodes -= 1
    pendingCounts.bytes -= type.byteCount
  }
}

/// Totals of the nodes that are recorded but not computed.
final class PendingCounts {
  var nodes = 0
  var bytes = 0
}

import Diagnostics
import Tensors

/// A tensor in the graph: computed already, or to be computed by an operation from other nodes.
package final class Node {
  package let type: TensorType
  /// Nil for a leaf, whose tensor is given.
  package let operation: (any Operation)?
  package private(set) var inputs: [Node]
  /// The value, once it is known.
  package private(set) var tensor: Tensor?
  /// Where in a program the operation was written.
  package let origin: Span?
  /// Only a real run would know its values: see `Engine.infersShapesOnly`.
  package let isUnknown: Bool
  /// The names of the columns, if the tensor holds rows of a table.
  package var tableSchema: TableSchema?
  private let pendingCounts: PendingCounts?
  /// Whether a computation went through it on the way to another node.
  var wasIntermediate = false

  /// A tensor of which only the type is known.
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

  /// Lets go of nodes, and of all that only they held, with no recursion: a chain of operations is as long as the loop
  /// that made it.
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
  /// Whether its value is more than another view of something.
  var isWorthCaching: Bool { !(operation is Constant || operation is Broadcast || operation?.isAlias == true) }

  /// Takes the computed value. Where no gradient can be asked for any more, the way here is
  /// forgotten, and with it the memory of every temporary.
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

/// How much is waiting to be computed.
final class PendingCounts {
  var nodes = 0
  var bytes = 0
}

import Diagnostics
import Effects
import Tensors

/// Records operations lazily as a graph and evaluates nodes on demand. One per session.
package final class Engine {
  package let backend: any Backend
  package var pool: ThreadPool { backend.pool }
  /// Memory of large images that are gone, for the next ones.
  package let recycler = MemoryRecycler()
  private let pendingCounts = PendingCounts()
  /// Above zero while a gradient may still be requested, so computed nodes keep their inputs.
  private var recordingDepth = 0
  /// Number of values read while recording. A graph recorded after such a read is valid for those values only.
  package private(set) var readsWhileRecording = 0

  /// What reading an unknown value throws: in a check, the value is unknown; a function that is recorded for a file cannot
  /// depend on it.
  package var unknownRead: any Error = UnknownValue()

  /// Set when a program is only checked: random numbers, data and everything that depends on them are unknown, and
  /// nothing large is computed.
  package var infersShapesOnly = false
  private static let maxEvaluatedCount = 1 << 16
  /// Number of values that a check may still compute.
  private var remainingEvaluations = 2_000

  /// Maximum size of one tensor in bytes, for running untrusted programs.
  package var maxTensorBytes = Int.max

  /// Checked between the steps of a computation.
  package var cancellation: Cancellation?

  /// Above these limits the graph is evaluated eagerly.
  static let maxPendingNodes = 10_000
  static let maxPendingBytes = 256 << 20
  /// Each node takes some hundred bytes until the gradient is taken.
  private static let maxNodes = 10_000_000

  package init(_ backend: any Backend) { self.backend = backend }

  package convenience init(threads: Int) { self.init(Backends.chosen(threads: threads)) }

  package func leaf(_ tensor: Tensor) -> Node { Node(leaf: tensor) }

  /// A tensor whose type is known but not its value.
  package func placeholder(_ type: TensorType) -> Node { Node(placeholder: type) }

  package func term(_ node: Node) -> Term { Term(node, self) }
  package func term(_ node: Node, at origin: Span?) -> Term { Term(node, self, at: origin) }

  /// A scalar constant, folded into the kernels that use it.
  package func constant(_ value: Double, _ dtype: DType) -> Node {
    let constant = Constant(value: value, dtype: dtype)
    return Node(constant, [], TensorType(dtype, []), at: nil, pendingCounts)
  }

  package func apply(_ operation: any Operation, _ inputs: [Node], at origin: Span? = nil) throws -> Node {
    let type: TensorType
    do { type = try operation.infer(inputs.map(\.type)) } catch { throw error.placed(at: origin) }
    guard type.rank <= Shapes.maximumRank, Shapes.checkedCount(type.shape) != nil, type.byteCount <= maxTensorBytes else {
      throw Fault(
        TensorErrors.tooLarge, "`\(operation.name)` results in a tensor of shape \(type.shape.shapeText), which is too large",
        at: origin, hint: "check the dimensions")
    }
    if infersShapesOnly {
      let isUnknown = inputs.contains(where: \.isUnknown) || operation is RandomSample || type.count > Engine.maxEvaluatedCount
      return Node(operation, inputs, type, at: origin, isUnknown: isUnknown, pendingCounts)
    }
    guard pendingCounts.nodes < Engine.maxNodes else {
      throw Fault(
        TensorErrors.tooLarge, "more than \(Engine.maxNodes) operations recorded for a gradient", at: origin,
        hint: "check that every loop inside a loss or a `grad` ends")
    }
    let node = Node(operation, inputs, type, at: origin, isUnknown: inputs.contains(where: \.isUnknown), pendingCounts)
    // While recording, computed nodes keep their inputs, so evaluating early frees nothing.
    if recordingDepth == 0, pendingCounts.nodes > Engine.maxPendingNodes || pendingCounts.bytes > Engine.maxPendingBytes { try compute([node]) }
    return node
  }

  /// The value of a node, computed if it is pending.
  package func value(_ node: Node) throws -> Tensor {
    noteValueRead()
    if node.isUnknown { throw unknownRead }
    if let tensor = node.tensor { return tensor }
    if infersShapesOnly {
      guard remainingEvaluations > 0 else { throw UnknownValue() }
      remainingEvaluations -= 1
    }
    try compute([node])
    guard let tensor = node.tensor else {
      throw Fault(TensorErrors.badShape, "the tensor could not be computed")
    }
    return tensor
  }

  package func noteValueRead() { if recordingDepth > 0 { readsWhileRecording += 1 } }

  package func compute(_ nodes: [Node]) throws {
    var pending = nodes.filter(\.isPending)
    guard !pending.isEmpty else { return }
    pending += reusedIntermediates(of: pending)
    var outputs: [Plan.Output] = []
    var tensors: [Tensor] = []
    for node in pending {
      let tensor = try Tensor(uninitialized: node.type)
      tensors.append(tensor)
      outputs.append(Plan.Output(node: node, storage: tensor.storage, isPrivate: true))
    }
    let plan = try Plan(stages: [Plan.Stage(outputs: outputs)], engine: self)
    // If cancelled, the nodes stay pending.
    try plan.run(checking: cancellation)
    for (node, tensor) in zip(pending, tensors) {
      node.setValue(tensor, releasingInputs: recordingDepth == 0)
    }
  }

  /// Pending intermediates that an earlier computation already evaluated. The program still references them, so their
  /// values are stored this time. All other intermediates are marked.
  private func reusedIntermediates(of roots: [Node]) -> [Node] {
    var reused: [Node] = []
    var seen = Set(roots.map { ObjectIdentifier($0) })
    var stack = roots
    while let node = stack.popLast() {
      node.wasIntermediate = true
      for input in node.inputs where input.isPending && seen.insert(ObjectIdentifier(input)).inserted {
        if input.wasIntermediate, input.isWorthCaching { reused.append(input) } else { stack.append(input) }
      }
    }
    return reused
  }

  /// Whether gradients may still be taken of what is computed.
  package var isRecording: Bool { recordingDepth > 0 }

  /// Runs `body` with recording enabled, so that gradients can be taken.
  package func recording<T>(_ body: () throws -> T) rethrows -> T {
    recordingDepth += 1
    defer { recordingDepth -= 1 }
    return try body()
  }
}

/// Thrown when a checked program reads a value that is known only at run time.
package struct UnknownValue: Error {
  package init() {}
}

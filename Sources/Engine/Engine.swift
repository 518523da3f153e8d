import CKernels
import Diagnostics
import Effects
import Tensors

/// Records operations as a graph and computes what is asked for. One for each session.
package final class Engine {
  package let kernels: LoamKernels
  package let pool: ThreadPool
  private let ledger = Ledger()
  /// Above zero while a gradient may still be asked for: computed nodes keep their way.
  private var recordings = 0
  /// How often values were looked at while recording: what was recorded then holds for them alone.
  package private(set) var readsWhileRecording = 0

  /// Set where a program is only checked: random numbers, data and what depends on them are unknown,
  /// and nothing large is computed.
  package var followsShapesOnly = false
  private static let largestKnown = 1 << 16
  /// How many values a check may still compute.
  private var knownLeft = 2_000

  /// The most that one tensor may take, in bytes: for those who run programs that they do not trust.
  package var largestTensor = Int.max

  /// Asked between the steps of a computation that a program waits for.
  package var cancellation: Cancellation?

  /// Beyond these the graph is computed without being asked.
  static let pendingNodes = 10_000
  static let pendingBytes = 256 << 20
  /// Each takes some hundred bytes until the gradient is taken.
  private static let mostNodes = 10_000_000

  /// Instruction sets that fuse multiplication and addition come to the same bits; the plainest of x86-64 rounds twice.
  package var fusesMultiplyAdd: Bool { String(cString: kernels.name) != "baseline" }

  package init(kernels: LoamKernels = loam_kernels().pointee, threads: Int) {
    self.kernels = kernels
    pool = ThreadPool(threads: threads)
  }

  package func leaf(_ tensor: Tensor) -> Node { Node(leaf: tensor) }

  /// A tensor of which only the type is known.
  package func placeholder(_ type: TensorType) -> Node { Node(placeholder: type) }

  package func term(_ node: Node) -> Term { Term(node, self) }
  package func term(_ node: Node, at origin: Span?) -> Term { Term(node, self, at: origin) }

  /// A single number as a node, folded into whatever uses it.
  package func constant(_ value: Double, _ dtype: DType) -> Node {
    let constant = Constant(value: value, dtype: dtype)
    return Node(constant, [], TensorType(dtype, []), at: nil, ledger)
  }

  package func apply(_ operation: any Operation, _ inputs: [Node], at origin: Span? = nil) throws -> Node {
    let type: TensorType
    do {
      type = try operation.infer(inputs.map(\.type))
    } catch let fault as Fault {
      throw fault.placed(at: origin)
    }
    guard type.rank <= Shapes.maximumRank, Shapes.checkedCount(type.shape) != nil, type.byteCount <= largestTensor else {
      throw Fault(
        TensorErrors.tooLarge, "`\(operation.name)` would make a tensor of shape \(type.shape.shapeText), which no machine holds",
        at: origin, hint: "check the sizes")
    }
    if followsShapesOnly {
      let isUnknown = inputs.contains(where: \.isUnknown) || operation is Draw || type.count > Engine.largestKnown
      return Node(operation, inputs, type, at: origin, isUnknown: isUnknown, ledger)
    }
    guard ledger.nodes < Engine.mostNodes else {
      throw Fault(
        TensorErrors.tooLarge, "more than \(Engine.mostNodes) operations wait for their gradient", at: origin,
        hint: "does a loop inside a loss or a `grad` ever end?")
    }
    let node = Node(operation, inputs, type, at: origin, ledger)
    // While recording, computing would keep the whole way, so nothing would be gained.
    if recordings == 0, ledger.nodes > Engine.pendingNodes || ledger.bytes > Engine.pendingBytes { try compute([node]) }
    return node
  }

  /// The value of a node, computed now if need be.
  package func value(_ node: Node) throws -> Tensor {
    noteValueRead()
    if node.isUnknown { throw UnknownValue() }
    if let tensor = node.tensor { return tensor }
    if followsShapesOnly {
      guard knownLeft > 0 else { throw UnknownValue() }
      knownLeft -= 1
    }
    try compute([node])
    guard let tensor = node.tensor else {
      throw Fault(TensorErrors.badShape, "a tensor could not be computed")
    }
    return tensor
  }

  package func noteValueRead() { if recordings > 0 { readsWhileRecording += 1 } }

  package func compute(_ nodes: [Node]) throws {
    var pending = nodes.filter(\.isPending)
    guard !pending.isEmpty else { return }
    pending += askedForAgain(by: pending)
    var outputs: [Plan.Output] = []
    var tensors: [Tensor] = []
    for node in pending {
      let tensor = try Tensor(uninitialized: node.type)
      tensors.append(tensor)
      outputs.append(Plan.Output(node: node, storage: tensor.storage, isPrivate: true))
    }
    let plan = try Plan(stages: [Plan.Stage(outputs: outputs)], engine: self)
    // Where it is stopped, the nodes are pending as before.
    try plan.run(asking: cancellation)
    for (node, tensor) in zip(pending, tensors) {
      node.fill(tensor, forgettingInputs: recordings == 0)
    }
  }

  /// What an earlier computation went through and this one needs again: a program holds it, so that it is
  /// worth keeping. All else that is gone through is marked.
  private func askedForAgain(by roots: [Node]) -> [Node] {
    var again: [Node] = []
    var seen = Set(roots.map { ObjectIdentifier($0) })
    var stack = roots
    while let node = stack.popLast() {
      node.wasComputed = true
      for input in node.inputs where input.isPending && seen.insert(ObjectIdentifier(input)).inserted {
        if input.wasComputed, input.isWorthKeeping { again.append(input) } else { stack.append(input) }
      }
    }
    return again
  }

  /// Runs `body` while gradients with respect to something may be asked for.
  package func recording<T>(_ body: () throws -> T) rethrows -> T {
    recordings += 1
    defer { recordings -= 1 }
    return try body()
  }
}

/// Thrown where a program that is only checked asks for a value that only a run would know.
package struct UnknownValue: Error {
  package init() {}
}

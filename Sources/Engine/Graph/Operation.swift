import CKernels
import Tensors

/// One kind of tensor operation: its shape rule, its gradient rule and its kernel, side by side.
/// A value of the type carries the attributes (axes, flags); equal values on equal inputs are the
/// same computation.
package protocol Operation: Hashable, Sendable {
  var name: String { get }

  /// The shape rule; throws a fault that names the shapes involved.
  func infer(_ inputs: [TensorType]) throws -> TensorType

  /// The gradient rule: for each input the gradient's contribution, nil where there is none. It
  /// emits ordinary operations, so that gradients of gradients need nothing special. The result
  /// may still be spread over more dimensions than the input; whoever asks sums it up.
  func gradient(_ rule: GradientRule) throws -> [Term?]

  /// The kernel, with all addresses known.
  func lower(_ context: LoweringContext) -> [Step]

  /// Whether the output is the input's bytes under another shape.
  var isAlias: Bool { get }

  /// Room that its steps share while they run, in bytes.
  func workspaceBytes(_ inputs: [TensorType], _ kernels: borrowing LoamKernels) -> Int

  /// How many arithmetic operations it takes.
  func operationCount(_ inputs: [TensorType], _ output: TensorType) -> Int
}

extension Operation {
  package var isAlias: Bool { false }
  package func workspaceBytes(_ inputs: [TensorType], _ kernels: borrowing LoamKernels) -> Int { 0 }
  package func operationCount(_ inputs: [TensorType], _ output: TensorType) -> Int { 0 }
  package func gradient(_ rule: GradientRule) throws -> [Term?] { rule.inputs.map { _ in nil } }

  var key: AnyHashable { AnyHashable(self) }
}

/// What a gradient rule may use.
package struct GradientRule {
  package let inputs: [Term]
  package let output: Term
  /// The gradient with respect to the output.
  package let upstream: Term
}

/// Where an operation reads and writes.
package struct LoweringContext {
  package let inputs: [(type: TensorType, address: UnsafeRawPointer)]
  package let type: TensorType
  package let address: UnsafeMutableRawPointer
  /// As much room as the operation asked for.
  package var workspace: UnsafeMutableRawPointer?
  package let kernels: LoamKernels
}

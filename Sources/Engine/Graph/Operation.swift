import Diagnostics
import CKernels
import Tensors

/// A tensor operation: its shape rule, gradient rule and lowering. A value of the type carries the attributes (axes,
/// flags); equal values on equal inputs are the same computation.
package protocol Operation: Hashable, Sendable {
  var name: String { get }

  /// The shape rule. Throws a fault that names the shapes if they are incompatible.
  func infer(_ inputs: [TensorType]) throws(Fault) -> TensorType

  /// The gradient rule: the contribution to each input's gradient, or nil if there is none. It emits ordinary operations,
  /// so higher derivatives need no extra rules. The result may have the broadcast shape; the caller sums it to the
  /// input's shape.
  func gradient(_ rule: GradientRule) throws -> [Term?]

  /// The kernel calls, with all addresses resolved.
  func lower(_ context: LoweringContext) -> [Step]

  /// Whether the output is a view of the input's memory.
  var isAlias: Bool { get }

  /// Workspace shared by its steps, in bytes.
  func workspaceBytes(_ inputs: [TensorType], _ kernels: borrowing LoamKernels) -> Int

  /// Number of arithmetic operations; a fused multiply-add counts as two.
  func operationCount(_ inputs: [TensorType], _ output: TensorType) -> Int
}

extension Operation {
  package var isAlias: Bool { false }
  package func workspaceBytes(_ inputs: [TensorType], _ kernels: borrowing LoamKernels) -> Int { 0 }
  package func operationCount(_ inputs: [TensorType], _ output: TensorType) -> Int { 0 }
  package func gradient(_ rule: GradientRule) throws -> [Term?] { rule.inputs.map { _ in nil } }

  /// The operation with its attributes, to compare and to look up.
  package var key: AnyHashable { AnyHashable(self) }
}

/// The arguments of a gradient rule.
package struct GradientRule {
  package let inputs: [Term]
  package let output: Term
  /// The gradient with respect to the output.
  package let upstream: Term
}

/// The addresses that an operation reads and writes.
package struct LoweringContext {
  package let inputs: [(type: TensorType, address: UnsafeRawPointer)]
  package let type: TensorType
  package let address: UnsafeMutableRawPointer
  /// Of at least `workspaceBytes`.
  package var workspace: UnsafeMutableRawPointer?
  package let kernels: LoamKernels
}

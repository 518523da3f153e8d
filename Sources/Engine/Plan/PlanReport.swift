import Tensors

/// The steps of a plan, and their total time over all runs so far.
package struct PlanReport: Sendable {
  package struct Row: Sendable {
    package let name: String
    /// The output type; nil if it is not one tensor.
    package let type: TensorType?
    /// Arithmetic operations; a fused multiply-add counts as two.
    package let operations: Int
    /// Lower bound on the bytes read and written.
    package let bytes: Int
    package let seconds: Double
  }

  package let rows: [Row]
  package let runs: Int
  package let arenaBytes: Int
}

/// A lower bound on the work of a step, for any kernel.
package struct Work: Sendable {
  package let type: TensorType?
  package let operations: Int
  package let bytes: Int

  package init(type: TensorType?, operations: Int, bytes: Int) {
    self.type = type
    self.operations = operations
    self.bytes = bytes
  }
}

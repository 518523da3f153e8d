import Tensors

/// What a plan does step by step, and how long each step took in the runs so far.
package struct PlanReport: Sendable {
  package struct Row: Sendable {
    package let name: String
    /// What the step makes; nil where it is not one tensor.
    package let type: TensorType?
    /// Arithmetic operations, a fused multiply-add counted as two.
    package let operations: Int
    /// Bytes that it must read and write at least.
    package let bytes: Int
    package let seconds: Double
  }

  package let rows: [Row]
  package let runs: Int
  package let arenaBytes: Int
}

/// What a step must do at least, whatever the kernel.
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

import Diagnostics

package enum TensorErrors {
  package static let shapes = DiagnosticID("L0301", "shape-mismatch")
  package static let badShape = DiagnosticID("L0302", "impossible-shape")
  package static let tooLarge = DiagnosticID("L0303", "tensor-too-large")
  package static let badType = DiagnosticID("L0304", "wrong-element-type")
  package static let badAxis = DiagnosticID("L0305", "no-such-axis")
  package static let badIndex = DiagnosticID("L0306", "index-out-of-range")
  package static let ragged = DiagnosticID("L0307", "ragged-rows")
  package static let notScalar = DiagnosticID("L0308", "not-a-single-number")

  package static let all = [
    shapes, badShape, tooLarge, badType, badAxis, badIndex, ragged, notScalar,
  ]
}

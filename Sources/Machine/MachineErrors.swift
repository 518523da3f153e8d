import Diagnostics

package enum MachineErrors {
  package static let unknownName = DiagnosticID("L0201", "unknown-name")
  package static let unassigned = DiagnosticID("L0202", "read-before-assigned")
  package static let rebinding = DiagnosticID("L0203", "cannot-rebind-outer-name")
  package static let badOperand = DiagnosticID("L0204", "wrong-operand")
  package static let badArgument = DiagnosticID("L0205", "wrong-argument")
  package static let unknownArgument = DiagnosticID("L0206", "unknown-argument")
  package static let missingArgument = DiagnosticID("L0207", "missing-argument")
  package static let notCallable = DiagnosticID("L0208", "not-a-function")
  package static let unknownField = DiagnosticID("L0209", "unknown-field")
  package static let badIndex = DiagnosticID("L0210", "index-out-of-range")
  package static let overflow = DiagnosticID("L0211", "integer-overflow")
  package static let divisionByZero = DiagnosticID(
    "L0212", "division-by-zero",
    """
    A number is divided by zero, which has no answer. Test the divisor first, or add a small number to it where it may
    come close to zero.
    """,
    wrong: """
      count = 0
      print(12 / count)
      """,
    right: """
      count = 0
      print(if count == 0 { 0 } else { 12 / count })
      """)
  package static let notBoolean = DiagnosticID("L0213", "condition-not-boolean")
  package static let recursion = DiagnosticID("L0214", "recursion-too-deep")
  package static let memory = DiagnosticID("L0215", "memory-used-up")
  package static let notIterable = DiagnosticID("L0216", "cannot-go-through")
  package static let unpacking = DiagnosticID("L0217", "cannot-unpack")
  package static let expectation = DiagnosticID("L0218", "expectation-failed")
  package static let raised = DiagnosticID("L0219", "failed")
  package static let badFormat = DiagnosticID("L0220", "unknown-format")
  package static let misplaced = DiagnosticID("L0221", "misplaced-word")
  package static let mixedBrackets = DiagnosticID("L0222", "mixed-brackets")
  package static let notBuilt = DiagnosticID("L0223", "model-not-built")
  package static let stateOutsideTraining = DiagnosticID("L0224", "state-outside-training")
  package static let tooLarge = DiagnosticID("L0225", "function-too-large")
  package static let interrupted = DiagnosticID("L0226", "interrupted")
  package static let importCycle = DiagnosticID(
    "L0227", "import-cycle",
    """
    Two files import each other, so that neither can be read before the other. Move what both need to a third file,
    and import that one from both.
    """,
    wrong: """
      write_text("train.loam", "import \\"model.loam\\"")
      write_text("model.loam", "import \\"train.loam\\"")
      import "train.loam"
      """,
    right: """
      write_text("train.loam", "import \\"sizes.loam\\"")
      write_text("sizes.loam", "latent = 16")
      import "train.loam"
      """)

  package static let all = [
    unknownName, unassigned, rebinding, badOperand, badArgument, unknownArgument, missingArgument,
    notCallable, unknownField, badIndex, overflow, divisionByZero, notBoolean, recursion, memory,
    notIterable, unpacking, expectation, raised, badFormat, misplaced, mixedBrackets, notBuilt,
    stateOutsideTraining, tooLarge, interrupted,
    importCycle,
  ]
}

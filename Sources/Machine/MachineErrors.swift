import Diagnostics

/// Compile-time and runtime errors; their pages are in NameErrors.swift and ValueErrors.swift.
package enum MachineErrors {
  package static let all =
    [
      unknownName, unassigned, rebinding, badOperand, badArgument, unknownArgument, missingArgument,
      notCallable, unknownField, badIndex, overflow, divisionByZero, notBoolean, recursion, memory,
      notIterable, unpacking, expectation, raised, badFormat, misplaced, mixedBrackets, notBuilt,
      stateOutsideTraining, tooLarge, interrupted,
      importCycle,
    ] + ArchiveErrors.all
}

import Diagnostics

package enum FileErrors {
  package static let missing = DiagnosticID("L0401", "missing-file")
  package static let unreadable = DiagnosticID("L0402", "unreadable-file")
  package static let unwritable = DiagnosticID("L0403", "unwritable-file")

  package static let all = [
    missing, unreadable, unwritable,
  ]
}

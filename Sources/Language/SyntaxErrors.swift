import Diagnostics

package enum SyntaxErrors {
  package static let unexpected = DiagnosticID("L0101", "unexpected-token")
  package static let unclosed = DiagnosticID("L0102", "unclosed-bracket")
  package static let unclosedString = DiagnosticID("L0103", "unclosed-string")
  package static let badCharacter = DiagnosticID("L0104", "unknown-character")
  package static let badNumber = DiagnosticID("L0105", "malformed-number")
  package static let badEscape = DiagnosticID("L0106", "unknown-escape")
  package static let badTarget = DiagnosticID("L0107", "cannot-assign")
  package static let tooDeep = DiagnosticID("L0108", "nested-too-deeply")
  package static let misplaced = DiagnosticID("L0109", "misplaced-statement")
  package static let duplicate = DiagnosticID("L0110", "duplicate-name")

  package static let all = [
    unexpected, unclosed, unclosedString, badCharacter, badNumber, badEscape, badTarget, tooDeep, misplaced,
    duplicate,
  ]
}

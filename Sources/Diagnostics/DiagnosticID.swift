/// A kind of error and its page in the catalogue. Each module declares its own in a file named `…Errors.swift`, which
/// ends in a list of them all.
package struct DiagnosticID: Sendable {
  /// A letter and four digits: L01 syntax, L02 names and values, L03 shapes and tensors,
  /// L04 files and data, L05 training, L09 lessons.
  package let code: String
  /// A short name for the kind.
  package let name: String
  /// What the error means and how to fix it, in two or three sentences for students.
  package let meaning: String
  /// A program that ends in this error, and the corrected program.
  package let wrong: String
  package let right: String

  package init(_ code: String, _ name: String, _ meaning: String = "", wrong: String = "", right: String = "") {
    self.code = code
    self.name = name
    self.meaning = meaning
    self.wrong = wrong
    self.right = right
  }

  /// The page that `loam explain` prints.
  package var page: String {
    let head = "\(code) \(name)\n\n\(meaning)\n"
    guard !wrong.isEmpty else { return head }
    return head + "\nWrong:\n\n\(DiagnosticID.indented(wrong))\n\nRight:\n\n\(DiagnosticID.indented(right))\n"
  }

  private static func indented(_ program: String) -> String {
    program.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "    " + $0 }.joined(separator: "\n")
  }
}

extension DiagnosticID: Hashable {
  package static func == (a: DiagnosticID, b: DiagnosticID) -> Bool { a.code == b.code }

  package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

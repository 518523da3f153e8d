import Diagnostics

/// The marks of a cell: the words after `loam` on its fence line.
package struct CellMarks: Equatable, Sendable {
  /// The name of the cell in errors and outputs.
  package private(set) var id: String?
  /// Exported pages omit the code.
  package private(set) var isHidden = false
  /// An error is expected, and recorded as the output.
  package private(set) var fails = false
  /// The code of the expected error, if given: `fails L0201`.
  package private(set) var failsWith: String?
  /// Whether `verify` compares the output.
  package private(set) var isVerified = true
  /// The cell is not code but a file of this name for the cells after it.
  package private(set) var file: String?

  static let words = ["hidden", "fails", "noverify", "id=", "file="]

  /// An invalid mark.
  struct Problem {
    let message: String
    let hint: String
  }

  /// Parses the words; returns the marks and the invalid words.
  static func reading(_ words: [String]) -> (marks: CellMarks, problems: [Problem]) {
    var marks = CellMarks()
    let problems = words.compactMap { marks.read($0) }
    return (marks, problems)
  }

  private mutating func read(_ word: String) -> Problem? {
    switch word {
    case "hidden": isHidden = true
    case "fails": fails = true
    case "noverify": isVerified = false
    case _ where fails && failsWith == nil && word.isErrorCode: failsWith = word
    case _ where word.hasPrefix("id="):
      let name = String(word.dropFirst(3))
      guard !name.isEmpty, name.utf8.allSatisfy(\.isNameCharacter) else {
        return Problem(message: "invalid cell name in `\(word)`", hint: "use letters, digits, `-` and `_`: `id=first-look`")
      }
      id = name
    case _ where word.hasPrefix("file="):
      file = String(word.dropFirst(5))
    default:
      let hint = Suggestion.hint(for: word, among: CellMarks.words) ?? "the marks are \(CellMarks.words.map { "`\($0)`" }.joined(separator: ", "))"
      return Problem(message: "unknown cell mark `\(word)`", hint: hint)
    }
    return nil
  }
}

extension String {
  /// A letter and four digits.
  fileprivate var isErrorCode: Bool {
    utf8.count == 5 && utf8.first == UInt8(ascii: "L") && utf8.dropFirst().allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
  }
}

extension UInt8 {
  fileprivate var isNameCharacter: Bool {
    (self | 0x20 >= UInt8(ascii: "a") && self | 0x20 <= UInt8(ascii: "z")) || (self >= 0x30 && self <= 0x39) || self == UInt8(ascii: "-")
      || self == UInt8(ascii: "_")
  }
}

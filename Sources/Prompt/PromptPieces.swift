import Session

/// Splits typed or pasted text into pieces that run in order: commands and questions, and between them the statements
/// of each line.
struct PromptPieces {
  private(set) var pieces: [StatementLines.Piece] = []
  private let lines: [Substring]

  init(_ text: String, _ commands: CommandTable) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var (start, line) = (0, 0)
    while line < lines.count {
      guard isCommand(lines[line]), start == line || !Session.isIncomplete(joined(start..<line) + "\n") else {
        line += 1
        continue
      }
      addCode(start..<line)
      start = line
      line += 1
      while line < lines.count, PromptLine.isIncomplete(joined(start..<line), commands) { line += 1 }
      pieces.append(StatementLines.Piece(joined(start..<line), firstLine: start + 1))
      start = line
    }
    addCode(start..<line)
  }

  private func isCommand(_ line: Substring) -> Bool { if case .statement = PromptLine(String(line)) { false } else { true } }

  private func joined(_ range: Range<Int>) -> String { lines[range].joined(separator: "\n") }

  private mutating func addCode(_ range: Range<Int>) {
    guard lines[range].contains(where: { !$0.allSatisfy(\.isWhitespace) }) else { return }
    pieces += StatementLines(joined(range), firstLine: range.lowerBound + 1).pieces
  }
}

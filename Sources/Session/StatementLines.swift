import Diagnostics
import Language

/// Splits a text into pieces that run in order, as if each had been entered separately: the statements that begin on
/// one line, with their comments.
package struct StatementLines {
  package struct Piece: Equatable, Sendable {
    package let text: String
    /// The line of the text on which it begins, counted from one.
    package let firstLine: Int

    package init(_ text: String, firstLine: Int) {
      self.text = text
      self.firstLine = firstLine
    }
  }

  package let pieces: [Piece]

  /// A text with syntax errors is a single piece, so none of it runs.
  package init(_ text: String, firstLine: Int = 1) {
    let source = Source(name: "", text: text + "\n")
    let parsed = Parser.parse(source)
    let statements = parsed.program.statements
    guard parsed.diagnostics.isEmpty, statements.count > 1 else {
      pieces = [Piece(text, firstLine: firstLine)]
      return
    }
    var pieces: [Piece] = []
    var start = 0
    for (statement, next) in zip(statements, statements.dropFirst()) {
      let between = source.bytes[statement.extent.end..<next.extent.start]
      guard let end = between.firstIndex(of: UInt8(ascii: "\n")) else { continue }
      pieces.append(StatementLines.piece(source, start..<end, firstLine))
      start = end + 1
    }
    pieces.append(StatementLines.piece(source, start..<source.bytes.count - 1, firstLine))
    self.pieces = pieces
  }

  private static func piece(_ source: Source, _ range: Range<Int>, _ firstLine: Int) -> Piece {
    Piece(String(decoding: source.bytes[range], as: UTF8.self), firstLine: source.location(of: range.lowerBound).line + firstLine - 1)
  }
}

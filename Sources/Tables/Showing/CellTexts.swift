import Diagnostics

/// Some cells of a column as they appear in a table.
struct CellTexts {
  static let gap = "·"
  let texts: [String]
  let isGap: [Bool]

  init(_ column: Column, _ rows: some Collection<Int>) {
    isGap = rows.map { column.gaps[$0] }
    switch column.cells {
    case .number(let cells):
      let style = NumberStyle(rows.filter { !column.gaps[$0] }.map { cells[$0] })
      texts = rows.map { column.gaps[$0] ? CellTexts.gap : style.text(cells[$0]) }
    case .text(let cells):
      texts = rows.map { column.gaps[$0] ? CellTexts.gap : CellTexts.word(String(decoding: cells.utf8($0).prefix(4_000), as: UTF8.self)) }
    default: texts = rows.map { CellTexts.text(column[$0]) }
    }
  }

  /// Numbers are aligned at the right.
  static func isRight(_ kind: ColumnKind) -> Bool { kind.isNumeric }

  /// A cell alone.
  static func text(_ cell: Cell) -> String {
    switch cell {
    case .gap: gap
    case .number(let number): NumberStyle([number]).text(number)
    case .text(let text): word(text)
    default: cell.text
    }
  }

  /// On one line; in quotes if it would be invisible otherwise, or be taken for a gap.
  static func word(_ text: String) -> String {
    // A cell may contain megabytes, also in one character.
    let start = String(decoding: text.utf8.prefix(4_000), as: UTF8.self).prefix(1_000)
    let line = start.map { $0 == "\n" || $0 == "\r\n" ? "\\n" : String($0) }.joined().visible
    guard let first = start.first, let last = start.last, !first.isWhitespace, !last.isWhitespace, text != gap else { return "\"\(line)\"" }
    return line
  }

  /// The name of a column, which may contain anything.
  static func name(_ name: String) -> String { word(name) }
}

import Diagnostics

/// Cells aligned in columns of a terminal.
struct TextGrid {
  struct Cell {
    var text: String
    var isDim = false
  }

  struct Column {
    var cells: [Cell]
    var isRight = false
    /// Narrower than this, the column is of no use; wider, its texts are cut.
    var minimum: Int

    var width: Int { cells.map(\.text.columnCount).max() ?? 0 }
  }

  /// Narrower terminals are taken to be this wide.
  static let narrowest = 20
  private static let separator = 2
  var columns: [Column]

  /// The number of columns that fit, at least one.
  func fitting(_ width: Int) -> Int {
    var used = -TextGrid.separator
    for (index, column) in columns.enumerated() {
      used += TextGrid.separator + min(column.minimum, column.width)
      if used > width { return max(1, index) }
    }
    return columns.count
  }

  /// The lines of the first columns. What is left of the width goes to the columns that are cut, from the left.
  func lines(_ count: Int, _ width: Int, dim: (String) -> String) -> [String] {
    let shown = columns.prefix(count)
    var widths = shown.map { min($0.minimum, $0.width, width) }
    var left = width - widths.reduce(0, +) - TextGrid.separator * (count - 1)
    for (index, column) in shown.enumerated() where left > 0 {
      let more = min(left, max(0, column.width - widths[index]))
      widths[index] += more
      left -= more
    }
    return (0..<(columns.first?.cells.count ?? 0)).map { line in
      var text = ""
      for (column, width) in zip(shown, widths) {
        let cell = column.cells[line]
        let cut = width > 0 ? cell.text.shortened(to: width) : ""
        let padding = String(repeating: " ", count: max(0, width - cut.columnCount))
        let styled = cell.isDim && !cut.isEmpty ? dim(cut) : cut
        text += (column.isRight ? padding + styled : styled + padding) + String(repeating: " ", count: TextGrid.separator)
      }
      while text.hasSuffix(" ") { text.removeLast() }
      return text
    }
  }

  /// The words of a text on as many lines as they need.
  static func wrapped(_ text: String, _ width: Int) -> [String] { wrapped(text.split(separator: " ").map(String.init), width) }

  /// Pieces on as many lines as they need; a piece is never broken.
  static func wrapped(_ pieces: [String], _ width: Int, style: (String) -> String = { $0 }) -> [String] {
    var lines: [[String]] = []
    var used = 0
    for piece in pieces {
      let columns = piece.columnCount
      if lines.isEmpty || used + 1 + columns > width {
        lines.append([])
        used = -1
      }
      lines[lines.count - 1].append(style(piece))
      used += 1 + columns
    }
    return lines.map { $0.joined(separator: " ") }
  }
}

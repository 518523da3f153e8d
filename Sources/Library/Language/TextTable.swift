/// Rows of cells in aligned columns; the columns of `right` are right-aligned.
package struct TextTable {
  private let rows: [[String]]
  private let right: Set<Int>

  package init(_ rows: [[String]], right: Set<Int> = []) {
    self.rows = rows
    self.right = right
  }

  package var lines: [String] {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in rows.compactMap { $0.indices.contains(column) ? $0[column].count : nil }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return right.contains(column) ? space + cell : cell + space
      }
      var line = Substring(cells.joined(separator: "  "))
      while line.last == " " { line.removeLast() }
      return String(line)
    }
  }

  package var text: String { lines.joined(separator: "\n") }
}

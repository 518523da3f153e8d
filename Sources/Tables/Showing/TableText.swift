import Diagnostics

/// A table as it appears at the prompt: its size, and for each column the name, the kind, a small chart of all its values and
/// its first cells. Columns that do not fit are listed at the end.
package enum TableText {
  /// Tables up to this size are shown in full, larger ones by their first ten rows, as in dplyr.
  private static let longest = 20
  private static let first = 10
  private static let widestName = 16
  private static let widestWord = 12
  private static let linesOfNames = 4

  /// Lines of at most `width` terminal columns, without a line break at the end. `rows` limits the rows that are shown. `dim`
  /// is applied to what should be less prominent: kinds, gaps, what is left out.
  package static func text(of table: Table, width: Int = 80, rows: Int? = nil, dim: (String) -> String = { $0 }) -> String {
    let width = max(TextGrid.narrowest, width)
    let shown = min(table.count, max(0, rows ?? (table.count <= longest ? longest : first)))
    let size = "\(counted(table.count, "row")) of \(counted(table.columns.count, "column"))"
    let gaps = table.columns.reduce(0) { $0 + $1.gaps.count }

    // Columns that cannot fit are not formatted.
    var grid = TextGrid(columns: table.columns.prefix(width / 2).map { column($0, shown) })
    let count = grid.fitting(width)
    grid.columns = Array(grid.columns.prefix(count))
    if grid.columns.allSatisfy({ $0.cells[2].text.isEmpty }) {
      for index in grid.columns.indices { grid.columns[index].cells.remove(at: 2) }
    }
    let header = gaps > 0 ? "\(size), \(counted(gaps, "gap"))" : size
    let lines = TextGrid.wrapped(header, width) + grid.lines(count, width, dim: dim)
    return (lines + rest(table, shown, count, width).map(dim)).joined(separator: "\n")
  }

  private static func column(_ column: Column, _ rows: Int) -> TextGrid.Column {
    let cells = CellTexts(column, 0..<rows)
    let name = CellTexts.name(column.name)
    let chart = BlockChart.text(column)
    let head = [TextGrid.Cell(text: name), TextGrid.Cell(text: column.kind.rawValue, isDim: true), TextGrid.Cell(text: chart)]
    let values = (cells.texts.map(\.columnCount).max() ?? 0)
    let cutsWords = column.kind == .text || column.kind == .category
    return TextGrid.Column(
      cells: head + zip(cells.texts, cells.isGap).map { TextGrid.Cell(text: $0, isDim: $1) }, isRight: CellTexts.isRight(column.kind),
      minimum: max(min(name.columnCount, widestName), column.kind.rawValue.count, chart.count, cutsWords ? min(values, widestWord) : values))
  }

  /// What is not shown.
  private static func rest(_ table: Table, _ rows: Int, _ columns: Int, _ width: Int) -> [String] {
    let hidden = table.columns.dropFirst(columns)
    var pieces: [String] = []
    if rows < table.count { pieces.append(counted(table.count - rows, "more row")) }
    if !hidden.isEmpty { pieces.append(counted(hidden.count, "more column")) }
    guard !pieces.isEmpty else { return [] }
    var words = "… with \(pieces.joined(separator: " and "))".split(separator: " ").map(String.init)
    guard !hidden.isEmpty else { return TextGrid.wrapped(words, width) }
    words[words.count - 1] += ":"
    var listed: [String] = []
    var left = linesOfNames * width
    for column in hidden {
      let name = CellTexts.name(column.name).shortened(to: min(32, width - 14))
      listed.append("`\(name)` (\(column.kind.rawValue))")
      left -= listed[listed.count - 1].columnCount + 2
      if left < 0 { break }
    }
    let more = hidden.count - listed.count
    words += listed.enumerated().map { $1 + ($0 < listed.count - 1 ? "," : "") }
    if more > 0 { words += ["and", "\(more)", "more"] }
    return TextGrid.wrapped(words, width)
  }
}

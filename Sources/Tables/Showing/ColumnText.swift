import Diagnostics

/// A column alone as it appears at the prompt.
package enum ColumnText {
  private static let first = 10
  private static let widestWord = 24

  /// Its name, kind, count and gaps; a chart with the range or the most frequent values; the first cells. Lines of at
  /// most `width` terminal columns. `dim` is applied to gaps and to what is left out.
  package static func text(of column: Column, width: Int = 80, dim: (String) -> String = { $0 }) -> String {
    let width = max(TextGrid.narrowest, width)
    let gaps = column.gaps.count
    let name = CellTexts.name(column.name).shortened(to: width - 2)
    let missing = gaps == 0 ? "" : gaps == column.count && gaps > 1 ? ", all gaps" : ", \(counted(gaps, "gap"))"
    let size = "(\(column.kind.rawValue)): \(counted(column.count, "row"))\(missing)"
    let words = ["`\(name)`"] + size.split(separator: " ").map(String.init)
    return (TextGrid.wrapped(words, width) + distribution(column, width) + values(column, width, dim)).joined(separator: "\n")
  }

  private static func distribution(_ column: Column, _ width: Int) -> [String] {
    guard let bins = ColumnBins(column, count: min(column.kind == .category ? 8 : 16, width)) else { return [] }
    let chart = BlockChart.text(bins.counts[0])
    var legend: String
    switch bins.axis {
    case .bounds:
      let (low, high) = bins.ends
      legend = low == high ? low : "\(low) to \(high)"
    case .levels:
      // False before true, otherwise in the order of the chart.
      legend = zip(bins.labels, bins.counts[0]).map { "\($0.shortened(to: widestWord)) \($1)" }.joined(separator: ", ")
      if bins.others[0] > 0 { legend += ", others \(bins.others[0])" }
    }
    return ["\(chart)  \(legend)".shortened(to: width)]
  }

  private static func values(_ column: Column, _ width: Int, _ dim: (String) -> String) -> [String] {
    let shown = min(column.count, first)
    let cells = CellTexts(column, 0..<shown)
    var pieces: [String] = []
    for (index, text) in cells.texts.enumerated() {
      // The gaps are styled after the lines are broken, since a style has no width.
      pieces.append(text.shortened(to: min(widestWord, width - 1)) + (index < column.count - 1 ? "," : ""))
    }
    if shown < column.count { pieces += ["…"] }
    var gaps = (cells.isGap + [false])[...]
    return TextGrid.wrapped(pieces, width, style: { piece in gaps.popFirst() == true || piece == "…" ? dim(piece) : piece })
  }
}

/// A row alone: a line for each column, its name and its cell.
package enum RowText {
  private static let mostColumns = 100

  /// Lines of at most `width` terminal columns. The row exists. `dim` is applied to gaps and kinds.
  package static func text(of table: Table, row: Int, width: Int = 80, dim: (String) -> String = { $0 }) -> String {
    let width = max(TextGrid.narrowest, width)
    let shown = table.columns.prefix(mostColumns)
    let cells = shown.map { CellTexts($0, row...row) }
    let grid = TextGrid(columns: [
      TextGrid.Column(cells: shown.map { TextGrid.Cell(text: CellTexts.name($0.name)) }, minimum: max(2, width / 3)),
      TextGrid.Column(cells: cells.map { TextGrid.Cell(text: $0.texts[0], isDim: $0.isGap[0]) }, minimum: max(2, width / 2)),
    ])
    let lines = grid.lines(2, width, dim: dim)
    let hidden = table.columns.count - shown.count
    return (lines + (hidden > 0 ? [dim("… with \(counted(hidden, "more column"))")] : [])).joined(separator: "\n")
  }
}

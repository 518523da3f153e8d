import Diagnostics

/// A report on synthetic rows as text: for a terminal, for a spreadsheet, for other programs.
package enum TableReportText {
  /// How many columns or pairs are named, the worst of each measure.
  private static let named = 3

  /// What the measures say, the measures by topic with their meaning, and notes; lines of at most `width` terminal columns. The values of
  /// columns and pairs are summarised. `dim` is applied to headings and explanations.
  package static func text(_ report: TableReport, width: Int = 80, dim: (String) -> String = { $0 }) -> String {
    let width = max(TextGrid.narrowest, width)
    let parts = ReportPart.all(of: report)
    var blocks: [[String]] = []
    let verdict = TableVerdict.sentences(report)
    if !verdict.isEmpty { blocks.append(verdict.flatMap { indented($0, 2, width, mark: "- ") }) }
    // One grid for all parts, so that numbers are below each other; its first line is the heading.
    let entries = parts.flatMap { part in part.single.map(Entry.init(single:)) + part.several.map(Entry.init(several:)) }
    let grid = Entry.grid(entries, width)
    var lines = grid.lines(grid.fitting(width), width, dim: dim)[...]
    let heading = lines.popFirst() ?? ""
    for (index, part) in parts.enumerated() {
      var block = [index == 0 ? Entry.titled(part.group.rawValue, heading) : part.group.rawValue]
      for row in part.single {
        block.append(lines.popFirst() ?? "")
        block += indented(row.measure.meaning, 4, width).map(dim)
      }
      for several in part.several {
        block.append(lines.popFirst() ?? "")
        block += indented(several.measure.meaning, 4, width).map(dim)
        block += indented(worst(several), 4, width)
      }
      blocks.append(block)
    }
    if !report.notes.isEmpty { blocks.append(["notes"] + report.notes.flatMap { indented($0, 2, width) }) }
    return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private static func worst(_ several: ReportPart.Several) -> String {
    let shown = several.rows.prefix(named).map { "\($0.columnsText) \(ReportNumber.text($0.estimate.value))" }
    let rest = several.rows.count - shown.count
    return (rest > 0 ? "Least: " : "") + shown.joined(separator: ", ") + (rest > 0 ? ", and \(rest) more." : ".")
  }

  /// Long names of columns are broken at spaces, too; a word that is wider than the line is cut.
  private static func indented(_ text: String, _ columns: Int, _ width: Int, mark: String = "") -> [String] {
    let room = width - columns
    let words = text.split(separator: " ").map { String($0).shortened(to: room) }
    let margin = String(repeating: " ", count: columns)
    return TextGrid.wrapped(words, room).enumerated().map { index, line in (index == 0 && !mark.isEmpty ? mark : margin) + line }
  }
}

/// A measure and its numbers.
private struct Entry {
  let name: String
  let value: String
  let interval: String
  let best: String

  init(single row: TableReport.Row) {
    name = row.measure.rawValue
    value = ReportNumber.text(row.estimate.value)
    interval = ReportNumber.interval(row.estimate)
    best = row.measure.best.map(ReportNumber.short) ?? ""
  }

  init(several: ReportPart.Several) {
    name = "\(several.measure.rawValue), mean of \(counted(several.rows.count, several.noun))"
    value = several.mean.map(ReportNumber.text) ?? CellTexts.gap
    interval = ""
    best = several.measure.best.map(ReportNumber.short) ?? ""
  }

  static func grid(_ entries: [Entry], _ width: Int) -> TextGrid {
    func column(_ title: String, isRight: Bool = false, minimum: Int? = nil, _ text: (Entry) -> String) -> TextGrid.Column {
      let cells = [TextGrid.Cell(text: title, isDim: true)] + entries.map { TextGrid.Cell(text: text($0)) }
      return TextGrid.Column(cells: cells, isRight: isRight, minimum: minimum ?? cells.map(\.text.columnCount).max() ?? 0)
    }
    return TextGrid(columns: [
      column("", minimum: max(8, min(40, width / 2))) { "  \($0.name)" }, column("value", isRight: true) { $0.value },
      column("95 % interval") { $0.interval }, column("best", isRight: true) { $0.best },
    ])
  }

  /// The heading with the title of the first part in its empty cell.
  static func titled(_ title: String, _ heading: String) -> String {
    let spaces = heading.prefix { $0 == " " }.count
    guard spaces > title.columnCount else { return title }
    return title + heading.dropFirst(title.columnCount)
  }
}

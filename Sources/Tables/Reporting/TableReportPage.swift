import Diagnostics

/// A report on synthetic rows as a page: without scripts and other files.
package enum TableReportPage {
  private static let mostCharts = 40

  /// The content of the page's `main` element. `synthetic` and `real` are the tables of the report. The page needs `style`.
  package static func body(_ report: TableReport, synthetic: Table, real: Table, title: String) -> String {
    let parts = ReportPart.all(of: report)
    let sizes = "\(counted(synthetic.count, "synthetic row")) beside \(counted(real.count, "real row")) of \(counted(real.columns.count, "column"))"
    let several = TableReportTables.several(parts)
    return [
      "<h1>\(Markup.escaped(title))</h1>", "<p class=\"subject\">\(sizes)</p>", list(TableVerdict.sentences(report)),
      "<h2>Main measures</h2>", TableReportTables.main(parts),
      "<p class=\"legend\">A point is a value, the bar around it its interval, and the upright line the best value.</p>",
      shapes(report, synthetic, real), trends(report),
      several.isEmpty ? "" : "<h2>Columns and pairs</h2>\n\(several)",
      report.notes.isEmpty ? "" : "<h2>Notes</h2>\n\(list(report.notes))",
    ].filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
  }

  private static func list(_ sentences: [String]) -> String {
    sentences.isEmpty ? "" : "<ul>\n\(sentences.map { "<li>\(Markup.sentence($0))</li>" }.joined(separator: "\n"))\n</ul>"
  }

  /// A chart of each column in the order of the real table; of many, those that are least alike.
  private static func shapes(_ report: TableReport, _ synthetic: Table, _ real: Table) -> String {
    let all = report.rows.filter { [.numberShape, .categoryShape].contains($0.measure) }
    let shown = Set(ReportPart.worstFirst(all).prefix(mostCharts).compactMap(\.columns.first))
    let figures = all.filter { shown.contains($0.columns.first ?? "") }.compactMap { figure($0, report, synthetic, real) }
    guard !figures.isEmpty else { return "" }
    let limit = all.count > mostCharts ? "<p>The \(mostCharts) least alike of \(all.count) columns.</p>\n" : ""
    return """
      <h2>Column shapes</h2>
      \(limit)<p class="legend">\(key("real")) real, \(key("synthetic")) synthetic: the share of the column's cells. The number beside a name is how alike they are, \
      from 0 to 1.</p>
      <div class="charts">
      \(figures.joined(separator: "\n"))
      </div>
      """
  }

  private static func key(_ style: String) -> String {
    "<svg class=\"key\" width=\"12\" height=\"12\" aria-hidden=\"true\"><rect class=\"\(style)\" width=\"12\" height=\"12\"/></svg>"
  }

  /// Nil if a table has no such column.
  private static func figure(_ row: TableReport.Row, _ report: TableReport, _ synthetic: Table, _ real: Table) -> String? {
    guard let name = row.columns.first, let first = real.position(of: name), let second = synthetic.position(of: name),
      let bins = ColumnCharts.bins(real: real.columns[first], synthetic: synthetic.columns[second])
    else { return nil }
    let shares = [(bins.gaps[0], real.count), (bins.gaps[1], synthetic.count)].map { ReportNumber.percent(Double($0) / Double(max(1, $1))) }
    let gaps = bins.gaps.contains { $0 > 0 } ? "; gaps \(shares[0]) real, \(shares[1]) synthetic" : ""
    return """
      <figure>
      <figcaption>\(Markup.name(name)) \(ReportNumber.text(row.estimate.value))\(gaps)</figcaption>
      \(ShapeChart(bins).drawing(of: name))
      </figure>
      """
  }

  private static func trends(_ report: TableReport) -> String {
    guard let map = TrendMap(report) else { return "" }
    let limit = map.shownCount < map.columnCount ? " The columns of the least alike pairs, \(map.shownCount) of \(map.columnCount)." : ""
    return """
      <h2>Pair trends</h2>
      <p class="legend">How alike two columns go together in real and synthetic rows; the stronger the colour, the less.\(limit)</p>
      <div class="wide">
      \(map.drawing)
      </div>
      """
  }
}

import Diagnostics

/// The numbers of a report as HTML tables.
enum TableReportTables {
  /// Of the values of columns and pairs.
  private static let mostRows = 1_000
  private static let head =
    "<th scope=\"col\">value</th><th scope=\"col\">95 % interval</th><th scope=\"col\">between 0 and 1</th><th scope=\"col\">best</th>"

  /// The measures of the whole table, with bars.
  static func main(_ parts: [ReportPart]) -> String {
    let rows = parts.filter { !$0.single.isEmpty }.flatMap { part in
      ["<tr><th class=\"group\" scope=\"rowgroup\" colspan=\"5\">\(Markup.escaped(part.group.rawValue))</th></tr>"]
        + part.single.map { row in
          let what = row.columns.isEmpty ? "" : " of \(row.columns.map(Markup.name).joined(separator: " and "))"
          return line(row, "\(Markup.escaped(row.measure.rawValue))\(what)<span>\(Markup.escaped(row.measure.meaning))</span>")
        }
    }
    return table("<th scope=\"col\">measure</th>\(head)", rows)
  }

  /// The values of columns and pairs, the worst first.
  static func several(_ parts: [ReportPart]) -> String {
    parts.flatMap(\.several).map { several in
      let shown = several.rows.prefix(mostRows)
      let rest = several.rows.count - shown.count
      let rows = shown.map { line($0, $0.columns.map(Markup.name).joined(separator: " and ")) }
      return """
        <details>
        <summary>\(Markup.escaped(several.measure.rawValue)), \(counted(several.rows.count, several.noun))</summary>
        <p class="legend">\(Markup.escaped(several.measure.meaning))</p>
        \(table("<th scope=\"col\">\(several.noun)</th>\(head)", rows))
        \(rest > 0 ? "<p>\(rest) more are not shown; a .csv file has all.</p>" : "")
        </details>
        """
    }.joined(separator: "\n")
  }

  private static func table(_ head: String, _ rows: [String]) -> String {
    """
    <div class="wide"><table>
    <thead><tr>\(head)</tr></thead>
    <tbody>
    \(rows.joined(separator: "\n"))
    </tbody>
    </table></div>
    """
  }

  private static func line(_ row: TableReport.Row, _ title: String) -> String {
    """
    <tr><th scope="row">\(title)</th><td class="value">\(ReportNumber.text(row.estimate.value))</td>\
    <td>\(ReportNumber.interval(row.estimate))</td><td>\(bar(row))</td><td>\(row.measure.best.map(ReportNumber.short) ?? "")</td></tr>
    """
  }

  /// The value as a point, its interval, and the best value as a line.
  private static func bar(_ row: TableReport.Row) -> String {
    let (width, margin) = (140.0, 6.0)
    func x(_ value: Double) -> Double { margin + (width - 2 * margin) * (value.isNaN ? 0 : min(1, max(0, value))) }
    let estimate = row.estimate
    guard !estimate.value.isNaN else { return "" }
    let (low, high) = (x(estimate.low), x(estimate.high))
    var content = ["<path class=\"axis\" d=\"M\(Markup.number(margin)) 10H\(Markup.number(width - margin))\"/>"]
    if let best = row.measure.best { content.append("<path class=\"best\" d=\"M\(Markup.number(x(best))) 2V18\"/>") }
    content.append(Markup.rectangle(low, 6, max(2, high - low), 8, "interval"))
    // A value outside the axis is at its end.
    content.append("<circle class=\"point\" cx=\"\(Markup.number(x(estimate.value)))\" cy=\"10\" r=\"3.5\"/>")
    let words = "\(ReportNumber.text(estimate.value)), from \(ReportNumber.interval(estimate))"
    return Markup.drawing(width, 20, words: words, "bar", fixed: true, content)
  }
}

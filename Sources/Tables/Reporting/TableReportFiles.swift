// The numbers of a report for other programs.
extension TableReportText {
  private static let columns = "group,measure,column,second_column,value,low,high,best"

  /// RFC 4180, with a line for each value of the report. A number that is not defined is missing.
  package static func csv(_ report: TableReport) -> String {
    func field(_ text: String?) -> String { text.flatMap { $0.isEmpty ? nil : FieldText.written($0) } ?? "" }
    func number(_ value: Double?) -> String { value.flatMap { $0.isFinite ? "\($0)" : nil } ?? "" }
    let lines = report.rows.map { row in
      [
        field(row.measure.group.rawValue), field(row.measure.rawValue), field(row.columns.first), field(row.columns.dropFirst().first),
        number(row.estimate.value), number(row.estimate.low), number(row.estimate.high), number(row.measure.best),
      ].joined(separator: ",")
    }
    return ([columns] + lines).map { $0 + "\n" }.joined()
  }

  /// An object of the notes, all values, and what their measures mean.
  package static func json(_ report: TableReport) -> String {
    // JSON has no numbers that are infinite or undefined.
    func number(_ value: Double?) -> String { value.flatMap { $0.isFinite ? "\($0)" : nil } ?? "null" }
    func list(_ lines: [String], _ open: String, _ close: String) -> String {
      lines.isEmpty ? open + close : "\(open)\n\(lines.map { "    " + $0 }.joined(separator: ",\n"))\n  \(close)"
    }
    let measures = report.rows.map { row in
      """
      {"name": \(JSONText.string(row.measure.rawValue)), "group": \(JSONText.string(row.measure.group.rawValue)), \
      "columns": [\(row.columns.map(JSONText.string).joined(separator: ", "))], "value": \(number(row.estimate.value)), \
      "low": \(number(row.estimate.low)), "high": \(number(row.estimate.high)), "best": \(number(row.measure.best))}
      """
    }
    let used = TableMeasure.allCases.filter { measure in report.rows.contains { $0.measure == measure } }
    let meanings = used.map { "\(JSONText.string($0.rawValue)): \(JSONText.string($0.meaning))" }
    return """
      {
        "notes": \(list(report.notes.map(JSONText.string), "[", "]")),
        "measures": \(list(measures, "[", "]")),
        "meanings": \(list(meanings, "{", "}"))
      }

      """
  }
}

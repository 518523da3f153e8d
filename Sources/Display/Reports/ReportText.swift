import DataSets
import Library
import Tables

/// A report as text: for a terminal, for a spreadsheet, for other programs.
enum ReportText {
  static func table(_ report: Report) -> String {
    let head = ["", "value", "95 % interval", "for comparison", "best"]
    let lines = report.measures.map { [$0.title, $0.shown, $0.range, $0.comparison, $0.best] }
    let table = TextTable([head] + lines, right: [1])
    let notes = report.notes.flatMap { wrapped($0, width: 100) }
    return (["report of \(report.subject)"] + table.lines + notes).joined(separator: "\n")
  }

  /// Lines of a text of at most `width` characters.
  private static func wrapped(_ text: String, width: Int) -> [String] {
    var lines = [""]
    for word in text.split(separator: " ") {
      let line = lines[lines.count - 1]
      if line.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if line.count + 1 + word.count <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  // MARK: Files

  private static let columns = ["name", "value", "low", "high", "reference", "what"]

  /// RFC 4180, with a line for each measure.
  static func csv(_ report: Report) -> String {
    let lines = report.measures.map { measure in
      [
        CSVWriter.field(measure.name), "\(measure.value)", "\(measure.low)", "\(measure.high)", measure.reference.map { "\($0)" } ?? "",
        CSVWriter.field(measure.what),
      ]
    }
    return ([columns] + lines).map { $0.joined(separator: ",") + "\n" }.joined()
  }

  static func json(_ report: Report) -> String {
    // JSON has no numbers that are infinite or undefined.
    func number(_ value: Double?) -> String { value.flatMap { $0.isFinite ? "\($0)" : nil } ?? "null" }
    let measures = report.measures.map { measure in
      "    {\"name\": \(JSONText.string(measure.name)), \"value\": \(number(measure.value)), \"low\": \(number(measure.low)), "
        + "\"high\": \(number(measure.high)), \"reference\": \(number(measure.reference)), \"what\": \(JSONText.string(measure.what))}"
    }
    return """
      {
        "subject": \(JSONText.string(report.subject)),
        "seed": \(report.seed),
        "notes": [
      \(report.notes.map { "    " + JSONText.string($0) }.joined(separator: ",\n"))
        ],
        "measures": [
      \(measures.joined(separator: ",\n"))
        ]
      }

      """
  }
}

import Diagnostics

// Errors in the lines of a table, with likely fixes.
extension TableReader {
  /// A column as error messages show it.
  private func title(_ column: Int) -> String { headings.indices.contains(column) ? "\"\(headings[column])\"" : "\(column)" }

  private func place(_ column: Int, _ line: Int) -> String { "`\(name)`, line \(line), column \(title(column))" }

  private func shown(_ text: String) -> String { text.count > 40 ? text.prefix(40) + "..." : text }

  func ragged(_ line: Int) -> Fault {
    Fault(
      DataErrors.badCSV, "`\(name)`, line \(line): expected \(counted(width, "field")) as on the first line, got \(fields.count)",
      hint: fields.count > width
        ? "quote a string that contains a separator: \"Rome, Italy\"" : "is the line truncated? Empty fields need their separators")
  }

  func missing(_ column: Int, _ line: Int) -> Fault {
    let others = column == label ? nil : call(taking: columns { records.number($0) != nil })
    return Fault(
      DataErrors.badCSV, "\(place(column, line)): missing value",
      hint: "fill it in or delete the line\(others.map { ", or take the columns without missing values: `\($0)`" } ?? "")")
  }

  func notNumber(_ column: Int, _ line: Int) -> Fault {
    if records.isMissing(fields[column]) { return missing(column, line) }
    let text = records.text(fields[column])
    return Fault(DataErrors.badCSV, "\(place(column, line)): \"\(shown(text))\" is not a number", hint: fix(text, column))
  }

  private func fix(_ text: String, _ column: Int) -> String {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    if parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isNumber || $0 == "-" } }) {
      return "use a decimal point: \(parts[0]).\(parts[1])"
    }
    if Double(text) != nil { return "numbers must be finite, up to 1.8e308" }
    let others = call(taking: columns { records.number($0) != nil || records.isMissing($0) })
    let leaving = others.map { "take only the columns of numbers: `\($0)`" } ?? "leave it out by listing the others: `columns=(...)`"
    // If the label is known, this is another column of words.
    if label != nil { return leaving }
    return "if the column is the label: `csv(\"\(name)\", label=\(title(column)))`; if not, \(leaving)"
  }

  func inexact(_ column: Int, _ line: Int) -> Fault {
    let others = call(taking: columns { records.number($0)?.isExact == true })
    return Fault(
      DataErrors.badCSV, "\(place(column, line)): \(shown(records.text(fields[column]))) would be rounded; integers are exact up to 9,007,199,254,740,992",
      hint: "leave the column out\(others.map { ": `\($0)`" } ?? " by listing the others: `columns=(...)`")")
  }

  func notLabel(_ problem: Classes.Problem, _ column: Int) -> Fault {
    Fault(DataErrors.badCSV, "\(place(column, problem.line)): \"\(shown(problem.text))\" \(problem.what)", hint: problem.hint)
  }

  /// The columns, except the label, whose fields satisfy `fits` in every line from this one on.
  private func columns(_ fits: (CSVRecords.Field) -> Bool) -> [Int] {
    var (rest, row) = (records, fields)
    var left = (0..<width).filter { $0 != label }
    repeat { left.removeAll { !row.indices.contains($0) || !fits(row[$0]) } } while !left.isEmpty && ((try? rest.next(into: &row)) ?? nil) != nil
    return left
  }

  /// A call with these columns; nil if there are none, or too many for a hint.
  private func call(taking columns: [Int]) -> String? {
    guard !columns.isEmpty, columns.count <= 8 else { return nil }
    let names = columns.map { title($0) }.joined(separator: ", ") + (columns.count == 1 ? "," : "")
    return "csv(\"\(name)\", \(label.map { "label=\(title($0)), " } ?? "")columns=(\(names)))"
  }
}

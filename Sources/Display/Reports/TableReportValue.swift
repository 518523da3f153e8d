import Diagnostics
import Library
import Machine
import Tables

/// A report on generated rows as a value of the language.
final class TableReportValue: Foreign, Savable {
  let report: TableReport
  private let synthetic: Table
  private let real: Table
  private let subject: String

  init(_ report: TableReport, synthetic: Table, real: Table, subject: String) {
    self.report = report
    self.synthetic = synthetic
    self.real = real
    self.subject = subject
  }

  var typeName: String { "report" }
  var text: String { shown(width: 80) { $0 } ?? "" }
  func shown(width: Int, dim: (String) -> String) -> String? { TableReportText.text(report, width: max(width, 40), dim: dim) }

  // MARK: Fields

  /// Measures of the whole table, by a short name, and all rows.
  private var values: [(name: String, estimate: Estimate)] {
    report.rows.filter { $0.columns.isEmpty }.map { (TableReportValue.name($0.measure), $0.estimate) }
  }

  private static func name(_ measure: TableMeasure) -> String { "\(measure)".reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) } }

  var fieldNames: [String] { values.map(\.name) + ["measures", "notes"] }

  func field(_ name: String, _ machine: Machine) throws -> Value? {
    switch name {
    case "measures":
      machine.make(
        list: report.rows.map { row in
          machine.make(record: [
            (name: "name", value: machine.make(string: TableReportValue.name(row.measure))),
            (name: "columns", value: machine.make(list: row.columns.map { machine.make(string: $0) })), (name: "value", value: Value(row.estimate.value)),
            (name: "low", value: Value(row.estimate.low)), (name: "high", value: Value(row.estimate.high)),
          ])
        })
    case "notes": machine.make(list: report.notes.map { machine.make(string: $0) })
    default: values.first { $0.name == name }.map { Value($0.estimate.value) }
    }
  }

  // MARK: Files

  var endings: [String] { [".html", ".csv", ".json"] }

  func bytes(endingIn ending: String) throws -> [UInt8] {
    switch ending {
    case ".csv": Array(TableReportText.csv(report).utf8)
    case ".json": Array(TableReportText.json(report).utf8)
    default:
      Array(
        HTML.page(
          title: "Report of \(subject)", language: "en", style: ReportStyle.text + "\n" + TableReportPage.style,
          body: TableReportPage.body(report, synthetic: synthetic, real: real, title: subject)
        ).utf8)
    }
  }
}

extension Display {
  private static let rows = Parameter("rows", .foreign("a table", TableValue.self), "generated rows")
  private static let real = Parameter("real", .foreign("a table", TableValue.self), "the rows that a model learned")
  private static let test = Parameter("test", optional: .any, "rows that it did not learn")
  private static let target = Parameter("target", optional: .string, "the column that is predicted")
  private static let subject = Parameter("subject", .string, "what the rows are", default: "rows")

  private static let holds = Parameter("holds", optional: .list, "of each generated row, whether a condition holds")

  static let tableReports: [Builtin] = [
    Builtin(
      "_report_table", "How good generated rows are", [rows, real, test, target, subject, holds],
      examples: [
        Example("t = table({a: list(0..40), b: map(list(0..40), i -> i % 3)})\nr = _report_table(sample_rows(t, 30), t)\nprint(r.valid_rows)", "1.0")
      ], whenChecked: .unknown
    ) { call in
      let (synthetic, real) = (try Library.known(call[rows]), try Library.known(call[real]))
      let held = try call[test].map { value -> Table in
        guard let table = value.foreign(as: TableValue.self) else { throw call.wrong(test, expected: "a table") }
        return try Library.known(table)
      }
      let report = try TableReport(
        synthetic: synthetic, real: real, test: held, target: call[target], constraints: constraints(call), key: Library.nextKey(call), Library.workers(call))
      return call.machine.make(foreign: TableReportValue(report, synthetic: synthetic, real: real, subject: try call[subject]))
    }
  ]

  private static func constraints(_ call: Call) throws -> [Bool]? {
    try call[holds].map { list in
      try (0..<list.listCount).map { index in
        let tag = list.listItem(index).tag
        guard tag == .true || tag == .false else { throw call.wrong(holds, expected: "a list of true and false") }
        return tag == .true
      }
    }
  }
}

import Library
import Machine

/// A report as a value of the language: printed as a table, saved as a page or as a file of its numbers.
final class ReportValue: Foreign, Savable {
  let report: Report

  init(_ report: Report) { self.report = report }

  var typeName: String { "report" }
  var byteCount: Int { report.pictures.reduce(1024) { $0 + $1.images.type.byteCount } }
  var text: String { ReportText.table(report) }

  func isEqual(to other: any Foreign, _ machine: Machine) -> Bool {
    guard let other = (other as? ReportValue)?.report else { return false }
    return report.measures == other.measures && report.notes == other.notes && report.subject == other.subject && report.seed == other.seed
  }

  // MARK: Fields

  var fieldNames: [String] { report.measures.map(\.name) + ["measures", "notes"] }

  func field(_ name: String, _ machine: Machine) -> Value? {
    switch name {
    case "measures": machine.make(list: report.measures.map { ReportValue.record($0, machine) })
    case "notes": machine.make(list: report.notes.map { machine.make(string: $0) })
    default: report.measures.first { $0.name == name }.map { Value($0.value) }
    }
  }

  private static func record(_ measure: Report.Measure, _ machine: Machine) -> Value {
    machine.make(record: [
      (name: "name", value: machine.make(string: measure.name)), (name: "value", value: Value(measure.value)),
      (name: "low", value: Value(measure.low)), (name: "high", value: Value(measure.high)),
      (name: "reference", value: measure.reference.map { Value($0) } ?? .nothing), (name: "what", value: machine.make(string: measure.what)),
    ])
  }

  // MARK: Files

  var endings: [String] { [".html", ".csv", ".json"] }

  func bytes(endingIn ending: String) throws -> [UInt8] {
    switch ending {
    case ".csv": Array(ReportText.csv(report).utf8)
    case ".json": Array(ReportText.json(report).utf8)
    default: Array(try ReportPage(report).html().utf8)
    }
  }
}

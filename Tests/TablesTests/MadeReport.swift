@testable import Tables

/// A small report whose numbers were not measured, with names that need care.
enum MadeReport {
  static let awkward = "a<b & \"c\""

  static func report() -> TableReport {
    func row(_ measure: TableMeasure, _ columns: [String], _ value: Double, _ low: Double, _ high: Double) -> TableReport.Row {
      TableReport.Row(measure: measure, columns: columns, estimate: Estimate(value: value, low: low, high: high))
    }
    return TableReport(
      rows: [
        row(.validRows, [], 0.97, 0.96, 0.98), row(.validCells, ["mass"], 0.98, 0.97, 0.99), row(.meanShape, [], 0.9, 0.88, 0.92),
        row(.numberShape, ["mass"], 0.95, 0.9, 0.99), row(.numberShape, [awkward], 0.85, 0.8, 0.9),
        row(.categoryShape, ["sex"], 0.9004, 0.85, 0.95), row(.correlation, ["mass", awkward], 0.75, 0.7, 0.8),
        row(.meanTrend, [], 0.75, 0.7, 0.8), row(.detection, [], 0.52, 0.49, 0.55), row(.r2OfSynthetic, ["mass"], -1.5, -1e7, 0.1),
        row(.copies, [], 0.0002, 0, 1),
      ], notes: ["Free texts are not compared: `name`."])
  }

  static func tables() throws -> (synthetic: Table, real: Table) {
    func table(_ shift: Double, _ sex: String) throws -> Table {
      try Table([
        Made.numbers("mass", 1 + shift, 2, nil, 4), Made.numbers(awkward, 1, 2, 3, 4 - shift),
        Made.category("sex", levels: ["f", "<m>", "\u{1}&"], "f", "<m>", sex, "\u{1}&"), Made.texts("name", "a", "b", "c", "d"),
      ])
    }
    return (try table(0.5, "f"), try table(0, "<m>"))
  }
}

import Diagnostics
import Machine
import Tables

// What is in a table.
extension Library {
  private static let described = Parameter("t", .table, "a table")

  static let descriptions: [Builtin] = [
    Builtin(
      "describe",
      "What is in each column: kind, gaps, distinct values, range, quartiles, the most frequent values; as a table with a row for each column",
      [described],
      examples: [Example("d = describe(table({age: (36, nothing, 41)}))\nprint(d[0].kind, d[0].gaps, d[0].median)", "whole 1 38.5")], whenChecked: .unknown
    ) { call in
      let summary = try TableSummary(known(call[described]), workers(call))
      return call.machine.make(foreign: TableValue(try summary.table()) { width, dim in summary.text(width: width, dim: dim) })
    }
  ]
}

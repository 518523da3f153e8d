import Diagnostics
import Engine

/// Kinds, ranges and frequent values of all columns of a table (`describe`).
package struct TableSummary: Sendable, Equatable {
  package let columns: [ColumnSummary]
  /// The number of rows of the table.
  package let rows: Int

  /// Columns are summarised in parallel with `workers`. Throws `Interrupted` only.
  package init(_ table: Table, _ workers: Workers? = nil) throws {
    columns = try workers?.map(table.columns.count) { ColumnSummary(table.columns[$0]) } ?? table.columns.map(ColumnSummary.init)
    rows = table.count
  }

  /// A row for each column of the table:
  /// `column`, `kind`, `count` (of cells that are not missing), `gaps`, `distinct`; `mean`, `std`, `min`, `q1`, `median`, `q3`, `max` of
  /// numbers (of booleans the share of true); `earliest`, `middle` and `latest` if the table has dates or times; `frequent`, the most
  /// frequent values with their counts; `remark`. What a kind does not have is missing.
  package func table() throws -> Table {
    let kinds = ColumnKind.allCases.filter { kind in columns.contains { $0.kind == kind } }
    let dates = columns.filter { $0.kind == .date || $0.kind == .time }
    return try Table(
      [
        Column("column", .text(Texts(columns.map(\.name)))),
        Column("kind", .category(columns.map { Int32(kinds.firstIndex(of: $0.kind) ?? 0) }, levels: kinds.map(\.rawValue))),
        Column("count", .whole(columns.map(\.count))), Column("gaps", .whole(columns.map(\.gaps))),
        Column("distinct", .whole(columns.map(\.distinct))),
        numbers("mean", \.mean), numbers("std") { $0.kind.isNumeric || $0.kind == .boolean ? $0.deviation.map { .number($0) } ?? .gap : .gap },
        numbers("min", \.minimum), numbers("q1", \.lowerQuartile), numbers("median", \.median), numbers("q3", \.upperQuartile),
        numbers("max", \.maximum),
      ]
        + (dates.isEmpty ? [] : [times("earliest", dates, \.minimum), times("middle", dates, \.median), times("latest", dates, \.maximum)])
        + [
          texts("frequent") { $0.frequent.map { "\($0.value.text.shortened(to: 40)) \($0.count)" }.joined(separator: ", ") },
          texts("remark") { $0.remarks.map(\.text).joined(separator: "; ") },
        ])
  }

  private func numbers(_ name: String, _ cell: (ColumnSummary) -> Cell) -> Column {
    let values = columns.map { (column: ColumnSummary) -> Double? in
      switch cell(column) {
      case .number(let number): number
      case .whole(let number): Double(number)
      default: nil
      }
    }
    return Column(name, .number(values.map { $0 ?? 0 }), gaps: Gaps(values.map { $0 == nil }))
  }

  /// Dates if all are, otherwise times.
  private func times(_ name: String, _ dates: [ColumnSummary], _ cell: (ColumnSummary) -> Cell) -> Column {
    let isDates = dates.allSatisfy { $0.kind == .date }
    let values = columns.map { (column: ColumnSummary) -> Int? in
      switch cell(column) {
      case .date(let days): isDates ? days : days.multipliedReportingOverflow(by: Calendar.microsecondsPerDay).partialValue
      case .time(let microseconds): microseconds
      default: nil
      }
    }
    let cells = values.map { $0 ?? 0 }
    return Column(name, isDates ? .date(cells) : .time(cells), gaps: Gaps(values.map { $0 == nil }))
  }

  private func texts(_ name: String, _ text: (ColumnSummary) -> String) -> Column {
    let texts = columns.map(text)
    return Column(name, .text(Texts(texts)), gaps: Gaps(texts.map(\.isEmpty)))
  }
}

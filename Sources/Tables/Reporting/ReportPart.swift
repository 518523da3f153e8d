/// The rows of a report that belong to one topic, arranged for people.
struct ReportPart {
  /// The values of one measure for columns or pairs of columns, the worst first.
  struct Several {
    let measure: TableMeasure
    let rows: [TableReport.Row]

    /// Of the values that are defined.
    var mean: Double? {
      let values = rows.map(\.estimate.value).filter { !$0.isNaN }
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    /// "column" or "pair".
    var noun: String { rows.contains { $0.columns.count > 1 } ? "pair" : "column" }
  }

  let group: TableMeasure.Group
  /// Of the whole table, or of the column to predict.
  let single: [TableReport.Row]
  let several: [Several]

  /// Those that have rows, in the order of the groups.
  static func all(of report: TableReport) -> [ReportPart] {
    TableMeasure.Group.allCases.compactMap { group in
      let rows = report.rows.filter { $0.measure.group == group }
      guard !rows.isEmpty else { return nil }
      return ReportPart(
        // What is compared follows each other, such as all accuracies.
        group: group, single: TableMeasure.allCases.flatMap { measure in rows.filter { $0.measure == measure && !measure.isOfColumns } },
        several: TableMeasure.allCases.filter(\.isOfColumns).compactMap { measure in
          let own = worstFirst(rows.filter { $0.measure == measure })
          return own.isEmpty ? nil : Several(measure: measure, rows: own)
        })
    }
  }

  /// By ascending value; equal ones keep their order, and undefined ones are last.
  static func worstFirst(_ rows: [TableReport.Row]) -> [TableReport.Row] {
    func order(_ row: TableReport.Row) -> Double { row.estimate.value.isNaN ? .infinity : row.estimate.value }
    return rows.enumerated().sorted { (order($0.element), $0.offset) < (order($1.element), $1.offset) }.map(\.element)
  }
}

extension TableMeasure {
  /// Whether it has a value for each column or pair of columns.
  var isOfColumns: Bool {
    switch self {
    case .validCells, .numberShape, .categoryShape, .gaps, .correlation, .contingency: true
    default: false
    }
  }
}

extension TableReport.Row {
  /// `bill length` and `sex`.
  var columnsText: String { columns.map { "`\(CellTexts.name($0).shortened(to: 32))`" }.joined(separator: " and ") }
}

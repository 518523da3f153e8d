import Diagnostics

extension TableSummary {
  /// The summary in lines of at most `width` terminal columns: numbers, dates and words below each other, each with a chart, and
  /// remarks. At most `limit` columns of the table in each part. `dim` is applied to headings and gaps.
  package func text(width: Int = 80, limit: Int = 100, dim: (String) -> String = { $0 }) -> String {
    let width = max(TextGrid.narrowest, width)
    let gaps = columns.reduce(0) { $0 + $1.gaps }
    let size = "\(counted(rows, "row")) of \(counted(columns.count, "column"))"
    let header = gaps > 0 ? "\(size), \(counted(gaps, "gap"))" : size
    var parts = [TextGrid.wrapped(header, width).joined(separator: "\n")]
    let groups = [
      (columns.filter(\.kind.isNumeric), SummaryField.ofNumbers),
      (columns.filter { $0.kind == .date || $0.kind == .time }, SummaryField.ofDates),
      (columns.filter { [.category, .boolean, .text].contains($0.kind) }, SummaryField.ofWords),
    ]
    for (group, fields) in groups where !group.isEmpty {
      let shown = Array(group.prefix(limit))
      var lines = SummaryField.lines(shown, gaps > 0 ? fields : fields.filter { $0.title != "gaps" }, width, dim)
      if shown.count < group.count { lines.append(dim("… with \(counted(group.count - shown.count, "more column"))")) }
      parts.append(lines.joined(separator: "\n"))
    }
    let remarks = columns.filter { !$0.remarks.isEmpty }
    var lines = remarks.prefix(limit).flatMap { column in
      let words = column.remarks.map(\.text).joined(separator: "; ").split(separator: " ").map(String.init)
      return TextGrid.wrapped(["`\(CellTexts.name(column.name).shortened(to: min(32, width - 3)))`:"] + words, width)
    }
    if remarks.count > limit { lines.append(dim("… with \(counted(remarks.count - limit, "more remark"))")) }
    return (parts + (lines.isEmpty ? [] : [lines.joined(separator: "\n")])).joined(separator: "\n\n")
  }
}

/// A heading of a summary and what is below it.
private struct SummaryField: Sendable {
  let title: String
  let isRight: Bool
  /// Of fields that do not fit, those of the highest number are left out first. 0 for those that are always shown.
  let rank: Int
  /// The text may be cut to this width.
  let minimum: Int?
  let text: @Sendable (ColumnSummary) -> String

  init(_ title: String, rank: Int = 0, isRight: Bool = true, minimum: Int? = nil, _ text: @escaping @Sendable (ColumnSummary) -> String) {
    self.title = title
    self.isRight = isRight
    self.rank = rank
    self.minimum = minimum
    self.text = text
  }

  private static let start = [
    SummaryField("column", isRight: false, minimum: 16) { CellTexts.name($0.name) },
    SummaryField("kind", rank: 4, isRight: false) { $0.kind.rawValue },
    SummaryField("gaps", rank: 1) { "\($0.gaps)" },
    SummaryField("distinct", rank: 3) { "\($0.distinct)" },
  ]
  private static let chart = SummaryField("", isRight: false) { $0.chart }

  static var ofNumbers: [SummaryField] {
    start + [
      SummaryField("mean", rank: 1) { CellTexts.text($0.mean) },
      SummaryField("std", rank: 1) { $0.deviation.map { CellTexts.text(.number($0)) } ?? CellTexts.gap },
      SummaryField("min") { $0.rangeTexts[0] },
      SummaryField("q1", rank: 5) { $0.rangeTexts[1] },
      SummaryField("median", rank: 2) { $0.rangeTexts[2] },
      SummaryField("q3", rank: 5) { $0.rangeTexts[3] },
      SummaryField("max") { $0.rangeTexts[4] },
      chart,
    ]
  }

  static var ofDates: [SummaryField] {
    start + [
      SummaryField("earliest", isRight: false) { $0.rangeTexts[0] },
      SummaryField("median", rank: 2, isRight: false) { $0.rangeTexts[2] },
      SummaryField("latest", isRight: false) { $0.rangeTexts[4] },
      chart,
    ]
  }

  static var ofWords: [SummaryField] {
    start + [chart, SummaryField("most frequent", isRight: false, minimum: 16) { $0.wordsText }]
  }

  static func lines(_ columns: [ColumnSummary], _ fields: [SummaryField], _ width: Int, _ dim: (String) -> String) -> [String] {
    var fields = fields
    while true {
      let grid = TextGrid(
        columns: fields.map { field in
          let cells = columns.map { TextGrid.Cell(text: field.text($0)) }.map { TextGrid.Cell(text: $0.text, isDim: $0.text == CellTexts.gap) }
          let widest = max(field.title.count, cells.map(\.text.columnCount).max() ?? 0)
          return TextGrid.Column(
            cells: [TextGrid.Cell(text: field.title, isDim: true)] + cells, isRight: field.isRight, minimum: min(widest, field.minimum ?? widest))
        })
      let count = grid.fitting(width)
      let rank = fields.map(\.rank).max() ?? 0
      guard count < fields.count, rank > 0 else { return grid.lines(count, width, dim: dim) }
      fields.removeAll { $0.rank == rank }
    }
  }
}

extension ColumnSummary {
  /// The minimum, the quartiles and the maximum, with the same number of decimals. Times of more than an hour are cut to the second.
  fileprivate var rangeTexts: [String] {
    let cells = [minimum, lowerQuartile, median, upperQuartile, maximum]
    if case .time(let first) = minimum, case .time(let last) = maximum, last / 1_000_000 - first / 1_000_000 > 3_600 {
      return cells.map { String($0.text.prefix { $0 != "." }) }
    }
    let style = NumberStyle(cells.compactMap { if case .number(let number) = $0 { number } else { nil } }, more: 0)
    return cells.map { if case .number(let number) = $0 { style.text(number) } else { CellTexts.text($0) } }
  }

  /// `Adelie 152, Gentoo 124`; the lengths of texts of which none repeats.
  var wordsText: String {
    let shown = kind == .text ? frequent.filter { $0.count > 1 } : frequent
    if !shown.isEmpty { return shown.map { "\(CellTexts.text($0.value).shortened(to: 24)) \($0.count)" }.joined(separator: ", ") }
    guard let lengths else { return "" }
    return lengths.lowerBound == lengths.upperBound
      ? counted(lengths.lowerBound, "character") : "\(lengths.lowerBound) to \(lengths.upperBound) characters"
  }
}

import Diagnostics
import Library
import Machine
import Tables

// Charts of the columns of a table.
extension Display {
  private static let t = Parameter("t", .foreign("a table", TableValue.self), "a table")
  private static let x = Parameter("x", .string, "the column of the horizontal axis: numbers, dates or words")
  private static let y = Parameter("y", .string, "the column of the vertical axis: numbers")
  private static let color = Parameter("color", optional: .string, "a column of words: each has a colour of its own")
  private static let kind = Parameter("kind", "the kind of chart", default: Chart.Kind.points.rawValue, choices: Chart.Kind.allCases.map(\.rawValue))
  private static let title = Parameter("title", .string, "the chart's title", default: "")

  static let tableCharts: [Builtin] = [
    Builtin(
      "plot", "A chart of two columns of a table; rows in which either is missing are left out", [t, x, y, color, kind, title],
      examples: [
        Example(
          "t = table({size: (1, 2, 3), mass: (2, 4, 7), kind: (\"a\", \"b\", \"a\")})\nprint(plot(t, x=\"size\", y=\"mass\", color=\"kind\"))",
          "chart of a, b over size, 3 points")
      ], of: .table, whenChecked: .unknown
    ) { call in
      let table = try Library.known(call[t])
      let (across, up) = (try table.column(call[x]), try table.column(call[y]))
      guard up.levels.isEmpty, let values = up.numbers() else {
        throw call.refuse("`plot`: column `\(up.name)` has \(up.kind.plural), expected numbers for `y`", hint: "`count_values(t.\(up.name))` counts words")
      }
      guard let places = across.numbers() else { throw call.refuse("`plot`: column `\(across.name)` has texts, expected numbers or categories for `x`") }
      let rows = (0..<table.count).filter { !values[$0].isNaN && !places[$0].isNaN }
      guard !rows.isEmpty else { throw call.refuse("`plot`: no row has both `\(across.name)` and `\(up.name)`") }
      return call.machine.make(
        foreign: ChartValue(
          Chart(
            kind: Chart.Kind(rawValue: try call[kind]) ?? .points, title: try call[title], positionName: across.name,
            positions: across.levels.isEmpty ? rows.map { places[$0] } : rows.indices.map(Double.init),
            categories: across.levels.isEmpty ? nil : rows.map { across[$0].text }, series: try series(call, table, rows, values),
            note: note(table.count - rows.count), countsGaps: false)))
    }
  ]

  private static func note(_ left: Int) -> String? { left == 0 ? nil : "\(counted(left, "row")) with gaps left out" }

  /// One series, or one for each word of a column, with NaN where a row belongs to another.
  private static func series(_ call: Call, _ table: Table, _ rows: [Int], _ values: [Double]) throws -> [Chart.Series] {
    guard let name = try call[color] else { return [Chart.Series(name: try call[y], values: rows.map { values[$0] })] }
    let groups = try table.column(name)
    let words = groups.levels.isEmpty ? try groups.converted(to: .category) : groups
    guard words.levels.count <= ChartChoice.mostLines else {
      throw call.refuse(
        "`plot`: `color` has \(words.levels.count) words, at most \(ChartChoice.mostLines) can be distinguished",
        hint: "choose rows first, or `cut` numbers into classes")
    }
    return words.levels.map { level in
      Chart.Series(name: level, values: rows.map { words[$0] == .text(level) ? values[$0] : .nan })
    }.filter { $0.values.contains { !$0.isNaN } }
  }
}

import Diagnostics
import Machine

/// Chooses the columns to draw and their positions: the arguments `x` and `y` of `plot`.
struct ChartChoice {
  /// More cannot be distinguished.
  static let mostLines = 20
  static let mostBars = 2_000

  private let call: Call
  private let data: ChartColumns
  private(set) var positionName: String?
  private(set) var positions: [Double] = []
  private(set) var categories: [String]?
  private(set) var series: [Chart.Series] = []

  private var isNamed: Bool { data.columns.contains { $0.name != nil } }
  private var names: [String] { data.columns.compactMap(\.name) }

  init(_ call: Call, _ data: ChartColumns, x: Parameter<Value?>, y: Parameter<Value?>) throws {
    (self.call, self.data) = (call, data)
    positions = (0..<data.count).map(Double.init)
    let chosen = try call[y]
    if let position = try call[x] { try choosePositions(position, x) } else { takeCounter(besides: chosen) }
    try chooseSeries(chosen, y)
    guard series.count <= ChartChoice.mostLines else {
      throw call.refuse(
        "a chart can have at most \(ChartChoice.mostLines) lines, got \(series.count)", hint: "choose some: `y=(\"\(names.first ?? "a")\", ...)`")
    }
  }

  /// The number of an epoch or an iteration is a position, unless it is to be drawn or is all there is.
  private mutating func takeCounter(besides y: Value?) {
    let drawn = y.map { $0.tag == .list ? $0.listItems : [$0] } ?? []
    for column in data.columns where column.name == "epoch" || column.name == "iteration" {
      guard case .numbers(let numbers) = column.content, data.columns.count > 1,
        !drawn.contains(where: { $0.tag == .string && $0.string == column.name })
      else { continue }
      (positionName, positions) = (column.name, numbers)
      return
    }
  }

  private mutating func choosePositions(_ x: Value, _ parameter: Parameter<Value?>) throws {
    switch x.tag {
    case .string where !isNamed: positionName = x.string
    case .string:
      positionName = x.string
      try takePositions(column(x.string, for: "x"))
    case .list, .tensor, .range: try takePositions(ChartColumns.content(call, x, named: "x"))
    default: throw call.wrong(parameter, expected: "the name of a field, or a list or tensor of positions")
    }
  }

  private mutating func takePositions(_ content: ChartColumns.Content) throws {
    switch content {
    case .numbers(let numbers): positions = numbers
    // Strings are categories, in order.
    case .texts(let texts): categories = texts
    case .others(let words), .mixed(let words): throw call.refuse("`x` must be numbers or strings, but \(words)")
    }
    guard content.count == data.count else {
      throw call.refuse("`x` has \(counted(content.count ?? 0, "value")) for \(counted(data.count, "point"))", hint: "both must have the same length")
    }
  }

  private mutating func chooseSeries(_ y: Value?, _ parameter: Parameter<Value?>) throws {
    guard let y else { return try takeAllNumbers() }
    switch y.tag {
    case .string: try take([y.string])
    case .list where y.listCount > 0 && y.listItems.allSatisfy { $0.tag == .string }: try take(y.listItems.map(\.string))
    default: throw call.wrong(parameter, expected: "the name of a field, or a list of names")
    }
  }

  /// Every column of numbers is a line, except that of the positions.
  private mutating func takeAllNumbers() throws {
    for column in data.columns where column.name == nil || column.name != positionName {
      switch column.content {
      case .numbers(let numbers): series.append(Chart.Series(name: column.name, values: numbers))
      case .mixed(let words):
        throw call.refuse("\(words), but others are numbers", hint: column.name.map { "correct it, or choose other fields than `\($0)` with `y=`" })
      case .texts where column.name == nil: throw call.refuse("`plot` draws numbers, got strings", hint: "`float(s)` converts a string to a number")
      case .others(let words) where column.name == nil: throw call.refuse("`plot` draws numbers, but \(words)")
      case .texts, .others: break
      }
    }
    guard series.isEmpty else { return }
    let fields = names.filter { $0 != positionName }
    throw call.refuse(
      fields.isEmpty ? "nothing to plot\(positionName.map { " over `\($0)`" } ?? "")" : "no numbers in \(ChartChoice.listed(fields))",
      hint: "each field of numbers is a line")
  }

  /// The columns with these names; the names for columns that have none.
  private mutating func take(_ wanted: [String]) throws {
    guard isNamed else {
      try takeAllNumbers()
      guard wanted.count == series.count else {
        throw call.refuse("`y` has \(counted(wanted.count, "name")) for \(counted(series.count, "line"))", hint: "each line needs one name")
      }
      series = zip(wanted, series).map { Chart.Series(name: $0, values: $1.values) }
      return
    }
    for name in wanted {
      switch try column(name, for: "y") {
      case .numbers(let numbers): series.append(Chart.Series(name: name, values: numbers))
      case .texts: throw call.refuse("a line needs numbers, but `\(name)` has strings", hint: "strings can label the axis: `x=\"\(name)\"`")
      case .others(let words), .mixed(let words): throw call.refuse("a line needs numbers, but \(words)")
      }
    }
  }

  private func column(_ name: String, for argument: String) throws -> ChartColumns.Content {
    if let column = data.columns.first(where: { $0.name == name }) { return column.content }
    throw call.refuse(
      "`\(argument)`: the data has no field `\(name)`",
      hint: Suggestion.hint(for: name, among: names) ?? "available fields: \(ChartChoice.listed(names))")
  }

  private static func listed(_ names: [String]) -> String {
    names.prefix(12).map { "`\($0)`" }.joined(separator: ", ") + (names.count > 12 ? ", ..." : "")
  }
}

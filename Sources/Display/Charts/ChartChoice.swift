import Diagnostics
import Machine

/// Which columns are drawn, and over what: the arguments `x` and `y` of `plot`.
struct ChartChoice {
  /// More could not be told apart.
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

  init(_ call: Call, _ data: ChartColumns, x: Value, y: Value) throws {
    (self.call, self.data) = (call, data)
    positions = (0..<data.count).map(Double.init)
    try choosePositions(x)
    try chooseSeries(y)
    guard series.count <= ChartChoice.mostLines else {
      throw call.refuse(
        "these are \(series.count) lines; a chart has at most \(ChartChoice.mostLines)", hint: "name some: `y=(\"\(names.first ?? "a")\", ...)`")
    }
  }

  private mutating func choosePositions(_ x: Value) throws {
    switch x.tag {
    case .undefined, .nothing: return
    case .string where !isNamed: positionName = x.string
    case .string:
      positionName = x.string
      try takePositions(column(x.string, for: "x"))
    case .list, .tensor, .range: try takePositions(ChartColumns.content(call, x, named: "x"))
    default: throw call.wrong(1)
    }
  }

  private mutating func takePositions(_ content: ChartColumns.Content) throws {
    switch content {
    case .numbers(let numbers): positions = numbers
    // Texts stand side by side in their order.
    case .texts(let texts): categories = texts
    case .others(let words), .mixed(let words): throw call.refuse("`x` is numbers or texts, and \(words)")
    }
    guard content.count == data.count else {
      throw call.refuse("`x` has \(counted(content.count ?? 0, "value")) for \(counted(data.count, "point"))", hint: "both are equally long")
    }
  }

  private mutating func chooseSeries(_ y: Value) throws {
    switch y.tag {
    case .undefined, .nothing: try takeAllNumbers()
    case .string: try take([y.string])
    case .list where y.listCount > 0 && y.listItems.allSatisfy { $0.tag == .string }: try take(y.listItems.map(\.string))
    default: throw call.wrong(2)
    }
  }

  /// Every column of numbers is a line, but for the one that gives the positions.
  private mutating func takeAllNumbers() throws {
    for column in data.columns where column.name == nil || column.name != positionName {
      switch column.content {
      case .numbers(let numbers): series.append(Chart.Series(name: column.name, values: numbers))
      case .mixed(let words):
        throw call.refuse("\(words), where others are numbers", hint: column.name.map { "mend it, or choose fields without `\($0)`: `y=`" })
      case .texts where column.name == nil: throw call.refuse("`plot` draws numbers, these are texts", hint: "`float(text)` makes a number of one")
      case .others(let words) where column.name == nil: throw call.refuse("`plot` draws numbers, and \(words)")
      case .texts, .others: break
      }
    }
    guard series.isEmpty else { return }
    let fields = names.filter { $0 != positionName }
    throw call.refuse(
      fields.isEmpty ? "nothing is left to plot\(positionName.map { " over `\($0)`" } ?? "")" : "there are no numbers in \(ChartChoice.listed(fields))",
      hint: "each field of numbers is a line")
  }

  /// The columns of these names; where columns have none, these become theirs.
  private mutating func take(_ wanted: [String]) throws {
    guard isNamed else {
      try takeAllNumbers()
      guard wanted.count == series.count else {
        throw call.refuse("`y` gives \(counted(wanted.count, "name")) to \(counted(series.count, "line"))", hint: "each line has one")
      }
      series = zip(wanted, series).map { Chart.Series(name: $0, values: $1.values) }
      return
    }
    for name in wanted {
      switch try column(name, for: "y") {
      case .numbers(let numbers): series.append(Chart.Series(name: name, values: numbers))
      case .texts: throw call.refuse("`\(name)` is texts; a line is drawn through numbers", hint: "texts can stand along the axis: `x=\"\(name)\"`")
      case .others(let words), .mixed(let words): throw call.refuse("a line is drawn through numbers, and \(words)")
      }
    }
  }

  private func column(_ name: String, for argument: String) throws -> ChartColumns.Content {
    if let column = data.columns.first(where: { $0.name == name }) { return column.content }
    throw call.refuse(
      "`\(argument)` names a field `\(name)`, which the data does not have",
      hint: Suggestion.hint(for: name, among: names) ?? "it has \(ChartChoice.listed(names))")
  }

  private static func listed(_ names: [String]) -> String {
    names.prefix(12).map { "`\($0)`" }.joined(separator: ", ") + (names.count > 12 ? ", ..." : "")
  }
}

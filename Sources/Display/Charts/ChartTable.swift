import Diagnostics
import Engine
import Library
import Machine

// Charts as values.
extension Display {
  private static let data = Parameter("data", .any, "records, a tensor [n] or [n, k], a record of lists or tensors of equal length, or a list of numbers")
  private static let x = Parameter(
    "x", optional: .any, "the field of the horizontal axis, or numbers or strings; by default the field `epoch` or `iteration`, otherwise 0, 1, ...")
  private static let y = Parameter(
    "y", optional: .any, "the field to draw, or a list of fields; by default all fields of numbers; for a tensor, the names of its columns")
  private static let kind = Parameter(
    "kind", "the kind of chart", default: Chart.Kind.line.rawValue, choices: Chart.Kind.allCases.map(\.rawValue))
  private static let title = Parameter("title", .string, "the chart's title", default: "")
  private static let numbers = Parameter("x", .any, "a tensor or a list of numbers")
  private static let bins = Parameter("bins", optional: Kind(.int, in: 1...1000), "number of bars", shown: "by spread")

  static let charts: [Builtin] = [
    Builtin(
      "plot", "A chart of numbers, which `show` displays and `save` writes as .svg", [data, x, y, kind, title],
      examples: [
        Example(
          "history = ({epoch: 1, critic: 0.5, generator: 1.5}, {epoch: 2, critic: 0.7, generator: 1.1})\nprint(plot(history, x=\"epoch\"))",
          "chart of critic, generator over epoch, 2 points"),
        Example("show(plot([1, 4, 9, 16]))", "chart of 4 points"),
        Example("show(plot({name: (\"vae\", \"gan\"), loss: [0.2, 0.4]}, x=\"name\", kind=\"bars\"))", "chart of loss over name, 2 bars"),
      ]
    ) { call in
      let kind = Chart.Kind(rawValue: try call[kind]) ?? .line
      let choice = try ChartChoice(call, ChartColumns(call, data), x: x, y: y)
      let bars = choice.positions.count * choice.series.count
      guard kind != .bars || bars <= ChartChoice.mostBars else {
        throw call.refuse(
          "a chart can have at most \(ChartChoice.mostBars) bars, got \(bars)",
          hint: "`histogram(x)` counts numbers; `kind=\"line\"` draws many")
      }
      let chart = Chart(
        kind: kind, title: try call[title], positionName: choice.positionName, positions: choice.positions,
        categories: choice.categories, series: choice.series)
      return call.machine.make(foreign: ChartValue(chart))
    },
    Builtin(
      "histogram", "A bar chart of how many numbers are in each interval",
      [numbers, bins, title],
      examples: [
        Example("show(histogram(randn(1000), bins=20))", "chart of 1000 values in 20 bars"),
        Example("print(histogram((1, 2, 2, float(\"nan\"))))", "chart of 3 values in 2 bars, 1 left out: 1 nan"),
      ],
      references: ["D. Freedman, P. Diaconis, On the histogram as a density estimator, 1981"]
    ) { call in
      let numbers = try Display.values(call)
      let finite = numbers.filter(\.isFinite)
      guard !finite.isEmpty else {
        throw call.refuse(
          numbers.isEmpty
            ? "nothing to count: \(call.machine.describe(call.value(Display.numbers))) is empty" : "nothing to count: all values are nan or infinite",
          hint: "a histogram counts finite numbers")
      }
      let histogram = Histogram(finite, bins: try call[bins])
      let bars = histogram.counts.count
      let chart = Chart(
        kind: .bars, title: try call[title], positionName: "value", positions: histogram.centres,
        series: [Chart.Series(name: "count", values: histogram.counts.map(Double.init))],
        subject: "\(counted(finite.count, "value")) in \(counted(bars, "bar"))", note: leftOut(numbers), barWidth: histogram.width)
      return call.machine.make(foreign: ChartValue(chart))
    },
  ]

  /// The numbers of a tensor of any shape, or of a list.
  private static func values(_ call: Call) throws -> [Double] {
    let value = try call[numbers]
    if value.tag == .tensor {
      guard value.node.type.count <= ChartColumns.mostPoints else {
        throw call.refuse("a histogram can have at most 10,000,000 values, got \(value.node.type.count)", hint: "take some of them: `x[::100]`")
      }
      let tensor = try call.engine.value(value.node)
      return (0..<tensor.count).map { tensor[$0] }
    }
    guard value.tag == .list || value.tag == .range else { throw call.wrong(numbers, expected: "a tensor or a list of numbers") }
    switch try ChartColumns.content(call, value) {
    case .numbers(let numbers): return numbers
    case .texts: throw call.refuse("`histogram` counts numbers, got strings", hint: "`float(s)` converts a string to a number")
    case .others(let words), .mixed(let words): throw call.refuse("`histogram` counts numbers, but \(words)", hint: "a tensor can have any shape")
    }
  }

  private static func leftOut(_ numbers: [Double]) -> String? {
    let (nan, infinite) = (numbers.count(where: \.isNaN), numbers.count(where: \.isInfinite))
    guard nan + infinite > 0 else { return nil }
    let kinds = [(nan, "nan"), (infinite, "infinite")].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return "\(nan + infinite) left out: \(kinds.joined(separator: ", "))"
  }
}

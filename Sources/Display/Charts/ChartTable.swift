import Diagnostics
import Engine
import Library
import Machine

// Charts as values.
extension Display {
  private static let title = Parameter("title", .string, "what stands above the chart", default: "\"\"")

  static let charts: [Builtin] = [
    Builtin(
      "plot", "A chart of numbers, to be shown with `show` or saved as .svg",
      [
        Parameter("data", .any, "records, a tensor [n] or [n, k], a record of equally long lists or tensors, or a list of numbers"),
        Parameter("x", .any, "the field that goes along the axis, or numbers or texts that do; 0, 1, ... unless told", default: "nothing"),
        Parameter("y", .any, "the field to draw, or a list of several, all of numbers unless told; names for the columns of a tensor", default: "nothing"),
        Parameter("kind", .string, "how it is drawn", default: "\"line\"", choices: Chart.Kind.allCases.map(\.rawValue)),
        title,
      ],
      examples: [
        Example(
          "history = ({epoch: 1, critic: 0.5, generator: 1.5}, {epoch: 2, critic: 0.7, generator: 1.1})\nprint(plot(history, x=\"epoch\"))",
          "chart of critic, generator over epoch, 2 points"),
        Example("show(plot([1, 4, 9, 16]))", "chart of 4 points"),
        Example("show(plot({name: (\"vae\", \"gan\"), loss: [0.2, 0.4]}, x=\"name\", kind=\"bars\"))", "chart of loss over name, 2 bars"),
      ]
    ) { call in
      let kind = Chart.Kind(rawValue: try call.choice(3, or: Chart.Kind.line.rawValue)) ?? .line
      let choice = try ChartChoice(call, ChartColumns(call, call[0]), x: call[1], y: call[2])
      let bars = choice.positions.count * choice.series.count
      guard kind != .bars || bars <= ChartChoice.mostBars else {
        throw call.refuse(
          "these are \(bars) bars; a chart has at most \(ChartChoice.mostBars)",
          hint: "`histogram(x)` counts numbers; `kind=\"line\"` draws many")
      }
      let chart = Chart(
        kind: kind, title: call.string(4, or: ""), positionName: choice.positionName, positions: choice.positions,
        categories: choice.categories, series: choice.series)
      return call.machine.make(foreign: ChartValue(chart))
    },
    Builtin(
      "histogram", "A chart of how many numbers fall between which bounds",
      [
        Parameter("x", .any, "a tensor or a list of numbers"),
        Parameter("bins", .int, "how many bars", default: "by spread"),
        title,
      ],
      examples: [
        Example("show(histogram(randn(1000), bins=20))", "chart of 1000 values in 20 bars"),
        Example("print(histogram((1, 2, 2, float(\"nan\"))))", "chart of 3 values in 2 bars, 1 left out: 1 nan"),
      ],
      references: ["D. Freedman, P. Diaconis, On the histogram as a density estimator, 1981"]
    ) { call in
      let bins = call.has(1) ? try call.int(1, in: 1...1000) : nil
      let numbers = try Display.numbers(call)
      let finite = numbers.filter(\.isFinite)
      guard !finite.isEmpty else {
        throw call.refuse(
          numbers.isEmpty
            ? "there is nothing to count: \(call.machine.describe(call[0])) has no values in it" : "there is nothing to count: all values are nan or infinite",
          hint: "a histogram is made of finite numbers")
      }
      let histogram = Histogram(finite, bins: bins)
      let bars = histogram.counts.count
      let chart = Chart(
        kind: .bars, title: call.string(2, or: ""), positionName: "value", positions: histogram.centres,
        series: [Chart.Series(name: "count", values: histogram.counts.map(Double.init))],
        subject: "\(counted(finite.count, "value")) in \(counted(bars, "bar"))", note: leftOut(numbers), barWidth: histogram.width)
      return call.machine.make(foreign: ChartValue(chart))
    },
  ]

  /// The numbers of a tensor of any shape, or of a list.
  private static func numbers(_ call: Call) throws -> [Double] {
    let value = call[0]
    if value.tag == .tensor {
      guard value.node.type.count <= ChartColumns.mostPoints else {
        throw call.refuse("a histogram takes at most 10,000,000 values, these are \(value.node.type.count)", hint: "take some of them: `x[::100]`")
      }
      let tensor = try call.engine.value(value.node)
      return (0..<tensor.count).map { tensor[$0] }
    }
    guard value.tag == .list || value.tag == .range else { throw call.wrong(0) }
    switch try ChartColumns.content(call, value) {
    case .numbers(let numbers): return numbers
    case .texts: throw call.refuse("`histogram` counts numbers, these are texts", hint: "`float(text)` makes a number of one")
    case .others(let words), .mixed(let words): throw call.refuse("`histogram` counts numbers, and \(words)", hint: "a tensor may have any shape")
    }
  }

  private static func leftOut(_ numbers: [Double]) -> String? {
    let (nan, infinite) = (numbers.count(where: \.isNaN), numbers.count(where: \.isInfinite))
    guard nan + infinite > 0 else { return nil }
    let kinds = [(nan, "nan"), (infinite, "infinite")].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return "\(nan + infinite) left out: \(kinds.joined(separator: ", "))"
  }
}

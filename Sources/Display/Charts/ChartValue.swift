import Effects
import Library
import Machine

/// A chart as a value of the language: printed as a description, drawn on a terminal, saved as SVG.
final class ChartValue: Foreign, Savable {
  let chart: Chart

  init(_ chart: Chart) { self.chart = chart }

  var typeName: String { "chart" }
  var byteCount: Int { chart.byteCount }
  var text: String { chart.words }

  func isEqual(to other: any Foreign, _ machine: Machine) -> Bool { (other as? ChartValue)?.chart.isSame(as: chart) ?? false }

  var endings: [String] { [".svg"] }

  func bytes(endingIn ending: String) -> [UInt8] { Array(ChartSVG(chart).text.utf8) }

  var picture: Picture { .drawing(svg: ChartSVG(chart).text) }

  /// A drawing on a terminal, otherwise a description; complete lines.
  func shown(on console: any Console) -> String {
    console.terminal.map { ChartBraille(chart, $0).text } ?? text + "\n"
  }
}

import Diagnostics
/// A chart as a self-contained SVG file, for light and dark pages.
struct ChartSVG {
  private static let (width, height) = (720.0, 420.0)
  private static let margin = 16.0
  /// The approximate width of a character, in pixels: text cannot be measured here.
  private static let character = 6.8
  private static let longestName = 40

  private let chart: Chart
  private let positions: Scale
  private let values: Scale
  private let hasLegend: Bool
  private let labelWidth: Double
  /// The area in which the lines are drawn.
  private let area: SVGArea
  private let legend: [(x: Double, y: Double)]

  init(_ chart: Chart) {
    self.chart = chart
    positions = chart.positionScale(count: 8)
    values = chart.valueScale(count: 5)
    labelWidth = ChartSVG.character * Double(values.ticks.map(\.text.columnCount).max() ?? 1)
    hasLegend = chart.series.count > 1
    let top = ChartSVG.margin + (chart.title == nil ? 0 : 26)
    legend = hasLegend ? ChartSVG.places(chart.series.indices.map { chart.name(of: $0) }, from: top) : []
    let below = chart.positionName == nil && chart.note == nil ? 26.0 : 48.0
    area = SVGArea(
      left: ChartSVG.margin + labelWidth + 8, top: (legend.last.map { $0.y + 24 } ?? (chart.valueName == nil ? top + 4 : top + 22)),
      right: ChartSVG.width - ChartSVG.margin - 8, bottom: ChartSVG.height - ChartSVG.margin - below)
  }

  /// The places of the legend's entries, side by side, in as many rows as needed.
  private static func places(_ names: [String], from top: Double) -> [(x: Double, y: Double)] {
    var (x, y) = (margin, top)
    return names.map { name in
      let room = 26 + character * Double(min(longestName, name.columnCount)) + 18
      if x > margin, x + room > width - margin { (x, y) = (margin, y + 20) }
      defer { x += room }
      return (x, y)
    }
  }

  var text: String {
    let size = "\(SVGText.number(ChartSVG.width)) \(SVGText.number(ChartSVG.height))"
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size)\" width=\"\(SVGText.number(ChartSVG.width))\" "
        + "height=\"\(SVGText.number(ChartSVG.height))\" role=\"img\">",
      "<title>\(MarkupText.escaped(chart.words))</title>", style, "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>",
    ]
    if let title = chart.title {
      lines.append(SVGText.text(title.shortened(to: 80), x: ChartSVG.margin, y: ChartSVG.margin + 14, style: "title"))
    }
    lines += legendEntries + valueAxis + positionAxis + SVGMarks(chart, positions, values, area).lines
    return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  private var style: String {
    let used = 0..<min(chart.series.count, ChartColours.all.count)
    func colours(_ colour: (ChartColours.Colour) -> (red: Int, green: Int, blue: Int)) -> String {
      used.map { ".s\($0){stroke:\(SVGText.hex(colour(ChartColours.all[$0])))}.f\($0){fill:\(SVGText.hex(colour(ChartColours.all[$0])))}" }.joined()
    }
    return """
      <style>
      text{font:12px system-ui,sans-serif;fill:#1f2328}.title{font-size:15px;font-weight:600}.soft{fill:#59636e}
      .ground{fill:#ffffff}.grid{stroke:#dfe3e8;fill:none}.axis{stroke:#818b98;fill:none}
      .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}.open{stroke-width:1.5;fill:none}
      \(colours(\.light))
      @media (prefers-color-scheme:dark){
      text{fill:#e6edf3}.soft{fill:#9198a1}.ground{fill:#0d1117}.grid{stroke:#2a313c}.axis{stroke:#656c76}
      \(colours(\.dark))
      }
      </style>
      """
  }

  private var legendEntries: [String] {
    zip(chart.series.indices, legend).flatMap { index, place in
      [
        SVGMarks.sample(index, chart.kind, x: place.x, y: place.y + 8),
        SVGText.text(chart.name(of: index).shortened(to: ChartSVG.longestName), x: place.x + 26, y: place.y + 12),
      ]
    }
  }

  private var valueAxis: [String] {
    var lines: [String] = []
    if let name = chart.valueName {
      lines.append(SVGText.text(name.shortened(to: 60), x: ChartSVG.margin, y: area.top - 12, style: "soft"))
    }
    var grid = ""
    for tick in values.ticks {
      let y = area.y(values.position(tick.value))
      grid += "M\(SVGText.number(area.left)) \(SVGText.number(y))H\(SVGText.number(area.right))"
      lines.append(SVGText.text(tick.text, x: area.left - 8, y: y + 4, anchor: "end", style: "soft"))
    }
    return ["<path class=\"grid\" d=\"\(grid)\"/>"] + lines
  }

  private var positionAxis: [String] {
    // Bars start at 0, which may be above the bottom.
    let base = chart.kind == .bars ? area.y(values.position(0)) : area.bottom
    var axis = "M\(SVGText.number(area.left)) \(SVGText.number(base))H\(SVGText.number(area.right))"
    var lines: [String] = []
    func width(_ text: String) -> Double { ChartSVG.character * Double(min(ChartSVG.longestName / 2, text.columnCount)) }
    for tick in positions.sparseTicks(length: area.right - area.left, gap: 10, width: width) {
      let text = tick.text.shortened(to: ChartSVG.longestName / 2)
      let (x, half) = (area.x(positions.position(tick.value)), width(text) / 2)
      axis += "M\(SVGText.number(x)) \(SVGText.number(area.bottom))v4"
      lines.append(SVGText.text(text, x: min(x, ChartSVG.width - 4 - half), y: area.bottom + 18, anchor: "middle", style: "soft"))
    }
    if let name = chart.positionName {
      lines.append(SVGText.text(name.shortened(to: 60), x: (area.left + area.right) / 2, y: area.bottom + 40, anchor: "middle", style: "soft"))
    }
    if let note = chart.note { lines.append(SVGText.text(note, x: area.right, y: area.bottom + 40, anchor: "end", style: "soft")) }
    return ["<path class=\"axis\" d=\"\(axis)\"/>"] + lines
  }
}

/// The area of a picture in which numbers are drawn.
struct SVGArea {
  let left, top, right, bottom: Double

  /// From 0 to 1, from left to right.
  func x(_ position: Double) -> Double { left + position * (right - left) }
  /// From 0 to 1, from the bottom to the top.
  func y(_ position: Double) -> Double { bottom - position * (bottom - top) }
}

/// The lines, points and bars of a chart as SVG.
struct SVGMarks {
  private typealias Point = (x: Double, y: Double)

  private let chart: Chart
  private let positions: Scale
  private let values: Scale
  private let area: SVGArea

  init(_ chart: Chart, _ positions: Scale, _ values: Scale, _ area: SVGArea) {
    (self.chart, self.positions, self.values, self.area) = (chart, positions, values, area)
  }

  var lines: [String] {
    chart.series.indices.flatMap { index in
      switch chart.kind {
      case .line: line(index)
      case .points: dots(index, chart.series[index].values.indices.compactMap { point(index, $0) }, radius: 3)
      case .bars: bars(index)
      }
    }
  }

  /// The mark of a line in the legend.
  static func sample(_ series: Int, _ kind: Chart.Kind, x: Double, y: Double) -> String {
    let colour = ChartColours.index(ofSeries: series)
    let (left, middle) = (SVGText.number(x), SVGText.number(y))
    switch kind {
    case .line: return "<path class=\"line s\(colour)\"\(dash(series)) d=\"M\(left) \(middle)h18\"/>"
    case .points: return "<circle class=\"\(dot(series))\" cx=\"\(SVGText.number(x + 9))\" cy=\"\(middle)\" r=\"4\"/>"
    case .bars: return "<rect class=\"f\(colour)\"\(faded(series)) x=\"\(left)\" y=\"\(SVGText.number(y - 5))\" width=\"18\" height=\"10\" rx=\"2\"/>"
    }
  }

  // How lines of one colour are distinguished.

  private static func dash(_ series: Int) -> String {
    switch ChartColours.round(ofSeries: series) {
    case 0: ""
    case 1: " stroke-dasharray=\"7 5\""
    default: " stroke-dasharray=\"1 5\""
    }
  }

  private static func dot(_ series: Int) -> String {
    let colour = ChartColours.index(ofSeries: series)
    return ChartColours.round(ofSeries: series) == 0 ? "f\(colour)" : "open s\(colour)"
  }

  private static func faded(_ series: Int) -> String {
    let round = ChartColours.round(ofSeries: series)
    return round == 0 ? "" : " fill-opacity=\"\(round == 1 ? "0.6" : "0.3")\""
  }

  /// Nil where there is a gap.
  private func point(_ series: Int, _ index: Int) -> Point? {
    let (position, value) = (chart.positions[index], chart.series[series].values[index])
    guard position.isFinite, value.isFinite else { return nil }
    return (area.x(positions.position(position)), area.y(values.position(value)))
  }

  private func line(_ series: Int) -> [String] {
    var path = ""
    var single: [Point] = []
    var run: [Point] = []
    func end() {
      if run.count == 1 { single.append(run[0]) }
      if run.count > 1 { path += "M" + thinned(run).map { "\(SVGText.number($0.x)) \(SVGText.number($0.y))" }.joined(separator: "L") }
      run.removeAll(keepingCapacity: true)
    }
    for index in chart.positions.indices {
      if let point = point(series, index) { run.append(point) } else { end() }
    }
    end()
    let colour = ChartColours.index(ofSeries: series)
    let drawn = path.isEmpty ? [] : ["<path class=\"line s\(colour)\"\(SVGMarks.dash(series)) d=\"\(path)\"/>"]
    // A single value between gaps is drawn as a dot, since its line has no length.
    return drawn + dots(series, single, radius: 3)
  }

  /// Reduces the points over the same half pixel to the first, lowest, highest and last, which draw the same line.
  private func thinned(_ run: [Point]) -> [Point] {
    guard run.count > 4 * Int(area.right - area.left) else { return run }
    var kept: [Point] = []
    var start = 0
    while start < run.count {
      let column = (run[start].x * 2).rounded(.down)
      var (end, low, high) = (start, start, start)
      while end + 1 < run.count, (run[end + 1].x * 2).rounded(.down) == column {
        end += 1
        if run[end].y < run[low].y { low = end }
        if run[end].y > run[high].y { high = end }
      }
      kept += Set([start, low, high, end]).sorted().map { run[$0] }
      start = end + 1
    }
    return kept
  }

  /// One dot for each place; dots on top of each other are invisible.
  private func dots(_ series: Int, _ points: [Point], radius: Double) -> [String] {
    // In half pixels.
    struct Place: Hashable { let x, y: Int }
    var drawn: Set<Place> = []
    return points.compactMap { point in
      guard drawn.insert(Place(x: Int((point.x * 2).rounded()), y: Int((point.y * 2).rounded()))).inserted else { return nil }
      return
        "<circle class=\"\(SVGMarks.dot(series))\" cx=\"\(SVGText.number(point.x))\" cy=\"\(SVGText.number(point.y))\" r=\"\(SVGText.number(radius))\"/>"
    }
  }

  private func bars(_ series: Int) -> [String] {
    let base = area.y(values.position(0))
    // The bars of all series at a position share its width.
    let group = (area.right - area.left) * (chart.barWidth / 2 / positions.extent.half)
    let share = group / Double(chart.series.count)
    let width = max(1, share > 3 ? share - 1 : share)
    let path = chart.positions.indices.compactMap { index -> String? in
      guard let point = point(series, index) else { return nil }
      let left = point.x - group / 2 + share * (Double(series) + 0.5) - width / 2
      return "M\(SVGText.number(left)) \(SVGText.number(base))V\(SVGText.number(point.y))h\(SVGText.number(width))V\(SVGText.number(base))z"
    }.joined()
    return ["<path class=\"f\(ChartColours.index(ofSeries: series))\"\(SVGMarks.faded(series)) d=\"\(path)\"/>"]
  }
}

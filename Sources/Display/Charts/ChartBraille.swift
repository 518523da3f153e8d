import Effects

/// A chart in characters, for a terminal.
struct ChartBraille {
  private static let rows = 15
  private static let mostColumns = 90

  private let chart: Chart
  private let terminal: Terminal
  private let positions: Scale
  private let values: Scale
  private let labelWidth: Int
  private let columns: Int

  init(_ chart: Chart, _ terminal: Terminal) {
    self.chart = chart
    self.terminal = terminal
    values = chart.valueScale(count: 5)
    labelWidth = values.ticks.map(\.text.columnCount).max() ?? 1
    let room = min(terminal.columns, ChartBraille.mostColumns) - labelWidth - 3
    columns = max(10, room)
    positions = chart.positionScale(count: max(2, min(9, columns / 10)))
  }

  /// Complete lines.
  var text: String {
    let width = labelWidth + 2 + columns
    var lines: [String] = []
    if let title = chart.title { lines.append(" " + title.shortened(to: width)) }
    if let name = chart.valueName { lines.append(" " + name.shortened(to: width)) }
    lines += plot + axis + [below] + legend
    return lines.filter { !$0.isEmpty }.map { String($0) + "\n" }.joined()
  }

  private func paint(_ text: String, _ series: Int) -> String {
    guard terminal.showsColours else { return text }
    let colour = ChartColours.all[ChartColours.index(ofSeries: series)].middle
    return terminal.code(colour, foreground: true) + text + "\u{1B}[0m"
  }

  private var plot: [String] {
    let canvas = canvas
    var labels = [String?](repeating: nil, count: ChartBraille.rows)
    for tick in values.ticks { labels[place(values, tick.value, canvas.height, isUpward: true) / 4] = tick.text }
    return labels.indices.map { row in
      let label = labels[row] ?? ""
      let start = " " + String(repeating: " ", count: labelWidth - label.columnCount) + label + (labels[row] == nil ? "│" : "┤")
      return start + canvas.row(row, paint)
    }
  }

  /// The dot of a number along an axis of `count` dots.
  private func place(_ scale: Scale, _ value: Double, _ count: Int, isUpward: Bool = false) -> Int {
    let share = scale.position(value)
    return Int(((isUpward ? 1 - share : share) * Double(count - 1)).rounded())
  }

  private var canvas: BrailleCanvas {
    var canvas = BrailleCanvas(columns: columns, rows: ChartBraille.rows)
    for (index, series) in chart.series.enumerated() {
      var last: (x: Int, y: Int)?
      for (position, value) in zip(chart.positions, series.values) {
        guard position.isFinite, value.isFinite else {
          last = nil
          continue
        }
        let point = (x: place(positions, position, canvas.width), y: place(values, value, canvas.height, isUpward: true))
        switch chart.kind {
        case .line: canvas.line(from: last ?? point, to: point, pen: index)
        case .points: canvas.dot(point.x, point.y, pen: index)
        case .bars: bar(&canvas, position, value, index)
        }
        last = point
      }
    }
    return canvas
  }

  private func bar(_ canvas: inout BrailleCanvas, _ position: Double, _ value: Double, _ series: Int) {
    guard value != 0 else { return }
    // The bars of all series at a position share its width.
    let group = chart.barWidth / 2 / positions.extent.half * Double(canvas.width - 1)
    let middle = positions.position(position) * Double(canvas.width - 1)
    let share = group / Double(chart.series.count)
    let left = Int((middle - group / 2 + share * Double(series)).rounded())
    let right = max(left + 1, Int((middle - group / 2 + share * Double(series + 1)).rounded()))
    let (base, end) = (place(values, 0, canvas.height, isUpward: true), place(values, value, canvas.height, isUpward: true))
    for x in left..<right {
      for y in min(base, end)...max(base, end) { canvas.dot(x, y, pen: series) }
    }
  }

  private var axis: [String] {
    var line = [Character](repeating: "─", count: columns)
    var labels = ""
    for tick in positions.sparseTicks(length: Double(columns), gap: 2, width: { Double(min(columns / 2, $0.columnCount)) }) {
      let column = place(positions, tick.value, 2 * columns) / 2
      let text = tick.text.shortened(to: columns / 2)
      // Centred below its tick, but within the line; dropped if it overlaps its neighbour.
      let start = max(0, min(column - (text.columnCount - 1) / 2, columns - text.columnCount))
      guard labels.isEmpty || start > labels.columnCount else { continue }
      labels = labels.padded(to: start) + text
      line[column] = "┬"
    }
    let start = String(repeating: " ", count: labelWidth + 1)
    return [start + "└" + String(line), start + " " + labels]
  }

  /// The name of the axis, and the chart's note.
  private var below: String {
    let words = [chart.positionName?.shortened(to: columns), chart.note.map { "(\($0))" }].compactMap(\.self).joined(separator: "  ")
    guard !words.isEmpty else { return "" }
    return String(repeating: " ", count: labelWidth + 2 + max(0, (columns - words.columnCount) / 2)) + words
  }

  private var legend: [String] {
    guard chart.series.count > 1 else { return [] }
    let width = labelWidth + 2 + columns
    var lines: [String] = []
    var (line, length) = ("", 0)
    for index in chart.series.indices {
      let name = chart.name(of: index).shortened(to: 30)
      let count = name.columnCount + 5
      if length > 0, length + count > width {
        lines.append(line)
        (line, length) = ("", 0)
      }
      line += (length == 0 ? " " : "  ") + paint("⠤⠤", index) + " " + name
      length += count
    }
    return lines + [line]
  }
}

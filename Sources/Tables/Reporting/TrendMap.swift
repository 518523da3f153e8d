import Diagnostics

/// How alike pairs of columns go together, as a map whose cells are the darker the less alike they are.
struct TrendMap {
  private static let mostColumns = 40
  private let rows: [TableReport.Row]
  private let names: [String]
  /// How many columns there are, also those that are not shown.
  let columnCount: Int
  let shownCount: Int

  /// Nil without pairs. Of too many columns, those of the least alike pairs are shown.
  init?(_ report: TableReport) {
    let pairs = report.rows.filter { [.correlation, .contingency].contains($0.measure) && $0.columns.count == 2 && !$0.estimate.value.isNaN }
    guard !pairs.isEmpty else { return nil }
    var all: [String] = []
    var seen: Set<String> = []
    for name in pairs.flatMap(\.columns) where seen.insert(name).inserted { all.append(name) }
    var chosen: Set<String> = []
    for name in ReportPart.worstFirst(pairs).flatMap(\.columns) where chosen.count < TrendMap.mostColumns { chosen.insert(name) }
    names = all.filter(chosen.contains)
    rows = pairs.filter { $0.columns.allSatisfy(chosen.contains) }
    (columnCount, shownCount) = (all.count, names.count)
  }

  /// The least value of the scale.
  private var least: Double { min(0.9, max(0, ((rows.map(\.estimate.value).min() ?? 0) * 10).rounded(.down) / 10)) }

  private func strength(_ value: Double) -> Double { 0.9 * min(1, max(0, (1 - value) / (1 - least))) }

  var drawing: String {
    let count = names.count
    let size = count <= 14 ? 36.0 : 20.0
    let (left, top) = (132.0, 104.0)
    var places: [String: Int] = [:]
    for (place, name) in names.enumerated() { places[name] = place }
    var content: [String] = []
    for (place, name) in names.enumerated() {
      let middle = size * (Double(place) + 0.5)
      let text = CellTexts.name(name)
      content.append(Markup.label(left - 6, top + middle + 4, text.shortened(to: 18), .end))
      let (x, y) = (left + middle + 3, top - 6)
      content.append(Markup.label(x, y, text.shortened(to: 16), .start, " transform=\"rotate(-60 \(Markup.number(x)) \(Markup.number(y)))\""))
    }
    for row in rows {
      guard let first = places[row.columns[0]], let second = places[row.columns[1]] else { continue }
      for (x, y) in [(first, second), (second, first)] {
        let title = "\(row.columns.map { CellTexts.name($0).shortened(to: 60) }.joined(separator: " and ")): \(ReportNumber.text(row.estimate.value))"
        content.append(cell(left + size * Double(x), top + size * Double(y), size, row.estimate.value, title))
      }
    }
    // Room for the last, slanted name.
    let width = left + size * Double(count) + 60
    let legend = legend(top + size * Double(count) + 14, left)
    return Markup.drawing(width, top + size * Double(count) + 48, words: words, "map", fixed: true, content + legend)
  }

  private func cell(_ x: Double, _ y: Double, _ size: Double, _ value: Double, _ title: String) -> String {
    let start = "<rect class=\"heat\" x=\"\(Markup.number(x))\" y=\"\(Markup.number(y))\" width=\"\(Markup.number(size - 1))\""
    let opacity = ReportNumber.fixed(strength(value), decimals: 2)
    let square = "\(start) height=\"\(Markup.number(size - 1))\" fill-opacity=\"\(opacity)\"><title>\(Markup.escaped(title))</title></rect>"
    guard size > 30 else { return square }
    return square + Markup.label(x + size / 2, y + size / 2 + 4, ReportNumber.fixed(value, decimals: 2), .middle, " class=\"small\"")
  }

  private func legend(_ y: Double, _ x: Double) -> [String] {
    let steps = 5
    return (0...steps).map { step in
      let value = 1 - (1 - least) * Double(step) / Double(steps)
      return cell(x + 20 * Double(step), y, 20, value, ReportNumber.text(value))
    } + [
      Markup.label(x, y + 32, "1"),
      Markup.label(x + 20 * Double(steps + 1), y + 32, ReportNumber.fixed(least, decimals: 1), .end),
    ]
  }

  private var words: String {
    let worst = ReportPart.worstFirst(rows).prefix(3).map { row in
      "\(row.columns.map { CellTexts.name($0).shortened(to: 60) }.joined(separator: " and ")) \(ReportNumber.text(row.estimate.value))"
    }
    return "Map of \(counted(rows.count, "pair")) of columns. Least alike: \(worst.joined(separator: "; "))"
  }
}

import Diagnostics

/// The content of a chart, independent of how it is drawn: lines, points or bars over common positions.
struct Chart {
  enum Kind: String, CaseIterable { case line, points, bars }

  /// One line, with a value for each position; NaN leaves a gap.
  struct Series {
    let name: String?
    let values: [Double]
  }

  let kind: Kind
  let title: String?
  /// The name of the horizontal axis.
  let positionName: String?
  /// The horizontal positions of the values; NaN if unknown.
  let positions: [Double]
  /// The labels at positions 0, 1, ... if the positions are not numbers.
  let categories: [String]?
  let series: [Series]
  /// What the chart shows: the words after `chart of`.
  let subject: String
  /// What the picture omits, in words.
  let note: String?
  /// The width of a bar, or of a group of bars, in the units of the positions.
  let barWidth: Double

  init(
    kind: Kind, title: String, positionName: String?, positions: [Double], categories: [String]? = nil, series: [Series], subject: String? = nil,
    note: String? = nil, countsGaps: Bool = true, barWidth: Double? = nil
  ) {
    self.kind = kind
    self.title = title.isEmpty ? nil : Chart.label(title)
    self.positionName = positionName.map(Chart.label)
    self.positions = positions.map(Chart.finite)
    self.categories = categories?.map(Chart.label)
    self.series = series.map { Series(name: $0.name.map(Chart.label), values: $0.values.map(Chart.finite)) }
    self.note = note ?? (countsGaps ? Chart.gaps(in: series.map(\.values) + [positions]) : nil)
    self.barWidth = barWidth ?? 0.8 * Chart.smallestDistance(self.positions)
    self.subject = subject.map(Chart.label) ?? Chart.subject(kind, self.series, over: self.positionName, count: positions.count)
  }

  /// `chart of critic, generator over epoch, 20 points`
  var words: String {
    let name = title.map { "chart \"\($0)\"" } ?? "chart"
    return "\(name) of \(subject)" + (note.map { ", \($0)" } ?? "")
  }

  /// The name of a line in the legend.
  func name(of index: Int) -> String { series[index].name ?? "\(index)" }

  /// The name of the vertical axis; nil if there are several lines.
  var valueName: String? { series.count == 1 ? series[0].name : nil }

  private static func subject(_ kind: Kind, _ series: [Series], over positionName: String?, count: Int) -> String {
    let names = series.compactMap(\.name)
    let shown = names.count > 5 ? names.prefix(4) + ["\(names.count - 4) more"] : names[...]
    let over = positionName.map { " over \($0)" } ?? ""
    let isNamed = !names.isEmpty
    let number = kind == .bars ? counted(count * series.count, "bar") : counted(count, "point")
    let lines = isNamed ? shown.joined(separator: ", ") : series.count > 1 && kind != .bars ? counted(series.count, "line") : ""
    return lines.isEmpty ? number + over : "\(lines)\(over), \(number)"
  }

  /// How many numbers are NaN or infinite, in words; nil if all are finite.
  private static func gaps(in columns: [[Double]]) -> String? {
    let count = columns.reduce(0) { $0 + $1.count { !$0.isFinite } }
    return count == 0 ? nil : "\(counted(count, "value")) not finite"
  }

  private static func finite(_ number: Double) -> Double { number.isFinite ? number : .nan }

  /// A text without line breaks and other control characters.
  static func label(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }

  /// The greatest width at which bars do not overlap.
  private static func smallestDistance(_ positions: [Double]) -> Double {
    let sorted = positions.filter(\.isFinite).sorted()
    let distance = zip(sorted, sorted.dropFirst()).map { $1 - $0 }.filter { $0 > 0 && $0.isFinite }.min()
    return distance ?? 1
  }
}

extension Chart {
  /// Compares numbers bit by bit, so that NaN equals NaN.
  func isSame(as other: Chart) -> Bool {
    func bits(_ numbers: [Double]) -> [UInt64] { numbers.map(\.bitPattern) }
    return kind == other.kind && words == other.words && positionName == other.positionName && categories == other.categories
      && barWidth.bitPattern == other.barWidth.bitPattern && bits(positions) == bits(other.positions)
      && series.count == other.series.count
      && zip(series, other.series).allSatisfy { $0.name == $1.name && bits($0.values) == bits($1.values) }
  }

  var byteCount: Int { 8 * positions.count * (series.count + 1) }
}

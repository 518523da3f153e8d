import Diagnostics

/// The shares of a real and a synthetic column in the same bins, as a drawing.
struct ShapeChart {
  private static let width = 320.0
  private let bins: ColumnBins
  private let real: [Double]
  private let synthetic: [Double]
  private let labels: [String]

  init(_ bins: ColumnBins) {
    self.bins = bins
    var (real, synthetic, labels) = (bins.shares(0), bins.shares(1), bins.labels)
    if bins.others.contains(where: { $0 > 0 }) {
      func others(_ column: Int) -> Double { Double(bins.others[column]) / Double(max(1, bins.counts[column].reduce(bins.others[column], +))) }
      real.append(others(0))
      synthetic.append(others(1))
      labels.append("(others)")
    }
    (self.real, self.synthetic, self.labels) = (real, synthetic, labels)
  }

  func drawing(of name: String) -> String {
    // The largest bins say most; all are in titles.
    let order = labels.indices.sorted { (max(real[$1], synthetic[$1]), $0) < (max(real[$0], synthetic[$0]), $1) }
    let words = "Shares of \(CellTexts.name(name).shortened(to: 60)). " + order.prefix(5).map(title).joined(separator: "; ")
    if case .levels = bins.axis { return bars(words) }
    return histogram(words)
  }

  private func title(_ bin: Int) -> String {
    "\(labels[bin].shortened(to: 60)): \(ReportNumber.percent(real[bin])) real, \(ReportNumber.percent(synthetic[bin])) synthetic"
  }

  /// A level on each line: the real bar above the synthetic one.
  private func bars(_ words: String) -> String {
    let (left, room, line) = (116.0, 160.0, 27.0)
    let most = max(1e-9, (real + synthetic).max() ?? 0)
    let content = labels.indices.flatMap { bin -> [String] in
      let top = 4 + line * Double(bin)
      let (a, b) = (room * real[bin] / most, room * synthetic[bin] / most)
      return [
        Markup.label(left - 6, top + 14, labels[bin].shortened(to: 17), .end),
        Markup.rectangle(left, top, a, 9, "real", title: title(bin)), Markup.rectangle(left, top + 10, b, 9, "synthetic", title: title(bin)),
        Markup.label(left + a + 4, top + 8, ReportNumber.percent(real[bin]), .start, " class=\"small\""),
        Markup.label(left + b + 4, top + 18, ReportNumber.percent(synthetic[bin]), .start, " class=\"small\""),
      ]
    }
    return Markup.drawing(ShapeChart.width, 4 + line * Double(labels.count), words: words, "chart", content)
  }

  /// Real bars, and the outline of synthetic ones.
  private func histogram(_ words: String) -> String {
    let (top, height, bottom) = (16.0, 104.0, 120.0)
    let most = max(1e-9, (real + synthetic).max() ?? 0)
    let step = ShapeChart.width / Double(max(1, labels.count))
    func y(_ share: Double) -> Double { bottom - height * share / most }
    var content = [Markup.label(0, top - 5, "\(ReportNumber.percent(most)) at most in a bin", .start, " class=\"small\"")]
    for bin in labels.indices {
      content.append(Markup.rectangle(step * Double(bin) + 0.5, y(real[bin]), max(0.5, step - 1), bottom - y(real[bin]), "real"))
    }
    var path = "M0 \(Markup.number(bottom))"
    for bin in labels.indices { path += "V\(Markup.number(y(synthetic[bin])))H\(Markup.number(step * Double(bin + 1)))" }
    content.append("<path class=\"outline\" d=\"\(path)V\(Markup.number(bottom))\"/>")
    content.append("<path class=\"axis\" d=\"M0 \(Markup.number(bottom))H\(Markup.number(ShapeChart.width))\"/>")
    // Above the others, so that they are found by a pointer.
    for bin in labels.indices { content.append(Markup.rectangle(step * Double(bin), top, step, height, "touch", title: title(bin))) }
    let (low, high) = bins.ends
    content.append(Markup.label(0, bottom + 14, low.shortened(to: 22)))
    if low != high { content.append(Markup.label(ShapeChart.width, bottom + 14, high.shortened(to: 22), .end)) }
    return Markup.drawing(ShapeChart.width, bottom + 20, words: words, "chart", content)
  }
}

/// A bar chart of one line.
enum BlockChart {
  private static let bars = Array("▁▂▃▄▅▆▇█")

  /// A bar for each count, relative to the largest. No bar where the count is 0.
  static func text(_ counts: [Int]) -> String {
    guard let most = counts.max(), most > 0 else { return "" }
    return String(counts.map { $0 == 0 ? " " : bars[min(7, Int(Double($0) / Double(most) * 8))] })
  }

  /// The distribution of a column in a few characters: a histogram of numbers, booleans, dates and times; the most frequent
  /// levels of a category. Empty for texts, and for columns without values.
  static func text(_ column: Column, bars: Int = 8) -> String {
    guard let bins = ColumnBins(column, count: bars) else { return "" }
    return text(bins.counts[0])
  }
}

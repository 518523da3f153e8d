import Glibc

/// Bins for larger charts, of one column, or of a real and a synthetic one beside each other.
package enum ColumnCharts {
  package static let bins = 5...40
  package static let levels = 12

  /// Bins of equal width by the rule of D. Freedman and P. Diaconis, On the histogram as a density estimator (1981), within `limits`;
  /// the most frequent levels of a category. Nil for texts, and for columns without values.
  package static func bins(_ column: Column, limits: ClosedRange<Int> = bins, levels: Int = levels) -> ColumnBins? {
    bins([column], limits, levels)
  }

  /// The same bins for both, from the least to the greatest value of either; their number follows from the real one. Nil if
  /// the kinds do not match: both are numbers or whole numbers, or of the same kind.
  package static func bins(real: Column, synthetic: Column, limits: ClosedRange<Int> = bins, levels: Int = levels) -> ColumnBins? {
    bins([real, synthetic], limits, levels)
  }

  private static func bins(_ columns: [Column], _ limits: ClosedRange<Int>, _ levels: Int) -> ColumnBins? {
    ColumnBins(columns) { low, high in
      columns[0].kind == .category ? levels : count(columns[0], low, high, limits)
    }
  }

  private static func count(_ column: Column, _ low: Double, _ high: Double, _ limits: ClosedRange<Int>) -> Int {
    let values = SortedValues.sorted((column.numbers() ?? []).filter { !$0.isNaN })
    guard !values.isEmpty else { return limits.lowerBound }
    let upper = SortedValues.quantile(0.75, count: values.count) { values[$0] }
    let lower = SortedValues.quantile(0.25, count: values.count) { values[$0] }
    let width = 2 * (upper - lower) / cbrt(Double(values.count))
    // H. A. Sturges, The choice of a class interval (1926), if half of the values are equal.
    let desired = width > 0 ? (high / width - low / width).rounded(.up) : (log2(Double(values.count)) + 1).rounded(.up)
    return Int(min(max(desired, Double(limits.lowerBound)), Double(limits.upperBound)))
  }
}

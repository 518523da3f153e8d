/// What describes a column in a few numbers.
package struct ColumnSummary: Sendable, Equatable {
  package struct Frequent: Sendable, Equatable {
    package let value: Cell
    package let count: Int
  }

  package let name: String
  package let kind: ColumnKind
  /// The number of cells that are not missing.
  package let count: Int
  package let gaps: Int
  package let distinct: Int
  /// Numbers, dates and times. Quartiles are interpolated linearly between neighbours; those of dates are rounded to a day.
  package let minimum, lowerQuartile, median, upperQuartile, maximum: Cell
  /// Of numbers, and the share of true booleans; a date or time of those.
  package let mean: Cell
  /// The square root of the variance, as that of `std`: divided by the count. Of dates in days, of times in seconds.
  package let deviation: Double?
  /// The most frequent values, equally frequent ones in ascending order or that of their levels or rows. Empty if
  /// no number, date or text repeats.
  package let frequent: [Frequent]
  /// The number of characters of the shortest and the longest text.
  package let lengths: ClosedRange<Int>?
  package let remarks: [ColumnRemark]
  package let chart: String

  package static let mostFrequent = 5

  package init(_ column: Column) {
    let values = ColumnValues(column)
    name = column.name
    kind = column.kind
    gaps = column.gaps.count
    count = column.count - gaps
    distinct = values.distinct
    let areWords = column.kind == .category || column.kind == .boolean
    frequent = areWords || values.frequent.first.map { $0.count > 1 } == true ? values.frequent : []
    lengths = values.lengths
    chart = BlockChart.text(column)
    var order: [Cell] = []
    var moments: Moments?
    switch values.sorted {
    case .none: break
    case .numbers(let sorted):
      moments = Moments(sorted)
      order = ColumnSummary.quartiles(sorted.count, column.kind) { sorted[$0] }
    case .wholes(let sorted):
      moments = Moments(sorted.map(Double.init))
      order = ColumnSummary.quartiles(sorted.count, column.kind) { Double(sorted[$0]) }
      // Exact, also where a Double is not.
      if let first = sorted.first, let last = sorted.last, !order.isEmpty {
        order[0] = ColumnSummary.cell(first, column.kind)
        order[4] = ColumnSummary.cell(last, column.kind)
      }
    }
    if order.isEmpty { order = [Cell](repeating: .gap, count: 5) }
    (minimum, lowerQuartile, median, upperQuartile, maximum) = (order[0], order[1], order[2], order[3], order[4])
    if column.kind == .boolean, count > 0 {
      let yes = Double(values.frequent.first { $0.value == .boolean(true) }?.count ?? 0) / Double(count)
      mean = .number(yes)
      deviation = (yes * (1 - yes)).squareRoot()
    } else {
      mean = moments.map { ColumnSummary.cell($0.mean, column.kind) } ?? .gap
      deviation = moments?.deviation.map { column.kind == .time ? $0 / 1_000_000 : $0 }
    }
    remarks = ColumnRemark.all(of: column.kind, count: count, gaps: gaps, distinct: distinct, values)
  }

  private static func quartiles(_ count: Int, _ kind: ColumnKind, _ value: (Int) -> Double) -> [Cell] {
    guard count > 0 else { return [] }
    return [0, 0.25, 0.5, 0.75, 1].map { cell(SortedValues.quantile($0, count: count, value), kind) }
  }

  private static func cell(_ value: Double, _ kind: ColumnKind) -> Cell {
    guard kind == .date || kind == .time else { return .number(value) }
    return cell(Int(exactly: value.rounded()) ?? 0, kind)
  }

  private static func cell(_ value: Int, _ kind: ColumnKind) -> Cell {
    switch kind {
    case .date: .date(value)
    case .time: .time(value)
    default: .whole(value)
    }
  }
}

/// The mean and the standard deviation of numbers. Numbers whose squares would overflow or vanish are scaled.
private struct Moments {
  let mean: Double
  let deviation: Double?

  init?(_ sorted: [Double]) {
    guard let first = sorted.first, let last = sorted.last else { return nil }
    let largest = max(abs(first), abs(last))
    // A power of two, so that scaling does not round.
    let scale = largest > 0 && !(1e-100...1e100).contains(largest) ? Double(sign: .plus, exponent: largest.exponent, significand: 1) : 1
    let count = Double(sorted.count)
    let scaledMean = sorted.reduce(0) { $0 + $1 / scale } / count
    let squares = sorted.reduce(0) { (sum: Double, number: Double) -> Double in
      let difference = number / scale - scaledMean
      return sum + difference * difference
    }
    mean = min(max(scaledMean * scale, first), last)
    let deviation = (squares / count).squareRoot() * scale
    self.deviation = first == last ? 0 : deviation.isFinite ? deviation : nil
  }
}

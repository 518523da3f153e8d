import Diagnostics

extension Column {
  /// The quantile at 0.5.
  package func median() throws -> Cell { try quantile(0.5, "median") }

  /// The cell at the position `(n - 1) * q` of the n sorted cells that are not missing, interpolated linearly as by NumPy: a number
  /// for numbers and whole numbers; for dates the day in which it falls, for times rounded to the microsecond. A gap if there is no cell.
  /// Errors: words and booleans (L0517); `q` outside 0 to 1 (L0520).
  package func quantile(_ q: Double) throws -> Cell { try quantile(q, "quantile") }

  private func quantile(_ q: Double, _ function: String) throws -> Cell {
    guard q >= 0, q <= 1 else { throw Fault(TablesErrors.rows, "`quantile` needs a number from 0 to 1, got \(q)") }
    switch cells {
    case .number(let cells):
      return interpolated(cells, q) { .number(Column.between(Double($0), Double($1), $2)) }
    case .whole(let cells): return interpolated(cells, q) { .number(Column.between(Double($0), Double($1), $2)) }
    case .date(let cells): return interpolated(cells, q) { .date($0 + Int((Double($1 - $0) * $2).rounded(.down))) }
    case .time(let cells): return interpolated(cells, q) { .time($0 + Int((Double($1 - $0) * $2).rounded())) }
    default: throw unfit(function)
    }
  }

  private func interpolated<Value: Comparable>(_ cells: [Value], _ q: Double, _ result: (Value, Value, Double) -> Cell) -> Cell {
    let sorted = (gaps.isEmpty ? cells : cells.indices.filter { !gaps[$0] }.map { cells[$0] }).sorted()
    guard !sorted.isEmpty else { return .gap }
    let position = Double(sorted.count - 1) * q
    let low = Int(position)
    return result(sorted[low], sorted[min(low + 1, sorted.count - 1)], position - Double(low))
  }

  /// From the nearer end, as NumPy's `_lerp`, so that the result is monotonic in `part` and exact at both ends.
  static func between(_ a: Double, _ b: Double, _ part: Double) -> Double {
    let difference = b - a
    guard difference.isFinite else { return a * (1 - part) + b * part }
    return part < 0.5 ? a + difference * part : b - difference * (1 - part)
  }
}

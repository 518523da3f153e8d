import Diagnostics
import Tensors

/// A linear scaling of each column of a table: `target + (x - offset) / scale`.
package struct Scaling: Sendable {
  package let target: Double
  package let offsets: [Double]
  /// 0 for a column with a single value, which undoing restores.
  package let scales: [Double]

  private init(target: Double, offsets: [Double], scales: [Double]) {
    self.target = target
    self.offsets = offsets
    self.scales = scales
  }

  /// Columns of mean 0 and standard deviation 1, over all rows.
  package static func standardizing(_ rows: Rows) throws -> Scaling {
    let columns = try columns(of: rows)
    let means = columns.map { $0.reduce(0, +) / Double($0.count) }
    let deviations = zip(columns, means).map { column, mean -> Double in
      // The deviation of equal numbers is exactly zero, without the rounding error of their mean.
      guard column.contains(where: { $0 != column[0] }) else { return 0 }
      return (column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(column.count)).squareRoot()
    }
    return Scaling(target: 0, offsets: zip(columns, zip(means, deviations)).map { $1.1 == 0 ? $0[0] : $1.0 }, scales: deviations)
  }

  /// Columns scaled to the range from `low` to `high`.
  package static func rescaling(_ rows: Rows, to low: Double, _ high: Double) throws -> Scaling {
    let extremes = try columns(of: rows).map { ($0.min() ?? 0, $0.max() ?? 0) }
    return Scaling(target: low, offsets: extremes.map(\.0), scales: extremes.map { ($0.1 - $0.0) / (high - low) })
  }

  /// For unknown numbers: a scaling with this many columns.
  package static func unknown(columns: Int) -> Scaling {
    Scaling(target: 0, offsets: [Double](repeating: 0, count: columns), scales: [Double](repeating: 1, count: columns))
  }

  private static func columns(of rows: Rows) throws -> [[Double]] {
    let (count, width) = (rows.numbers.shape[0], rows.numbers.shape[1])
    guard count > 0 else { throw Fault(DataErrors.empty, "cannot compute a scale: there are no rows") }
    let numbers = rows.numbers
    return try (0..<width).map { column in
      try (0..<count).map { row in
        let number = numbers[row * width + column]
        guard number.isFinite else {
          throw Fault(
            DataErrors.notFinite, "row \(row) of column \(rows.title(column)) is \(number.isNaN ? "nan" : "\(number)"), expected a finite number",
            hint: "remove the row first")
        }
        return number
      }
    }
  }

  package func applied(to numbers: Tensor) throws -> Tensor {
    try map(numbers) { number, column in target + (number - offsets[column]) / (scales[column] == 0 ? 1 : scales[column]) }
  }

  package func undone(on numbers: Tensor) throws -> Tensor {
    try map(numbers) { number, column in offsets[column] + (number - target) * scales[column] }
  }

  private func map(_ numbers: Tensor, _ change: (Double, Int) -> Double) throws -> Tensor {
    try Tensor(dtype: numbers.dtype, shape: numbers.shape) { change(numbers[$0], $0 % offsets.count) }
  }
}

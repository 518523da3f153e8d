import Glibc

/// Small dense matrices in row-major order, for the covariances of a mixture.
enum SymmetricMatrix {
  /// The lower Cholesky factor of a positive definite [size, size] matrix; nil if it is not positive definite.
  static func cholesky(_ matrix: [Double], _ size: Int) -> [Double]? {
    var lower = [Double](repeating: 0, count: size * size)
    for row in 0..<size {
      for column in 0...row {
        var sum = matrix[row * size + column]
        for k in 0..<column { sum -= lower[row * size + k] * lower[column * size + k] }
        if row == column {
          guard sum > 0, sum.isFinite else { return nil }
          lower[row * size + row] = sum.squareRoot()
        } else {
          lower[row * size + column] = sum / lower[column * size + column]
        }
      }
    }
    return lower
  }

  /// The inverse of a lower triangular matrix.
  static func inverse(lower: [Double], _ size: Int) -> [Double] {
    var result = [Double](repeating: 0, count: size * size)
    for column in 0..<size {
      result[column * size + column] = 1 / lower[column * size + column]
      for row in column + 1..<max(size, column + 1) {
        var sum = 0.0
        for k in column..<row { sum += lower[row * size + k] * result[k * size + column] }
        result[row * size + column] = -sum / lower[row * size + row]
      }
    }
    return result
  }

  /// log det of a matrix with this Cholesky factor.
  static func logDeterminant(lower: [Double], _ size: Int) -> Double {
    (0..<size).reduce(0) { $0 + 2 * log(lower[$1 * size + $1]) }
  }
}

import Glibc

/// How the states of two columns occur together.
struct PairTable: Sendable, Equatable {
  let rows: Int
  let columns: Int
  /// [rows, columns] probabilities, which sum to 1.
  let joint: [Double]

  /// The table with the given margins, which sum to 1, that is nearest to noisy counts: the least squares under the constraints that no
  /// probability is negative and that both margins hold. The Lagrange multipliers of rows and columns are found in turn.
  init(_ counts: [Double], rows margin: [Double], columns other: [Double]) {
    let (n, m) = (margin.count, other.count)
    var (a, b) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: m))
    for _ in 0..<PairTable.rounds {
      var change = 0.0
      for i in 0..<n {
        let new = PairTable.multiplier((0..<m).map { counts[i * m + $0] - b[$0] }, sum: margin[i])
        change = max(change, abs(new - a[i]))
        a[i] = new
      }
      for j in 0..<m {
        let new = PairTable.multiplier((0..<n).map { counts[$0 * m + j] - a[$0] }, sum: other[j])
        change = max(change, abs(new - b[j]))
        b[j] = new
      }
      if change < 1e-9 { break }
    }
    var joint = (0..<n * m).map { max(0, counts[$0] - a[$0 / m] - b[$0 % m]) }
    // What is left of the differences.
    for i in 0..<n {
      let sum = joint[i * m..<(i + 1) * m].reduce(0, +)
      for j in 0..<m { joint[i * m + j] = sum > 0 ? joint[i * m + j] / sum * margin[i] : margin[i] * other[j] }
    }
    self.init(rows: n, columns: m, joint: joint)
  }

  init(rows: Int, columns: Int, joint: [Double]) {
    self.rows = rows
    self.columns = columns
    self.joint = joint
  }

  private static let rounds = 300

  /// The number whose subtraction makes the positive parts of some numbers sum to `sum` (J. Duchi and others, Efficient projections onto
  /// the l1-ball, ICML 2008).
  private static func multiplier(_ numbers: [Double], sum: Double) -> Double {
    let sorted = numbers.sorted(by: >)
    var (total, best) = (0.0, sorted[0] - sum)
    for (index, number) in sorted.enumerated() {
      total += number
      let candidate = (total - sum) / Double(index + 1)
      guard number > candidate else { break }
      best = candidate
    }
    return best
  }

  /// Mixed with the product of the margins, so that no pair is impossible.
  func mixed(_ share: Double, rows margin: [Double], columns other: [Double]) -> PairTable {
    PairTable(rows: rows, columns: columns, joint: joint.indices.map { (1 - share) * joint[$0] + share * margin[$0 / columns] * other[$0 % columns] })
  }

  var transposed: PairTable {
    PairTable(rows: columns, columns: rows, joint: (0..<rows * columns).map { joint[$0 % rows * columns + $0 / rows] })
  }

  /// The probabilities of the columns given each row.
  var conditional: [Double] {
    var result = joint
    for i in 0..<rows {
      let sum = joint[i * columns..<(i + 1) * columns].reduce(0, +)
      for j in 0..<columns { result[i * columns + j] = sum > 0 ? joint[i * columns + j] / sum : 1 / Double(columns) }
    }
    return result
  }
}

import Engine
import Glibc

/// Random numbers of one row: a pure function of a key, the row, and how many were drawn before.
package struct RowRandomness {
  private let key: RandomKey
  private let row: UInt32
  private let copy: UInt32
  private var drawn: UInt32 = 0

  init(_ key: RandomKey, row: Int, copy: Int = 0) {
    self.key = key
    self.row = UInt32(truncatingIfNeeded: row)
    self.copy = UInt32(truncatingIfNeeded: copy)
  }

  /// In [0, 1).
  mutating func uniform() -> Double {
    defer { drawn += 1 }
    return key.uniform(row, copy, drawn, UInt32(truncatingIfNeeded: 7))
  }

  /// N(0, 1).
  mutating func normal() -> Double { NormalDistribution.quantile(max(uniform(), 0x1p-60)) }

  /// A position with a probability proportional to its weight.
  mutating func position(_ weights: some Collection<Double>) -> Int {
    let total = weights.reduce(0, +)
    var left = uniform() * total
    var last = 0
    for (index, weight) in weights.enumerated() where weight > 0 {
      last = index
      left -= weight
      if left < 0 { return index }
    }
    return last
  }
}

extension Mixture {
  /// Fills the missing scores and classes of a row with a draw from their distribution in a component, given the others.
  func complete(
    _ scores: inout [Double], _ classes: inout [Int32], pattern: CodedRows.Pattern, _ components: [ConditionedNormal], factors: [[Double]],
    component: Int, sets: (_ column: Int, _ code: Int32) -> [Int]?, _ random: inout RowRandomness
  ) {
    let normal = components[component]
    let (p, m) = (pattern.present.count, pattern.missing.count)
    if m > 0 {
      let deviations = pattern.present.map { scores[$0] - means[component * width + $0] }
      let noise = (0..<m).map { _ in random.normal() }
      for (i, column) in pattern.missing.enumerated() {
        var score = means[component * width + column]
        for k in 0..<p { score += normal.regression[i * p + k] * deviations[k] }
        for k in 0...i { score += factors[component][i * m + k] * noise[k] }
        scores[column] = score
      }
    }
    for column in classes.indices where classes[column] < 0 {
      let possible = sets(column, classes[column])
      let shares = (0..<classCounts[column]).map { possible?.contains($0) ?? true ? probability(column, $0, component) : 0 }
      classes[column] = Int32(random.position(shares))
    }
  }

  /// The Cholesky factors of the covariances of missing scores.
  func factors(_ components: [ConditionedNormal], missing: Int) -> [[Double]] {
    components.map { normal in
      if let lower = SymmetricMatrix.cholesky(normal.rest, missing) { return lower }
      var diagonal = [Double](repeating: 0, count: missing * missing)
      for k in 0..<missing { diagonal[k * missing + k] = max(normal.rest[k * missing + k], 0).squareRoot() }
      return diagonal
    }
  }
}

/// The moments of a whole table, towards which those of the components are drawn.
struct MixtureMoments: Sendable {
  let means: [Double]
  /// [width, width], from the rows that have both scores, drawn towards its diagonal.
  let covariance: [Double]
  /// Of each class, at least a little above 0.
  let frequencies: [[Double]]

  init(_ data: CodedRows) {
    let width = data.width
    var sums = [Double](repeating: 0, count: width)
    var counts = [Double](repeating: 0, count: width)
    for row in 0..<data.count {
      for column in 0..<width where !data.scores[row * width + column].isNaN {
        sums[column] += data.scores[row * width + column]
        counts[column] += 1
      }
    }
    let means = (0..<width).map { sums[$0] / max(counts[$0], 1) }
    var products = [Double](repeating: 0, count: width * width)
    var pairs = products
    for row in 0..<data.count {
      for i in 0..<width {
        let a = data.scores[row * width + i] - means[i]
        guard !a.isNaN else { continue }
        for k in 0...i {
          let b = data.scores[row * width + k] - means[k]
          guard !b.isNaN else { continue }
          products[i * width + k] += a * b
          pairs[i * width + k] += 1
        }
      }
    }
    var covariance = products
    for i in 0..<width {
      for k in 0...i {
        let value = products[i * width + k] / max(pairs[i * width + k], 1) * (i == k ? 1 : 0.95)
        covariance[i * width + k] = i == k ? max(value, 1e-6) : value
        covariance[k * width + i] = covariance[i * width + k]
      }
    }
    self.means = means
    // Pairs of different rows need not give a positive definite matrix.
    self.covariance =
      SymmetricMatrix.cholesky(covariance, width) == nil
      ? covariance.enumerated().map { $0.offset % (width + 1) == 0 ? $0.element : 0 } : covariance
    let kinds = data.classCounts.count
    frequencies = data.classCounts.indices.map { column in
      var counts = [Double](repeating: 0.1, count: data.classCounts[column])
      for row in 0..<data.count where data.classes[row * kinds + column] >= 0 { counts[Int(data.classes[row * kinds + column])] += 1 }
      let total = counts.reduce(0, +)
      return counts.map { $0 / total }
    }
  }
}

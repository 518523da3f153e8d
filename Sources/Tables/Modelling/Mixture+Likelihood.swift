import Engine
import Glibc

extension Mixture {
  static let logRoot2π = 0.9189385332046727
  /// Rows are handled in blocks of this size, each by one thread.
  static let block = 256

  /// The blocks of a pattern's rows.
  static func blocks(_ patterns: [CodedRows.Pattern]) -> [(pattern: Int, rows: Range<Int>)] {
    patterns.indices.flatMap { pattern in
      stride(from: 0, to: patterns[pattern].rows.count, by: block).map { (pattern, $0..<min($0 + block, patterns[pattern].rows.count)) }
    }
  }

  /// The components as rows of each pattern see them, [patterns][count].
  func conditioned(_ patterns: [CodedRows.Pattern], _ workers: Workers) throws -> [[ConditionedNormal]] {
    let covariances = (0..<count).map(covariance)
    return try workers.map(patterns.count) { index in
      covariances.map { ConditionedNormal($0, width, present: patterns[index].present, missing: patterns[index].missing) }
    }
  }

  /// For some rows of one pattern the logarithms of their joint density with each component, [rows, count], without the weights
  /// of the components.
  func logDensities(
    _ data: CodedRows, _ pattern: CodedRows.Pattern, _ rows: Range<Int>, _ components: [ConditionedNormal]
  ) -> [Double] {
    let (present, kinds) = (pattern.present, classCounts.count)
    let p = present.count
    var logs = [Double](repeating: 0, count: rows.count * count)
    var deviations = [Double](repeating: 0, count: p)
    data.scores.withUnsafeBufferPointer { scores in
      logs.withUnsafeMutableBufferPointer { logs in
        deviations.withUnsafeMutableBufferPointer { deviations in
          for (component, normal) in components.enumerated() where p > 0 {
            let constant = -0.5 * normal.logDeterminant - Double(p) * Mixture.logRoot2π
            normal.whitening.withUnsafeBufferPointer { whitening in
              for (place, index) in rows.enumerated() {
                let row = pattern.rows[index] * width
                for k in 0..<p { deviations[k] = scores[row + present[k]] - means[component * width + present[k]] }
                var squares = 0.0
                for i in 0..<p {
                  var sum = 0.0
                  for k in 0...i { sum += whitening[i * p + k] * deviations[k] }
                  squares += sum * sum
                }
                logs[place * count + component] = constant - 0.5 * squares
              }
            }
          }
          for column in 0..<kinds {
            classLogs[column].withUnsafeBufferPointer { table in
              for (place, index) in rows.enumerated() {
                let code = data.classes[pattern.rows[index] * kinds + column]
                if code >= 0 {
                  for component in 0..<count { logs[place * count + component] += table[Int(code) * count + component] }
                } else if let set = data.set(column, code) {
                  for component in 0..<count { logs[place * count + component] += log(set.reduce(0) { $0 + exp(table[$1 * count + component]) }) }
                }
              }
            }
          }
        }
      }
    }
    return logs
  }

  /// Turns rows of log densities, [rows, count], into the probabilities of the components, and returns the log density of each row.
  func normalize(_ logs: inout [Double]) -> [Double] {
    let logWeights = weights.map { $0 > 0 ? log($0) : -Double.infinity }
    return (0..<logs.count / max(count, 1)).map { row in
      let start = row * count
      var high = -Double.infinity
      for k in 0..<count {
        logs[start + k] += logWeights[k]
        high = max(high, logs[start + k])
      }
      guard high.isFinite else {
        for k in 0..<count { logs[start + k] = weights[k] }
        return high
      }
      var sum = 0.0
      for k in 0..<count {
        logs[start + k] = exp(logs[start + k] - high)
        sum += logs[start + k]
      }
      for k in 0..<count { logs[start + k] /= sum }
      return high + log(sum)
    }
  }

  /// The log density of each row: of its scores that are present, and its classes.
  func logLikelihoods(_ data: CodedRows, _ workers: Workers) throws -> [Double] {
    let patterns = data.patterns()
    let components = try conditioned(patterns, workers)
    let blocks = Mixture.blocks(patterns)
    let results = try workers.map(blocks.count) { index in
      var logs = logDensities(data, patterns[blocks[index].pattern], blocks[index].rows, components[blocks[index].pattern])
      return normalize(&logs)
    }
    var likelihoods = [Double](repeating: 0, count: data.count)
    for (block, values) in zip(blocks, results) {
      for (index, value) in zip(block.rows, values) { likelihoods[patterns[block.pattern].rows[index]] = value }
    }
    return likelihoods
  }
}

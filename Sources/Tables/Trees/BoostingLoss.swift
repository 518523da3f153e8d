import Engine
import Glibc

/// What boosted trees lower, in terms of scores that trees add up to: one number for each row and output.
enum BoostingLoss: Sendable {
  case squared
  /// The score is the logarithm of the odds of class 1.
  case logistic
  /// The probabilities of the classes are the softmax of the scores.
  case softmax(Int)

  var outputs: Int { if case .softmax(let classes) = self { classes } else { 1 } }

  /// The scores before the first tree: the best constant ones.
  func start(_ targets: [Double], _ rows: [Int32]) -> [Double] {
    guard !rows.isEmpty else { return [Double](repeating: 0, count: outputs) }
    switch self {
    case .squared: return [rows.reduce(0) { $0 + targets[Int($1)] } / Double(rows.count)]
    case .logistic:
      // A class without rows gets finite odds.
      let ones = rows.reduce(0) { $0 + targets[Int($1)] }
      return [log(max(ones, 1e-6) / max(Double(rows.count) - ones, 1e-6))]
    case .softmax(let classes):
      var counts = [Double](repeating: 0, count: classes)
      for row in rows { counts[Int(targets[Int(row)])] += 1 }
      return counts.map { log(max($0, 1e-6) / Double(rows.count)) }
    }
  }

  /// The gradients and Hessians for these scores, of which each output has `targets.count`.
  func differentiate(
    _ scores: UnsafePointer<Double>, _ targets: UnsafeBufferPointer<Double>, into gradients: UnsafeMutablePointer<SIMD2<Double>>, _ workers: Workers
  ) throws {
    let count = targets.count
    try workers.forEachRange(count, grain: 4096) { range in
      switch self {
      case .squared: for row in range { gradients[row] = SIMD2(scores[row] - targets[row], 1) }
      case .logistic:
        for row in range {
          let probability = sigmoid(scores[row])
          gradients[row] = SIMD2(probability - targets[row], probability * (1 - probability))
        }
      case .softmax(let classes):
        for row in range {
          var largest = -Double.infinity
          for index in 0..<classes { largest = max(largest, scores[index * count + row]) }
          var sum = 0.0
          for index in 0..<classes {
            let power = exp(scores[index * count + row] - largest)
            gradients[index * count + row].x = power
            sum += power
          }
          for index in 0..<classes {
            let probability = gradients[index * count + row].x / sum
            gradients[index * count + row] = SIMD2(probability - (targets[row] == Double(index) ? 1 : 0), probability * (1 - probability))
          }
        }
      }
    }
  }

  /// The mean loss of these rows.
  func mean(_ scores: [Double], _ targets: [Double], _ rows: [Int32]) -> Double {
    var sum = 0.0
    for row in rows.lazy.map(Int.init) {
      switch self {
      case .squared: sum += (scores[row] - targets[row]) * (scores[row] - targets[row])
      case .logistic: sum += log1p(exp(-abs(scores[row]))) + (targets[row] > 0 ? max(-scores[row], 0) : max(scores[row], 0))
      case .softmax: sum -= log(max(probabilities(scores, row, targets.count)[Int(targets[row])], 1e-300))
      }
    }
    return sum / Double(rows.count)
  }

  /// The probabilities of all classes for a row.
  func probabilities(_ scores: [Double], _ row: Int, _ count: Int) -> [Double] {
    guard case .softmax(let classes) = self else { return [1 - sigmoid(scores[row]), sigmoid(scores[row])] }
    var largest = -Double.infinity
    for index in 0..<classes { largest = max(largest, scores[index * count + row]) }
    var (powers, sum) = ([Double](repeating: 0, count: classes), 0.0)
    for index in 0..<classes {
      powers[index] = exp(scores[index * count + row] - largest)
      sum += powers[index]
    }
    for index in 0..<classes { powers[index] /= sum }
    return powers
  }

  private func sigmoid(_ score: Double) -> Double { 1 / (1 + exp(-score)) }
}

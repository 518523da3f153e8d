import Glibc

/// A mixture of components, in each of which the scores of a row are normal with a full covariance matrix, and its classes
/// independent of the scores and of each other (G. McLachlan, D. Peel, Finite mixture models, 2000). Missing cells are integrated out
/// exactly.
struct Mixture: Sendable, Equatable {
  /// The number of components.
  let count: Int
  /// The number of scores.
  let width: Int
  let classCounts: [Int]
  /// [count], with sum 1.
  var weights: [Double]
  /// [count, width].
  var means: [Double]
  /// [count, width, width].
  var covariances: [Double]
  /// For each column of classes, [classes, count]: the logarithm of the probability of a class in a component.
  var classLogs: [[Double]]

  init(
    count: Int, width: Int, classCounts: [Int], weights: [Double], means: [Double], covariances: [Double], classLogs: [[Double]]
  ) {
    self.count = count
    self.width = width
    self.classCounts = classCounts
    self.weights = weights
    self.means = means
    self.covariances = covariances
    self.classLogs = classLogs
  }

  /// The mean of several distributions over the same columns, as one mixture.
  init(joining mixtures: [Mixture]) {
    let count = mixtures.reduce(0) { $0 + $1.count }
    let first = mixtures[0]
    self.init(
      count: count, width: first.width, classCounts: first.classCounts,
      weights: mixtures.flatMap { mixture in mixture.weights.map { $0 / Double(mixtures.count) } }, means: mixtures.flatMap(\.means),
      covariances: mixtures.flatMap(\.covariances),
      classLogs: first.classCounts.indices.map { column in
        (0..<first.classCounts[column]).flatMap { code in mixtures.flatMap { $0.classLogs[column][code * $0.count..<(code + 1) * $0.count] } }
      })
  }

  /// Of a class in a component.
  func probability(_ column: Int, _ code: Int, _ component: Int) -> Double { exp(classLogs[column][code * count + component]) }

  func mean(_ component: Int) -> ArraySlice<Double> { means[component * width..<(component + 1) * width] }
  func covariance(_ component: Int) -> [Double] { Array(covariances[component * width * width..<(component + 1) * width * width]) }
}

/// The normal distribution of a component, given the scores that rows of one pattern have.
struct ConditionedNormal: Sendable {
  /// The inverse of the Cholesky factor of the covariance of the present scores, [present, present], lower triangular.
  let whitening: [Double]
  let logDeterminant: Double
  /// [missing, present]: how missing scores follow present ones.
  let regression: [Double]
  /// [missing, missing]: the covariance of missing scores.
  let rest: [Double]

  init(_ covariance: [Double], _ width: Int, present: [Int], missing: [Int]) {
    let (p, m) = (present.count, missing.count)
    func part(_ rows: [Int], _ columns: [Int]) -> [Double] { rows.flatMap { row in columns.map { covariance[row * width + $0] } } }
    let lower = SymmetricMatrix.cholesky(part(present, present), p) ?? ConditionedNormal.diagonal(covariance, width, present)
    let inverse = SymmetricMatrix.inverse(lower: lower, p)
    whitening = inverse
    logDeterminant = SymmetricMatrix.logDeterminant(lower: lower, p)
    guard m > 0 else {
      (regression, rest) = ([], [])
      return
    }
    let cross = part(missing, present)
    // Σmp Σpp⁻¹ = (Σmp Wᵀ) W, with W = L⁻¹.
    var whitened = [Double](repeating: 0, count: m * p)
    for row in 0..<m {
      for column in 0..<p {
        var sum = 0.0
        for k in 0...column { sum += cross[row * p + k] * inverse[column * p + k] }
        whitened[row * p + column] = sum
      }
    }
    var regression = [Double](repeating: 0, count: m * p)
    for row in 0..<m {
      for column in 0..<p {
        var sum = 0.0
        for k in column..<p { sum += whitened[row * p + k] * inverse[k * p + column] }
        regression[row * p + column] = sum
      }
    }
    var rest = part(missing, missing)
    for row in 0..<m {
      for column in 0..<m {
        var sum = 0.0
        for k in 0..<p { sum += whitened[row * p + k] * whitened[column * p + k] }
        rest[row * m + column] -= sum
      }
    }
    self.regression = regression
    self.rest = rest
  }

  /// The factor of a covariance that rounding has made indefinite, without its correlations.
  private static func diagonal(_ covariance: [Double], _ width: Int, _ present: [Int]) -> [Double] {
    var lower = [Double](repeating: 0, count: present.count * present.count)
    for (place, column) in present.enumerated() { lower[place * present.count + place] = max(covariance[column * width + column], 1e-12).squareRoot() }
    return lower
  }

  /// The means of the missing scores, for present scores less their means.
  func expected(_ deviations: UnsafePointer<Double>, _ present: Int, _ result: UnsafeMutablePointer<Double>, _ missing: Int) {
    for row in 0..<missing {
      var sum = 0.0
      for k in 0..<present { sum += regression[row * present + k] * deviations[k] }
      result[row] = sum
    }
  }
}

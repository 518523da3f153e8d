import Engine
import Glibc

/// How a mixture is fitted. The constants were chosen by held-out likelihood on six tables of 150 to 30,000 rows.
struct MixtureSettings: Sendable {
  var iterations = 30
  /// The gain of the mean log density of a row at which fitting ends.
  var tolerance = 1e-3
  /// The share of the variances within all components that is added to them, and what is added in any case.
  var floor = (share: 0.01, least: 1e-4)
  /// The weight, in rows, of the frequencies in the whole table in those of a component.
  var classRows = 1.0

  /// The weight, in rows, of the covariance within all components in that of each.
  func covarianceRows(_ width: Int) -> Double { Double(width + 2) }
}

/// The sums over rows from which the parameters of a mixture follow.
private struct MixtureSums {
  var weights: [Double]
  var scores: [Double]
  var products: [Double]
  var classes: [[Double]]
  var logLikelihood = 0.0

  init(_ mixture: Mixture) {
    weights = [Double](repeating: 0, count: mixture.count)
    scores = [Double](repeating: 0, count: mixture.count * mixture.width)
    products = [Double](repeating: 0, count: mixture.count * mixture.width * mixture.width)
    classes = mixture.classCounts.map { [Double](repeating: 0, count: $0 * mixture.count) }
  }

  mutating func add(_ other: MixtureSums) {
    for index in weights.indices { weights[index] += other.weights[index] }
    for index in scores.indices { scores[index] += other.scores[index] }
    for index in products.indices { products[index] += other.products[index] }
    for column in classes.indices { for index in classes[column].indices { classes[column][index] += other.classes[column][index] } }
    logLikelihood += other.logLikelihood
  }
}

extension Mixture {
  /// Fits a mixture by expectation maximisation (A. Dempster, N. Laird, D. Rubin, JRSS B, 1977), with a prior on the parameters of
  /// each component (C. Fraley, A. Raftery, Bayesian regularization for normal mixture estimation, Journal of Classification 2007).
  /// `strata`: columns of classes of which one may be a stratum. `observe` gets the mixture at the start of each iteration, and the
  /// mean log density of a row.
  init(
    fitting data: CodedRows, components: Int, strata: [Int], _ settings: MixtureSettings, _ key: RandomKey, _ workers: Workers,
    observe: (_ mixture: Mixture, _ iteration: Int, _ logLikelihood: Double) throws -> Void = { _, _, _ in }
  ) throws {
    let patterns = data.patterns()
    let whole = MixtureMoments(data)
    let stratum = components > 1 ? Stratum(data, candidates: strata, components: components) : nil
    self = Mixture(data, whole, centres: MixtureCentres(data, components, stratum, key).rows)
    if let stratum { separate(stratum) }
    var last = -Double.infinity
    for iteration in 0..<settings.iterations {
      try workers.throwIfInterrupted()
      let sums = try sums(data, patterns, workers)
      let mean = sums.logLikelihood / Double(max(data.count, 1))
      try observe(self, iteration, mean)
      update(sums, whole, settings)
      if let stratum { separate(stratum) }
      if iteration >= 6, mean - last < settings.tolerance { break }
      last = mean
    }
  }

  /// Components around some rows.
  private init(_ data: CodedRows, _ whole: MixtureMoments, centres: [Int]) {
    let (count, width) = (centres.count, data.width)
    var means = [Double](repeating: 0, count: count * width)
    var covariances = [Double](repeating: 0, count: count * width * width)
    let scale = Mixture.scale(count, width)
    for (component, row) in centres.enumerated() {
      for column in 0..<width {
        let score = data.scores[row * width + column]
        means[component * width + column] = score.isNaN ? whole.means[column] : count == 1 ? whole.means[column] : score
        for other in 0..<width { covariances[(component * width + column) * width + other] = whole.covariance[column * width + other] * scale }
      }
    }
    let kinds = data.classCounts.count
    let classLogs = (0..<kinds).map { column in
      (0..<data.classCounts[column] * count).map { index in
        let (code, component) = (index / count, index % count)
        let own = data.classes[centres[component] * kinds + column]
        let frequency = whole.frequencies[column][code]
        guard count > 1, own >= 0 else { return log(frequency) }
        // A component begins with the classes of its row more probable than others.
        return log(0.5 * frequency + (Int(own) == code ? 0.5 : 0))
      }
    }
    self.init(
      count: count, width: width, classCounts: data.classCounts, weights: [Double](repeating: 1 / Double(count), count: count), means: means,
      covariances: covariances, classLogs: classLogs)
  }

  /// Gives each component its class of the stratum, and no other.
  private mutating func separate(_ stratum: Stratum) {
    let classes = stratum.classes
    for code in 0..<classCounts[stratum.column] {
      for component in 0..<count { classLogs[stratum.column][code * count + component] = classes[component] == code ? 0 : Mixture.never }
    }
  }

  /// The logarithm of a probability of 0, which can be added to others.
  static let never = -1e30

  static func scale(_ count: Int, _ width: Int) -> Double { width == 0 ? 1 : pow(Double(count), -2 / Double(width)) }

  // MARK: Expectation

  private func sums(_ data: CodedRows, _ patterns: [CodedRows.Pattern], _ workers: Workers) throws -> MixtureSums {
    let components = try conditioned(patterns, workers)
    let blocks = Mixture.blocks(patterns)
    var total = MixtureSums(self)
    // A few blocks at a time, whose sums are added in order, so that the result is the same for any number of threads.
    let wave = 16
    for start in stride(from: 0, to: blocks.count, by: wave) {
      let parts = try workers.map(min(wave, blocks.count - start)) { index in
        let block = blocks[start + index]
        return sums(data, patterns[block.pattern], block.rows, components[block.pattern])
      }
      for part in parts { total.add(part) }
    }
    return total
  }

  private func sums(_ data: CodedRows, _ pattern: CodedRows.Pattern, _ rows: Range<Int>, _ components: [ConditionedNormal]) -> MixtureSums {
    var sums = MixtureSums(self)
    var shares = logDensities(data, pattern, rows, components)
    sums.logLikelihood = normalize(&shares).reduce(0, +)
    let (present, missing, kinds) = (pattern.present, pattern.missing, classCounts.count)
    var deviations = [Double](repeating: 0, count: max(present.count, 1))
    var expected = [Double](repeating: 0, count: max(missing.count, 1))
    var row = [Double](repeating: 0, count: width)
    for (component, normal) in components.enumerated() {
      let mean = component * width
      var total = 0.0
      for (place, index) in rows.enumerated() {
        let share = shares[place * count + component]
        guard share > 1e-9 else { continue }
        total += share
        let source = pattern.rows[index]
        for (k, column) in present.enumerated() { deviations[k] = data.scores[source * width + column] - means[mean + column] }
        if !missing.isEmpty { normal.expected(deviations, present.count, &expected, missing.count) }
        // Around the old mean, so that products of nearly equal numbers are not subtracted.
        for (k, column) in present.enumerated() { row[column] = deviations[k] }
        for (k, column) in missing.enumerated() { row[column] = expected[k] }
        row.withUnsafeBufferPointer { row in
          sums.scores.withUnsafeMutableBufferPointer { for k in 0..<width { $0[mean + k] += share * row[k] } }
          sums.products.withUnsafeMutableBufferPointer { products in
            for i in 0..<width {
              let (factor, start) = (share * row[i], (mean + i) * width)
              for k in 0...i { products[start + k] += factor * row[k] }
            }
          }
        }
        for column in 0..<kinds {
          let code = Int(data.classes[source * kinds + column])
          if code >= 0 { sums.classes[column][code * count + component] += share }
        }
      }
      sums.weights[component] = total
      for (i, a) in missing.enumerated() {
        for (k, b) in missing.enumerated() where b <= a { sums.products[(mean + a) * width + b] += total * normal.rest[i * missing.count + k] }
      }
    }
    return sums
  }

  // MARK: Maximisation

  private mutating func update(_ sums: MixtureSums, _ whole: MixtureMoments, _ settings: MixtureSettings) {
    let total = sums.weights.reduce(0, +)
    for component in 0..<count { weights[component] = (sums.weights[component] + 1e-3) / (total + 1e-3 * Double(count)) }
    updateNormals(sums, total, settings)
    for column in classCounts.indices {
      let sizes = (0..<count).map { component in (0..<classCounts[column]).reduce(0.0) { $0 + sums.classes[column][$1 * count + component] } }
      for code in 0..<classCounts[column] {
        for component in 0..<count {
          let share = sums.classes[column][code * count + component] + settings.classRows * whole.frequencies[column][code]
          classLogs[column][code * count + component] = log(share / (sizes[component] + settings.classRows))
        }
      }
    }
  }

  /// Means, and covariances that are drawn towards the one within all components, which lets a component have few rows.
  private mutating func updateNormals(_ sums: MixtureSums, _ total: Double, _ settings: MixtureSettings) {
    var scatters = [Double](repeating: 0, count: covariances.count)
    var pooled = [Double](repeating: 0, count: width * width)
    for component in 0..<count {
      let (rows, start) = (sums.weights[component], component * width)
      let shift = (0..<width).map { sums.scores[start + $0] / (rows + 0.01) }
      for i in 0..<width {
        for k in 0...i {
          let scatter = sums.products[(start + i) * width + k] - rows * shift[i] * shift[k]
          scatters[(start + i) * width + k] = scatter
          pooled[i * width + k] += scatter / max(total, 1)
        }
      }
      for i in 0..<width { means[start + i] += shift[i] }
    }
    for i in 0..<width { pooled[i * width + i] += settings.floor.share * pooled[i * width + i] + settings.floor.least }
    let prior = settings.covarianceRows(width)
    for component in 0..<count {
      let start = component * width
      for i in 0..<width {
        for k in 0...i {
          let drawn = (scatters[(start + i) * width + k] + prior * pooled[i * width + k]) / (sums.weights[component] + prior)
          covariances[(start + i) * width + k] = drawn
          covariances[(start + k) * width + i] = drawn
        }
      }
    }
  }
}

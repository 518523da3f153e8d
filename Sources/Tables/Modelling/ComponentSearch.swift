import Engine

/// Chooses the number of components of a mixture by the likelihood of rows that are left out: by cross-validation in three parts; of 2,000
/// rows or more, on a fifth of them.
struct ComponentSearch {
  private let strata: [Int]
  private let key: RandomKey
  private let workers: Workers
  private let progress: (FittingProgress) -> Void
  /// The rows that are learned, and those that are left out; none if there are too few.
  private let parts: [(rest: CodedRows, out: CodedRows)]
  private let rows: Int

  init(_ data: CodedRows, _ strata: [Int], _ key: RandomKey, _ workers: Workers, _ progress: @escaping (FittingProgress) -> Void) {
    self.strata = strata
    self.key = key
    self.workers = workers
    self.progress = progress
    rows = data.count
    guard data.count >= 6 else {
      parts = []
      return
    }
    let order = RandomKey(key.bits, 3).permutation(data.count).map(Int.init)
    let folds = data.count < 2000 ? 3 : 1
    let size = folds == 3 ? data.count / 3 : data.count / 5
    parts = (0..<folds).map { fold in
      let out = Set(order[fold * size..<(fold == 2 ? data.count : (fold + 1) * size)])
      return (rest: data.selecting((0..<data.count).filter { !out.contains($0) }), out: data.selecting(out.sorted()))
    }
  }

  /// Tries numbers of components until the likelihood has fallen twice.
  func trials() throws -> [TableMixture.Trial] {
    guard !parts.isEmpty else { return [] }
    var (trials, worse, best) = ([TableMixture.Trial](), 0, -Double.infinity)
    for components in ComponentSearch.numbers(of: rows) where worse < 2 {
      var sum = 0.0
      for part in parts.indices {
        let mixture = try fitted(components, part) { _, iteration, logLikelihood in
          progress(
            FittingProgress(
              stage: .trial(components: components, part: part + 1, of: parts.count), iteration: iteration + 1, logLikelihood: logLikelihood))
        }
        sum += try mixture.logLikelihoods(parts[part].out, workers).reduce(0, +)
      }
      let mean = sum / Double(leftOut)
      trials.append(TableMixture.Trial(components: components, logLikelihood: mean))
      worse = mean > best ? 0 : worse + 1
      best = max(best, mean)
    }
    return trials
  }

  /// The mean log density of a row that is left out, in each iteration of the fitting of the others.
  func heldOut(components: Int) throws -> [Double] {
    var sums: [[Double]] = []
    for part in parts.indices {
      var densities: [Double] = []
      _ = try fitted(components, part) { mixture, _, _ in
        densities.append(try mixture.logLikelihoods(parts[part].out, workers).reduce(0, +) * Double(parts.count) / Double(leftOut))
      }
      sums.append(densities)
    }
    return FittingStep.means(sums)
  }

  private var leftOut: Int { parts.reduce(0) { $0 + $1.out.count } }

  private func fitted(_ components: Int, _ part: Int, observe: (Mixture, Int, Double) throws -> Void) throws -> Mixture {
    try Mixture(
      fitting: parts[part].rest, components: components, strata: strata, MixtureSettings(), RandomKey(key.bits, 2), workers, observe: observe)
  }

  private static func numbers(of rows: Int) -> [Int] {
    [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128].filter { $0 == 1 || 10 * $0 <= rows }
  }
}

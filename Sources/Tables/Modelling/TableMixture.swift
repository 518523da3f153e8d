import Engine

/// A distribution of the rows of a table: a mixture over its columns as scores and classes. It has an exact likelihood, samples rows
/// given some of their cells, and fills gaps.
package struct TableMixture: Sendable, Equatable {
  package let coding: TableCoding
  let mixture: Mixture
  /// The mean log density of rows that were left out, for each number of components that was tried; empty if the number was given.
  package let tried: [Trial]

  package struct Trial: Sendable, Equatable {
    package let components: Int
    package let logLikelihood: Double
  }

  init(coding: TableCoding, mixture: Mixture, tried: [Trial] = []) {
    self.coding = coding
    self.mixture = mixture
    self.tried = tried
  }

  package var components: Int { mixture.count }

  // MARK: Fitting

  /// From here on, one mixture is fitted, and the number of components is not searched for.
  private static let manyRows = 4000
  /// The numbers of components of several mixtures, relative to the best number.
  private static let runs = [2.0 / 3, 1, 1, 1.5, 1.5]
  /// Of a larger table, a random part determines the parameters well enough.
  private static let mostRows = 100_000

  /// Learns a table. `components`: their number; nil chooses the one with the highest likelihood of rows that are left out.
  /// Throws if there are no rows, or nothing to model.
  package init(fitting table: Table, components: Int?, key: RandomKey, workers: Workers) throws {
    guard table.count > 0 else { throw TablesErrors.nothingToModel("the table has no rows") }
    let coding = TableCoding(table)
    guard coding.codings.contains(where: { $0 != .none }) else { throw TablesErrors.nothingToModel("the table has only free text and empty columns") }
    let order = RandomKey(key.bits, 1).permutation(table.count).map(Int.init)
    let used = order.count > TableMixture.mostRows ? table.selecting(order.prefix(TableMixture.mostRows).sorted()) : table
    let data = try coding.learned(used, RandomKey(key.bits, 4))
    let tried = components == nil && data.count < TableMixture.manyRows ? try TableMixture.trials(data, coding.strata, key, workers) : []
    let best = TableMixture.best(of: tried)
    let count = components ?? (data.count < TableMixture.manyRows ? best?.components ?? 1 : 64)
    guard components == nil, data.count >= 6, data.count < TableMixture.manyRows else {
      let mixture = try Mixture(fitting: data, components: count, strata: coding.strata, MixtureSettings(), RandomKey(key.bits, 2), workers)
      self.init(coding: coding, mixture: mixture, tried: tried)
      return
    }
    // Of few rows, several mixtures from different starts, with other places of equal numbers, are together better than the best of them.
    let runs = try TableMixture.runs.enumerated().map { run, factor in
      try Mixture(
        fitting: coding.learned(used, RandomKey(key.bits, 5, UInt64(run))), components: max(1, Int((Double(count) * factor).rounded())),
        strata: coding.strata, MixtureSettings(), RandomKey(key.bits, 6, UInt64(run)), workers)
    }
    self.init(coding: coding, mixture: Mixture(joining: runs), tried: tried)
  }

  /// The one with the highest likelihood; the smallest number of components, if two are equal.
  static func best(of trials: [Trial]) -> Trial? { trials.max { ($0.logLikelihood, -$0.components) < ($1.logLikelihood, -$1.components) } }

  /// Tries numbers of components until the likelihood has fallen twice, by cross-validation in three parts; of 2,000 rows or more, on a
  /// fifth of them.
  private static func trials(_ data: CodedRows, _ strata: [Int], _ key: RandomKey, _ workers: Workers) throws -> [Trial] {
    guard data.count >= 6 else { return [] }
    let order = RandomKey(key.bits, 3).permutation(data.count).map(Int.init)
    let folds = data.count < 2000 ? 3 : 1
    let size = folds == 3 ? data.count / 3 : data.count / 5
    let parts = (0..<folds).map { fold in
      let out = Set(order[fold * size..<(fold == 2 ? data.count : (fold + 1) * size)])
      return (rest: data.selecting((0..<data.count).filter { !out.contains($0) }), out: data.selecting(out.sorted()))
    }
    var (trials, worse, best) = ([Trial](), 0, -Double.infinity)
    for components in numbers(of: data.count) where worse < 2 {
      var (sum, count) = (0.0, 0)
      for part in parts {
        let mixture = try Mixture(fitting: part.rest, components: components, strata: strata, MixtureSettings(), RandomKey(key.bits, 2), workers)
        sum += try mixture.logLikelihoods(part.out, workers).reduce(0, +)
        count += part.out.count
      }
      let mean = sum / Double(count)
      trials.append(Trial(components: components, logLikelihood: mean))
      worse = mean > best ? 0 : worse + 1
      best = max(best, mean)
    }
    return trials
  }

  private static func numbers(of rows: Int) -> [Int] {
    [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128].filter { $0 == 1 || 10 * $0 <= rows }
  }

  // MARK: Likelihood

  /// The log density of each row, in nats: of numbers in their own units, of classes their probability. Gaps count as cells that
  /// are not known.
  package func logLikelihoods(_ table: Table, workers: Workers) throws -> [Double] {
    let data = try coding.coded(table)
    var likelihoods = try mixture.logLikelihoods(data, workers)
    for (place, index) in coding.scoreColumns.enumerated() {
      guard case .scores(let quantiles, _) = coding.codings[index] else { continue }
      let column = try table.column(coding.names[index])
      for row in 0..<table.count where !data.scores[row * mixture.width + place].isNaN {
        likelihoods[row] += quantiles.logSlope(ColumnCoding.number(column[row]))
      }
    }
    return likelihoods
  }
}

import Engine

/// A distribution of the rows of a table: a mixture over its columns as scores and classes. It has an exact likelihood, samples rows
/// given some of their cells, and fills gaps.
package struct TableMixture: Sendable, Equatable {
  package let coding: TableCoding
  let mixture: Mixture
  /// The mean log density of rows that were left out, for each number of components that was tried; empty if the number was given.
  package let tried: [Trial]
  /// The iterations of the fitting. If several mixtures were joined, the means over them.
  package let steps: [FittingStep]

  package struct Trial: Sendable, Equatable {
    package let components: Int
    package let logLikelihood: Double
  }

  init(coding: TableCoding, mixture: Mixture, tried: [Trial] = [], steps: [FittingStep] = []) {
    self.coding = coding
    self.mixture = mixture
    self.tried = tried
    self.steps = steps
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
  /// Throws if there are no rows, or nothing to model. `progress` is called in each iteration.
  package init(
    fitting table: Table, components: Int?, key: RandomKey, workers: Workers, progress: @escaping (FittingProgress) -> Void = { _ in }
  ) throws {
    guard table.count > 0 else { throw TablesErrors.nothingToModel("the table has no rows") }
    let coding = TableCoding(table)
    guard coding.codings.contains(where: { $0 != .none }) else { throw TablesErrors.nothingToModel("the table has only free text and empty columns") }
    let order = RandomKey(key.bits, 1).permutation(table.count).map(Int.init)
    let used = order.count > TableMixture.mostRows ? table.selecting(order.prefix(TableMixture.mostRows).sorted()) : table
    let data = try coding.learned(used, RandomKey(key.bits, 4))
    let search = components == nil && data.count < TableMixture.manyRows ? ComponentSearch(data, coding.strata, key, workers, progress) : nil
    let tried = try search?.trials() ?? []
    let best = TableMixture.best(of: tried)
    let count = components ?? (data.count < TableMixture.manyRows ? best?.components ?? 1 : 64)
    guard components == nil, data.count >= 6, data.count < TableMixture.manyRows else {
      var densities: [Double] = []
      let mixture = try Mixture(fitting: data, components: count, strata: coding.strata, MixtureSettings(), RandomKey(key.bits, 2), workers) {
        densities.append($2)
        progress(FittingProgress(stage: .mixture(1, of: 1), iteration: $1 + 1, logLikelihood: $2))
      }
      self.init(coding: coding, mixture: mixture, tried: tried, steps: FittingStep.joined([densities], heldOut: []))
      return
    }
    // Of few rows, several mixtures from different starts, with other places of equal numbers, are together better than the best of them.
    var densities = [[Double]](repeating: [], count: TableMixture.runs.count)
    let runs = try TableMixture.runs.enumerated().map { run, factor in
      let components = max(1, Int((Double(count) * factor).rounded()))
      return try Mixture(
        fitting: coding.learned(used, RandomKey(key.bits, 5, UInt64(run))), components: components, strata: coding.strata, MixtureSettings(),
        RandomKey(key.bits, 6, UInt64(run)), workers
      ) {
        densities[run].append($2)
        progress(FittingProgress(stage: .mixture(run + 1, of: TableMixture.runs.count), iteration: $1 + 1, logLikelihood: $2))
      }
    }
    let heldOut = try search?.heldOut(components: count) ?? []
    self.init(coding: coding, mixture: Mixture(joining: runs), tried: tried, steps: FittingStep.joined(densities, heldOut: heldOut))
  }

  /// The one with the highest likelihood; the smallest number of components, if two are equal.
  static func best(of trials: [Trial]) -> Trial? { trials.max { ($0.logLikelihood, -$0.components) < ($1.logLikelihood, -$1.components) } }

  // MARK: Likelihood

  /// The log density of each row, in nats: of numbers in their own units, of classes their probability. Gaps, and cells
  /// that the model never makes, count as not known.
  package func likelihoods(of table: Table, workers: Workers) throws -> (logarithms: [Double], unknown: UnknownCells) {
    let (data, unknown) = try coded(table)
    var likelihoods = try mixture.logLikelihoods(data, workers)
    for (place, index) in coding.scoreColumns.enumerated() {
      guard case .scores(let quantiles, _) = coding.codings[index] else { continue }
      let column = try table.column(coding.names[index])
      for row in 0..<table.count where !data.scores[row * mixture.width + place].isNaN {
        likelihoods[row] += quantiles.logSlope(ColumnCoding.number(column[row]))
      }
    }
    return (likelihoods, unknown)
  }
}

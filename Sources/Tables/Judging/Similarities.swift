import Engine

/// The shapes of columns, their shares of gaps and the trends of pairs, each with its interval.
struct Similarities {
  struct Pair: Hashable {
    let first: Int
    let second: Int
  }

  /// By the position of the column. A column without known cells on one side has no shape.
  private(set) var shapes: [(column: Int, estimate: Estimate)] = []
  private(set) var meanShape: Estimate?
  /// Of columns with gaps.
  private(set) var gaps: [(column: Int, estimate: Estimate)] = []
  private(set) var trends: [(pair: Pair, estimate: Estimate)] = []
  private(set) var meanTrend: Estimate?

  /// Compares the chosen rows. Trends are those of all pairs of `pairColumns`. Replicates resample the real and the synthetic rows.
  init(
    _ tables: ComparedTables, real: [Int32], synthetic: [Int32], pairColumns: [Int], _ resampling: Resampling, _ workers: Workers
  ) throws {
    let columns = try workers.map(tables.columns.count) { position in
      let column = tables.columns[position]
      return CodedColumn(
        real: real.map { column.real[Int($0)] }, synthetic: synthetic.map { column.synthetic[Int($0)] }, isDiscrete: column.isDiscrete)
    }
    let trendColumns = try workers.map(pairColumns.count) { place in
      let column = tables.columns[pairColumns[place]]
      return TrendColumn(
        real: real.map { column.real[Int($0)] }, synthetic: synthetic.map { column.synthetic[Int($0)] }, isDiscrete: column.isDiscrete)
    }
    let pairs = pairColumns.indices.flatMap { first in (first + 1..<max(first + 1, pairColumns.count)).map { (first, $0) } }

    /// Shapes of all columns, then gaps of all columns, then trends of all pairs.
    func values(_ realWeights: [Double], _ syntheticWeights: [Double]) -> [Double] {
      let similarities = columns.map { $0.similarity(realWeights, syntheticWeights) }
      return similarities.map(\.shape) + similarities.map(\.gaps)
        + pairs.map { Trends.similarity(trendColumns[$0.0], trendColumns[$0.1], realWeights, syntheticWeights) }
    }
    let point = values([Double](repeating: 1, count: real.count), [Double](repeating: 1, count: synthetic.count))
    let replicates = try workers.map(resampling.replicates) { replicate in
      values(
        resampling.weights(real.count, stratum: 0, replicate: replicate), resampling.weights(synthetic.count, stratum: 1, replicate: replicate))
    }
    func estimate(_ place: Int) -> Estimate { .bootstrap(point[place], replicates.map { $0[place] }, within: 0...1) }
    /// Of those that are defined.
    func mean(_ places: Range<Int>) -> Estimate? {
      let defined = places.filter { !point[$0].isNaN }
      guard !defined.isEmpty else { return nil }
      func mean(_ values: [Double]) -> Double {
        let valid = defined.map { values[$0] }.filter { !$0.isNaN }
        return valid.isEmpty ? .nan : valid.reduce(0, +) / Double(valid.count)
      }
      return .bootstrap(mean(point), replicates.map(mean), within: 0...1)
    }
    let count = columns.count
    for column in 0..<count {
      if !point[column].isNaN { shapes.append((column, estimate(column))) }
      if columns[column].hasGaps { gaps.append((column, estimate(count + column))) }
    }
    for (place, pair) in pairs.enumerated() where !point[2 * count + place].isNaN {
      trends.append((Pair(first: pairColumns[pair.0], second: pairColumns[pair.1]), estimate(2 * count + place)))
    }
    meanShape = mean(0..<count)
    meanTrend = mean(2 * count..<point.count)
  }
}

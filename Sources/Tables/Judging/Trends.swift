import Glibc

/// A column prepared for the trends of pairs.
struct TrendColumn {
  /// Of numbers: shifted and scaled by the real mean and standard deviation, NaN where missing; empty for categories, and for numbers
  /// that are all the same in the real table.
  private(set) var scaled: (real: [Double], synthetic: [Double]) = ([], [])
  /// As one of at most 255 levels; level 0 is that of missing cells.
  let levels: (real: [UInt8], synthetic: [UInt8])
  let levelCount: Int
  let isDiscrete: Bool

  private static let binCount = 10

  init(real: [Double], synthetic: [Double], isDiscrete: Bool) {
    self.isDiscrete = isDiscrete
    let level = isDiscrete ? TrendColumn.frequentLevels(real, synthetic) : TrendColumn.bins(real)
    levels = (real.map(level), synthetic.map(level))
    levelCount = 1 + Int(max(levels.real.max() ?? 0, levels.synthetic.max() ?? 0))
    guard !isDiscrete else { return }
    let known = real.filter { !$0.isNaN }
    // Divided by the largest first, so that squares of huge numbers are finite.
    let largest = known.map(abs).max() ?? 0
    guard largest > 0, known.contains(where: { $0 != known[0] }) else { return }
    let mean = known.reduce(0) { $0 + $1 / largest } / Double(known.count)
    let deviation = sqrt(known.reduce(0) { $0 + ($1 / largest - mean) * ($1 / largest - mean) } / Double(known.count))
    guard deviation > 0 else { return }
    func scale(_ cell: Double) -> Double { cell.isNaN ? .nan : max(-1e60, min(1e60, (cell / largest - mean) / deviation)) }
    scaled = (real.map(scale), synthetic.map(scale))
  }

  /// Ten bins of equal width over the real range (as SDMetrics; `numpy.histogram_bin_edges`).
  private static func bins(_ real: [Double]) -> (Double) -> UInt8 {
    let known = real.filter { !$0.isNaN }
    var (low, high) = (known.min() ?? 0, known.max() ?? 0)
    if low == high { (low, high) = (low - 0.5, high + 0.5) }
    let range = high - low
    let width = range.isFinite ? range / Double(binCount) : high / Double(binCount) - low / Double(binCount)
    let edges = (1..<binCount).map { Double($0) * width + low }
    return { cell in cell.isNaN ? 0 : UInt8(1 + edges.count { $0 <= cell }) }
  }

  /// The most frequent levels of both sides; the others share the last.
  private static func frequentLevels(_ real: [Double], _ synthetic: [Double]) -> (Double) -> UInt8 {
    let cells = (real + synthetic).filter { !$0.isNaN }
    var counts = [Int](repeating: 0, count: 1 + Int(cells.max() ?? 0))
    for cell in cells { counts[Int(cell)] += 1 }
    var levels = [UInt8](repeating: 0, count: counts.count)
    for (place, level) in counts.indices.sorted(by: { (counts[$0], $1) > (counts[$1], $0) }).enumerated() {
      levels[level] = UInt8(1 + min(place, 253))
    }
    return { cell in cell.isNaN ? 0 : levels[Int(cell)] }
  }
}

/// How alike a pair of columns goes together in the real and the synthetic rows.
enum Trends {
  /// Numbers with numbers: 1 - |r - s| / 2 for the correlations of Pearson r in the real and s in the synthetic rows where both are
  /// known; s = 0 if a synthetic column is constant. Otherwise: the complement of the total variation distance between the joint
  /// distributions of levels, numbers in ten bins (SDMetrics: CorrelationSimilarity, ContingencySimilarity). NaN if the real
  /// correlation is undefined.
  static func similarity(_ a: TrendColumn, _ b: TrendColumn, _ realWeights: [Double], _ syntheticWeights: [Double]) -> Double {
    guard !a.isDiscrete && !b.isDiscrete else { return contingency(a, b, realWeights, syntheticWeights) }
    guard !a.scaled.real.isEmpty, !b.scaled.real.isEmpty, let real = correlation(a.scaled.real, b.scaled.real, realWeights) else { return .nan }
    return 1 - abs(real - (correlation(a.scaled.synthetic, b.scaled.synthetic, syntheticWeights) ?? 0)) / 2
  }

  /// Pearson's correlation of weighted rows; nil if it is undefined.
  private static func correlation(_ x: [Double], _ y: [Double], _ weights: [Double]) -> Double? {
    var (w, wx, wy, wxx, wyy, wxy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    for row in weights.indices {
      let (a, b, weight) = (x[row], y[row], weights[row])
      guard !(a * b).isNaN else { continue }
      w += weight
      wx += weight * a
      wy += weight * b
      wxx += weight * a * a
      wyy += weight * b * b
      wxy += weight * a * b
    }
    guard w > 0 else { return nil }
    let (xx, yy) = (wxx - wx * wx / w, wyy - wy * wy / w)
    // What rounding leaves of the variance of a constant.
    guard xx > 1e-13 * wxx, yy > 1e-13 * wyy else { return nil }
    return max(-1, min(1, (wxy - wx * wy / w) / (sqrt(xx) * sqrt(yy))))
  }

  private static func contingency(_ a: TrendColumn, _ b: TrendColumn, _ realWeights: [Double], _ syntheticWeights: [Double]) -> Double {
    func table(_ x: [UInt8], _ y: [UInt8], _ weights: [Double]) -> [Double] {
      var table = [Double](repeating: 0, count: a.levelCount * b.levelCount)
      for row in weights.indices { table[Int(x[row]) * b.levelCount + Int(y[row])] += weights[row] }
      return table
    }
    let real = table(a.levels.real, b.levels.real, realWeights)
    let synthetic = table(a.levels.synthetic, b.levels.synthetic, syntheticWeights)
    let (realCount, syntheticCount) = (realWeights.reduce(0, +), syntheticWeights.reduce(0, +))
    var sum = 0.0
    for cell in real.indices { sum += abs(real[cell] / realCount - synthetic[cell] / syntheticCount) }
    return 1 - sum / 2
  }
}

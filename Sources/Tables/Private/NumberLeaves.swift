import Glibc
import Privacy

/// The distribution of a column of numbers by noisy counts, in three steps: in which powers of two they are, in which parts of these,
/// and in which parts of the frequent parts.
struct NumberLeaves {
  let leaves: [Leaf]
  /// The noisy number of gaps; 0 if it is hidden by the noise.
  let gaps: Double

  /// The parts of a range and of a frequent part.
  private static let parts = 64
  /// A known range of so many whole numbers is counted at once.
  private static let shortRange = 256
  /// A part of more than this share of the rows is divided.
  private static let frequent = 1.0 / 32

  /// Nil if every range is hidden by the noise. `numbers`: those that are not missing; `range`: if it is known; `rows`: the noisy number.
  init?(
    _ numbers: [Double], gaps: Int, isWhole: Bool, range: (low: Double, high: Double)?, rows: Double, rho: Double, _ curator: inout Curator
  ) throws {
    let whole = range.map { Leaf(low: $0.low, high: isWhole ? $0.high + 1 : $0.high, mass: rows) }
    var (roots, left) = ([Leaf](), rho)
    var gapCounts: [(count: Double, variance: Double)] = []
    let isShort = whole.map { $0.isPoint || isWhole && $0.high - $0.low <= Double(NumberLeaves.shortRange) } ?? false
    if !isShort {
      let bins = NumberLeaves.octaves(isWhole: isWhole).compactMap { whole?.overlap($0) ?? (whole == nil ? $0 : nil) }
      let counts = try curator.counts(NumberLeaves.counts(numbers, bins) + [gaps], .ranges, rho: rho / 4)
      left -= rho / 4
      gapCounts.append((Double(counts.values[bins.count]), counts.noise.variance))
      // Of all empty bins, one in ten tables has one that is above this.
      let least = counts.noise.deviation * (2 * log(10 * Double(bins.count))).squareRoot()
      roots = bins.indices.filter { Double(counts.values[$0]) >= least }.map {
        Leaf(low: bins[$0].low, high: bins[$0].high, mass: Double(counts.values[$0]))
      }
    }
    if roots.isEmpty {
      guard let whole else { return nil }
      roots = [whole]
    }
    let isFinal = isShort || roots.allSatisfy { isWhole ? $0.high - $0.low <= Double(NumberLeaves.parts) : $0.isPoint }
    let refined = try NumberLeaves.divided(
      roots, isShort ? NumberLeaves.shortRange : NumberLeaves.parts, numbers, gaps: gaps, isWhole: isWhole, .coarse, rho: isFinal ? left : left / 3,
      trims: !isShort, &curator)
    gapCounts.append((refined.gaps, refined.noise.variance))
    var leaves = NumberLeaves.scaled(refined.leaves, to: rows - NumberLeaves.gaps(gapCounts))
    if !isFinal {
      let noise = DiscreteGaussian(rho: left * 2 / 3)
      let least = max(rows * NumberLeaves.frequent, 4 * noise.deviation)
      let isFrequent = { (leaf: Leaf) in leaf.mass > least && (isWhole ? leaf.high - leaf.low > 1 : !leaf.isPoint) }
      if leaves.contains(where: isFrequent) {
        let fine = try NumberLeaves.divided(
          leaves, NumberLeaves.parts, numbers, gaps: gaps, isWhole: isWhole, .fine, rho: left * 2 / 3, &curator, where: isFrequent)
        gapCounts.append((fine.gaps, fine.noise.variance))
        leaves = fine.leaves
      }
    }
    self.gaps = NumberLeaves.gaps(gapCounts)
    self.leaves = NumberLeaves.scaled(leaves, to: rows - self.gaps)
    if self.leaves.isEmpty { return nil }
  }

  /// The powers of two of both signs, and 0: the same for every table.
  static func octaves(isWhole: Bool) -> [Leaf] {
    let least = isWhole ? 0 : -64
    let edges = (least...(isWhole ? 63 : 1023)).map { scalbn(1, Int32($0)) } + (isWhole ? [] : [.greatestFiniteMagnitude])
    let positive = zip(edges, edges.dropFirst()).map { Leaf(low: $0, high: $1, mass: 0) }
    // Numbers nearer to 0 than the least power are in a bin of their own.
    let small = isWhole ? [] : [Leaf(low: Double.leastNonzeroMagnitude, high: edges[0], mass: 0)]
    let zero = Leaf(low: 0, high: isWhole ? 1 : 0, mass: 0)
    // Of whole numbers, -1 alone is the first bin, then -3 and -2.
    let negative = positive.map { Leaf(low: isWhole ? 1 - $0.high : -$0.high, high: isWhole ? 1 - $0.low : -$0.low, mass: 0) }.reversed()
    let smallNegative = isWhole ? [] : [Leaf(low: -edges[0], high: 0, mass: 0)]
    return negative + smallNegative + [zero] + small + positive
  }

  private static func counts(_ numbers: [Double], _ leaves: [Leaf]) -> [Int] {
    var counts = [Int](repeating: 0, count: leaves.count)
    for number in numbers { counts[leaves.position(of: number)] += 1 }
    return counts
  }

  /// Divides some leaves, and counts the rows in their parts. `trims`: whether empty ends are left out.
  private static func divided(
    _ leaves: [Leaf], _ parts: Int, _ numbers: [Double], gaps: Int, isWhole: Bool, _ step: PrivacyAccount.Step, rho: Double, trims: Bool = false,
    _ curator: inout Curator, where condition: (Leaf) -> Bool = { _ in true }
  ) throws -> (leaves: [Leaf], gaps: Double, noise: DiscreteGaussian) {
    let edges = leaves.map { condition($0) ? $0.edges(parts, isWhole: isWhole) : [] }
    var starts: [Int] = []
    var total = 0
    for edges in edges {
      starts.append(total)
      total += max(edges.count - 1, 0)
    }
    var exact = [Int](repeating: 0, count: total + 1)
    for number in numbers {
      let leaf = leaves.position(of: number)
      guard !edges[leaf].isEmpty else { continue }
      // Numbers beyond a leaf are in its first or last part.
      let part = min(max(edges[leaf].partitioning { $0 > number } - 1, 0), edges[leaf].count - 2)
      exact[starts[leaf] + part] += 1
    }
    exact[total] = gaps
    let counts = try curator.counts(exact, step, rho: rho)
    var result: [Leaf] = []
    for (place, leaf) in leaves.enumerated() {
      guard !edges[place].isEmpty else {
        result.append(leaf)
        continue
      }
      let noisy = Array(counts.values[starts[place]..<starts[place] + edges[place].count - 1])
      let smoothed = SmoothedCounts(noisy, edges[place], deviation: counts.noise.deviation)
      result += (trims ? smoothed.trimmed(first: place == 0, last: place == leaves.count - 1) : smoothed).leaves(leaf.mass)
    }
    return (result, Double(counts.values[total]), counts.noise)
  }

  /// Leaves with rows, of which there are so many in all.
  private static func scaled(_ leaves: [Leaf], to rows: Double) -> [Leaf] {
    let total = leaves.reduce(0) { $0 + max($1.mass, 0) }
    guard total > 0, rows > 0 else { return [] }
    return leaves.filter { $0.mass > 0 }.map { Leaf(low: $0.low, high: $0.high, mass: $0.mass / total * rows) }
  }

  /// The mean of several noisy counts, weighted by the inverse of their variances, if it is above three standard deviations.
  private static func gaps(_ counts: [(count: Double, variance: Double)]) -> Double {
    let weights = counts.reduce(0) { $0 + 1 / $1.variance }
    let mean = counts.reduce(0) { $0 + $1.count / $1.variance } / weights
    return PrivateColumn.isReal(mean, deviation: (1 / weights).squareRoot()) ? mean : 0
  }
}

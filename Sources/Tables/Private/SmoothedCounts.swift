import Glibc

/// Noisy counts of adjacent parts of a range. Neighbouring parts that differ by no more than the noise become one, in which numbers are
/// distributed evenly: the thresholding of Haar wavelets (D. Donoho, I. Johnstone, Ideal spatial adaptation by wavelet shrinkage,
/// Biometrika 1994).
struct SmoothedCounts {
  private let counts: [Int]
  private let edges: [Double]
  private let deviation: Double
  /// A difference of fewer standard deviations is taken for noise.
  private static let threshold = 2.5

  init(_ counts: [Int], _ edges: [Double], deviation: Double) {
    self.counts = counts
    self.edges = edges
    self.deviation = deviation
  }

  /// Without the parts at the first or last end that have no more rows together than noise would give them: an even distribution to the
  /// end of a power of two would have values far beyond the real ones. At least a quarter remains.
  func trimmed(first: Bool, last: Bool) -> SmoothedCounts {
    let most = counts.count * (first && last ? 3 : 6) / 8
    func empty(_ counts: some Sequence<Int>) -> Int {
      var (sum, empty) = (0, 0)
      for (place, count) in counts.prefix(most).enumerated() {
        sum += count
        if Double(sum) > SmoothedCounts.emptiness * deviation * Double(place + 1).squareRoot() { break }
        empty = place + 1
      }
      return empty
    }
    let range = (first ? empty(counts) : 0)..<counts.count - (last ? empty(counts.reversed()) : 0)
    return SmoothedCounts(Array(counts[range]), Array(edges[range.lowerBound...range.upperBound]), deviation: deviation)
  }

  private static let emptiness = 2.0

  /// Leaves with so many rows in all; `total` is what is known from elsewhere.
  func leaves(_ total: Double) -> [Leaf] { leaves(0..<counts.count, total) }

  private func leaves(_ range: Range<Int>, _ total: Double) -> [Leaf] {
    let whole = Leaf(low: edges[range.lowerBound], high: edges[range.upperBound], mass: total)
    guard range.count > 1, total > 0 else { return [whole] }
    let middle = range.lowerBound + range.count / 2
    let (left, right) = (range.lowerBound..<middle, middle..<range.upperBound)
    // Halves first, since the width of the whole may overflow.
    let (a, b) = (edges[middle] / 2 - whole.low / 2, whole.high / 2 - edges[middle] / 2)
    let share = a + b > 0 ? a / (a + b) : 0.5
    let difference = Double(sum(left)) * (1 - share) - Double(sum(right)) * share
    let noise = deviation * (Double(left.count) * (1 - share) * (1 - share) + Double(right.count) * share * share).squareRoot()
    let isReal = abs(difference) > SmoothedCounts.threshold * noise
    let mass = min(max(total * share + (isReal ? difference : 0), 0), total)
    let parts = (leaves(left, mass), leaves(right, total - mass))
    return !isReal && parts.0.count == 1 && parts.1.count == 1 ? [whole] : parts.0 + parts.1
  }

  private func sum(_ range: Range<Int>) -> Int { counts[range].reduce(0, +) }
}

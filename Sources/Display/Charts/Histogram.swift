import Glibc

/// Counts numbers in adjacent bins of equal width.
package struct Histogram {
  package let counts: [Int]
  private let extent: Extent

  /// A number on a bound belongs to the bin on its right; the last bin includes its end. Numbers must be finite.
  package init(_ numbers: [Double], bins: Int?) {
    let whole = Extent(numbers) ?? Extent(0, 1)
    if bins == nil, let bars = Histogram.wholeBars(numbers, whole) {
      extent = whole.widened(by: 0.5)
      var counts = [Int](repeating: 0, count: bars)
      for number in numbers { counts[Int(number - whole.low)] += 1 }
      self.counts = counts
      return
    }
    extent = whole.opened(isWhole: false)
    let bins = bins ?? Histogram.usualCount(numbers, extent)
    var counts = [Int](repeating: 0, count: bins)
    let bounds = (0...bins).map { [extent] in Histogram.between($0, of: bins, extent) }
    for number in numbers {
      let share = (number / 2 - extent.low / 2) / extent.half
      var index = max(0, min(bins - 1, Int(share * Double(bins))))
      // Corrects the rounding of `share` by comparing with the bounds.
      if number < bounds[index], index > 0 { index -= 1 }
      if index + 1 < bins, number >= bounds[index + 1] { index += 1 }
      counts[index] += 1
    }
    self.counts = counts
  }

  package var width: Double { extent.half / Double(counts.count) * 2 }

  /// The centre of each bin.
  package var centres: [Double] { counts.indices.map { Histogram.between(2 * $0 + 1, of: 2 * counts.count, extent) } }

  private static func between(_ index: Int, of count: Int, _ extent: Extent) -> Double {
    let share = Double(index) / Double(count)
    return extent.low * (1 - share) + extent.high * share
  }

  /// A bin for each integer, if all numbers are integers in a small range.
  private static func wholeBars(_ numbers: [Double], _ extent: Extent) -> Int? {
    guard extent.half <= 25, abs(extent.low) < 1e15, numbers.allSatisfy({ $0 == $0.rounded() }) else { return nil }
    return Int(extent.high - extent.low) + 1
  }

  /// The larger of two rules: Sturges, for small samples, and Freedman and Diaconis, by the spread.
  /// https://numpy.org/doc/stable/reference/generated/numpy.histogram_bin_edges.html
  private static func usualCount(_ numbers: [Double], _ extent: Extent) -> Int {
    let sorted = numbers.sorted()
    let sturges = Int(log2(Double(sorted.count)).rounded(.up)) + 1
    let quarters = sorted[sorted.count * 3 / 4] / 2 - sorted[sorted.count / 4] / 2
    let spread = quarters > 0 ? extent.half / (2 * quarters / cbrt(Double(sorted.count))) : 0
    return max(sturges, Int(min(100, spread.rounded(.up))))
  }
}

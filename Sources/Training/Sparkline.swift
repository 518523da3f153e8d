/// The history of a value in a few characters, downsampled to a fixed width.
package struct Sparkline {
  package init() {}

  private static let bars = Array("▁▂▃▄▅▆▇█")
  private static let width = 24
  /// Means over groups of equal size; when there are too many, neighbours are merged.
  private var means: [Double] = []
  private var groupSize = 1
  private var sum = 0.0
  private var count = 0

  package mutating func add(_ value: Double) {
    sum += value
    count += 1
    guard count == groupSize else { return }
    means.append(sum / Double(count))
    (sum, count) = (0, 0)
    guard means.count == 2 * Sparkline.width else { return }
    means = (0..<Sparkline.width).map { (place: Int) -> Double in (means[2 * place] + means[2 * place + 1]) / 2 }
    groupSize *= 2
  }

  /// The means, reduced to at most `width` columns.
  private var columns: [Double] {
    guard means.count > Sparkline.width else { return means }
    return (0..<Sparkline.width).map { (column: Int) -> Double in
      let part = means[column * means.count / Sparkline.width..<(column + 1) * means.count / Sparkline.width]
      return part.reduce(0, +) / Double(part.count)
    }
  }

  /// Scaled from minimum to maximum; empty until two values differ.
  package var text: String {
    let shown = columns
    let finite = shown.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max(), high > low else { return "" }
    return String(
      shown.map { (value: Double) -> Character in
        guard value.isFinite else { return "!" }
        return Sparkline.bars[min(7, Int((value - low) / (high - low) * 8))]
      })
  }
}

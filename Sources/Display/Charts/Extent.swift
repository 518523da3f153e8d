/// The smallest and the largest of some finite numbers.
package struct Extent {
  package private(set) var low: Double
  package private(set) var high: Double

  package init(_ low: Double, _ high: Double) { (self.low, self.high) = (low, high) }

  /// Ignores numbers that are not finite; nil if none is finite.
  package init?(_ numbers: some Sequence<Double>) {
    var (low, high) = (Double.infinity, -Double.infinity)
    for number in numbers where number.isFinite {
      low = min(low, number)
      high = max(high, number)
    }
    guard low <= high else { return nil }
    self.init(low, high)
  }

  /// Half of the distance, which is finite even if the distance overflows.
  var half: Double { high / 2 - low / 2 }

  func including(_ number: Double) -> Extent { Extent(min(low, number), max(high, number)) }

  /// Wider by `margin` on both sides, within the range of finite numbers.
  func widened(by margin: Double) -> Extent {
    let most = Double.greatestFiniteMagnitude
    return Extent(max(-most, low - margin), min(most, high + margin))
  }

  /// Widened if both ends are equal, so that the number is in the middle.
  func opened(isWhole: Bool) -> Extent {
    let size = max(abs(low), abs(high))
    guard half <= size * 1e-13 || half < 1e-290 else { return self }
    return widened(by: size < 1e-280 || (isWhole && size < 1e12) ? 1 : size * 0.1)
  }
}

/// An axis: the positions of numbers on it, from 0 to 1, and its ticks, at steps of 1, 2 or 5 times a power of ten.
package struct Scale {
  package struct Tick {
    package let value: Double
    package let text: String
  }

  package let extent: Extent
  package let ticks: [Tick]

  /// `count`: the approximate number of ticks. `isWhole`: ticks are integers. `endsAtTicks`: the axis extends to the
  /// next tick on both sides.
  package init(_ given: Extent?, count: Int, isWhole: Bool = false, endsAtTicks: Bool = false) {
    let opened = (given ?? Extent(0, 1)).opened(isWhole: isWhole)
    let step = TickStep(near: opened.half / (Double(max(2, count)) / 2), isWhole: isWhole)
    // Rounding must not lose a tick at the end.
    let slack = 1e-9
    let (low, high) = (opened.low / step.size, opened.high / step.size)
    let first = Int(endsAtTicks ? (low + slack).rounded(.down) : (low - slack).rounded(.up))
    let last = Int(endsAtTicks ? (high - slack).rounded(.up) : (high + slack).rounded(.down))
    let values = first <= last ? (first...last).map { (count: $0, value: step.value($0)) }.filter(\.value.isFinite) : []
    extent =
      endsAtTicks
      ? Extent(min(opened.low, values.first?.value ?? opened.low), max(opened.high, values.last?.value ?? opened.high)) : opened
    let texts = step.texts(values.map(\.count))
    ticks = zip(values, texts).map { Tick(value: $0.value, text: $1) }
  }

  /// A tick for each string, at 0, 1, ...
  init(categories: [String]) {
    extent = Extent(-0.5, max(0.5, Double(categories.count) - 0.5))
    ticks = categories.enumerated().map { Tick(value: Double($0), text: $1) }
  }

  /// The ticks, or every second, every third, ... so that their texts do not overlap on an axis of `length`.
  func sparseTicks(length: Double, gap: Double, width: (String) -> Double) -> [Tick] {
    let places = ticks.map { (middle: position($0.value) * length, half: width($0.text) / 2) }
    func isApart(by stride: Int) -> Bool {
      Swift.stride(from: stride, to: ticks.count, by: stride).allSatisfy {
        places[$0].middle - places[$0].half >= places[$0 - stride].middle + places[$0 - stride].half + gap
      }
    }
    let stride = (1..<max(2, ticks.count)).first(where: isApart) ?? max(1, ticks.count)
    return Swift.stride(from: 0, to: ticks.count, by: stride).map { ticks[$0] }
  }

  /// The position of a number: 0 at the low end, 1 at the high one.
  package func position(_ value: Double) -> Double { (value / 2 - extent.low / 2) / extent.half }
}

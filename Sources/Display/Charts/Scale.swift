import Glibc

/// The smallest and the largest of some finite numbers.
package struct Extent {
  package private(set) var low: Double
  package private(set) var high: Double

  package init(_ low: Double, _ high: Double) { (self.low, self.high) = (low, high) }

  /// What is not finite does not count; nil where nothing is.
  package init?(_ numbers: some Sequence<Double>) {
    var (low, high) = (Double.infinity, -Double.infinity)
    for number in numbers where number.isFinite {
      low = min(low, number)
      high = max(high, number)
    }
    guard low <= high else { return nil }
    self.init(low, high)
  }

  /// Half of the distance, which is finite even where the distance is not.
  var half: Double { high / 2 - low / 2 }

  func including(_ number: Double) -> Extent { Extent(min(low, number), max(high, number)) }

  /// Wider by `margin` on both sides, as far as numbers go.
  func widened(by margin: Double) -> Extent {
    let most = Double.greatestFiniteMagnitude
    return Extent(max(-most, low - margin), min(most, high + margin))
  }

  /// With some distance between the ends: all-equal numbers come to stand in the middle.
  func opened(isWhole: Bool) -> Extent {
    let size = max(abs(low), abs(high))
    guard half <= size * 1e-13 || half < 1e-290 else { return self }
    return widened(by: size < 1e-280 || (isWhole && size < 1e12) ? 1 : size * 0.1)
  }
}

/// An axis: where numbers stand on it, from 0 to 1, and its ticks, at steps of 1, 2 or 5 times a
/// power of ten.
package struct Scale {
  package struct Tick {
    package let value: Double
    package let text: String
  }

  package let extent: Extent
  package let ticks: [Tick]

  /// `count`: about how many ticks there is room for. `isWhole`: there is nothing between whole
  /// numbers. `endsAtTicks`: the axis goes on to the next tick on both sides.
  package init(_ given: Extent?, count: Int, isWhole: Bool = false, endsAtTicks: Bool = false) {
    let opened = (given ?? Extent(0, 1)).opened(isWhole: isWhole)
    let step = Step(near: opened.half / (Double(max(2, count)) / 2), isWhole: isWhole)
    // Rounding must not lose a tick that stands at the very end.
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

  /// A tick for each text, at 0, 1, ...
  init(categories: [String]) {
    extent = Extent(-0.5, max(0.5, Double(categories.count) - 0.5))
    ticks = categories.enumerated().map { Tick(value: Double($0), text: $1) }
  }

  /// The ticks, or every second, every third, ... so that their texts stand apart on an axis of `length`.
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

  /// Where a number stands: 0 at the low end, 1 at the high one.
  package func position(_ value: Double) -> Double { (value / 2 - extent.low / 2) / extent.half }
}

/// The distance of ticks: 1, 2 or 5 times a power of ten, kept as such so that texts are exact.
private struct Step {
  private let factor: Int
  private let exponent: Int

  init(near size: Double, isWhole: Bool) {
    guard size.isFinite, size > 0, !isWhole || size > 1 else {
      (factor, exponent) = (1, 0)
      return
    }
    let power = Int(log10(size).rounded(.down))
    let mantissa = size / Step.number(1, power)
    // The nearest by ratio: bounds are the geometric means of neighbours.
    let bounds = [(2.0.squareRoot(), 1), (10.0.squareRoot(), 2), (50.0.squareRoot(), 5)]
    (factor, exponent) = bounds.first { mantissa < $0.0 }.map { ($0.1, power) } ?? (1, power + 1)
  }

  var size: Double { Step.number(factor, exponent) }

  func value(_ count: Int) -> Double { Step.number(count * factor, exponent) }

  /// `digits` times ten to `exponent`, rounded once.
  private static func number(_ digits: Int, _ exponent: Int) -> Double { Double("\(digits)e\(exponent)") ?? 0 }

  /// All in one form: as decimals, or with an exponent where those would be long.
  func texts(_ counts: [Int]) -> [String] {
    let digits = counts.map { $0 * factor }
    let (decimals, powers) = (digits.map(decimal), digits.map(scientific))
    func longest(_ texts: [String]) -> Int { texts.map { $0.drop { $0 == "-" }.count }.max() ?? 0 }
    let length = longest(decimals)
    return length <= 6 || length <= longest(powers) ? decimals : powers
  }

  private func decimal(_ digits: Int) -> String {
    let sign = digits < 0 ? "-" : ""
    var text = String(digits.magnitude)
    // Far outside of what is ever shown so; the other form wins by its length.
    guard abs(exponent) < 30 else { return String(repeating: "0", count: 40) }
    guard exponent < 0 else { return digits == 0 ? "0" : sign + text + String(repeating: "0", count: exponent) }
    text = String(repeating: "0", count: max(0, 1 - exponent - text.count)) + text
    return sign + text.dropLast(-exponent) + "." + text.suffix(-exponent)
  }

  private func scientific(_ digits: Int) -> String {
    guard digits != 0 else { return "0" }
    let text = String(digits.magnitude)
    let significant = text.prefix(1 + (text.dropFirst().lastIndex { $0 != "0" }.map { text.distance(from: text.startIndex, to: $0) } ?? 0))
    let fraction = significant.dropFirst()
    return (digits < 0 ? "-" : "") + significant.prefix(1) + (fraction.isEmpty ? "" : "." + fraction) + "e\(exponent + text.count - 1)"
  }
}

extension Chart {
  /// The horizontal axis, with room for about `count` ticks.
  func positionScale(count: Int) -> Scale {
    if let categories { return Scale(categories: categories) }
    let isWhole = Chart.areWhole(positions)
    guard let extent = Extent(positions) else { return Scale(nil, count: count, isWhole: isWhole) }
    switch kind {
    case .line: return Scale(extent, count: count, isWhole: isWhole)
    // Points at the ends stand beside the axis, not on it.
    case .points: return Scale(extent.widened(by: extent.half * 0.04), count: count, isWhole: isWhole)
    case .bars: return Scale(extent.widened(by: barWidth / 2 * 1.1), count: count, isWhole: isWhole)
    }
  }

  /// The vertical axis; bars stand on 0.
  func valueScale(count: Int) -> Scale {
    let extent = Extent(series.lazy.flatMap(\.values))
    let isWhole = series.allSatisfy { Chart.areWhole($0.values) }
    return Scale(kind == .bars ? (extent ?? Extent(0, 1)).including(0) : extent, count: count, isWhole: isWhole, endsAtTicks: true)
  }

  private static func areWhole(_ numbers: [Double]) -> Bool { numbers.allSatisfy { !$0.isFinite || $0 == $0.rounded() } }
}

import Glibc

/// The distance of ticks: 1, 2 or 5 times a power of ten, stored as two integers so that labels are exact.
struct TickStep {
  private let factor: Int
  private let exponent: Int

  init(near size: Double, isWhole: Bool) {
    guard size.isFinite, size > 0, !isWhole || size > 1 else {
      (factor, exponent) = (1, 0)
      return
    }
    let power = Int(log10(size).rounded(.down))
    let mantissa = size / TickStep.number(1, power)
    // The nearest by ratio: bounds are the geometric means of neighbours.
    let bounds = [(2.0.squareRoot(), 1), (10.0.squareRoot(), 2), (50.0.squareRoot(), 5)]
    (factor, exponent) = bounds.first { mantissa < $0.0 }.map { ($0.1, power) } ?? (1, power + 1)
  }

  var size: Double { TickStep.number(factor, exponent) }

  func value(_ count: Int) -> Double { TickStep.number(count * factor, exponent) }

  /// `digits` times ten to `exponent`, rounded once.
  private static func number(_ digits: Int, _ exponent: Int) -> Double { Double("\(digits)e\(exponent)") ?? 0 }

  /// Labels in the same notation: decimal, or scientific if that is shorter.
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
    // Longer than any number that is shown in decimals, so the scientific notation is chosen.
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

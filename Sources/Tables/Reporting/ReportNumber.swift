/// How the numbers of a report are written.
enum ReportNumber {
  /// Three decimals; more digits for a small number, fewer for a large one.
  static func text(_ number: Double) -> String {
    guard number.isFinite, number == 0 || (0.001..<1_000).contains(abs(number)) else {
      return number.isNaN ? CellTexts.gap : NumberStyle([number]).text(number)
    }
    return fixed(number, decimals: 3)
  }

  /// A best value: 1 or 0.5.
  static func short(_ number: Double) -> String { number == number.rounded() ? fixed(number, decimals: 0) : "\(number)" }

  static func interval(_ estimate: Estimate) -> String { "\(text(estimate.low)) to \(text(estimate.high))" }

  /// 44 %, 3.1 %, 0.02 %. Neither 0 % nor 100 % if the share is not.
  static func percent(_ share: Double) -> String {
    guard share.isFinite else { return CellTexts.gap }
    let percent = 100 * share
    let decimals = percent == 0 || percent == 100 || (10..<99.5).contains(percent) ? 0 : (0.1..<99.95).contains(percent) ? 1 : 2
    if percent > 0, percent < 0.01 { return "under 0.01 %" }
    if percent < 100, percent > 99.99 { return "over 99.99 %" }
    return "\(fixed(percent, decimals: decimals)) %"
  }

  /// Rounded; `number` is below 1e15.
  static func fixed(_ number: Double, decimals: Int) -> String {
    let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    let scaled = Int((abs(number) * scale).rounded())
    let digits = "\(scaled)"
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = number < 0 && scaled != 0 ? "-" : ""
    return decimals == 0 ? sign + padded : "\(sign)\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
  }
}

/// Quantities as people write them.
enum Quantity {
  /// A number with a fixed number of decimal places.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    let scale = [1.0, 10, 100, 1000][digits]
    let whole = Int((max(0, min(value, 1e12)) * scale).rounded())
    guard digits > 0 else { return "\(whole)" }
    let rest = "\(whole % Int(scale))"
    return "\(whole / Int(scale)).\(String(repeating: "0", count: digits - rest.count))\(rest)"
  }

  /// Three digits and a prefix, to be followed by a unit: `25.7 M`, `17 `.
  static func text(_ value: Double) -> String {
    for (scale, unit) in [(1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k")] where value >= scale {
      return fixed(value / scale, value / scale < 10 ? 2 : value / scale < 100 ? 1 : 0) + unit
    }
    return "\(Int(value)) "
  }

  /// `1,605,632`
  static func grouped(_ value: Int) -> String {
    let digits = Array("\(value)")
    let parts = stride(from: digits.count, to: 0, by: -3).map { String(digits[max(0, $0 - 3)..<$0]) }
    return parts.reversed().joined(separator: ",")
  }
}

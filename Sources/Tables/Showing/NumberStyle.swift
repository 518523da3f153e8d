import Glibc

/// How the numbers of a column are written below each other: all with the same number of decimals, so that the points align.
/// The decimals show four significant digits of most numbers. Very large and very small ones are scientific: `1.5e+20`.
struct NumberStyle {
  private static let digits = 4
  let decimals: Int

  /// A few decimals more than the median needs show smaller numbers, but a single one does not widen the whole column.
  init(_ numbers: [Double], more: Int = 2) {
    let plain = numbers.filter { NumberStyle.isPlain($0) && $0 != 0 }
    guard !plain.isEmpty else {
      decimals = 0
      return
    }
    let middle = plain.map { abs($0) }.sorted()[plain.count / 2]
    let limit = max(0, NumberStyle.digits - 1 - NumberStyle.parts(middle).exponent) + more
    decimals = min(limit, plain.map(NumberStyle.decimals).max() ?? 0)
  }

  func text(_ number: Double) -> String {
    guard number.isFinite else { return "\(number)" }
    // Also for negative zero.
    if number == 0 { return NumberStyle.fixed(0, decimals) }
    let isReadable = NumberStyle.parts(number).exponent + decimals >= 0 || NumberStyle.decimals(number) <= decimals
    guard NumberStyle.isPlain(number), isReadable else { return NumberStyle.scientific(number) }
    return NumberStyle.fixed(number, decimals)
  }

  private static func isPlain(_ number: Double) -> Bool { number == 0 || (1e-4..<1e15).contains(abs(number)) }

  /// The decimals that show all significant digits, without zeros at the end.
  private static func decimals(_ number: Double) -> Int {
    let (mantissa, exponent) = parts(number)
    return max(0, mantissa.count - 1 - exponent)
  }

  private static func scientific(_ number: Double) -> String {
    let (mantissa, exponent) = parts(number)
    let rest = mantissa.dropFirst()
    let power = "\(exponent < 0 ? "-" : "+")\(abs(exponent) < 10 ? "0" : "")\(abs(exponent))"
    return "\(number < 0 ? "-" : "")\(mantissa.prefix(1))\(rest.isEmpty ? "" : ".")\(rest)e\(power)"
  }

  /// The significant digits, rounded, and the power of ten of the first.
  private static func parts(_ number: Double) -> (mantissa: String, exponent: Int) {
    let pieces = printed("%.\(digits - 1)e", abs(number)).split(separator: "e")
    var mantissa = pieces[0].filter { $0 != "." }
    while mantissa.count > 1, mantissa.hasSuffix("0") { mantissa.removeLast() }
    return (mantissa, Int(pieces[1]) ?? 0)
  }

  private static func fixed(_ number: Double, _ decimals: Int) -> String { printed("%.\(decimals)f", number) }

  /// By a format of C.
  static func printed(_ format: String, _ number: Double) -> String {
    withVaList([number]) { arguments in
      var buffer = [CChar](repeating: 0, count: 400)
      let count = vsnprintf(&buffer, buffer.count, format, arguments)
      return String(decoding: buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}

import Diagnostics
import Glibc

/// Python's format codes: `[[fill]align][sign][#][0][width][, or _][.precision][type]`.
/// https://docs.python.org/3/library/string.html#format-specification-mini-language
struct FormatCode {
  private var fill: Character = " "
  private var align: Character?
  private var sign: Character = "-"
  private var width = 0
  private var grouping: Character?
  private var showsBase = false
  private var precision: Int?
  private var type: Character?

  init?(_ code: String) {
    var rest = Substring(code)
    let aligns: Set<Character> = ["<", ">", "^", "="]
    if rest.count >= 2, aligns.contains(rest[rest.index(after: rest.startIndex)]) {
      fill = rest.removeFirst()
      align = rest.removeFirst()
    } else if let first = rest.first, aligns.contains(first) {
      align = rest.removeFirst()
    }
    if let first = rest.first, "+- ".contains(first) { sign = rest.removeFirst() }
    if rest.first == "#" {
      showsBase = true
      rest.removeFirst()
    }
    if rest.first == "0" {
      rest.removeFirst()
      if align == nil { (fill, align) = ("0", "=") }
    }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard digits.count <= 4 else { return nil }
    width = Int(digits) ?? 0
    rest = rest.dropFirst(digits.count)
    if let first = rest.first, first == "," || first == "_" {
      grouping = first
      rest.removeFirst()
    }
    if rest.first == "." {
      rest.removeFirst()
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard let value = Int(digits), value <= 100 else { return nil }
      precision = value
      rest = rest.dropFirst(digits.count)
    }
    if let first = rest.first {
      guard "dfeEgGxXbos%".contains(first) else { return nil }
      type = rest.removeFirst()
    }
    guard rest.isEmpty else { return nil }
  }

  func apply(integer: Int) throws -> String {
    switch type {
    case "x": return pad(signed((showsBase ? "0x" : "") + String(integer.magnitude, radix: 16), integer < 0))
    case "X": return pad(signed((showsBase ? "0X" : "") + String(integer.magnitude, radix: 16).uppercased(), integer < 0))
    case "b": return pad(signed((showsBase ? "0b" : "") + String(integer.magnitude, radix: 2), integer < 0))
    case "o": return pad(signed((showsBase ? "0o" : "") + String(integer.magnitude, radix: 8), integer < 0))
    case nil, "d":
      if precision != nil { return try apply(double: Double(integer)) }
      return pad(signed(grouped(String(integer.magnitude)), integer < 0))
    default: return try apply(double: Double(integer))
    }
  }

  func apply(double: Double) throws -> String {
    let magnitude = abs(double)
    let text: String
    switch type {
    case "f": text = FormatCode.print("%.\(precision ?? 6)f", magnitude)
    case "e", "E", "g", "G": text = FormatCode.print("%.\(precision ?? 6)\(type ?? "g")", magnitude)
    case "%": text = FormatCode.print("%.\(precision ?? 6)f", magnitude * 100) + "%"
    case nil:
      text =
        precision.map { FormatCode.whole(FormatCode.print("%.\($0)g", magnitude)) } ?? (magnitude.isInfinite ? "inf" : magnitude.isNaN ? "nan" : "\(magnitude)")
    default:
      throw Fault(
        MachineErrors.badFormat, "format `\(type ?? " ")` requires an integer, got float \(double)",
        hint: "use `f`, or round it first: `round(x)`")
    }
    return pad(signed(grouped(text), double.sign == .minus && !double.isNaN))
  }

  func apply(text: String) throws -> String {
    guard type == nil || type == "s" else {
      throw Fault(MachineErrors.badFormat, "format `\(type ?? " ")` requires a number, got a string")
    }
    return pad(precision.map { String(text.prefix($0)) } ?? text, defaultAlign: "<")
  }

  private func signed(_ digits: String, _ isNegative: Bool) -> String {
    isNegative ? "-" + digits : sign == "-" ? digits : String(sign) + digits
  }

  private func grouped(_ digits: String) -> String {
    guard let grouping else { return digits }
    let whole = digits.prefix { $0.isNumber }
    var result = ""
    for (index, digit) in whole.enumerated() {
      if index > 0, (whole.count - index) % 3 == 0 { result.append(grouping) }
      result.append(digit)
    }
    return result + digits.dropFirst(whole.count)
  }

  private func pad(_ text: String, defaultAlign: Character = ">") -> String {
    let missing = width - text.count
    guard missing > 0 else { return text }
    func fill(_ count: Int) -> String { String(repeating: self.fill, count: count) }
    switch align ?? defaultAlign {
    case "<": return text + fill(missing)
    case "^": return fill(missing / 2) + text + fill(missing - missing / 2)
    case "=":
      let hasSign = text.first.map { "+- ".contains($0) } ?? false
      return hasSign ? text.prefix(1) + fill(missing) + text.dropFirst() : fill(missing) + text
    default: return fill(missing) + text
    }
  }

  /// Adds `.0` to a float that looks like an integer.
  private static func whole(_ text: String) -> String { text.allSatisfy(\.isNumber) ? text + ".0" : text }

  /// C's formatting of one double, without Foundation.
  static func print(_ format: String, _ value: Double) -> String {
    var buffer = [CChar](repeating: 0, count: 512)
    let count = withVaList([value]) { vsnprintf(&buffer, buffer.count, format, $0) }
    return String(decoding: buffer.prefix(max(0, min(Int(count), buffer.count - 1))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

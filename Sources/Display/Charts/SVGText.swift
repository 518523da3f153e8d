import Diagnostics
/// Writes parts of an SVG file.
enum SVGText {
  /// A coordinate with at most one decimal.
  static func number(_ value: Double) -> String {
    let tenths = Int((max(-1e6, min(1e6, value.isNaN ? 0 : value)) * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let (whole, tenth) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
    return tenth == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(tenth)"
  }

  static func text(_ content: String, x: Double, y: Double, anchor: String = "start", style: String = "") -> String {
    let place = anchor == "start" ? "" : " text-anchor=\"\(anchor)\""
    let style = style.isEmpty ? "" : " class=\"\(style)\""
    return "<text x=\"\(number(x))\" y=\"\(number(y))\"\(place)\(style)>\(MarkupText.escaped(content))</text>"
  }

  static func hex(_ colour: (red: Int, green: Int, blue: Int)) -> String {
    "#"
      + [colour.red, colour.green, colour.blue].map { part in
        let digits = String(part, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }.joined()
  }
}

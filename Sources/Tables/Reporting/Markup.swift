import Diagnostics

/// Text in HTML and SVG.
enum Markup {
  /// As content of an element, or as an attribute in double quotes, on one line.
  static func escaped(_ text: String) -> String { MarkupText.escaped(text.visible) }

  /// A sentence whose names are in backticks.
  static func sentence(_ text: String) -> String {
    let pieces = text.split(separator: "`", omittingEmptySubsequences: false).map { escaped(String($0)) }
    // A name contains a backtick.
    guard pieces.count % 2 == 1 else { return escaped(text) }
    return pieces.enumerated().map { $0 % 2 == 1 ? "<code>\($1)</code>" : $1 }.joined()
  }

  /// The name of a column.
  static func name(_ name: String) -> String { "<code>\(escaped(CellTexts.name(name).shortened(to: 60)))</code>" }

  /// A coordinate, with one decimal at most.
  static func number(_ value: Double) -> String {
    let text = ReportNumber.fixed(value, decimals: 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  static func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String, title: String? = nil) -> String {
    let start = "<rect class=\"\(style)\" x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\""
    return title.map { "\(start)><title>\(escaped($0))</title></rect>" } ?? "\(start)/>"
  }

  enum Anchor: String { case start, middle, end }

  static func label(_ x: Double, _ y: Double, _ text: String, _ anchor: Anchor = .start, _ more: String = "") -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor.rawValue)\"\(more)>\(escaped(text))</text>"
  }

  /// A drawing; `words` for those who cannot see it.
  static func drawing(_ width: Double, _ height: Double, words: String, _ style: String, fixed: Bool = false, _ content: [String]) -> String {
    let size = fixed ? " width=\"\(number(width))\" height=\"\(number(height))\"" : ""
    return """
      <svg class="\(style)" viewBox="0 0 \(number(width)) \(number(height))"\(size) role="img" aria-label="\(escaped(words))">
      \(content.joined(separator: "\n"))
      </svg>
      """
  }
}

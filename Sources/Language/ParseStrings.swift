import Diagnostics

// The contents of a string: escape sequences, `{value}`, `{value:.3f}`, and `{{` for a literal brace.
extension Parser {
  /// The text of a string token, which must not contain interpolations.
  mutating func plainString() -> String {
    let parts = stringParts(token)
    if parts.isEmpty { return "" }
    if parts.count == 1, case .text(let text) = parts[0] { return text }
    report(
      SyntaxErrors.unexpected, "interpolation is not allowed here", Extent(token.start, token.end))
    return ""
  }

  mutating func stringParts(_ token: Token) -> [StringPart] {
    let bytes = source.bytes
    var parts: [StringPart] = []
    var text: [UInt8] = []
    var index = token.start + 1
    let end = token.end - 1
    func flush(_ parts: inout [StringPart], _ text: inout [UInt8]) {
      if !text.isEmpty { parts.append(.text(String(decoding: text, as: UTF8.self))) }
      text = []
    }
    while index < end {
      let byte = bytes[index]
      let next = index + 1 < end ? bytes[index + 1] : 0
      if byte == UInt8(ascii: "\\") {
        index = escape(at: index, before: end, into: &text)
      } else if byte == UInt8(ascii: "{"), next != UInt8(ascii: "{") {
        flush(&parts, &text)
        let close = interpolationEnd(from: index + 1, before: end)
        parts.append(interpolation(from: index + 1, to: close))
        index = close + 1
      } else {
        text.append(byte)
        let doubled = byte == next && (byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}"))
        index += doubled ? 2 : 1
      }
    }
    flush(&parts, &text)
    return parts
  }

  private mutating func escape(at index: Int, before end: Int, into text: inout [UInt8]) -> Int {
    let bytes = source.bytes
    guard index + 1 < end else { return end }
    switch bytes[index + 1] {
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "\\"): text.append(0x5C)
    case UInt8(ascii: "\""): text.append(0x22)
    case UInt8(ascii: "u"):
      // \u{1F600}
      if index + 2 < end, bytes[index + 2] == UInt8(ascii: "{"),
        let close = bytes[(index + 3)..<end].firstIndex(of: UInt8(ascii: "}")),
        let code = UInt32(String(decoding: bytes[(index + 3)..<close], as: UTF8.self), radix: 16),
        let scalar = Unicode.Scalar(code)
      {
        text += Array(String(Character(scalar)).utf8)
        return close + 1
      }
      fallthrough
    default:
      var after = index + 2
      while after < end, bytes[after] & 0xC0 == 0x80 { after += 1 }
      report(
        SyntaxErrors.badEscape, "`\\\(String(decoding: bytes[(index + 1)..<after], as: UTF8.self))` is not an escape sequence",
        Extent(index, after), hint: "the escape sequences are \\n \\t \\r \\\\ \\\" and \\u{1F600}")
    }
    return index + 2
  }

  /// The `}` that ends the interpolation starting at `start`.
  private func interpolationEnd(from start: Int, before end: Int) -> Int {
    var open = 0
    var inString = false
    var index = start
    while index < end {
      switch source.bytes[index] {
      case UInt8(ascii: "\\"): index += 1
      case UInt8(ascii: "\""): inString.toggle()
      case UInt8(ascii: "{") where !inString: open += 1
      case UInt8(ascii: "}") where !inString:
        if open == 0 { return index }
        open -= 1
      default: break
      }
      index += 1
    }
    return end
  }

  private mutating func interpolation(from start: Int, to end: Int) -> StringPart {
    let valueEnd = formatStart(from: start, to: end)
    let format = valueEnd < end ? String(decoding: source.bytes[(valueEnd + 1)..<end], as: UTF8.self) : nil
    guard depth < Parser.depthLimit else {
      report(SyntaxErrors.tooDeep, "interpolated strings are nested too deeply", Extent(start, end))
      return .text("")
    }
    let lexer = Lexer(source, from: start, to: valueEnd)
    var inner = Parser(source, lexer.tokens, lexer.comments, lexer.diagnostics)
    inner.depth = depth + 1
    inner.newlinesEnd = false
    inner.isRecovering = isRecovering
    let value = inner.expression()
    inner.skipNewlines()
    if inner.kind != .end { inner.fail(expected: "`}` or `:` and a format") }
    isRecovering = isRecovering || inner.isRecovering
    diagnostics += inner.diagnostics
    return .value(value, format: format)
  }

  /// The `:` before the format code: the first one outside brackets and strings.
  private func formatStart(from start: Int, to end: Int) -> Int {
    var open = 0
    var inString = false
    for index in start..<end {
      switch source.bytes[index] {
      case UInt8(ascii: "\""): inString.toggle()
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): if !inString { open += 1 }
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): if !inString { open -= 1 }
      case UInt8(ascii: ":") where open == 0 && !inString: return index
      default: break
      }
    }
    return end
  }
}

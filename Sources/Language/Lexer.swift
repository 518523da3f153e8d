import Diagnostics

/// Splits text into tokens. Never fails: invalid text becomes an `invalid` token and a diagnostic.
package struct Lexer {
  package private(set) var tokens: [Token] = []
  package private(set) var comments: [Comment] = []
  package private(set) var diagnostics: [Diagnostic] = []
  private let source: Source
  private let bytes: [UInt8]
  private let limit: Int
  private var position: Int

  /// Lexes `source` from `start` to `end`; by default all of it.
  package init(_ source: Source, from start: Int = 0, to end: Int? = nil) {
    self.source = source
    bytes = source.bytes
    position = start
    limit = end ?? source.bytes.count
    // Skips a byte order mark.
    if start == 0, source.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    while let token = next() { tokens.append(token) }
    tokens.append(Token(kind: .end, start: limit, end: limit))
  }

  private mutating func next() -> Token? {
    skipSpace()
    guard position < limit else { return nil }
    let start = position
    let byte = bytes[position]
    if byte == newline || byte == semicolon {
      position += 1
      return Token(kind: .newline, start: start, end: position)
    }
    if byte.startsName { return word(from: start) }
    if byte.isDigit { return number(from: start) }
    if byte == quote { return string(from: start) }
    if let symbol = symbol() { return Token(kind: .symbol(symbol), start: start, end: position) }
    // One error for a whole character, its repetitions (`&&`), and everything between single quotes.
    takeCharacter()
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if byte == UInt8(ascii: "'"), let end = bytes[position..<limit].firstIndex(where: { $0 == byte || $0 == newline }), bytes[end] == byte {
      position = end + 1
    }
    while position < limit, bytes[position...].starts(with: Array(text.utf8)) { takeCharacter() }
    let isVisible = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control && $0.properties.generalCategory != .format }
    let code = text.unicodeScalars.first.map { "U+" + String($0.value, radix: 16, uppercase: true) } ?? "this"
    report(
      SyntaxErrors.badCharacter, isVisible ? "`\(text.quotedExcerpt)` has no meaning in Loam" : "the invisible character \(code) has no meaning in Loam", start,
      position,
      hint: text.first.flatMap { ForeignSyntax.hint(forCharacter: $0) })
    return Token(kind: .invalid, start: start, end: position)
  }

  private mutating func takeCharacter() {
    position += 1
    while position < limit, bytes[position] & 0xC0 == 0x80 { position += 1 }
  }

  private mutating func skipSpace() {
    while position < limit {
      let byte = bytes[position]
      if byte == 0x20 || byte == 0x09 || byte == 0x0D {
        position += 1
      } else if byte == hash {
        let start = position
        while position < limit, bytes[position] != newline { position += 1 }
        let isDocumentation = start + 1 < limit && bytes[start + 1] == hash
        comments.append(Comment(start: start, end: position, isDocumentation: isDocumentation))
      } else {
        return
      }
    }
  }

  private mutating func word(from start: Int) -> Token {
    while position < limit, bytes[position].continuesName { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    let kind: Token.Kind = Keyword(rawValue: text).map { .keyword($0) } ?? .identifier
    return Token(kind: kind, start: start, end: position)
  }

  private mutating func symbol() -> Symbol? {
    for (symbol, text) in Symbol.byLength
    where position + text.count <= limit && bytes[position..<position + text.count].elementsEqual(text) {
      position += text.count
      return symbol
    }
    return nil
  }

  /// `12`, `1_000`, `0xFF`, `2.5`, `1e-3`. In `1..5` the dots are the range operator.
  private mutating func number(from start: Int) -> Token {
    var isFloat = false
    if bytes[position] == UInt8(ascii: "0"), position + 1 < limit, bytes[position + 1] | 0x20 == UInt8(ascii: "x") {
      position += 2
      while position < limit, bytes[position].continuesName { position += 1 }
    } else {
      skipDigits()
      if position + 1 < limit, bytes[position] == dot, bytes[position + 1].isDigit {
        isFloat = true
        position += 1
        skipDigits()
      }
      if position < limit, bytes[position] | 0x20 == UInt8(ascii: "e") {
        var after = position + 1
        if after < limit, bytes[after] == UInt8(ascii: "+") || bytes[after] == UInt8(ascii: "-") { after += 1 }
        if after < limit, bytes[after].isDigit {
          isFloat = true
          position = after
          skipDigits()
        }
      }
    }
    if position < limit, bytes[position].startsName {
      while position < limit, bytes[position].continuesName { position += 1 }
      let text = String(decoding: bytes[start..<position], as: UTF8.self)
      report(
        SyntaxErrors.badNumber, "`\(text.quotedExcerpt)` is neither a number nor a name", start, position,
        hint: "write `*` to multiply; a name starts with a letter")
      return Token(kind: .invalid, start: start, end: position)
    }
    return Token(kind: isFloat ? .float : .integer, start: start, end: position)
  }

  private mutating func skipDigits() {
    while position < limit, bytes[position].isDigit || bytes[position] == UInt8(ascii: "_") { position += 1 }
  }

  /// A string ends at its quote; `{ ... }` inside it can contain strings.
  private mutating func string(from start: Int) -> Token {
    position += 1
    var braces = 0
    var nested = false
    while position < limit {
      let byte = bytes[position]
      if byte == backslash, !nested || position + 1 < limit {
        position = min(position + 2, limit)
        continue
      }
      if byte == newline, braces == 0 { break }
      position += 1
      if braces == 0 {
        if byte == quote { return Token(kind: .string, start: start, end: position) }
        if byte == openBrace {
          if position < limit, bytes[position] == openBrace { position += 1 } else { braces = 1 }
        }
      } else if byte == quote {
        nested.toggle()
      } else if !nested {
        if byte == openBrace { braces += 1 }
        if byte == closeBrace { braces -= 1 }
      }
    }
    report(
      SyntaxErrors.unclosedString, "unterminated string", start, start + 1,
      hint: braces > 0
        ? "a `{` in the string is not closed; write `{{` for a literal brace"
        : "add `\"` on the same line; `\\n` is a line break")
    return Token(kind: .invalid, start: start, end: position)
  }

  private mutating func report(
    _ id: DiagnosticID, _ message: String, _ start: Int, _ end: Int, hint: String? = nil
  ) {
    diagnostics.append(Diagnostic(id, message, at: Span(source, start, end), hint: hint))
  }
}

private let newline = UInt8(ascii: "\n")
private let semicolon = UInt8(ascii: ";")
private let hash = UInt8(ascii: "#")
private let quote = UInt8(ascii: "\"")
private let backslash = UInt8(ascii: "\\")
private let dot = UInt8(ascii: ".")
private let openBrace = UInt8(ascii: "{")
private let closeBrace = UInt8(ascii: "}")

extension UInt8 {
  fileprivate var isDigit: Bool { self >= 0x30 && self <= 0x39 }
  fileprivate var startsName: Bool {
    (self | 0x20 >= UInt8(ascii: "a") && self | 0x20 <= UInt8(ascii: "z")) || self == UInt8(ascii: "_")
  }
  fileprivate var continuesName: Bool { startsName || isDigit }
}

extension Lexer {
  /// Whether the text is a valid name and not a keyword.
  package static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first.startsName, text.utf8.allSatisfy(\.continuesName) else { return false }
    return Keyword(rawValue: text) == nil
  }
}

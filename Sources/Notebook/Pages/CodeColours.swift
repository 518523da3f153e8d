import Diagnostics
import Display
import Language

/// Loam code as HTML, highlighted with the lexer of the language.
enum CodeColours {
  /// CSS classes: `k` keywords, `s` strings, `n` numbers, `c` comments, `f` functions in calls.
  static func html(_ code: String) -> String {
    let source = Source(name: "", text: code)
    let lexer = Lexer(source)
    let tokens = lexer.tokens
    var pieces = lexer.comments.map { (start: $0.start, end: $0.end, kind: "c") }
    for (index, token) in tokens.enumerated() {
      guard let kind = kind(of: token, before: index + 1 < tokens.count ? tokens[index + 1] : nil, source) else { continue }
      pieces.append((token.start, token.end, kind))
    }
    pieces.sort { $0.start < $1.start }
    var (html, position) = ("", 0)
    func text(_ start: Int, _ end: Int) -> String { HTML.escaped(String(decoding: source.bytes[start..<end], as: UTF8.self)) }
    for piece in pieces where piece.start >= position {
      html += text(position, piece.start) + "<span class=\"\(piece.kind)\">" + text(piece.start, piece.end) + "</span>"
      position = piece.end
    }
    return html + text(position, source.bytes.count)
  }

  private static func kind(of token: Token, before next: Token?, _ source: Source) -> String? {
    switch token.kind {
    case .keyword: return "k"
    case .string: return "s"
    case .integer, .float: return "n"
    case .identifier:
      // Contextual keywords: before a name, or before the name of a test.
      let word = token.text(in: source.bytes)
      if next?.kind == .identifier, ["model", "state"].contains(word) { return "k" }
      if next?.kind == .string, word == "test" { return "k" }
      return next?.kind == .symbol(.openParenthesis) ? "f" : nil
    case .symbol, .newline, .end, .invalid: return nil
    }
  }
}

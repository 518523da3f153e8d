import Diagnostics
import Language

/// The syntactic context of the cursor, determined from the text before it.
struct CompletionContext {
  enum Place: Equatable {
    /// A partial name.
    case name(String)
    /// A partial field name after a name or a chain of fields; nil if another expression is before the dot.
    case field(of: String?, String)
    /// An unclosed string, without its quote.
    case text(String)
    /// A number, a comment, or another token that is not a name.
    case nothing
  }

  /// The innermost call whose parentheses are open at the cursor.
  struct Call: Equatable {
    /// A name or a chain of fields.
    let function: String
    /// The number of arguments before the cursor, including the one that `|>` inserts.
    var position: Int
    /// The name of the argument, if it is named.
    var name: String?
    /// The names of the other named arguments.
    var given: [String] = []
    /// Whether the word at the cursor begins an argument.
    var isAtArgument = true
  }

  private(set) var place = Place.nothing
  private(set) var call: Call?
  /// Byte offset of the word to complete.
  private(set) var start: Int

  private var source: Source
  private var tokens: [Token]

  init(_ text: String) {
    self.init(Source(name: "", text: text), from: 0)
  }

  private init(_ source: Source, from: Int) {
    self.source = source
    start = source.bytes.count
    let lexer = Lexer(source, from: from)
    tokens = lexer.tokens.filter { $0.kind != .end }
    if let comment = lexer.comments.last, comment.end == source.bytes.count { return }
    guard let last = tokens.last, last.end == source.bytes.count else {
      finish(.name(""))
      return
    }
    switch last.kind {
    case .identifier, .keyword:
      start = last.start
      tokens.removeLast()
      let word = last.text(in: source.bytes)
      finish(isAfterDot ? .field(of: chainBeforeDot, word) : .name(word))
    case .symbol(.dot): finish(.field(of: chainBeforeDot, ""))
    case .invalid where source.bytes[last.start] == UInt8(ascii: "\""):
      // An open `{` in a string contains code.
      if let code = CompletionContext.openCode(source.bytes, last) {
        self = CompletionContext(source, from: code)
        return
      }
      start = last.start + 1
      tokens.removeLast()
      finish(.text(String(decoding: source.bytes[(last.start + 1)...], as: UTF8.self)))
    case .integer, .float, .invalid, .string: break
    default: finish(.name(""))
    }
  }

  private mutating func finish(_ place: Place) {
    self.place = place
    call = openCall()
  }

  /// The offset after the `{` that is open at the end of a string; nil if there is none.
  private static func openCode(_ bytes: [UInt8], _ token: Token) -> Int? {
    var opened: [Int] = []
    var index = token.start + 1
    while index < token.end {
      switch bytes[index] {
      case UInt8(ascii: "\\"): index += 1
      case UInt8(ascii: "{"):
        if opened.isEmpty, index + 1 < token.end, bytes[index + 1] == UInt8(ascii: "{") { index += 1 } else { opened.append(index + 1) }
      case UInt8(ascii: "}"): _ = opened.popLast()
      default: break
      }
      index += 1
    }
    return opened.first
  }

  // MARK: Fields

  private var isAfterDot: Bool { tokens.last?.kind == .symbol(.dot) }

  /// `m.encode` before the last dot; nil if it is not a chain of names.
  private var chainBeforeDot: String? { isAfterDot ? chain(endingBefore: tokens.count - 1)?.text : nil }

  /// The chain of names and dots that ends before a token, and its start.
  private func chain(endingBefore end: Int) -> (text: String, first: Int)? {
    guard end > 0, tokens[end - 1].kind == .identifier else { return nil }
    var first = end - 1
    while first >= 2, tokens[first - 1].kind == .symbol(.dot) {
      guard tokens[first - 2].kind == .identifier else { return nil }
      first -= 2
    }
    if first >= 1, tokens[first - 1].kind == .symbol(.dot) { return nil }
    return (tokens[first..<end].map { $0.text(in: source.bytes) }.joined(), first)
  }

  // MARK: Calls

  private func openCall() -> Call? {
    // Nil for brackets that are not a call.
    var open: [Call?] = []
    func edit(_ change: (inout Call) -> Void) {
      guard case .some(.some(var call)) = open.last else { return }
      change(&call)
      open[open.count - 1] = call
    }
    for (index, token) in tokens.enumerated() {
      switch token.kind {
      case .symbol(.openParenthesis):
        let function = chain(endingBefore: index)
        let isDefinition = function.map { $0.first > 0 && isDefining(tokens[$0.first - 1]) } ?? true
        let isPiped = function.map { $0.first > 0 && tokens[$0.first - 1].kind == .symbol(.pipe) } ?? false
        open.append(isDefinition ? nil : function.map { Call(function: $0.text, position: isPiped ? 1 : 0) })
      case .symbol(.openBracket), .symbol(.openBrace): open.append(nil)
      case .symbol(.closeParenthesis), .symbol(.closeBracket), .symbol(.closeBrace):
        _ = open.popLast()
        edit { $0.isAtArgument = false }
      case .symbol(.comma):
        edit {
          $0.position += 1
          $0.given += $0.name.map { [$0] } ?? []
          $0.name = nil
          $0.isAtArgument = true
        }
      case .symbol(.assign):
        if index > 0, tokens[index - 1].kind == .identifier {
          let name = tokens[index - 1].text(in: source.bytes)
          edit { $0.name = name }
        }
      case .newline: break
      default: edit { $0.isAtArgument = false }
      }
    }
    return open.last ?? nil
  }

  private func isDefining(_ token: Token) -> Bool {
    token.kind == .keyword(.fn) || (token.kind == .identifier && token.text(in: source.bytes) == "model")
  }
}

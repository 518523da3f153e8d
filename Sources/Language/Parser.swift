import Diagnostics

/// A recursive descent parser. Never fails: after an error it skips the rest of the statement and goes on. Every loop
/// consumes at least one token.
package struct Parser {
  package struct Result {
    package let program: Program
    package let diagnostics: [Diagnostic]
    /// For each statement, a hash of its tokens without spacing and comments.
    package let fingerprints: [UInt64]
    /// The text ends inside a bracket or a string, or after an operator: more lines may complete it.
    package let isIncomplete: Bool
  }

  let source: Source
  let tokens: [Token]
  let comments: [Comment]
  var position = 0
  var diagnostics: [Diagnostic]
  var depth = 0
  /// The number of open blocks around the current token.
  var blockDepth = 0
  var isIncomplete = false
  /// Whether line breaks end statements: not inside `(` and `[`, but again inside `{`.
  var newlinesEnd = true
  /// Set by an error, so that each statement reports only one; cleared at the next statement.
  var isRecovering = false
  /// Unclosed constructs at the end of the text are reported once. So is nesting that is too deep, which leaves them open.
  private var hasReportedEnd = false
  /// The token after the last unary minus.
  var negatedLiteral = -1
  /// Inside the body of a `model`, where `state` is a keyword.
  var inModelBody = false

  static let depthLimit = 160
  /// The maximum length of a chain of operators of one level, calls or pipes.
  static let chainLimit = 1000
  /// The maximum depth of the tree, to which brackets and chains both contribute.
  static let treeLimit = 1200

  package static func parse(_ source: Source) -> Result {
    let lexer = Lexer(source)
    var parser = Parser(source, lexer.tokens, lexer.comments, lexer.diagnostics)
    return parser.program()
  }

  init(_ source: Source, _ tokens: [Token], _ comments: [Comment], _ diagnostics: [Diagnostic]) {
    self.source = source
    self.tokens = tokens
    self.comments = comments
    self.diagnostics = diagnostics
  }

  private mutating func program() -> Result {
    var statements: [Statement] = []
    var fingerprints: [UInt64] = []
    skipNewlines()
    while kind != .end {
      let first = position
      statements.append(statement())
      endStatement()
      if position == first { position += 1 }
      fingerprints.append(fingerprint(first..<position))
      skipNewlines()
    }
    if case .invalid = tokens.dropLast().last?.kind, diagnostics.contains(where: { $0.id == SyntaxErrors.unclosedString }) {
      isIncomplete = isIncomplete || endsInsideString
    }
    return Result(
      program: Program(source: source, statements: statements),
      diagnostics: diagnostics.sorted { ($0.span?.start ?? 0) < ($1.span?.start ?? 0) },
      fingerprints: fingerprints, isIncomplete: isIncomplete)
  }

  /// An unclosed `{` in a string can be closed on the next line; an unclosed quote cannot.
  private var endsInsideString: Bool {
    diagnostics.contains { $0.id == SyntaxErrors.unclosedString && $0.hint?.hasPrefix("a `{`") == true }
  }

  /// FNV-1a over the tokens, each terminated by a zero, so that spacing and comments do not matter.
  /// http://www.isthe.com/chongo/tech/comp/fnv/
  private func fingerprint(_ range: Range<Int>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for token in tokens[range] where token.kind != .newline {
      for byte in source.bytes[token.start..<token.end] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = hash &* 0x100_0000_01b3
    }
    return hash
  }
}

// Inspecting and consuming tokens.
extension Parser {
  var token: Token { tokens[position] }
  var kind: Token.Kind { tokens[position].kind }
  /// The end of the last consumed token.
  var lastEnd: Int { position > 0 ? tokens[position - 1].end : tokens[0].start }

  func text(_ token: Token) -> String { token.text(in: source.bytes) }

  func at(_ symbol: Symbol) -> Bool { kind == .symbol(symbol) }
  func at(_ keyword: Keyword) -> Bool { kind == .keyword(keyword) }
  func at(word: String) -> Bool { kind == .identifier && text(token) == word }

  func peek(_ offset: Int) -> Token.Kind {
    position + offset < tokens.count ? tokens[position + offset].kind : .end
  }

  mutating func advance() { if position < tokens.count - 1 { position += 1 } }

  mutating func take(_ symbol: Symbol) -> Bool {
    guard at(symbol) else { return false }
    advance()
    return true
  }

  mutating func take(_ keyword: Keyword) -> Bool {
    guard at(keyword) else { return false }
    advance()
    return true
  }

  mutating func skipNewlines() { while kind == .newline { advance() } }

  /// Skips line breaks where brackets make them insignificant.
  mutating func skipInsideBrackets() { if !newlinesEnd { skipNewlines() } }

  /// The kind of the next token that is not a line break.
  var kindAfterNewlines: Token.Kind {
    var index = position
    while tokens[index].kind == .newline { index += 1 }
    return tokens[index].kind
  }

  /// Whether there is a `;`, which always separates statements, before the next token.
  var semicolonFollows: Bool {
    var index = position
    while tokens[index].kind == .newline {
      if source.bytes[tokens[index].start] == UInt8(ascii: ";") { return true }
      index += 1
    }
    return false
  }

  mutating func within<T>(newlinesEnd: Bool, _ body: (inout Parser) -> T) -> T {
    let outer = self.newlinesEnd
    self.newlinesEnd = newlinesEnd
    defer { self.newlinesEnd = outer }
    return body(&self)
  }

  mutating func name(_ what: String) -> Name? {
    guard kind == .identifier else {
      fail(expected: what)
      return nil
    }
    let name = Name(text: text(token), extent: Extent(token.start, token.end))
    advance()
    return name
  }
}

// Errors: the first of a statement is reported, the rest of the statement is skipped.
extension Parser {
  mutating func report(
    _ id: DiagnosticID, _ message: String, _ extent: Extent, hint: String? = nil
  ) {
    guard !isRecovering else { return }
    isRecovering = true
    if kind == .end || id == SyntaxErrors.tooDeep {
      guard !hasReportedEnd else { return }
      hasReportedEnd = true
    }
    diagnostics.append(
      Diagnostic(id, message, at: Span(source, extent.start, extent.end), hint: hint))
  }

  /// A hint if the code looks like another language's syntax.
  private var foreignSyntaxHint: String? {
    let previous = position > 0 ? text(tokens[position - 1]) : ""
    let next = position + 1 < tokens.count ? text(tokens[position + 1]) : ""
    let current = text(token)
    if let hint = ForeignSyntax.hint(forSign: current, after: previous) ?? ForeignSyntax.hint(forSign: next, after: current) { return hint }
    // Finds the first word of the statement.
    var first = position
    while first > 0, tokens[first - 1].kind != .newline, tokens[first - 1].kind != .symbol(.openBrace), tokens[first - 1].kind != .symbol(.closeBrace) {
      first -= 1
    }
    if tokens[first].kind == .identifier, first < position || previous == "}", let hint = ForeignSyntax.hint(forStatement: text(tokens[first])) { return hint }
    if current == "if", kind == .keyword(.if) { return "write `if a { b } else { c }`" }
    if current == ",", first < position {
      if tokens[first].kind == .keyword(.for) { return "put several names in parentheses: `for (i, x) in ...`" }
      if tokens[first].kind == .identifier, first + 1 == position { return "put several names in parentheses: `(a, b) = (1, 2)`" }
    }
    if current == "=", tokens[first].kind == .keyword(.if) || tokens[first].kind == .keyword(.while) { return "write `==` to compare" }
    return nil
  }

  mutating func fail(expected what: String, hint given: String? = nil) {
    let token = token
    let hint = foreignSyntaxHint ?? given
    switch token.kind {
    case .end:
      isIncomplete = true
      report(
        SyntaxErrors.unexpected, "expected \(what), got the end of the program",
        Extent(lastEnd, lastEnd), hint: hint)
    case .newline:
      report(
        SyntaxErrors.unexpected, "expected \(what), got the end of the line",
        Extent(token.start, token.start), hint: hint)
    case .invalid:
      isRecovering = true  // The lexer has reported it.
    case .keyword(let word):
      report(
        SyntaxErrors.unexpected, "expected \(what), got `\(word.rawValue)`",
        Extent(token.start, token.end),
        hint: hint ?? "`\(word.rawValue)` is a keyword and cannot be used as a name")
    default:
      report(
        SyntaxErrors.unexpected, "expected \(what), got `\(quoted(token))`",
        Extent(token.start, token.end), hint: hint)
    }
  }

  /// Consumes the bracket that closes the one at `open`.
  mutating func close(_ symbol: Symbol, opened open: Token) {
    if take(symbol) { return }
    if kind == .end {
      isIncomplete = true
      report(
        SyntaxErrors.unclosed, "unclosed `\(text(open))`", Extent(open.start, open.end),
        hint: "add `\(symbol.rawValue)`")
    } else {
      fail(expected: "`\(symbol.rawValue)` or `,`", hint: "the `\(text(open))` in line \(source.location(of: open.start).line) is not closed")
    }
  }

  /// Expects the end of a statement; after an error, skips to the next one.
  mutating func endStatement() {
    if !isRecovering, kind != .newline, kind != .end, !at(.closeBrace) {
      fail(
        expected: "the end of the statement",
        hint: "separate statements with a line break or `;`")
    }
    if !isRecovering, at(.closeBrace), blockDepth == 0 {
      report(
        SyntaxErrors.unexpected, "unmatched `}`", Extent(token.start, token.end),
        hint: "remove it")
    }
    guard isRecovering else { return }
    skipToStatementEnd()
    isRecovering = false
  }

  private mutating func skipToStatementEnd() {
    var open = 0
    while kind != .end {
      switch kind {
      case .symbol(.openBrace), .symbol(.openParenthesis), .symbol(.openBracket): open += 1
      case .symbol(.closeBrace):
        if open == 0, blockDepth > 0 { return }
        open = max(0, open - 1)
      case .symbol(.closeParenthesis), .symbol(.closeBracket): open = max(0, open - 1)
      case .newline: if open == 0 { return }
      default: break
      }
      advance()
    }
  }

  /// Runs `body` one nesting level deeper, or reports that the program is nested too deeply.
  mutating func deeper(_ body: (inout Parser) -> Expression) -> Expression {
    guard depth < Parser.depthLimit else {
      let extent = Extent(token.start, token.end)
      report(
        SyntaxErrors.tooDeep, "nested more than \(Parser.depthLimit) levels deep", extent,
        hint: "assign the inner parts to names")
      advance()
      return Expression(kind: .invalid, extent: extent)
    }
    depth += 1
    defer { depth -= 1 }
    let result = body(&self)
    guard result.depth > Parser.treeLimit else { return result }
    report(
      SyntaxErrors.tooDeep, "nested more than \(Parser.treeLimit) levels deep, including chains of operators and calls", result.extent,
      hint: "assign the inner parts to names")
    return Expression(kind: .invalid, extent: result.extent)
  }

  /// A token's text for a message, shortened: a name or a number can have a million characters.
  func quoted(_ token: Token) -> String { text(token).quotedExcerpt }
}

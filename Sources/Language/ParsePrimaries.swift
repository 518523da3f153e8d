import Diagnostics

// Literals, names, brackets, and the expressions that start with a keyword.
extension Parser {
  mutating func primary() -> Expression {
    skipInsideBrackets()
    let token = token
    let extent = Extent(token.start, token.end)
    func made(_ kind: Expression.Kind) -> Expression { Expression(kind: kind, extent: extent) }
    switch token.kind {
    case .integer:
      advance()
      return integer(token, extent)
    case .float:
      advance()
      return made(.float(Double(text(token).filter { $0 != "_" }) ?? .nan))
    case .string:
      advance()
      return made(.string(stringParts(token)))
    case .identifier:
      advance()
      return made(.name(text(token)))
    case .keyword(.true):
      advance()
      return made(.boolean(true))
    case .keyword(.false):
      advance()
      return made(.boolean(false))
    case .keyword(.nothing):
      advance()
      return made(.nothing)
    case .keyword(.if): return deeper { $0.branch() }
    case .keyword(.try): return attempt()
    case .symbol(.openParenthesis): return parenthesis()
    case .symbol(.openBracket): return brackets()
    case .symbol(.openBrace): return startsRecord ? record() : blockExpression("a block")
    default:
      fail(expected: "a value")
      return made(.invalid)
    }
  }

  private mutating func integer(_ token: Token, _ extent: Extent) -> Expression {
    let text = text(token).filter { $0 != "_" }
    let isHex = text.hasPrefix("0x") || text.hasPrefix("0X")
    if let value = isHex ? Int(text.dropFirst(2), radix: 16) : Int(text) {
      return Expression(kind: .integer(value), extent: extent)
    }
    let shown = text.quotedExcerpt
    // The magnitude of the smallest integer does not fit.
    if text == "9223372036854775808", negatedLiteral == position - 1 {
      return Expression(kind: .integer(.min), extent: extent)
    }
    report(
      SyntaxErrors.badNumber,
      isHex && text.dropFirst(2).allSatisfy(\.isHexDigit) && text.count > 2
        ? "`\(shown)` is too large for a 64-bit integer"
        : isHex ? "`\(shown)` is not a hexadecimal integer" : "`\(shown)` is too large for a 64-bit integer",
      extent,
      hint: isHex ? nil : "write it as a float: `\(shown).0`")
    return Expression(kind: .invalid, extent: extent)
  }

  /// `(a)` is `a`; `()`, `(a,)` and `(a, b)` are lists.
  private mutating func parenthesis() -> Expression {
    let open = token
    advance()
    return within(newlinesEnd: false) { parser in
      var items: [Expression] = []
      var isList = false
      parser.skipNewlines()
      while !parser.at(.closeParenthesis), !parser.isRecovering, parser.kind != .end {
        items.append(parser.expression())
        parser.skipNewlines()
        guard parser.take(.comma) else { break }
        isList = true
        parser.skipNewlines()
      }
      parser.close(.closeParenthesis, opened: open)
      if items.count == 1, !isList { return items[0] }
      return Expression(kind: .list(items), extent: Extent(open.start, parser.lastEnd))
    }
  }

  private mutating func brackets() -> Expression {
    let open = token
    advance()
    return within(newlinesEnd: false) { parser in
      var items: [Expression] = []
      parser.skipNewlines()
      while !parser.at(.closeBracket), !parser.isRecovering, parser.kind != .end {
        items.append(parser.expression())
        parser.skipNewlines()
        guard parser.take(.comma) else { break }
        parser.skipNewlines()
      }
      parser.close(.closeBracket, opened: open)
      return Expression(kind: .brackets(items), extent: Extent(open.start, parser.lastEnd))
    }
  }

  /// `{` followed by `}` or `NAME:` opens a record, otherwise a block.
  private var startsRecord: Bool {
    var index = position + 1
    while tokens[index].kind == .newline { index += 1 }
    if tokens[index].kind == .symbol(.closeBrace) { return true }
    guard tokens[index].kind == .identifier else { return false }
    return tokens[index + 1].kind == .symbol(.colon)
  }

  private mutating func record() -> Expression {
    let open = token
    advance()
    return within(newlinesEnd: false) { parser in
      var fields: [(name: Name, value: Expression)] = []
      var names: Set<String> = []
      parser.skipNewlines()
      while !parser.at(.closeBrace), !parser.isRecovering, parser.kind != .end {
        guard let name = parser.name("a field name") else { break }
        guard parser.take(.colon) else {
          parser.fail(expected: "`:` after the field name")
          break
        }
        if !names.insert(name.text).inserted {
          parser.report(SyntaxErrors.duplicate, "duplicate field `\(name.text.quotedExcerpt)`", name.extent, hint: "remove one of them")
        }
        fields.append((name, parser.expressionAfterOperator()))
        parser.skipNewlines()
        guard parser.take(.comma) else { break }
        parser.skipNewlines()
      }
      parser.close(.closeBrace, opened: open)
      return Expression(kind: .record(fields), extent: Extent(open.start, parser.lastEnd))
    }
  }

  private mutating func branch() -> Expression {
    let start = token.start
    advance()
    let condition = within(newlinesEnd: true) { $0.expression() }
    guard let then = block("a block in braces") else {
      return Expression(kind: .invalid, extent: Extent(start, lastEnd))
    }
    var otherwise: Expression?
    if kind == .newline, kindAfterNewlines == .keyword(.else), !semicolonFollows { skipNewlines() }
    if take(.else) {
      otherwise = at(.if) ? deeper { $0.branch() } : blockExpression("a block in braces or `if`")
    }
    return Expression(
      kind: .branch(condition: condition, then: then, otherwise: otherwise), extent: Extent(start, lastEnd))
  }

  private mutating func attempt() -> Expression {
    let start = token.start
    advance()
    let invalid = Expression(kind: .invalid, extent: Extent(start, start))
    guard let body = block("a block in braces") else { return invalid }
    if kind == .newline, kindAfterNewlines == .keyword(.catch), !semicolonFollows { skipNewlines() }
    guard take(.catch) else {
      fail(expected: "`catch` and a name for the error")
      return invalid
    }
    guard let name = name("a name for the error"), let handler = block("a block in braces") else {
      return invalid
    }
    return Expression(kind: .attempt(body, name: name, handler: handler), extent: Extent(start, lastEnd))
  }

  // Lambdas: `x -> ...`, `(a, b) -> ...`, `() -> ...`.

  var startsLambda: Bool {
    if kind == .identifier { return peek(1) == .symbol(.arrow) }
    guard at(.openParenthesis) else { return false }
    var index = position + 1
    while true {
      switch tokens[index].kind {
      case .newline, .identifier, .symbol(.comma): index += 1
      case .symbol(.closeParenthesis): return tokens[index + 1].kind == .symbol(.arrow)
      default: return false
      }
    }
  }

  mutating func lambda() -> Expression {
    let start = token.start
    var parameters: [FormalParameter] = []
    let inParentheses = take(.openParenthesis)
    repeat {
      if inParentheses { skipNewlines() }
      if inParentheses, at(.closeParenthesis) { break }
      guard let name = name("a parameter") else { break }
      if parameters.contains(where: { $0.name.text == name.text }) {
        report(SyntaxErrors.duplicate, "duplicate parameter `\(name.text.quotedExcerpt)`", name.extent, hint: "rename one of them")
      }
      parameters.append(FormalParameter(name: name, defaultValue: nil, isRest: false))
      if inParentheses { skipNewlines() }
    } while inParentheses && take(.comma)
    if inParentheses, !isRecovering, !take(.closeParenthesis) { fail(expected: "`,` or `)`") }
    if !isRecovering, !take(.arrow) { fail(expected: "`->`") }
    let body = expressionAfterOperator()
    let extent = Extent(start, body.extent.end)
    return Expression(
      kind: .lambda(
        Function(name: nil, parameters: parameters, body: body, documentation: nil, extent: extent)),
      extent: extent)
  }
}

import Diagnostics

// One function for each precedence level of the table in Docs/Language, lowest first:
// `->`, `|>`, `or`, `and`, `not`, comparisons, `..`/`by`, `+ -`, `* / % // @`, unary minus, `^`.
extension Parser {
  mutating func expression() -> Expression {
    deeper { parser in parser.startsLambda ? parser.lambda() : parser.pipeline() }
  }

  /// The operand after an operator may be on the next line.
  mutating func expressionAfterOperator() -> Expression {
    skipNewlines()
    return expression()
  }

  private mutating func pipeline() -> Expression {
    let start = nextStart
    var left = disjunction()
    var length = 0
    while true {
      // A line may begin with `|>`.
      if kind == .newline, kindAfterNewlines == .symbol(.pipe), !semicolonFollows { skipNewlines() }
      guard take(.pipe) else { return left }
      skipNewlines()
      let right = startsLambda ? lambda() : disjunction()
      left = joined(from: start, .pipe(left, right))
      length += 1
      if isTooLong(length, "pipes", left, hint: "assign the result of the first part to a name") { return left }
    }
  }

  private mutating func disjunction() -> Expression {
    chain({ $0.conjunction() }) { parser in parser.take(.or) ? { .or($0, $1) } : nil }
  }

  private mutating func conjunction() -> Expression {
    chain({ $0.negation() }) { parser in parser.take(.and) ? { .and($0, $1) } : nil }
  }

  private mutating func negation() -> Expression {
    let start = token.start
    guard take(.not) else { return comparison() }
    skipNewlines()
    let operand = deeper { $0.negation() }
    return joined(from: start, .not(operand))
  }

  private mutating func comparison() -> Expression {
    let start = nextStart
    let first = range()
    var operators: [ComparisonOperator] = []
    var operands = [first]
    skipInsideBrackets()
    while case .symbol(let symbol) = kind, let comparison = ComparisonOperator(rawValue: symbol.rawValue) {
      advance()
      skipNewlines()
      operators.append(comparison)
      operands.append(range())
      skipInsideBrackets()
    }
    if operators.isEmpty { return first }
    return joined(from: start, .comparison(operators, operands))
  }

  private mutating func range() -> Expression {
    let start = nextStart
    let low = sum()
    guard take(.range) else { return low }
    skipNewlines()
    let high = sum()
    guard at(word: "by") else { return joined(from: start, .range(low, high, by: nil)) }
    advance()
    skipNewlines()
    let step = sum()
    return joined(from: start, .range(low, high, by: step))
  }

  private mutating func sum() -> Expression {
    chain({ $0.product() }) { parser in
      parser.take(.plus) ? { .binary(.add, $0, $1) } : parser.take(.minus) ? { .binary(.subtract, $0, $1) } : nil
    }
  }

  private mutating func product() -> Expression {
    chain({ $0.prefix() }) { parser in
      guard case .symbol(let symbol) = parser.kind else { return nil }
      let operation: BinaryOperator
      switch symbol {
      case .star: operation = .multiply
      case .slash: operation = .divide
      case .floorDivide: operation = .floorDivide
      case .percent: operation = .remainder
      case .at: operation = .matrix
      default: return nil
      }
      parser.advance()
      return { .binary(operation, $0, $1) }
    }
  }

  private mutating func prefix() -> Expression {
    let start = token.start
    guard take(.minus) else { return power() }
    skipNewlines()
    let literal = position
    negatedLiteral = literal
    let operand = deeper { $0.prefix() }
    // Folds the sign into the literal, so that the smallest integer can be written.
    switch operand.kind {
    case .integer(let value) where value != .min || position == literal + 1:
      return Expression(kind: .integer(0 &- value), extent: Extent(start, operand.extent.end))
    case .float(let value): return Expression(kind: .float(-value), extent: Extent(start, operand.extent.end))
    default: return joined(from: start, .unary(.negate, operand))
    }
  }

  /// Right-associative; the exponent can have a minus: `2 ^ -1`.
  private mutating func power() -> Expression {
    let start = nextStart
    let base = postfix()
    skipInsideBrackets()
    guard take(.caret) else { return base }
    skipNewlines()
    let exponent = deeper { $0.prefix() }
    return joined(from: start, .binary(.power, base, exponent))
  }

  /// Left-associative operators of one precedence level.
  private mutating func chain(
    _ operand: (inout Parser) -> Expression,
    _ operation: (inout Parser) -> ((Expression, Expression) -> Expression.Kind)?
  ) -> Expression {
    let start = nextStart
    var left = operand(&self)
    var length = 0
    while true {
      skipInsideBrackets()
      guard let make = operation(&self) else { return left }
      skipNewlines()
      let right = operand(&self)
      left = joined(from: start, make(left, right))
      length += 1
      if isTooLong(length, "operators", left, hint: "collect the operands in a list, or assign some of them to names") { return left }
    }
  }

  /// Reports a chain that is too long.
  private mutating func isTooLong(_ length: Int, _ what: String, _ chain: Expression, hint: String) -> Bool {
    guard length > Parser.chainLimit else { return false }
    report(SyntaxErrors.tooDeep, "more than 1,000 \(what) in one chain", chain.extent, hint: hint)
    return true
  }

  /// A compound expression up to the last token consumed, including the parentheses around its first and last part.
  private func joined(from start: Int, _ kind: Expression.Kind) -> Expression {
    var last = position - 1
    while last > 0, tokens[last].kind == .newline { last -= 1 }
    return Expression(kind: kind, extent: Extent(start, tokens[last].end))
  }

  /// The start of the next token that is not a line break.
  private var nextStart: Int {
    var index = position
    while tokens[index].kind == .newline { index += 1 }
    return tokens[index].start
  }

  /// Calls, subscripts and fields, which bind tightest.
  mutating func postfix() -> Expression {
    let start = nextStart
    var base = primary()
    var length = 0
    while !isRecovering {
      length += 1
      skipInsideBrackets()
      if isTooLong(length, "calls and subscripts", base, hint: "assign the inner parts to names") { break }
      if at(.openParenthesis) {
        let arguments = arguments()
        base = Expression(kind: .call(base, arguments), extent: Extent(start, lastEnd))
      } else if at(.openBracket) {
        let subscripts = subscripts()
        base = Expression(kind: .index(base, subscripts), extent: Extent(start, lastEnd))
      } else if at(.dot) {
        advance()
        skipNewlines()
        guard let name = name("a field name") else { break }
        base = Expression(kind: .field(base, name), extent: Extent(start, lastEnd))
      } else {
        break
      }
    }
    return base
  }

  private mutating func arguments() -> [Argument] {
    let open = token
    advance()
    return within(newlinesEnd: false) { parser in
      var arguments: [Argument] = []
      var names: Set<String> = []
      parser.skipNewlines()
      while !parser.at(.closeParenthesis), !parser.isRecovering, parser.kind != .end {
        var name: Name?
        if parser.kind == .identifier, parser.peek(1) == .symbol(.assign) {
          name = parser.name("an argument name")
          parser.advance()
          parser.skipNewlines()
        }
        let value = parser.expression()
        if name == nil, !names.isEmpty, let last = arguments.last(where: { $0.name != nil })?.name {
          parser.report(
            SyntaxErrors.misplaced, "positional argument after named argument `\(last.text.quotedExcerpt)`",
            value.extent, hint: "move it before the named arguments")
        }
        if let name, !names.insert(name.text).inserted {
          parser.report(SyntaxErrors.duplicate, "duplicate argument `\(name.text.quotedExcerpt)`", name.extent, hint: "remove one of them")
        }
        arguments.append(Argument(name: name, value: value))
        parser.skipNewlines()
        guard parser.take(.comma) else { break }
        parser.skipNewlines()
      }
      parser.close(.closeParenthesis, opened: open)
      return arguments
    }
  }

  private mutating func subscripts() -> [Subscript] {
    let open = token
    advance()
    return within(newlinesEnd: false) { parser in
      var subscripts: [Subscript] = []
      parser.skipNewlines()
      while !parser.at(.closeBracket), !parser.isRecovering, parser.kind != .end {
        subscripts.append(parser.oneSubscript())
        parser.skipNewlines()
        guard parser.take(.comma) else { break }
        parser.skipNewlines()
      }
      if subscripts.isEmpty { parser.fail(expected: "an index or a slice") }
      parser.close(.closeBracket, opened: open)
      return subscripts
    }
  }

  private mutating func oneSubscript() -> Subscript {
    if take(.ellipsis) { return .ellipsis }
    var parts: [Expression?] = [nil]
    if !at(.colon) { parts[0] = expression() }
    while at(.colon), parts.count < 3 {
      advance()
      let ends = at(.colon) || at(.comma) || at(.closeBracket)
      parts.append(ends ? nil : expression())
    }
    if parts.count == 1, let position = parts[0] { return .position(position) }
    return .slice(parts[0], parts[1], parts.count > 2 ? parts[2] : nil)
  }
}

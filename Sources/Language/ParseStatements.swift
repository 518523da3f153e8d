import Diagnostics

extension Parser {
  mutating func statement() -> Statement {
    let start = token.start
    let kind = statementKind()
    return Statement(kind: kind, extent: Extent(start, max(start, lastEnd)))
  }

  private mutating func statementKind() -> Statement.Kind {
    switch kind {
    case .keyword(.fn):
      if case .identifier = peek(1) { return namedFunction() }
      fail(expected: "a statement", hint: "write an anonymous function as `x -> ...`")
      return .invalid
    case .keyword(.while): return whileLoop()
    case .keyword(.for): return forLoop()
    case .keyword(.return):
      advance()
      if kind == .newline || kind == .end || at(.closeBrace) { return .return(nil) }
      return .return(expression())
    case .keyword(.break):
      advance()
      return .break
    case .keyword(.continue):
      advance()
      return .continue
    case .keyword(.expect):
      advance()
      return .expect(expression())
    case .keyword(.import): return importFile()
    case .identifier:
      if at(word: "model"), case .identifier = peek(1) { return model() }
      if at(word: "test"), case .string = peek(1) { return test() }
      if inModelBody, at(word: "state"), case .identifier = peek(1) { return state() }
      return expressionOrAssignment()
    default: return expressionOrAssignment()
    }
  }

  private mutating func expressionOrAssignment() -> Statement.Kind {
    let value = expression()
    if case .symbol(let symbol) = kind, let operation = symbol.updateOperator { return update(value, operation) }
    guard at(.assign) else { return .expression(value) }
    guard let target = target(value) else { return .invalid }
    advance()
    return .assign(target, expressionAfterOperator())
  }

  /// Desugars `x += 1` to `x = x + 1`. Target and left operand have the same extent, which tells the compiler to evaluate
  /// their index expressions once.
  private mutating func update(_ value: Expression, _ operation: BinaryOperator) -> Statement.Kind {
    if case .list = value.kind {
      report(
        SyntaxErrors.badTarget, "`\(text(token))` cannot assign to several targets", value.extent,
        hint: "write one statement for each target: `a \(text(token)) 1`")
      return .invalid
    }
    guard let target = target(value) else { return .invalid }
    advance()
    let right = expressionAfterOperator()
    return .assign(target, Expression(kind: .binary(operation, value, right), extent: Extent(value.extent.start, right.extent.end)))
  }

  private mutating func state() -> Statement.Kind {
    advance()
    let start = token.start
    guard let name = name("a state name") else { return .invalid }
    guard take(.assign) else {
      fail(expected: "`=` and an initial value")
      return .invalid
    }
    let target = Target(kind: .state(name.text), extent: Extent(start, name.extent.end))
    return .assign(target, expressionAfterOperator())
  }

  /// Converts an expression to an assignment target.
  mutating func target(_ expression: Expression) -> Target? {
    let kind: Target.Kind
    switch expression.kind {
    case .name(let name): kind = .name(name)
    case .index(let base, let subscripts):
      guard let base = target(base) else { return nil }
      kind = .index(base, subscripts)
    case .field(let base, let name):
      guard let base = target(base) else { return nil }
      kind = .field(base, name)
    case .list(let items):
      var targets: [Target] = []
      for item in items {
        guard let target = target(item) else { return nil }
        targets.append(target)
      }
      kind = .list(targets)
    case .invalid: return nil
    default:
      report(
        SyntaxErrors.badTarget, "cannot assign to this expression", expression.extent,
        hint: "assign to a name, an element `x[0]`, a field `r.a`, or names in parentheses; write `==` to compare")
      return nil
    }
    return Target(kind: kind, extent: expression.extent)
  }

  private mutating func namedFunction() -> Statement.Kind {
    let start = token.start
    let documentation = documentation(before: start)
    advance()
    guard let name = name("a function name") else { return .invalid }
    let parameters = parameterList()
    let outerModel = inModelBody
    inModelBody = false
    defer { inModelBody = outerModel }
    let body = blockExpression("a function body in braces")
    return .function(
      name,
      Function(
        name: name.text, parameters: parameters, body: body, documentation: documentation,
        extent: Extent(start, lastEnd)))
  }

  private mutating func model() -> Statement.Kind {
    let start = token.start
    let documentation = documentation(before: start)
    advance()
    guard let name = name("a model name") else { return .invalid }
    let parameters = at(.openParenthesis) ? parameterList() : []
    let outer = inModelBody
    inModelBody = true
    defer { inModelBody = outer }
    guard let body = block("a model body in braces") else { return .invalid }
    return .model(
      Model(
        name: name, parameters: parameters, body: body, documentation: documentation,
        extent: Extent(start, lastEnd)))
  }

  private mutating func parameterList() -> [FormalParameter] {
    let open = token
    guard take(.openParenthesis) else {
      fail(expected: "`(`")
      return []
    }
    return within(newlinesEnd: false) { parser in
      var parameters: [FormalParameter] = []
      parser.skipNewlines()
      while !parser.at(.closeParenthesis), !parser.isRecovering {
        guard let name = parser.name("a parameter name") else { break }
        if parameters.contains(where: { $0.name.text == name.text }) {
          parser.report(
            SyntaxErrors.duplicate, "duplicate parameter `\(name.text.quotedExcerpt)`", name.extent, hint: "rename one of them")
        }
        var value: Expression?
        let isRest = parser.take(.ellipsis)
        if !isRest, parser.take(.assign) { value = parser.expressionAfterOperator() }
        if let last = parameters.last, last.isRest {
          parser.report(
            SyntaxErrors.misplaced, "rest parameter `\(last.name.text.quotedExcerpt)...` must come last",
            last.name.extent)
        }
        parameters.append(FormalParameter(name: name, defaultValue: value, isRest: isRest))
        parser.skipNewlines()
        guard parser.take(.comma) else { break }
        parser.skipNewlines()
      }
      parser.close(.closeParenthesis, opened: open)
      return parameters
    }
  }

  private mutating func whileLoop() -> Statement.Kind {
    advance()
    let condition = expression()
    guard let body = block("a loop body in braces") else { return .invalid }
    return .whileLoop(condition: condition, body: body)
  }

  private mutating func forLoop() -> Statement.Kind {
    advance()
    // Parses a target only: `in` is not an operator.
    let written = postfix()
    guard let target = target(written) else {
      isRecovering = true
      return .invalid
    }
    guard take(.in) else {
      fail(expected: "`in`")
      return .invalid
    }
    let sequence = expression()
    guard let body = block("a loop body in braces") else { return .invalid }
    return .forLoop(target, in: sequence, body: body)
  }

  private mutating func test() -> Statement.Kind {
    advance()
    let name = plainString()
    advance()
    guard let body = block("a test body in braces") else { return .invalid }
    return .test(name: name, body: body)
  }

  private mutating func importFile() -> Statement.Kind {
    advance()
    guard kind == .string else {
      fail(expected: "a file name in quotes")
      return .invalid
    }
    let path = plainString()
    let extent = Extent(token.start, token.end)
    advance()
    if at(word: "as") {
      advance()
      guard let name = name("a name") else { return .invalid }
      return .importFile(path: path, name: name)
    }
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let stem = file.hasSuffix(".loam") ? String(file.dropLast(5)) : file
    if !Lexer.isName(stem) {
      report(
        SyntaxErrors.unexpected, "file name \"\(stem)\" is not a valid name", extent,
        hint: "give it a name: `import \"\(path)\" as part`")
    }
    return .importFile(path: path, name: Name(text: stem, extent: extent))
  }

  /// `{ ... }` as statements.
  mutating func block(_ what: String) -> Block? {
    let open = token
    guard take(.openBrace) else {
      fail(expected: what)
      return nil
    }
    guard depth < Parser.depthLimit else {
      report(
        SyntaxErrors.tooDeep, "nested more than \(Parser.depthLimit) levels deep",
        Extent(open.start, open.end), hint: "move the inner part into a function")
      return nil
    }
    depth += 1
    blockDepth += 1
    defer {
      depth -= 1
      blockDepth -= 1
    }
    return within(newlinesEnd: true) { parser in
      var statements: [Statement] = []
      parser.skipNewlines()
      while !parser.at(.closeBrace), parser.kind != .end {
        let first = parser.position
        statements.append(parser.statement())
        parser.endStatement()
        if parser.position == first { parser.advance() }
        parser.skipNewlines()
      }
      parser.close(.closeBrace, opened: open)
      return Block(statements: statements, extent: Extent(open.start, parser.lastEnd))
    }
  }

  mutating func blockExpression(_ what: String) -> Expression {
    let start = token.start
    guard let block = block(what) else { return Expression(kind: .invalid, extent: Extent(start, start)) }
    return Expression(kind: .block(block), extent: block.extent)
  }

  /// The `##` lines directly above, without the marks.
  private func documentation(before start: Int) -> String? {
    var lines: [String] = []
    var upTo = start
    // Binary search for the last comment before the start.
    var (low, high) = (0, comments.count)
    while low < high {
      let middle = (low + high) / 2
      if comments[middle].end <= start { low = middle + 1 } else { high = middle }
    }
    for comment in comments[..<low].reversed() {
      let between = source.bytes[comment.end..<upTo]
      guard comment.isDocumentation, between.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }),
        between.count(where: { $0 == 0x0A }) <= 1
      else { break }
      let text = String(decoding: source.bytes[(comment.start + 2)..<comment.end], as: UTF8.self)
      lines.append(text.hasPrefix(" ") ? String(text.dropFirst()) : text)
      upTo = comment.start
    }
    return lines.isEmpty ? nil : lines.reversed().joined(separator: "\n")
  }
}

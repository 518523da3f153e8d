import Language

// What a report marks when an instruction fails: in a chain of calls the call that failed, not the start of the chain.
extension FunctionCompiler {
  /// Like `at`, with the mark of an expression's last instruction.
  func marking<T>(_ expression: Expression, _ body: () throws -> T) rethrows -> T {
    let (extent, focus) = mark(of: expression)
    return try at(extent, focus: focus, body)
  }

  private func mark(of expression: Expression) -> (extent: Extent, focus: Int) {
    let extent = expression.extent
    switch expression.kind {
    case .pipe(_, let link):
      if case .call = link.kind { return mark(of: link) }
      return (link.extent, link.extent.start)
    case .call(let callee, _):
      guard case .field(let base, let name) = callee.kind else { return (extent, focus(extent, behind: callee)) }
      // `m.encode(x)` is marked as a whole; in `few.shuffle().take(3)` each call is marked separately.
      return (extent, base.isChain || spansLines(base.extent.start, name.extent.start) ? name.extent.start : extent.start)
    case .index(let base, _): return (extent, focus(extent, behind: base))
    case .binary(_, let left, _), .and(let left, _), .or(let left, _), .range(let left, _, _):
      return (extent, focus(extent, behind: left))
    case .comparison(_, let operands) where operands.count == 2: return (extent, focus(extent, behind: operands[0]))
    default: return (extent, extent.start)
    }
  }

  /// One comparison of a chain of them.
  func marking<T>(_ left: Expression, _ right: Expression, _ body: () throws -> T) rethrows -> T {
    let extent = Extent(left.extent.start, right.extent.end)
    return try at(extent, focus: focus(extent, behind: left), body)
  }

  /// The start of the expression, or the operator after the left operand if that is on another line.
  private func focus(_ extent: Extent, behind left: Expression) -> Int {
    let sign = signPosition(behind: left.extent.end, before: extent.end)
    return spansLines(extent.start, sign) ? sign : extent.start
  }

  /// The first byte that is not white space, a comment, or a closing parenthesis around the left operand.
  private func signPosition(behind start: Int, before end: Int) -> Int {
    var position = start
    while position < min(end, source.bytes.count) {
      switch source.bytes[position] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"), UInt8(ascii: ")"): position += 1
      case UInt8(ascii: "#"): while position < end, source.bytes[position] != UInt8(ascii: "\n") { position += 1 }
      default: return position
      }
    }
    return start
  }

  private func spansLines(_ start: Int, _ end: Int) -> Bool {
    start < end && source.bytes[start..<min(end, source.bytes.count)].contains(UInt8(ascii: "\n"))
  }
}

extension Expression {
  /// Whether it contains a call in its chain of fields and subscripts.
  fileprivate var isChain: Bool {
    switch kind {
    case .call, .pipe: true
    case .field(let base, _), .index(let base, _): base.isChain
    default: false
    }
  }
}

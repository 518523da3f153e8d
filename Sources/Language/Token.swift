/// A token and its byte range in the source.
package struct Token: Sendable {
  package enum Kind: Equatable, Sendable {
    case identifier, integer, float, string
    case keyword(Keyword)
    case symbol(Symbol)
    /// A line break or `;`, which may end a statement.
    case newline
    case end
    /// Invalid text, already reported by the lexer.
    case invalid
  }

  package let kind: Kind
  package let start: Int
  package let end: Int

  package func text(in bytes: [UInt8]) -> String { String(decoding: bytes[start..<end], as: UTF8.self) }
}

/// Reserved words. `model`, `state`, `test`, `by` and `as` are contextual keywords, and not among them.
package enum Keyword: String, CaseIterable, Sendable {
  case and, or, not
  case `if`, `else`, `for`, `in`, `while`, `break`, `continue`
  case fn, `return`
  case `try`, `catch`
  case expect, `import`
  case `true`, `false`, nothing
}

package enum Symbol: String, CaseIterable, Sendable {
  case ellipsis = "..."
  case addAssign = "+=", subtractAssign = "-=", multiplyAssign = "*=", divideAssign = "/=", floorDivideAssign = "//=", remainderAssign = "%="
  case powerAssign = "^=", matrixAssign = "@="
  case pipe = "|>", arrow = "->", range = "..", floorDivide = "//"
  case equal = "==", notEqual = "!=", lessEqual = "<=", greaterEqual = ">="
  case plus = "+", minus = "-", star = "*", slash = "/", percent = "%", at = "@", caret = "^"
  case less = "<", greater = ">", assign = "="
  case openParenthesis = "(", closeParenthesis = ")"
  case openBracket = "[", closeBracket = "]"
  case openBrace = "{", closeBrace = "}"
  case comma = ",", colon = ":", dot = "."

  /// Longest first, for maximal munch.
  static let byLength =
    allCases
    .map { (symbol: $0, bytes: Array($0.rawValue.utf8)) }
    .sorted { $0.bytes.count > $1.bytes.count }

  /// A line break after these does not end the statement.
  var continuesLine: Bool {
    switch self {
    case .pipe, .arrow, .range, .floorDivide, .equal, .notEqual, .lessEqual, .greaterEqual, .plus,
      .minus, .star, .slash, .percent, .at, .caret, .less, .greater, .assign, .comma, .dot:
      true
    default: isUpdate
    }
  }

  /// The binary operator of a compound assignment such as `x += 1`.
  var updateOperator: BinaryOperator? {
    switch self {
    case .addAssign: .add
    case .subtractAssign: .subtract
    case .multiplyAssign: .multiply
    case .divideAssign: .divide
    case .floorDivideAssign: .floorDivide
    case .remainderAssign: .remainder
    case .powerAssign: .power
    case .matrixAssign: .matrix
    default: nil
    }
  }

  var isUpdate: Bool { updateOperator != nil }
}

/// A comment. Documentation before a `fn` or `model` starts with `##`.
package struct Comment: Sendable {
  package let start: Int
  package let end: Int
  package let isDocumentation: Bool
}

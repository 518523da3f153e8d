/// A word of the language with its place in the source's bytes.
package struct Token: Sendable {
  package enum Kind: Equatable, Sendable {
    case identifier, integer, float, string
    case keyword(Keyword)
    case symbol(Symbol)
    /// A line end that may end a statement; `;` counts as one.
    case newline
    case end
    /// Something no rule knows; the lexer has reported it.
    case invalid
  }

  package let kind: Kind
  package let start: Int
  package let end: Int

  package func text(in bytes: [UInt8]) -> String { String(decoding: bytes[start..<end], as: UTF8.self) }
}

/// Words that can never be names. `model`, `state`, `test`, `by`, `as` are words only in their
/// place, so they are not here.
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
  case comma = ",", colon = ":", dot = ".", semicolon = ";"

  /// Longest first, so that the lexer takes the longest that fits.
  static let byLength =
    allCases
    .map { (symbol: $0, bytes: Array($0.rawValue.utf8)) }
    .sorted { $0.bytes.count > $1.bytes.count }

  /// After these a line may break without ending the statement.
  var continuesLine: Bool {
    switch self {
    case .pipe, .arrow, .range, .floorDivide, .equal, .notEqual, .lessEqual, .greaterEqual, .plus,
      .minus, .star, .slash, .percent, .at, .caret, .less, .greater, .assign, .comma, .dot:
      true
    default: isUpdate
    }
  }

  /// The operator of `x += 1` and its kind.
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

/// A comment, kept beside the tokens: documentation before a `fn` or `model` starts with `##`.
package struct Comment: Sendable {
  package let start: Int
  package let end: Int
  package let isDocumentation: Bool
}

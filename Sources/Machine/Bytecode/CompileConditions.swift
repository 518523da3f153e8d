import Language

// Conditions: comparisons fused with their jumps, `and`, `or` and `not` as jumps alone.
extension FunctionCompiler {
  /// Returns jumps that are taken if the condition equals `outcome`; otherwise control falls through.
  func condition(_ expression: Expression, jumpIf outcome: Bool) throws -> [Int] {
    try marking(expression) {
      switch expression.kind {
      case .boolean(let value): return value == outcome ? [jump(.jump)] : []
      case .not(let inner): return try condition(inner, jumpIf: !outcome)
      case .and(let a, let b), .or(let a, let b):
        var isAnd = false
        if case .and = expression.kind { isAnd = true }
        if isAnd != outcome { return try condition(a, jumpIf: outcome) + condition(b, jumpIf: outcome) }
        let skip = try condition(a, jumpIf: !outcome)
        let taken = try condition(b, jumpIf: outcome)
        patchHere(skip)
        return taken
      case .comparison(let operators, let operands) where operators.count == 1:
        return try scratch { [try compareAndJump(operators[0], operands[0], operands[1], outcome)] }
      default:
        return try scratch { [jump(outcome ? .jumpIf : .jumpUnless, try self.expression(expression))] }
      }
    }
  }

  private func compareAndJump(_ comparison: ComparisonOperator, _ a: Expression, _ b: Expression, _ outcome: Bool) throws -> Int {
    let first = try left(a, before: b)
    if let constant = numericConstant(b) { return jump(comparison.jumpWithConstant(outcome), first, constant) }
    let second = try expression(b)
    switch comparison {
    case .equal: return jump(outcome ? .jumpEqual : .jumpNotEqual, first, second)
    case .notEqual: return jump(outcome ? .jumpNotEqual : .jumpEqual, first, second)
    case .less: return jump(outcome ? .jumpLess : .jumpNotLess, first, second)
    case .lessEqual: return jump(outcome ? .jumpLessEqual : .jumpNotLessEqual, first, second)
    case .greater: return jump(outcome ? .jumpLess : .jumpNotLess, second, first)
    case .greaterEqual: return jump(outcome ? .jumpLessEqual : .jumpNotLessEqual, second, first)
    }
  }
}

extension ComparisonOperator {
  func jumpWithConstant(_ outcome: Bool) -> Op {
    switch self {
    case .equal: outcome ? .jumpEqualK : .jumpNotEqualK
    case .notEqual: outcome ? .jumpNotEqualK : .jumpEqualK
    case .less: outcome ? .jumpLessK : .jumpNotLessK
    case .lessEqual: outcome ? .jumpLessEqualK : .jumpNotLessEqualK
    case .greater: outcome ? .jumpGreaterK : .jumpNotGreaterK
    case .greaterEqual: outcome ? .jumpGreaterEqualK : .jumpNotGreaterEqualK
    }
  }
}

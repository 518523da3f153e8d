import Language

// Conditions: comparisons fused with their jumps, `and`, `or` and `not` as jumps alone.
extension FunctionCompiler {
  /// Returns jumps that are taken if the condition equals `truth`; otherwise control falls through.
  func condition(_ expression: Expression, jumpIf truth: Bool) throws -> [Int] {
    try marking(expression) {
      switch expression.kind {
      case .not(let inner): return try condition(inner, jumpIf: !truth)
      case .and(let a, let b), .or(let a, let b):
        var isAnd = false
        if case .and = expression.kind { isAnd = true }
        if isAnd != truth { return try condition(a, jumpIf: truth) + condition(b, jumpIf: truth) }
        let skip = try condition(a, jumpIf: !truth)
        let taken = try condition(b, jumpIf: truth)
        aimHere(skip)
        return taken
      case .comparison(let operators, let operands) where operators.count == 1:
        return try scratch { [try compareAndJump(operators[0], operands[0], operands[1], truth)] }
      default:
        return try scratch { [jump(truth ? .jumpIf : .jumpUnless, try self.expression(expression))] }
      }
    }
  }

  private func compareAndJump(_ comparison: ComparisonOperator, _ a: Expression, _ b: Expression, _ truth: Bool) throws -> Int {
    let first = try left(a, before: b)
    if let constant = numericConstant(b) { return jump(comparison.jumpWithConstant(truth), first, constant) }
    let second = try expression(b)
    switch comparison {
    case .equal: return jump(truth ? .jumpEqual : .jumpNotEqual, first, second)
    case .notEqual: return jump(truth ? .jumpNotEqual : .jumpEqual, first, second)
    case .less: return jump(truth ? .jumpLess : .jumpNotLess, first, second)
    case .lessEqual: return jump(truth ? .jumpLessEqual : .jumpNotLessEqual, first, second)
    case .greater: return jump(truth ? .jumpLess : .jumpNotLess, second, first)
    case .greaterEqual: return jump(truth ? .jumpLessEqual : .jumpNotLessEqual, second, first)
    }
  }
}

extension ComparisonOperator {
  func jumpWithConstant(_ truth: Bool) -> Op {
    switch self {
    case .equal: truth ? .jumpEqualK : .jumpNotEqualK
    case .notEqual: truth ? .jumpNotEqualK : .jumpEqualK
    case .less: truth ? .jumpLessK : .jumpNotLessK
    case .lessEqual: truth ? .jumpLessEqualK : .jumpNotLessEqualK
    case .greater: truth ? .jumpGreaterK : .jumpNotGreaterK
    case .greaterEqual: truth ? .jumpGreaterEqualK : .jumpNotGreaterEqualK
    }
  }
}

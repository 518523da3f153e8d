import Diagnostics

/// The syntax tree of a program. Nodes are values and know their byte ranges.
package struct Program: Sendable {
  package let source: Source
  package let statements: [Statement]
}

/// A byte range in the source.
package struct Extent: Equatable, Sendable {
  package var start: Int
  package var end: Int

  package init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = end
  }
}

package struct Name: Equatable, Sendable {
  package let text: String
  package let extent: Extent
}

package struct Statement: Sendable {
  package let kind: Kind
  package let extent: Extent

  package indirect enum Kind: Sendable {
    case expression(Expression)
    case assign(Target, Expression)
    case function(Name, Function)
    case model(Model)
    case whileLoop(condition: Expression, body: Block)
    case forLoop(Target, in: Expression, body: Block)
    case `return`(Expression?)
    case `break`
    case `continue`
    case expect(Expression)
    case test(name: String, body: Block)
    case importFile(path: String, name: Name)
    /// A statement with a syntax error, already reported.
    case invalid
  }
}

package struct Block: Sendable {
  package let statements: [Statement]
  package let extent: Extent
  let depth: Int

  init(statements: [Statement], extent: Extent) {
    self.statements = statements
    self.extent = extent
    depth = statements.lazy.map(\.depth).max() ?? 0
  }
}

/// The left side of an assignment.
package struct Target: Sendable {
  package let kind: Kind
  package let extent: Extent

  package indirect enum Kind: Sendable {
    case name(String)
    /// `state slow = ...` in a model's body.
    case state(String)
    case index(Target, [Subscript])
    case field(Target, Name)
    case list([Target])
  }
}

package struct Function: Sendable {
  package let name: String?
  package let parameters: [FormalParameter]
  package let body: Expression
  package let documentation: String?
  package let extent: Extent
}

package struct FormalParameter: Sendable {
  package let name: Name
  package let defaultValue: Expression?
  /// `rest...` collects the remaining arguments in a list.
  package let isRest: Bool
}

package struct Model: Sendable {
  package let name: Name
  package let parameters: [FormalParameter]
  package let body: Block
  package let documentation: String?
  package let extent: Extent
}

package struct Expression: Sendable {
  package let kind: Kind
  package let extent: Extent
  /// The depth of the subtree. The parser bounds it, so that the tree can be traversed recursively: a chain of operators is
  /// deep even without brackets.
  package let depth: Int

  package init(kind: Kind, extent: Extent) {
    self.kind = kind
    self.extent = extent
    depth = kind.innerDepth + 1
  }

  package indirect enum Kind: Sendable {
    case integer(Int)
    case float(Double)
    case boolean(Bool)
    case nothing
    case string([StringPart])
    case name(String)
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression)
    case and(Expression, Expression)
    case or(Expression, Expression)
    case not(Expression)
    /// `a < b <= c`: one more operand than operators.
    case comparison([ComparisonOperator], [Expression])
    case range(Expression, Expression, by: Expression?)
    case pipe(Expression, Expression)
    case call(Expression, [Argument])
    case index(Expression, [Subscript])
    case field(Expression, Name)
    /// `[...]`: a tensor, or a list of other things.
    case brackets([Expression])
    /// `(a, b)`: always a list.
    case list([Expression])
    case record([(name: Name, value: Expression)])
    case lambda(Function)
    case block(Block)
    case branch(condition: Expression, then: Block, otherwise: Expression?)
    case attempt(Block, name: Name, handler: Block)
    case invalid
  }
}

package enum StringPart: Sendable {
  case text(String)
  case value(Expression, format: String?)
}

package struct Argument: Sendable {
  package let name: Name?
  package let value: Expression

  package init(name: Name?, value: Expression) {
    self.name = name
    self.value = value
  }
}

package enum Subscript: Sendable {
  case position(Expression)
  /// `a:b:step`, each of which can be omitted.
  case slice(Expression?, Expression?, Expression?)
  case ellipsis
}

package enum UnaryOperator: String, Sendable { case negate = "-" }

package enum BinaryOperator: String, Sendable {
  case add = "+", subtract = "-", multiply = "*", divide = "/"
  case floorDivide = "//", remainder = "%", power = "^", matrix = "@"
}

package enum ComparisonOperator: String, Sendable {
  case equal = "==", notEqual = "!=", less = "<", lessEqual = "<=", greater = ">", greaterEqual = ">="
}

/// Traverses a tree in source order, except that a value is visited before the target it is assigned to. Implement
/// `visit` for the nodes of interest; `visitParts` visits a node's children.
package protocol TreeVisitor {
  mutating func visit(_ statement: Statement)
  mutating func visit(_ target: Target)
  mutating func visit(_ expression: Expression)
  mutating func visit(_ function: Function)
  mutating func visit(_ model: Model)
}

extension TreeVisitor {
  package mutating func visit(_ block: Block) { for statement in block.statements { visit(statement) } }
  package mutating func visit(_ statement: Statement) { visitParts(of: statement) }
  package mutating func visit(_ target: Target) { visitParts(of: target) }
  package mutating func visit(_ expression: Expression) { visitParts(of: expression) }
  package mutating func visit(_ function: Function) { visitParts(of: function) }
  package mutating func visit(_ model: Model) { visitParts(of: model) }

  package mutating func visitParts(of function: Function) {
    for parameter in function.parameters { if let value = parameter.defaultValue { visit(value) } }
    visit(function.body)
  }

  package mutating func visitParts(of model: Model) {
    for parameter in model.parameters { if let value = parameter.defaultValue { visit(value) } }
    visit(model.body)
  }

  package mutating func visitParts(of statement: Statement) {
    switch statement.kind {
    case .expression(let value), .expect(let value): visit(value)
    case .return(let value): if let value { visit(value) }
    case .assign(let target, let value):
      visit(value)
      visit(target)
    case .function(_, let function): visit(function)
    case .model(let model): visit(model)
    case .whileLoop(let condition, let body):
      visit(condition)
      visit(body)
    case .forLoop(let target, let sequence, let body):
      visit(sequence)
      visit(target)
      visit(body)
    case .test(_, let body): visit(body)
    case .importFile, .break, .continue, .invalid: break
    }
  }

  package mutating func visitParts(of target: Target) {
    switch target.kind {
    case .name, .state: break
    case .list(let targets): for target in targets { visit(target) }
    case .index(let base, let subscripts):
      visit(base)
      for subscript_ in subscripts { visit(subscript_) }
    case .field(let base, _): visit(base)
    }
  }

  package mutating func visit(_ subscript_: Subscript) {
    switch subscript_ {
    case .position(let value): visit(value)
    case .slice(let low, let high, let step): for value in [low, high, step] { if let value { visit(value) } }
    case .ellipsis: break
    }
  }

  package mutating func visitParts(of expression: Expression) {
    switch expression.kind {
    case .integer, .float, .boolean, .nothing, .name, .invalid: break
    case .string(let parts): for case .value(let value, _) in parts { visit(value) }
    case .unary(_, let value), .not(let value): visit(value)
    case .binary(_, let left, let right), .and(let left, let right), .or(let left, let right), .pipe(let left, let right):
      visit(left)
      visit(right)
    case .comparison(_, let values), .brackets(let values), .list(let values): for value in values { visit(value) }
    case .range(let low, let high, let step):
      visit(low)
      visit(high)
      if let step { visit(step) }
    case .call(let callee, let arguments):
      visit(callee)
      for argument in arguments { visit(argument.value) }
    case .index(let base, let subscripts):
      visit(base)
      for subscript_ in subscripts { visit(subscript_) }
    case .field(let base, _): visit(base)
    case .record(let fields): for field in fields { visit(field.value) }
    case .lambda(let function): visit(function)
    case .block(let block): visit(block)
    case .branch(let condition, let then, let otherwise):
      visit(condition)
      visit(then)
      if let otherwise { visit(otherwise) }
    case .attempt(let body, _, let handler):
      visit(body)
      visit(handler)
    }
  }
}

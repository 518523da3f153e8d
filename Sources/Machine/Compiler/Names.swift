import Language

/// Which names a function binds, and which it reads from outside. A name that is assigned anywhere
/// in a function is the function's own; blocks and loops open no scope.
package struct Names {
  /// Bound in the function itself: parameters, assignments, loop variables, inner functions.
  package private(set) var bound: [String] = []
  /// Read here or in inner functions, and not bound there.
  private(set) var read: Set<String> = []
  /// Read by inner functions, not bound in them.
  private(set) var readByInner: Set<String> = []
  /// Names of which an element or a field is assigned.
  private(set) var changed: Set<String> = []
  private var boundSet: Set<String> = []

  /// The names of a function: its parameters and its body.
  package init(_ function: Function) {
    for parameter in function.parameters {
      bind(parameter.name.text)
      if let value = parameter.defaultValue { visit(value) }
    }
    visit(function.body)
  }

  package init(_ block: Block) { visit(block) }

  package init(_ statements: [Statement]) { for statement in statements { visit(statement) } }

  init(_ expression: Expression) { visit(expression) }

  /// The names of a model: its parameters and its body's.
  package init(_ model: Model) {
    for parameter in model.parameters {
      bind(parameter.name.text)
      if let value = parameter.defaultValue { visit(value) }
    }
    visit(model.body)
  }

  package func binds(_ name: String) -> Bool { boundSet.contains(name) }

  /// Whether a name is read, here or in an inner function.
  package func reads(_ name: String) -> Bool { read.contains(name) || readByInner.contains(name) }

  private mutating func bind(_ name: String) {
    if boundSet.insert(name).inserted { bound.append(name) }
  }

  private mutating func visitInner(_ names: Names) {
    let outside = names.read.union(names.readByInner).subtracting(names.boundSet)
    readByInner.formUnion(outside)
    read.formUnion(outside)
  }

  private mutating func visit(_ block: Block) { for statement in block.statements { visit(statement) } }

  private mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .expression(let value), .expect(let value): visit(value)
    case .return(let value): if let value { visit(value) }
    case .assign(let target, let value):
      visit(value)
      visit(target)
      // A built-in may change what it is given where the result takes its place.
      if case .name(let name) = target.kind, value.asCall?.arguments.first?.value.name == name { changed.insert(name) }
    case .function(let name, let function):
      bind(name.text)
      visitInner(Names(function))
    case .model(let model):
      bind(model.name.text)
      visitInner(Names(model))
    case .whileLoop(let condition, let body):
      visit(condition)
      visit(body)
    case .forLoop(let target, let sequence, let body):
      visit(sequence)
      visit(target)
      visit(body)
    case .importFile(_, let name): bind(name.text)
    case .test(_, let body): visit(body)
    case .break, .continue, .invalid: break
    }
  }

  private mutating func visit(_ target: Target) {
    switch target.kind {
    case .name(let name), .state(let name): bind(name)
    case .list(let targets): for target in targets { visit(target) }
    case .index(let base, let subscripts):
      // `x[0] = 1` changes x: its own if bound elsewhere, otherwise an error the compiler tells.
      visitBase(base)
      for subscript_ in subscripts { visit(subscript_) }
    case .field(let base, _): visitBase(base)
    }
  }

  private mutating func visitBase(_ target: Target) {
    if case .name(let name) = target.kind {
      read.insert(name)
      changed.insert(name)
    } else {
      visit(target)
    }
  }

  private mutating func visit(_ subscript_: Subscript) {
    switch subscript_ {
    case .position(let value): visit(value)
    case .slice(let low, let high, let step):
      for value in [low, high, step] { if let value { visit(value) } }
    case .ellipsis: break
    }
  }

  private mutating func visit(_ expression: Expression) {
    switch expression.kind {
    case .integer, .float, .boolean, .nothing, .invalid: break
    case .name(let name): read.insert(name)
    case .string(let parts):
      for case .value(let value, _) in parts { visit(value) }
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
    case .lambda(let function): visitInner(Names(function))
    case .block(let block): visit(block)
    case .branch(let condition, let then, let otherwise):
      visit(condition)
      visit(then)
      if let otherwise { visit(otherwise) }
    case .attempt(let body, let name, let handler):
      visit(body)
      bind(name.text)
      visit(handler)
    }
  }
}

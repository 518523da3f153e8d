import Language

/// The names that a function assigns, and those that it reads from outside. A name that is assigned anywhere in a function
/// is local to it; blocks and loops have no scope of their own.
package struct Names: TreeVisitor {
  /// Names bound in the function itself: parameters, assignments, loop variables, inner functions.
  package private(set) var bound: [String] = []
  /// Names read here, or read in inner functions and not bound there.
  private(set) var read: Set<String> = []
  /// Names read by inner functions and not bound there.
  private(set) var readByInner: Set<String> = []
  /// Names of which an element or a field is assigned.
  package private(set) var changed: Set<String> = []
  private var boundSet: Set<String> = []

  /// The names of a function: its parameters and its body.
  package init(_ function: Function) {
    for parameter in function.parameters { bind(parameter.name.text) }
    visitParts(of: function)
  }

  package init(_ block: Block) { visit(block) }

  package init(_ statements: [Statement]) { for statement in statements { visit(statement) } }

  init(_ expression: Expression) { visit(expression) }

  /// The names of a model: its parameters and its body's.
  package init(_ model: Model) {
    for parameter in model.parameters { bind(parameter.name.text) }
    visitParts(of: model)
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

  // MARK: Tree

  package mutating func visit(_ function: Function) { visitInner(Names(function)) }

  package mutating func visit(_ model: Model) {
    bind(model.name.text)
    visitInner(Names(model))
  }

  package mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .function(let name, _), .importFile(_, let name): bind(name.text)
    default: break
    }
    visitParts(of: statement)
    // A built-in may change its first argument in place if the result replaces it.
    if case .assign(let target, let value) = statement.kind, case .name(let name) = target.kind, value.asCall?.arguments.first?.value.name == name {
      changed.insert(name)
    }
  }

  package mutating func visit(_ target: Target) {
    switch target.kind {
    case .name(let name), .state(let name): bind(name)
    // `x[0] = 1` changes x: a local if x is bound elsewhere, otherwise an error that the compiler reports.
    case .index(let base, _), .field(let base, _):
      guard case .name(let name) = base.kind else { return visitParts(of: target) }
      read.insert(name)
      changed.insert(name)
      if case .index(_, let subscripts) = target.kind { for subscript_ in subscripts { visit(subscript_) } }
    case .list: visitParts(of: target)
    }
  }

  package mutating func visit(_ expression: Expression) {
    switch expression.kind {
    case .name(let name): read.insert(name)
    case .attempt(let body, let name, let handler):
      visit(body)
      bind(name.text)
      visit(handler)
    default: visitParts(of: expression)
    }
  }
}

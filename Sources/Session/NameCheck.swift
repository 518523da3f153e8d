import Diagnostics
import Language
import Machine

/// Finds names that nothing binds, in code that a check may never reach.
struct NameCheck {
  private(set) var errors: [Diagnostic] = []
  private let source: Source
  private let library: [String]
  /// The names that each enclosing function binds, outermost first.
  private var scopes: [Set<String>] = []

  init(_ program: Program, _ source: Source, _ library: [String]) {
    self.source = source
    self.library = library
    let known = Set(library)
    scopes = [known.union(Names(program.statements).bound)]
    for statement in program.statements { visit(statement) }
  }

  private func isKnown(_ name: String) -> Bool { scopes.contains { $0.contains(name) } }

  private mutating func visit(_ block: Block) { for statement in block.statements { visit(statement) } }

  private mutating func inScope(_ names: [String], _ body: (inout NameCheck) -> Void) {
    scopes.append(Set(names))
    body(&self)
    scopes.removeLast()
  }

  private mutating func visit(_ function: Function) {
    inScope(Names(function).bound) { check in
      for parameter in function.parameters { if let value = parameter.defaultValue { check.visit(value) } }
      check.visit(function.body)
    }
  }

  private mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .expression(let value), .expect(let value): visit(value)
    case .return(let value): if let value { visit(value) }
    case .assign(let target, let value):
      visit(value)
      visit(target)
    case .function(_, let function): visit(function)
    case .model(let model):
      inScope(Names(model).bound + ["shape"]) { check in
        for parameter in model.parameters { if let value = parameter.defaultValue { check.visit(value) } }
        check.visit(model.body)
      }
    case .whileLoop(let condition, let body):
      visit(condition)
      visit(body)
    case .forLoop(let target, let sequence, let body):
      visit(sequence)
      visit(target)
      visit(body)
    case .test(_, let body): inScope(Names(body).bound) { $0.visit(body) }
    case .importFile, .break, .continue, .invalid: break
    }
  }

  private mutating func visit(_ target: Target) {
    switch target.kind {
    case .name, .state: break
    case .list(let targets): for target in targets { visit(target) }
    case .index(let base, let subscripts):
      visit(base)
      for subscript_ in subscripts { visit(subscript_) }
    case .field(let base, _): visit(base)
    }
  }

  private mutating func visit(_ subscript_: Subscript) {
    switch subscript_ {
    case .position(let value): visit(value)
    case .slice(let low, let high, let step): for value in [low, high, step] { if let value { visit(value) } }
    case .ellipsis: break
    }
  }

  private mutating func visit(_ expression: Expression) {
    switch expression.kind {
    case .integer, .float, .boolean, .nothing, .invalid: break
    case .name(let name):
      guard !isKnown(name) else { return }
      let candidates = scopes.reduce(into: Set(library)) { $0.formUnion($1) }
      errors.append(
        Diagnostic(
          MachineErrors.unknownName, "no name `\(name)` is known here", at: Span(source, expression.extent.start, expression.extent.end),
          hint: Suggestion.hint(forUnknown: name, among: candidates.sorted())))
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
    // What fails inside `try` is meant to.
    case .attempt(_, _, let handler): visit(handler)
    }
  }
}

import Diagnostics
import Language
import Machine

/// Finds unbound names in code that a check may never reach.
struct NameCheck: TreeVisitor {
  private(set) var errors: [Diagnostic] = []
  private let source: Source
  private let library: [String]
  /// The names bound by each enclosing function, outermost first.
  private var scopes: [Set<String>] = []

  private static let maximumSuggestions = 100

  init(_ program: Program, _ source: Source, _ library: [String]) {
    self.source = source
    self.library = library
    let known = Set(library)
    scopes = [known.union(Names(program.statements).bound)]
    for statement in program.statements { visit(statement) }
  }

  private func isKnown(_ name: String) -> Bool { scopes.contains { $0.contains(name) } }

  private mutating func inScope(_ names: [String], _ body: (inout NameCheck) -> Void) {
    scopes.append(Set(names))
    body(&self)
    scopes.removeLast()
  }

  mutating func visit(_ function: Function) { inScope(Names(function).bound) { $0.visitParts(of: function) } }
  mutating func visit(_ model: Model) { inScope(Names(model).bound + ModelArgument.fields) { $0.visitParts(of: model) } }

  mutating func visit(_ statement: Statement) {
    guard case .test(_, let body) = statement.kind else { return visitParts(of: statement) }
    inScope(Names(body).bound) { $0.visit(body) }
  }

  mutating func visit(_ expression: Expression) {
    switch expression.kind {
    case .name(let name):
      guard !isKnown(name) else { return }
      // Limit the number of reports.
      let candidates = errors.count < NameCheck.maximumSuggestions ? scopes.reduce(into: Set(library)) { $0.formUnion($1) } : []
      errors.append(
        .unknownName(
          MachineErrors.unknownName, name, among: candidates.sorted(), at: Span(source, expression.extent.start, expression.extent.end)))
    // Errors inside `try` are expected.
    case .attempt(_, _, let handler): visit(handler)
    default: visitParts(of: expression)
    }
  }
}

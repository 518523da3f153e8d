import Diagnostics
import Language
import Tensors

/// Compiles the statements of a file when a function in them is asked for. Each of the file's modules is one of this
/// machine's, so that its functions look names up among their own.
final class ArchivedCode {
  private let machine: Machine
  private let statements: [ArchivedStatement]
  private var modules: [Int: Module] = [:]
  private var compiled: [Int: Prototype] = [:]

  init(_ machine: Machine, _ statements: [ArchivedStatement]) {
    self.machine = machine
    self.statements = statements
  }

  private func module(_ number: Int) throws -> Module {
    if let known = modules[number] { return known }
    // As many as there are statements at most.
    guard number >= 0, number < statements.count else { throw ByteReader.Malformed() }
    let module = try Module()
    machine.modules.append(module)
    modules[number] = module
    return module
  }

  func bind(_ name: String, _ value: Value, inModule number: Int) throws {
    machine.share(value)
    try module(number)[machine.symbols.intern(name)] = value
  }

  func prototype(of function: ArchivedFunction) throws -> Prototype {
    guard statements.indices.contains(function.statement) else { throw ByteReader.Malformed() }
    let whole = try compiled[function.statement] ?? compile(statements[function.statement])
    compiled[function.statement] = whole
    func find(_ prototype: Prototype) -> Prototype? {
      let isIt = prototype.name == function.name && prototype.extent.start == function.start && prototype.extent.end == function.end
      return isIt ? prototype : prototype.children.lazy.compactMap(find).first
    }
    guard let found = whole.children.lazy.compactMap(find).first else { throw ByteReader.Malformed() }
    return found
  }

  private func compile(_ statement: ArchivedStatement) throws -> Prototype {
    let source = Source(name: statement.sourceName, text: statement.text, isLibrary: statement.isLibrary, firstLine: max(1, statement.line))
    let parsed = Parser.parse(source)
    guard parsed.diagnostics.isEmpty, parsed.program.statements.count == 1 else { throw ByteReader.Malformed() }
    let prototype = try Compiler.statement(parsed.program.statements[0], source, module(statement.module), machine)
    machine.keep(prototype)
    return prototype
  }
}

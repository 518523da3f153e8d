import Diagnostics
import Language
import Tensors

/// Compiles the statements of a file on demand. Each module of the file becomes a module of this machine, so that its
/// functions use their own globals.
final class ArchivedCode {
  private let machine: Machine
  private let statements: [ArchivedStatement]
  private var modules: [Int: Module] = [:]
  private var compiled: Set<Int> = []
  private var functions: [ArchivedFunction: Prototype] = [:]

  init(_ machine: Machine, _ statements: [ArchivedStatement]) {
    self.machine = machine
    self.statements = statements
  }

  private func module(_ number: Int) throws -> Module {
    if let known = modules[number] { return known }
    guard number >= 0, number <= ArchiveFormat.maximumModules else { throw ByteReader.Malformed() }
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
    if compiled.insert(function.statement).inserted {
      guard statements.indices.contains(function.statement) else { throw ByteReader.Malformed() }
      for child in try compile(statements[function.statement]).children { register(child, function.statement) }
    }
    guard let found = functions[function] else { throw ByteReader.Malformed() }
    return found
  }

  private func register(_ prototype: Prototype, _ statement: Int) {
    let function = ArchivedFunction(statement: statement, name: prototype.name, start: prototype.extent.start, end: prototype.extent.end)
    if functions[function] == nil { functions[function] = prototype }
    for child in prototype.children { register(child, statement) }
  }

  private func compile(_ statement: ArchivedStatement) throws -> Prototype {
    guard !statement.sourceName.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else { throw ByteReader.Malformed() }
    let source = Source(name: statement.sourceName, text: statement.text, isLibrary: statement.isLibrary, firstLine: statement.line)
    let parsed = Parser.parse(source)
    guard parsed.diagnostics.isEmpty, parsed.program.statements.count == 1 else { throw ByteReader.Malformed() }
    let prototype = try Compiler.statement(parsed.program.statements[0], source, module(statement.module), machine)
    machine.keep(prototype)
    return prototype
  }
}

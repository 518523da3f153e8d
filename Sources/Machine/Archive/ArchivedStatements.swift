import Diagnostics
import Language

/// The statements in which archived functions are defined, each once.
struct ArchivedStatements {
  private(set) var all: [ArchivedStatement] = []
  private var numbers: [ArchivedStatement: Int] = [:]
  private var modules: [ObjectIdentifier: Int] = [:]
  private var parsed: [ObjectIdentifier: [Statement]] = [:]

  mutating func number(of module: Module) -> Int {
    let number = modules[ObjectIdentifier(module)] ?? modules.count
    modules[ObjectIdentifier(module)] = number
    return number
  }

  /// Nil if the function is not part of its source's program.
  mutating func function(_ prototype: Prototype) -> ArchivedFunction? {
    let source = prototype.source
    let statements = parsed[ObjectIdentifier(source)] ?? Parser.parse(source).program.statements
    parsed[ObjectIdentifier(source)] = statements
    let own = prototype.extent
    guard let statement = statements.first(where: { $0.extent.start <= own.start && own.end <= $0.extent.end }) else { return nil }
    // Functions of a `test` block cannot be compiled on their own.
    if case .test = statement.kind { return nil }
    let start = ArchivedStatements.documentationStart(before: statement.extent.start, in: source.bytes)
    let archived = ArchivedStatement(
      module: number(of: prototype.module), text: Span(source, start, statement.extent.end).text, sourceName: source.name,
      line: source.location(of: start).line, isLibrary: source.isLibrary)
    let number = numbers[archived] ?? all.count
    if number == all.count {
      all.append(archived)
      numbers[archived] = number
    }
    return ArchivedFunction(statement: number, name: prototype.name, start: own.start - start, end: own.end - start)
  }

  /// The start of the `##` lines above a statement, or of the statement if there are none.
  private static func documentationStart(before start: Int, in bytes: [UInt8]) -> Int {
    var result = start
    while result > 0, bytes[result - 1] == UInt8(ascii: "\n") {
      let lineStart = bytes[..<(result - 1)].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      guard bytes[lineStart...].starts(with: Array("##".utf8)) else { break }
      result = lineStart
    }
    return result
  }
}

extension Prototype {
  /// The globals that this function and its inner functions read.
  var globalsRead: Set<Symbol> {
    var symbols: Set<Symbol> = []
    for index in 0..<instructionCount {
      let word = layout.pointee.code[index]
      if UInt8(truncatingIfNeeded: word) == Op.getGlobal.rawValue { symbols.insert(Symbol(id: Int32(truncatingIfNeeded: word >> 32))) }
    }
    for child in children { symbols.formUnion(child.globalsRead) }
    return symbols
  }
}

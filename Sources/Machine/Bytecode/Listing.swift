import Diagnostics
import Language

/// A program's instructions as text, for work on the compiler and for the test that formatting a program does not change
/// them.
extension Machine {
  package func listing(of source: Source) throws -> String {
    try Parser.parse(source).program.statements.map { statement in
      if case .test(let name, let body) = statement.kind { return listing(of: try Compiler.test(body, name, source, program, self)) }
      return listing(of: try Compiler.statement(statement, source, program, self))
    }.joined()
  }

  private func listing(of prototype: Prototype) -> String {
    var text = "\(prototype.name), \(prototype.layout.pointee.windowBytes / 16) registers\n"
    for index in 0..<prototype.instructionCount {
      let word = prototype.layout.pointee.code[index]
      let op = unsafeBitCast(UInt8(truncatingIfNeeded: word), to: Op.self)
      let operands = [8, 16, 32, 48].map { String((word >> $0) & ($0 == 8 ? 0xFF : 0xFFFF)) }
      text += "  \(op) \(operands.joined(separator: " "))\n"
    }
    let constants = prototype.layout.pointee.constants.to(Value.self)
    for index in 0..<prototype.constantCount {
      text += "  constant \((try? self.text(constants[index], quoted: true)) ?? "?")\n"
    }
    return text + prototype.children.map { listing(of: $0) }.joined()
  }
}

import Diagnostics
import Language

extension FunctionCompiler {
  /// Creates the value of a `model` statement: its body and its functions as closures.
  func blueprint(_ model: Model, into register: Int) throws {
    let (body, methods) = try Compiler.model(model, in: self)
    try scratch {
      let first = try allocateRegister()
      try closure(body, into: first)
      for method in methods { try closure(method, into: allocateRegister()) }
      emit(Word.make(.blueprint, a: register * 16, b: first * 16, c: methods.count))
    }
  }

  /// A statement of a model's body, whose assigned names are fields.
  func modelStatement(_ statement: Statement) throws {
    guard case .assign(let target, let value) = statement.kind else {
      _ = try self.statement(statement)
      return
    }
    try scratch {
      switch target.kind {
      case .name(let name), .state(let name):
        // Random weights come from a stream whose key depends on the field's name.
        emit(Word.wide(.fieldScope, Int(symbol(name).id)))
        let result = try expression(value)
        shareIfNamed(value, result)
        try store(result, in: name, at: target.extent)
      default: try assign(target, value)
      }
    }
  }
}

import Diagnostics
import Engine
import Language
import Machine

/// A recipe as text, as it is printed: calls of image operations with numbers, ranges, lists and strings. Nothing else is
/// run, so that a file from elsewhere is safe to load.
struct RecipeText {
  private let machine: Machine
  private let name: String
  private let operations = Set(Library.growing.flatMap { $0.map(\.name) } + ["normal"])

  init(_ machine: Machine, file name: String) {
    self.machine = machine
    self.name = name
  }

  func recipe(_ text: String) throws -> Value {
    let parsed = Parser.parse(Source(name: name, text: text))
    if let first = parsed.diagnostics.first { throw Fault(first) }
    guard parsed.program.statements.count == 1, case .expression(let expression) = parsed.program.statements[0].kind else { throw invalid("one recipe") }
    let value = try value(expression)
    guard value.foreign(as: RecipeValue.self) != nil else { throw invalid("a recipe") }
    return value
  }

  private func invalid(_ expected: String) -> Fault {
    Fault(
      MachineErrors.badArgument, "`\(name)` is not a recipe: expected \(expected)",
      hint: "a recipe is image operations with numbers, ranges, lists and strings, such as `rotate(-15..15) |> flip()`")
  }

  private func value(_ expression: Expression) throws -> Value {
    switch expression.kind {
    case .integer(let number): return Value(number)
    case .float(let number): return Value(number)
    case .boolean(let boolean): return Value(boolean)
    case .string(let parts):
      let texts = try parts.map { part in
        guard case .text(let text) = part else { throw invalid("a string without `{}`") }
        return text
      }
      return machine.make(string: texts.joined())
    case .unary(.negate, let operand):
      let operand = try value(operand)
      if operand.tag == .int, operand.bits != .min { return Value(-operand.bits) }
      guard operand.tag == .float else { throw invalid("a number after `-`") }
      return Value(-operand.double)
    case .range(let low, let high, let step):
      return machine.make(range: try value(low), try value(high), by: try step.map { try value($0) } ?? Value(1))
    case .list(let items), .brackets(let items): return machine.make(list: try items.map { try value($0) })
    case .pipe(let left, let right):
      guard case .call(let callee, let arguments) = right.kind else { throw invalid("an operation after `|>`") }
      return try call(callee, arguments, after: [try value(left)])
    case .call(let callee, let arguments): return try call(callee, arguments, after: [])
    default: throw invalid("operations, numbers, ranges, lists and strings only")
    }
  }

  private func call(_ callee: Expression, _ arguments: [Argument], after first: [Value]) throws -> Value {
    guard case .name(let name) = callee.kind, operations.contains(name), let function = try machine.libraryValue(named: name) else {
      throw invalid("operations on images")
    }
    var positional = first
    var named: [(name: String, value: Value)] = []
    for argument in arguments {
      let value = try value(argument.value)
      if let name = argument.name { named.append((name.text, value)) } else { positional.append(value) }
    }
    return try machine.call(function, positional, named: named)
  }
}

import Diagnostics
import Engine
import Machine
import Tensors

// Types, equality, errors and conversions.
extension Library {
  private static let value = Parameter("value", .any, "any value")
  private static let collection = Parameter("value", .any, "a list, a string, a tensor, a range, a record or a data set")
  private static let a = Parameter("a", .any, "a value")
  private static let b = Parameter("b", .any, "another")
  private static let left = Parameter("a", .tensor, "a number or a tensor")
  private static let right = Parameter("b", .tensor, "another")
  private static let within = Parameter("within", .number, "the largest difference, relative to the largest absolute value", default: 1e-5)
  private static let message = Parameter("message", .string, "the message of the error")
  private static let function = Parameter("f", .function, "a function without parameters")
  private static let convertible = Parameter("value", .any, "a number, a boolean or a string")
  private static let topic = Parameter("name", optional: .any, "a function, a model, its name as a string, or words to search for")
  private static let definition = Parameter("function", .any, "a function or model")

  static let values: [Builtin] = [
    Builtin(
      "type", "The type of a value, as a string", [value],
      examples: [Example("print(type(3), type(3.0), type(\"a\"), type([1]), type((1,)))", "int float string tensor list")]
    ) { call in call.machine.make(string: call.machine.typeName(try call[value])) },
    Builtin(
      "len", "The number of elements of a list, string, tensor, range, record or data set", [collection],
      examples: [Example("print(len((1, 2, 3)), len(\"héllo\"), len([[1, 2], [3, 4]]), len(0..10))", "3 5 2 10")],
      shortcut: { _, arguments, count, _ in
        guard count == 1 else { return nil }
        if arguments[0].tag == .list { return Value(arguments[0].listCount) }
        return arguments[0].tag == .string && arguments[0].isPlainString ? Value(arguments[0].stringBytes.count) : nil
      }
    ) { call in
      guard let count = try call.machine.elementCount(call[collection]) else { throw call.wrong(collection, expected: collection.meaning) }
      return Value(count)
    },
    Builtin(
      "same", "Whether two values are equal, as one boolean: tensors of equal shape are compared element by element", [a, b],
      examples: [Example("print(same([1, 2], [1, 2]), same((1, \"a\"), (1, \"b\")))", "true false")]
    ) { call in Value(try call.machine.areSame(call[a], call[b])) },
    Builtin(
      "is_close", "Whether two numbers or tensors differ by no more than a relative tolerance", [left, right, within],
      examples: [Example("print(is_close(0.1 + 0.2, 0.3), is_close([1, 2], [1, 3]))", "true false")]
    ) { call in
      let within = try call[Library.within]
      // Numbers are compared as f64.
      func tensor(_ parameter: Parameter<Term>) throws -> Tensor {
        let value = call.value(parameter)
        if value.tag == .tensor { return try call.engine.value(value.node) }
        let number = value.number ?? (value.tag == .true ? 1 : 0)
        return try Tensor(dtype: .f64, shape: []) { _ in number }
      }
      let (a, b) = (try tensor(left), try tensor(right))
      guard a.shape == b.shape else { return Value(false) }
      let scale = try (0..<a.count).reduce(0) {
        try call.machine.checkpoint()
        return max($0, abs(a[$1]), abs(b[$1]))
      }
      return Value(
        try (0..<a.count).allSatisfy {
          try call.machine.checkpoint()
          return abs(a[$0] - b[$0]) <= within * max(scale, 1e-300)
        })
    },
    Builtin(
      "fail", "Raises an error with a message", [message],
      examples: [Example("try { fail(\"no\") } catch e { print(e.message) }", "no")]
    ) { call in throw Fault(MachineErrors.raised, try call[message]) },
    Builtin(
      "fails", "Whether a call of a function raises an error", [function],
      examples: [Example("print(fails(() -> 1 // 0), fails(() -> 1))", "true false")], whenChecked: .unknown
    ) { call in
      do {
        _ = try call.machine.call(call[function], [])
        return Value(false)
      } catch let fault as Fault where fault.diagnostic.id != MachineErrors.interrupted {
        return Value(true)
      }
    },
    Builtin(
      "int", "A number or string as an integer; fractions are truncated", [convertible],
      examples: [Example("print(int(3.9), int(\"12\"))", "3 12")]
    ) { call in
      let given = try call[convertible]
      if given.tag == .string {
        guard let value = Int(given.string) else { throw call.refuse("cannot convert \(call.machine.describe(given)) to an integer") }
        return Value(value)
      }
      let value = try call.machine.scalar(given)
      if value.tag == .int { return value }
      if value.isBoolean { return Value(value.tag == .true ? 1 : 0) }
      guard value.tag == .float else { throw call.wrong(convertible, expected: convertible.meaning) }
      guard let whole = Int(exactly: value.double.rounded(.towardZero)) else {
        throw call.refuse("cannot convert \(call.machine.numberText(value.double)) to a 64-bit integer")
      }
      return Value(whole)
    },
    Builtin(
      "float", "A number or string as a float", [convertible],
      examples: [Example("print(float(3), float(\"2.5\"))", "3.0 2.5")]
    ) { call in
      let given = try call[convertible]
      if given.tag == .string {
        guard let value = Double(given.string) else { throw call.refuse("cannot convert \(call.machine.describe(given)) to a number") }
        return Value(value)
      }
      let value = try call.machine.scalar(given)
      if value.isBoolean { return Value(value.tag == .true ? 1.0 : 0.0) }
      guard let number = value.number else { throw call.wrong(convertible, expected: convertible.meaning) }
      return Value(number)
    },
    Builtin(
      "help", "Shows how a function or model is used, or searches for functions by words", [topic],
      examples: [Example("help(flip)")], hasEffects: true, whenChecked: .skip
    ) { call in
      let text = try call[topic].map { try Help.text(for: $0, call.machine) } ?? Help.overview(call.machine)
      call.effects.console.write(text.wrapped(to: call.effects.console.terminal?.columns) + "\n")
      return .nothing
    },
    Builtin(
      "source", "The source code of a function or model that is written in Loam", [definition],
      examples: [Example("fn double(x) { 2 * x }\nprint(source(double))", "fn double(x) { 2 * x }")]
    ) { call in
      call.machine.make(string: try Help.source(of: call[definition], call.machine))
    },
  ]
}

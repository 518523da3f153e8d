import Diagnostics
import Engine
import Machine
import Tensors

// What a value is, and whether two are alike.
extension Library {
  static let values: [Builtin] = [
    Builtin(
      "type", "The kind of a value, as a text", [Parameter("value", .any, "any value")],
      examples: [Example("print(type(3), type(3.0), type(\"a\"), type([1]), type((1,)))", "int float string tensor list")]
    ) { call in call.machine.make(string: call.machine.typeName(call[0])) },
    Builtin(
      "len", "How many elements a list, text, tensor, range, record or data set has",
      [Parameter("value", .any, "something with elements")],
      examples: [Example("print(len((1, 2, 3)), len(\"héllo\"), len([[1, 2], [3, 4]]), len(0..10))", "3 5 2 10")],
      shortcut: { _, arguments, count, _ in
        guard count == 1 else { return nil }
        if arguments[0].tag == .list { return Value(arguments[0].listCount) }
        return arguments[0].tag == .string && arguments[0].isPlainString ? Value(arguments[0].stringBytes.count) : nil
      }
    ) { call in
      guard let count = try call.machine.elementCount(call[0]) else { throw call.wrong(0, hint: "a number has no length") }
      return Value(count)
    },
    Builtin(
      "same", "Whether two values are the same, in one answer: tensors of equal shape, element by element",
      [Parameter("a", .any, "a value"), Parameter("b", .any, "another")],
      examples: [Example("print(same([1, 2], [1, 2]), same((1, \"a\"), (1, \"b\")))", "true false")]
    ) { call in Value(try call.machine.areSame(call[0], call[1])) },
    Builtin(
      "close", "Whether two numbers or tensors differ by no more than `within`, relative to the larger",
      [
        Parameter("a", .tensor, "a number or a tensor"), Parameter("b", .tensor, "another"),
        Parameter("within", .number, "the largest difference, as a part of the larger number", default: "1e-5"),
      ],
      examples: [Example("print(close(0.1 + 0.2, 0.3), close([1, 2], [1, 3]))", "true false")]
    ) { call in
      let within = try call.number(2, or: 1e-5)
      func tensor(_ index: Int) throws -> Tensor {
        let value = call[index]
        if value.tag == .tensor { return try call.engine.value(value.node) }
        let number = value.number ?? (value.tag == .true ? 1 : 0)
        return try Tensor(dtype: .f64, shape: []) { _ in number }
      }
      let (a, b) = (try tensor(0), try tensor(1))
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
      "fail", "Stops with an error of your own", [Parameter("message", .string, "what to say")],
      examples: [Example("try { fail(\"no\") } catch e { print(e.message) }", "no")]
    ) { call in throw Fault(MachineErrors.raised, call.string(0)) },
    Builtin(
      "fails", "Whether calling a function fails", [Parameter("f", .function, "a function without parameters")],
      examples: [Example("print(fails(() -> 1 // 0), fails(() -> 1))", "true false")], whenChecked: .unknown
    ) { call in
      do {
        _ = try call.machine.call(call[0], [])
        return Value(false)
      } catch let fault as Fault where fault.diagnostic.id != MachineErrors.interrupted {
        return Value(true)
      }
    },
    Builtin(
      "int", "A number or a text as a whole number; fractions are cut off", [Parameter("value", .any, "a number or a text")],
      examples: [Example("print(int(3.9), int(\"12\"))", "3 12")]
    ) { call in
      if call[0].tag == .string {
        guard let value = Int(call.string(0)) else { throw call.refuse("\(call.machine.describe(call[0])) is not a whole number") }
        return Value(value)
      }
      let value = try call.machine.scalar(call[0])
      if value.tag == .int { return value }
      if value.isBoolean { return Value(value.tag == .true ? 1 : 0) }
      guard value.tag == .float else { throw call.wrong(0) }
      guard let whole = Int(exactly: value.double.rounded(.towardZero)) else {
        throw call.refuse("\(call.machine.numberText(value.double)) is no 64-bit whole number")
      }
      return Value(whole)
    },
    Builtin(
      "float", "A number or a text as a float", [Parameter("value", .any, "a number or a text")],
      examples: [Example("print(float(3), float(\"2.5\"))", "3.0 2.5")]
    ) { call in
      if call[0].tag == .string {
        guard let value = Double(call.string(0)) else { throw call.refuse("\(call.machine.describe(call[0])) is not a number") }
        return Value(value)
      }
      let value = try call.machine.scalar(call[0])
      if value.isBoolean { return Value(value.tag == .true ? 1.0 : 0.0) }
      guard let number = value.number else { throw call.wrong(0) }
      return Value(number)
    },
    Builtin(
      "help", "Shows how a function or model is used, or which have to do with some words",
      [Parameter("name", .any, "a function, a model, its name as a string, or words to search for", default: "nothing")],
      examples: [Example("help(flip)")], hasEffects: true, whenChecked: .skip
    ) { call in
      let text = try call.has(0) ? Help.text(for: call[0], call.machine) : Help.overview(call.machine)
      call.effects.console.write(text.wrapped(to: call.effects.console.terminal?.columns) + "\n")
      return .nothing
    },
    Builtin(
      "source", "The text of a function or model that is written in Loam", [Parameter("function", .any, "a function or model")],
      examples: [Example("fn double(x) { 2 * x }\nprint(source(double))", "fn double(x) { 2 * x }")]
    ) { call in
      call.machine.make(string: try Help.source(of: call[0], call.machine))
    },
  ]
}

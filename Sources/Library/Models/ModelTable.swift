import Diagnostics
import Engine
import Machine
import Tensors

// The built-ins for models; layers are written in Loam, in the Prelude.
extension Library {
  private static let start = Parameter("t", .tensor, "the initial value")
  private static let a = Parameter("a", .any, "a number, tensor or model")
  private static let b = Parameter("b", .any, "a value with the same structure")
  private static let part = Parameter("part", .any, "weight of b: a number, or a tensor of one")
  private static let model = Parameter("m", .model, "a model")
  private static let value = Parameter("value", .any, "any value")

  static let models: [Builtin] = [
    Builtin(
      "param", "Makes a tensor a trainable weight of the model that has it in a field", [start],
      examples: [Example("model shift() {\n  amount = param(zeros(1))\n  fn call(x) { x + amount }\n}\nprint(shift()([1, 2]))", "[1, 2]")]
    ) { call in
      let start = try call[start]
      return call.machine.make(parameter: try start.cast(start.dtype.floating).node)
    },
    Builtin(
      "training", "Whether the code runs inside a training, where layers such as batch_norm behave differently",
      examples: [Example("print(training())", "false")]
    ) { call in Value(call.machine.isTraining) },
    Builtin(
      "blend", "The weighted mean (1 - part) a + part b of numbers, tensors or models",
      [a, b, part],
      examples: [Example("print(blend([0, 10], [10, 20], 0.1))", "[1, 11]")]
    ) { call in
      let (first, second, part) = (try call[a], try call[b], try Weight(call, part))
      if let x = first.number, let y = second.number, case .number(let part) = part { return Value(x + (y - x) * part) }
      guard first.tag == .model else { return call.result(try mix(call, first, second, part)) }
      guard second.tag == .model else { throw call.wrong(b, expected: "a model") }
      let copy = call.machine.models.copy(first)
      let (own, other) = (ModelTree(call.machine, copy), ModelTree(call.machine, second))
      guard own.parameters.map(\.type) == other.parameters.map(\.type) else {
        throw call.refuse("`blend`: the models must have weights of the same shapes")
      }
      for (to, from) in zip(own.parameters + own.states, other.parameters + other.states) {
        let (x, y) = (call.term(of: to.node), call.term(of: from.node))
        to.replace(with: try part.mean(x, y).node)
      }
      return copy
    },
    Builtin(
      "parameters", "The weights of a model, as a list of records with path and value", [model],
      examples: [Example("print(map(parameters(dense(2, shape=(3,))), p -> p.path))", "(\"weight\", \"bias\")")]
    ) { call in
      let leaves = ModelTree(call.machine, try call[model]).parameters
      return call.machine.make(
        list: leaves.map { leaf in
          call.machine.make(record: [
            (name: "path", value: call.machine.make(string: leaf.path)), (name: "value", value: call.machine.make(node: leaf.node)),
          ])
        })
    },
    Builtin(
      "is_tensor", "Whether a value is a tensor", [value],
      examples: [Example("print(is_tensor([1]), is_tensor(1))", "true false")]
    ) { call in Value(try call[value].tag == .tensor) },
  ]

  private static func mix(_ call: Call, _ first: Value, _ second: Value, _ part: Weight) throws -> Term {
    for (parameter, value) in [(a, first), (b, second)] where value.tag != .tensor && !value.isNumber {
      throw call.wrong(parameter, expected: "a number, a tensor or a model")
    }
    let (x, y) = try call.machine.operands(first, second)
    return try part.mean(x, y)
  }
}

/// The weight of the second of two terms. A tensor is not read, so that it may change from step to step of a training.
private enum Weight {
  case number(Double)
  case tensor(Term)

  init(_ call: Call, _ parameter: Parameter<Value>) throws {
    let value = try call[parameter]
    if let number = value.number {
      self = .number(number)
    } else if value.tag == .tensor, value.node.type.count == 1 {
      self = .tensor(try call.term(of: value.node).reshaped([]))
    } else {
      throw call.wrong(parameter, expected: "a number, or a tensor of one")
    }
  }

  /// (1 - part) x + part y.
  func mean(_ x: Term, _ y: Term) throws -> Term {
    switch self {
    case .number(let part): try x + (y - x) * part
    case .tensor(let part): try x + (y - x) * part.cast(x.dtype)
    }
  }
}

import Diagnostics
import Engine
import Machine
import Tensors

// What models are made of, beyond what is written in Loam in the Prelude.
extension Library {
  static let models: [Builtin] = [
    Builtin(
      "param", "Marks a tensor as a weight: where a model holds it, it is trained", [Parameter("t", .tensor, "the starting value")],
      examples: [Example("model shift() {\n  amount = param(zeros(1))\n  fn call(x) { x + amount }\n}\nprint(shift()([1, 2]))", "[1, 2]")]
    ) { call in
      let given = try call.term(0)
      let start = try given.cast(given.dtype.floating)
      return call.machine.make(parameter: start.node)
    },
    Builtin(
      "training", "Whether the code runs inside a training: layers such as batch_norm behave differently there",
      examples: [Example("print(training())", "false")]
    ) { call in Value(call.machine.isTraining) },
    Builtin(
      "blend", "A mix of two values, (1 - part) a + part b: numbers, tensors, or whole models weight by weight",
      [Parameter("a", .any, "a number, tensor or model"), Parameter("b", .any, "another of the same form"), Parameter("part", .number, "how much of b")],
      examples: [Example("print(blend([0, 10], [10, 20], 0.1))", "[1, 11]")]
    ) { call in
      if let a = call[0].number, let b = call[1].number { return Value(a + (b - a) * (try call.number(2))) }
      guard call[0].tag == .model else { return call.result(try mix(call, call[0], call[1])) }
      guard call[1].tag == .model else { throw call.wrong(1) }
      let copy = call.machine.deepCopy(call[0])
      let (own, other) = (ModelTree(call.machine, copy), ModelTree(call.machine, call[1]))
      guard own.parameters.map(\.type) == other.parameters.map(\.type) else {
        throw call.refuse("`blend` mixes models of the same form; these have different weights")
      }
      for (to, from) in zip(own.parameters + own.states, other.parameters + other.states) {
        let (a, b) = (call.term(of: to.node), call.term(of: from.node))
        to.replace(with: try (a + (b - a) * call.number(2)).node)
      }
      return copy
    },
    Builtin(
      "parameters", "The weights of a model, as a list of records with path and value", [Parameter("m", .model, "a model")],
      examples: [Example("print(map(parameters(dense(2, shape=(3,))), p -> p.path))", "(\"weight\", \"bias\")")]
    ) { call in
      let leaves = ModelTree(call.machine, call[0]).parameters
      return call.machine.make(
        list: leaves.map { leaf in
          call.machine.make(record: [
            (name: "path", value: call.machine.make(string: leaf.path)), (name: "value", value: call.machine.make(node: leaf.node)),
          ])
        })
    },
    Builtin(
      "is_tensor", "Whether a value is a tensor", [Parameter("value", .any, "any value")],
      examples: [Example("print(is_tensor([1]), is_tensor(1))", "true false")]
    ) { call in Value(call[0].tag == .tensor) },
  ]

  private static func mix(_ call: Call, _ a: Value, _ b: Value) throws -> Term {
    for (index, value) in [a, b].enumerated() where value.tag != .tensor && !value.isNumber { throw call.wrong(index) }
    let (x, y) = try call.machine.operands(a, b)
    return try x + (y - x) * call.number(2)
  }
}

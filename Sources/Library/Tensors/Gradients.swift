import Diagnostics
import Engine
import Machine
import Tensors

extension Library {
  private static let functionParameter = Parameter("f", .function, "a function of one tensor that gives one number")

  static let gradients: [Builtin] = [
    Builtin(
      "_gradient", "The value and the gradient of a function at a point, as a list",
      [functionParameter, Parameter("x", .any, "a number, a tensor, or a list or record of them")],
      examples: [Example("print(_gradient(x -> x ^ 2, 3))", "(9, 6)")],
      references: ["A. Griewank, A. Walther, Evaluating Derivatives, SIAM 2008, chapter 3"]
    ) { call in
      let machine = call.machine
      return try call.engine.recording {
        var points: [Node] = []
        let argument = try differentiable(call, call[1], &points, depth: 0)
        let result = try machine.call(call[0], [argument])
        guard result.tag == .tensor else {
          throw Fault(
            TensorErrors.notScalar, "a gradient is taken of one number that depends on the argument; the function gave \(machine.describe(result))",
            hint: "the function's last line is its value")
        }
        let gradients = try call.engine.gradients(of: result.node, withRespectTo: points)
        var next = 0
        let shaped = rebuild(machine, call[1], gradients, &next)
        return machine.make(list: [result, shaped])
      }
    }
  ]

  /// The argument with every tensor in it replaced by a point to differentiate at.
  private static func differentiable(_ call: Call, _ value: Value, _ points: inout [Node], depth: Int) throws -> Value {
    guard depth < 100 else { throw call.refuse("the argument of `grad` is nested too deeply") }
    switch value.tag {
    case .int, .float, .tensor:
      let node = value.tag == .tensor ? value.node : call.machine.number(value, for: .f32)
      let floats = try call.engine.term(node).cast(node.dtype.floating)
      let point = try floats.applying(.identity).node
      points.append(point)
      return call.machine.make(node: point)
    case .list:
      var items: [Value] = []
      for item in value.listItems { items.append(try differentiable(call, item, &points, depth: depth + 1)) }
      return call.machine.make(list: items)
    case .record:
      var fields: [(name: String, value: Value)] = []
      for index in 0..<value.recordCount {
        fields.append((call.machine.symbols.name(value.recordKey(index)), try differentiable(call, value.recordValue(index), &points, depth: depth + 1)))
      }
      return call.machine.make(record: fields)
    default: throw call.wrong(1, hint: "gradients are taken with respect to numbers and tensors, and lists and records of them")
    }
  }

  /// The gradients in the form of the argument.
  private static func rebuild(_ machine: Machine, _ value: Value, _ gradients: [Node], _ next: inout Int) -> Value {
    switch value.tag {
    case .list:
      var items: [Value] = []
      for item in value.listItems { items.append(rebuild(machine, item, gradients, &next)) }
      return machine.make(list: items)
    case .record:
      var fields: [(name: String, value: Value)] = []
      for index in 0..<value.recordCount {
        fields.append((machine.symbols.name(value.recordKey(index)), rebuild(machine, value.recordValue(index), gradients, &next)))
      }
      return machine.make(record: fields)
    default:
      defer { next += 1 }
      return machine.make(node: gradients[next])
    }
  }
}

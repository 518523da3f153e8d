import Diagnostics
import Engine
import Machine
import Tensors

extension Library {
  private static let functionParameter = Parameter("f", .function, "a function of one argument that gives one number")

  static let gradients: [Builtin] = [
    Builtin(
      "_gradient", "The value and the gradient of a function at a point, as a list",
      [functionParameter, Parameter("x", .any, "a number, a tensor, a model, or a list or record of them")],
      examples: [Example("print(_gradient(x -> x ^ 2, 3))", "(9, 6)")],
      references: ["A. Griewank, A. Walther, Evaluating Derivatives, SIAM 2008, chapter 3"]
    ) { call in
      try call.engine.recording {
        let point = try Differentiable(call, 1)
        let result = try point.whileOwned(training: false) { try call.machine.call(call[0], [point.argument]) }
        if result.tag == .unknown { throw UnknownValue() }
        guard result.tag == .tensor else {
          throw Fault(
            TensorErrors.notScalar,
            "a gradient is taken of one number that depends on the argument; the function gave \(call.machine.describe(result))",
            hint: "the function's last line is its value")
        }
        let gradients = try call.engine.gradients(of: result.node, withRespectTo: point.points())
        return call.machine.make(list: [result, point.rebuilt(gradients)])
      }
    }
  ]
}

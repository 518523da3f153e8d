import Diagnostics
import Engine
import Machine
import Tensors

extension Library {
  private static let function = Parameter("f", .function, "a function of one argument that returns one number")
  private static let point = Parameter("x", .any, "a number, a tensor, a model, or a list or record of them")

  static let gradients: [Builtin] = [
    Builtin(
      "_gradient", "Value and gradient of a function at a point, as a list", [function, point],
      examples: [Example("print(_gradient(x -> x ^ 2, 3))", "(9, 6)")],
      references: ["A. Griewank, A. Walther, Evaluating Derivatives, SIAM 2008, chapter 3"]
    ) { call in
      try call.engine.recording {
        let point = try Differentiable(call, Self.point)
        let result = try point.whileOwned(training: false) { try call.machine.call(call[function], [point.argument]) }
        if result.tag == .unknown { throw UnknownValue() }
        guard result.tag == .tensor else {
          throw Fault(
            TensorErrors.notScalar,
            "the function must return one number that depends on its argument, got \(call.machine.describe(result))",
            hint: "the function's last line is its value")
        }
        let gradients = try call.engine.gradients(of: result.node, withRespectTo: point.points())
        return call.machine.make(list: [result, point.rebuilt(gradients)])
      }
    }
  ]
}

import DataSets
import Diagnostics
import Engine
import Machine
import Tensors

// What the measures of the Prelude compare: examples as rows of numbers.
extension Library {
  private static let measured = Parameter("x", .data, "a data set, or a tensor with an example in each row")
  private static let least = Parameter("least", .int, "the least number of examples", default: 1)
  private static let role = Parameter("name", .string, "the name of the examples in errors", default: "the data")

  /// Beyond this magnitude, squares of sums overflow.
  private static let greatest = 1e100

  static let measures: [Builtin] = [
    Builtin(
      "_numbers", "Examples as an f64 matrix with a row for each; an error if there are too few, or if a value is not finite", [measured, least, role],
      examples: [Example("print(_numbers(zeros(2, 3, 3, 1)).shape, _numbers(digits()[0:2]).dtype)", "(2, 9) f64")]
    ) { call in
      let (given, least, name) = (try call[measured], try call[least], try call[role])
      let value = try given.foreign(as: DataSetValue.self)?.examples(call.machine) ?? given
      guard value.tag == .tensor else {
        throw call.refuse("\(name) must be a data set or a tensor with an example in each row, got \(call.machine.describe(given))")
      }
      let x = call.term(of: value.node)
      guard x.type.rank >= 2 else {
        throw call.refuse(
          "\(name) must have an example in each row, got \(x.type.description)",
          hint: x.type.rank == 1 ? "numbers are examples of one column: `reshape(x, \(x.shape[0]), 1)`" : nil)
      }
      let columns = x.shape.dropFirst().reduce(1, *)
      guard x.shape[0] >= least, columns > 0 else {
        throw call.refuse("\(name) must have at least \(counted(max(least, 1), "example")), got \(x.type.description)")
      }
      try call.refuseGradient()
      if !x.node.isUnknown {
        let tensor = try call.engine.value(x.node)
        if let place = (0..<tensor.count).first(where: { !(abs(tensor[$0]) <= greatest) }) {
          throw Fault(
            DataErrors.notFinite, "\(name) has the value \(call.machine.numberText(tensor[place])) in example \(place / columns), expected a finite number",
            hint: "remove such examples first; samples of a model that has them are those of a training that diverged")
        }
      }
      return call.result(try x.reshaped([x.shape[0], columns]).cast(.f64))
    }
  ]
}

import Diagnostics
import Engine
import Machine
import Tensors

// Tensors whose elements follow from their positions.
extension Library {
  private static let sequenceType = Parameter("dtype", .string, "the element type", default: "\"f32\"", choices: DType.allCases.map(\.name))

  static let sequences: [Builtin] = [
    Builtin(
      "eye", "The identity matrix: ones on the diagonal, zeros elsewhere",
      [Parameter("rows", .int, "how many rows"), Parameter("columns", .int, "how many columns", default: "rows"), sequenceType],
      examples: [Example("print(eye(2), eye(2, 3).shape)", "[[1, 0],\n [0, 1]] (2, 3)")]
    ) { call in
      let rows = try call.int(0)
      let columns = try call.int(1, or: rows)
      return try made(call, [rows, columns], dtype(call, 2) ?? .f32) { $0 / columns == $0 % columns ? 1 : 0 }
    },
    Builtin(
      "linspace", "Evenly spaced numbers from one to another, both included",
      [Parameter("start", .number, "the first"), Parameter("stop", .number, "the last"), Parameter("count", .int, "how many", default: "50"), sequenceType],
      examples: [Example("print(linspace(0, 1, 5))", "[0, 0.25, 0.5, 0.75, 1]")]
    ) { call in
      let (start, stop, count) = (try call.number(0), try call.number(1), try call.int(2, or: 50))
      return try made(call, [count], dtype(call, 3) ?? .f32) { index in
        index == count - 1 && count > 1 ? stop : start + (stop - start) * (Double(index) / Double(max(count - 1, 1)))
      }
    },
    Builtin(
      "arange", "The numbers of a range as a tensor, without the end: i32 of integers, f32 of floats. A range is `a..b by s`, and needs no tensor in a loop",
      [
        Parameter("start", .number, "the first, or where nothing else is given, the end of a count from 0"),
        Parameter("stop", .number, "the end, not included", default: "start"), Parameter("step", .number, "from one to the next", default: "1"),
        Parameter("dtype", .string, "the element type", default: "by the numbers", choices: DType.allCases.map(\.name)),
      ],
      examples: [Example("print(arange(4), arange(1, 2, 0.25), arange(3, 0, -1).dtype)", "[0, 1, 2, 3] [1, 1.25, 1.5, 1.75] i32")]
    ) { call in
      let start = try call.has(1) ? call.machine.scalar(call[0]) : Value(0)
      let (stop, step) = (try call.machine.scalar(call.has(1) ? call[1] : call[0]), call.has(2) ? try call.machine.scalar(call[2]) : Value(1))
      guard step.number != 0 else { throw call.refuse("the step of `arange` cannot be 0") }
      guard [start, stop, step].allSatisfy({ $0.number?.isFinite == true }) else { throw call.refuse("the bounds of `arange` are finite numbers") }
      let range = call.machine.make(range: start, stop, by: step)
      let isInteger = [start, stop, step].allSatisfy { $0.tag == .int }
      let count = try call.machine.rangeCount(range)
      return try made(call, [count], dtype(call, 3) ?? (isInteger ? .i32 : .f32)) { (try? call.machine.rangeElement(range, $0).number) ?? 0 }
    },
  ]

  private static func dtype(_ call: Call, _ index: Int) throws -> DType? { try call.has(index) ? DType.named(call.choice(index, or: "f32")) : nil }

  /// A tensor by the position of each element. Where a program is only checked, large ones are known by their type.
  private static func made(_ call: Call, _ shape: [Int], _ dtype: DType, _ element: (Int) -> Double) throws -> Value {
    let shape = try checkedShape(call, shape, .f64)
    if call.machine.isChecking, shape.elementCount > 1 << 16 { return call.machine.make(node: call.engine.placeholder(TensorType(dtype, shape))) }
    let exact = call.engine.leaf(try Tensor(dtype: .f64, shape: shape, element))
    return call.result(try call.machine.converted(call.engine.term(exact), to: dtype))
  }
}

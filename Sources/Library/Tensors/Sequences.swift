import Diagnostics
import Engine
import Machine
import Tensors

// Tensors whose elements are computed from their positions.
extension Library {
  private static let dtype = Parameter("dtype", "the element type", default: "f32", choices: DType.allCases.map(\.name))
  private static let rows = Parameter("rows", .int, "number of rows")
  private static let columns = Parameter("columns", optional: .int, "number of columns", shown: "rows")
  private static let first = Parameter("start", .number, "the first number")
  private static let last = Parameter("stop", .number, "the last number")
  private static let count = Parameter("count", .int, "number of elements", default: 50)
  private static let start = Parameter("start", .number, "the first number; without `stop`, the end of a range from 0")
  private static let stop = Parameter("stop", optional: .number, "the end, not included", shown: "start")
  private static let step = Parameter("step", .number, "the difference of two neighbours", default: 1)
  private static let rangeType = Parameter(
    "dtype", optional: .string, "the element type", shown: "by the numbers", choices: DType.allCases.map(\.name))

  static let sequences: [Builtin] = [
    Builtin(
      "eye", "Identity matrix: ones on the diagonal, zeros elsewhere", [rows, columns, dtype],
      examples: [Example("print(eye(2), eye(2, 3).shape)", "[[1, 0],\n [0, 1]] (2, 3)")]
    ) { call in
      let rows = try call[Self.rows]
      let columns = try call[Self.columns] ?? rows
      return try made(call, [rows, columns], DType.named(call[dtype]) ?? .f32) { $0 / columns == $0 % columns ? 1 : 0 }
    },
    Builtin(
      "linspace", "Evenly spaced numbers between two, both included", [first, last, count, dtype],
      examples: [Example("print(linspace(0, 1, 5))", "[0, 0.25, 0.5, 0.75, 1]")]
    ) { call in
      let (first, last, count) = (try call[Self.first], try call[Self.last], try call[Self.count])
      return try made(call, [count], DType.named(call[dtype]) ?? .f32) { index in
        index == count - 1 && count > 1 ? last : first + (last - first) * (Double(index) / Double(max(count - 1, 1)))
      }
    },
    Builtin(
      "arange", "Numbers of a range as a tensor, without the end: i32 of integers, f32 of floats; a loop needs only the range `a..b by s`",
      [start, stop, step, rangeType],
      examples: [Example("print(arange(4), arange(1, 2, 0.25), arange(3, 0, -1).dtype)", "[0, 1, 2, 3] [1, 1.25, 1.5, 1.75] i32")]
    ) { call in
      // Not converted: integers stay integers.
      let given = try call.machine.scalar(call.value(start))
      let (low, high) = try call[stop] == nil ? (Value(0), given) : (given, call.machine.scalar(call.value(stop)))
      let by = call.has(step) ? try call.machine.scalar(call.value(step)) : Value(1)
      guard by.number != 0 else { throw call.wrong(step, expected: "a number other than 0") }
      guard [low, high, by].allSatisfy({ $0.number?.isFinite == true }) else { throw call.refuse("`arange`: the bounds must be finite") }
      let range = call.machine.make(range: low, high, by: by)
      let isInteger = [low, high, by].allSatisfy { $0.tag == .int }
      let dtype = try call[rangeType].flatMap(DType.named) ?? (isInteger ? .i32 : .f32)
      return try made(call, [call.machine.rangeCount(range)], dtype) { (try? call.machine.rangeElement(range, $0).number) ?? 0 }
    },
  ]

  /// A tensor from a function of position. While a program is only checked, a large one has a type but no elements.
  private static func made(_ call: Call, _ shape: [Int], _ dtype: DType, _ element: (Int) -> Double) throws -> Value {
    let shape = try checkedShape(call, shape, .f64)
    let type = TensorType(.f64, shape)
    func tensor() throws -> Tensor { try Tensor(dtype: .f64, shape: shape, element) }
    // Small ones are known in a check, too: they may be sizes.
    let exact = shape.elementCount > 1 << 16 ? try call.machine.policy.data(type, call.engine, tensor) : call.engine.leaf(try tensor())
    return call.result(try call.machine.converted(call.engine.term(exact), to: dtype))
  }
}

import DataSets
import Diagnostics
import Engine
import Machine
import Tensors

// Creates tensors and changes their shapes.
extension Library {
  /// A shape as one list, or as several numbers.
  static func shape(_ call: Call, _ values: [Value]) throws -> [Int] {
    if values.count == 1, let shape = try call.machine.wholeNumbers(values[0]) { return shape }
    let name = call.builtin.name.drop { $0 == "_" }
    return try values.map { value in
      let number = value.tag == .tensor ? try call.machine.scalar(value) : value
      guard number.tag == .int else {
        throw call.refuse("`\(name)`: sizes must be integers, got \(call.machine.describe(value))", hint: "as in `\(name)(28, 28)`")
      }
      return number.bits
    }
  }

  /// The shape if it is valid; called before memory is allocated.
  static func checkedShape(_ call: Call, _ shape: [Int], _ dtype: DType) throws -> [Int] {
    guard shape.allSatisfy({ $0 >= 0 }) else {
      throw Fault(TensorErrors.badShape, "the shape \(shape.shapeText) has a negative size", hint: "check how the sizes are computed")
    }
    guard shape.count <= Shapes.maximumRank else {
      throw Fault(TensorErrors.badShape, "a tensor has at most \(Shapes.maximumRank) dimensions, got \(shape.count): \(shape.shapeText)")
    }
    guard Shapes.checkedCount(shape, dtype) != nil else {
      throw Fault(TensorErrors.tooLarge, "a tensor of shape \(shape.shapeText) is too large", hint: "check the sizes")
    }
    return shape
  }

  private static let sizes = Rest("shape", "the sizes, as integers or as one list", kind: "an integer, or a list of integers")
  private static let x = Parameter("x", .tensor, "a tensor")
  private static let elements = Parameter("value", .any, "a list, a range, or rows of rows of numbers")
  private static let dtype = Parameter("dtype", optional: .string, "the element type", shown: "\"f32\"", choices: DType.allCases.map(\.name))
  private static let sized = Parameter("x", .sized, "a tensor, or a shape")
  private static let order = Parameter("order", optional: .shape, "the axes in their new order", shown: "the last two swapped")
  private static let tensors = Parameter("tensors", .list, "a list of tensors")
  private static let newAxis = Parameter("axis", .int, "the position of the new axis", default: 0)
  private static let positions = Parameter("positions", .tensor, "integers from 0")
  private static let labels = Parameter("labels", .tensor, "integers from 0")
  private static let classes = Parameter("classes", .int, "number of classes", in: 1...1 << 24)

  private static func filled(_ name: String, _ summary: String, _ value: Double, _ result: String) -> Builtin {
    Builtin(name, summary, [sizes], examples: [Example("print(\(name)(2, 2))", result)]) { call in
      let shape = try checkedShape(call, shape(call, call[sizes]), .f32)
      return call.result(try call.term(of: call.engine.constant(value, .f32)).broadcast(shape))
    }
  }

  static let shapes: [Builtin] = [
    Builtin(
      "tensor", "Tensor of the numbers in a list or range", [elements, dtype],
      examples: [Example("print(tensor(0..3), tensor((1.5, 2)))", "[0, 1, 2] [1.5, 2]")]
    ) { call in
      guard let dtype = try call[Self.dtype].flatMap(DType.named) else { return try call.machine.tensor(from: call[elements]) }
      return call.result(try call.machine.converted(call.machine.tensor(from: call[elements], as: .f64), to: dtype))
    },
    filled("zeros", "Tensor of zeros", 0, "[[0, 0],\n [0, 0]]"),
    filled("ones", "Tensor of ones", 1, "[[1, 1],\n [1, 1]]"),
    Builtin(
      "shape", "Sizes of a tensor's dimensions, as a list", [x],
      examples: [Example("print(shape(zeros(2, 3)))", "(2, 3)")]
    ) { call in call.machine.make(list: call.value(x).tag == .tensor ? call.value(x).node.shape.map { Value($0) } : []) },
    Builtin(
      "size", "Number of elements of a tensor, or of a tensor of the given shape", [sized],
      examples: [Example("print(size(zeros(2, 3)), size((28, 28)))", "6 784")]
    ) { call in
      let value = try call[sized]
      guard value.tag == .list else { return Value(value.tag == .tensor ? value.node.type.count : 1) }
      guard let shape = try call.machine.wholeNumbers(value) else { throw call.wrong(sized) }
      return Value(try checkedShape(call, shape, .f32).elementCount)
    },
    Builtin(
      "_reshape", "The same elements in another shape; one size may be -1, and is inferred", [x, sizes],
      examples: [Example("print(_reshape([1, 2, 3, 4], 2, 2))", "[[1, 2],\n [3, 4]]")]
    ) { call in
      let tensor = try call[x]
      var shape = try shape(call, call[sizes])
      if let open = shape.firstIndex(of: -1), shape.count(where: { $0 == -1 }) == 1 {
        let known = shape.enumerated().filter { $0.offset != open }.map(\.element)
        if let count = Shapes.checkedCount(known), count > 0, tensor.type.count % count == 0 { shape[open] = tensor.type.count / count }
      }
      return call.result(try tensor.applying(Reshape(shape)))
    },
    Builtin(
      "transpose", "Tensor with its axes permuted; by default, with the last two swapped", [x, order],
      examples: [Example("print(transpose([[1, 2, 3]]))", "[[1],\n [2],\n [3]]")]
    ) { call in
      let tensor = try call[x]
      if let order = try call[order] { return call.result(try tensor.applying(Transpose(axes(call, order, of: tensor.type)))) }
      guard tensor.type.rank >= 2 else { return call.value(x) }
      var order = Array(0..<tensor.type.rank)
      order.swapAt(order.count - 1, order.count - 2)
      return call.result(try tensor.applying(Transpose(order)))
    },
    Builtin(
      "stack", "Equally shaped tensors as one tensor with a new axis", [tensors, newAxis],
      examples: [Example("print(stack(([1, 2], [3, 4])), stack(([1, 2], [3, 4]), axis=1))", "[[1, 2],\n [3, 4]] [[1, 3],\n [2, 4]]")]
    ) { call in
      let stacked = call.machine.keep(try call.machine.brackets(call[tensors].listItems))
      let axis = try call[newAxis]
      guard axis != 0, stacked.tag == .tensor else { return stacked }
      let rank = stacked.node.type.rank
      guard axis >= -rank, axis < rank else { throw call.wrong(newAxis, expected: "between \(-rank) and \(rank - 1)") }
      var order = Array(1..<rank)
      order.insert(0, at: axis < 0 ? axis + rank : axis)
      return call.result(try call.term(of: stacked.node).applying(Transpose(order)))
    },
    Builtin(
      "take", "Rows of a tensor at the given positions; a position out of range is nan within a loss, else an error", [x, positions],
      examples: [Example("print(take([10, 20, 30], i32([2, 0, 2])))", "[30, 10, 30]")]
    ) { call in
      let (tensor, rows) = (try call[x], try call[positions])
      guard tensor.type.rank > 0 else { throw call.wrong(x, expected: "a tensor with an axis") }
      guard !rows.dtype.isFloat else {
        throw Fault(TensorErrors.badType, "`take`: `positions` must be integers, got \(rows.type.description)", hint: "convert them with `i32(x)`")
      }
      if let known = try call.machine.valuesToCheck(rows.node) {
        for index in 0..<known.count { _ = try call.machine.checked(Int(known[index]), tensor.shape[0], "the tensor's first dimension") }
      }
      return call.result(try tensor.applying(Gather(), rows.cast(.i32)))
    },
    Builtin(
      "one_hot", "One-hot encoding: for each label a row of zeros with a one at the label's position", [labels, classes],
      examples: [Example("print(one_hot(i32([0, 2]), 3))", "[[1, 0, 0],\n [0, 0, 1]]")]
    ) { call in
      let (given, count) = (try call[labels], try call[classes])
      if let known = try call.machine.valuesToCheck(given.node) {
        for position in 0..<known.count where !(known[position] >= 0 && known[position] < Double(count) && known[position] == known[position].rounded()) {
          throw DataErrors.invalidLabel(plainText(known[position]), at: position, classes: count)
        }
      }
      let integers = try call.machine.converted(given, to: .i32)
      let numbers = call.term(of: try call.engine.apply(Arange(count), []))
      return call.result(try integers.reshaped(integers.shape + [1]).applying(.equal, numbers).cast(.f32))
    },
  ]
}

extension Kind where Content == Value {
  fileprivate static var sized: Kind {
    Kind("a tensor, or a shape") { value, _ in
      value.tag == .tensor || value.tag == .list || value.isNumber
    } read: { value, _ in
      value
    }
  }
}

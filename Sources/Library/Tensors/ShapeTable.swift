import DataSets
import Diagnostics
import Engine
import Machine
import Tensors

// Making tensors and changing their shapes.
extension Library {
  private static let dtypeParameter = Parameter("dtype", .string, "the element type", default: "\"f32\"", choices: DType.allCases.map(\.name))

  private static func dtype(_ call: Call, _ index: Int) throws -> DType {
    DType.named(try call.choice(index, or: "f32")) ?? .f32
  }

  /// A shape as one list, or as several numbers.
  static func shape(_ call: Call, _ values: [Value]) throws -> [Int] {
    let shape: [Int]
    if values.count == 1, let whole = try call.machine.wholeNumbers(values[0]) {
      shape = whole
    } else {
      shape = try values.map { value in
        let number = value.tag == .tensor ? try call.machine.scalar(value) : value
        guard number.tag == .int else {
          throw call.refuse("a shape is made of whole numbers, this is \(call.machine.describe(value))", hint: "as in `\(call.builtin.name)(28, 28)`")
        }
        return number.bits
      }
    }
    return shape
  }

  /// A shape whose sizes can be: refused before any memory is asked for.
  static func checkedShape(_ call: Call, _ shape: [Int], _ dtype: DType) throws -> [Int] {
    guard shape.allSatisfy({ $0 >= 0 }) else {
      throw Fault(TensorErrors.badShape, "the shape \(shape.shapeText) has a negative size", hint: "check how the sizes are computed")
    }
    guard shape.count <= Shapes.maximumRank else {
      throw Fault(TensorErrors.badShape, "a tensor has at most \(Shapes.maximumRank) dimensions, \(shape.shapeText) has \(shape.count)")
    }
    guard Shapes.checkedCount(shape, dtype) != nil else {
      throw Fault(TensorErrors.tooLarge, "no machine holds a tensor of shape \(shape.shapeText)", hint: "check the sizes")
    }
    return shape
  }

  private static func filled(_ name: String, _ summary: String, _ value: Double, _ result: String) -> Builtin {
    Builtin(
      name, summary, [.rest("shape", .shape, "the sizes, as numbers or as one list")], examples: [Example("print(\(name)(2, 2))", result)]
    ) { call in
      let shape = try checkedShape(call, shape(call, call.rest), .f32)
      return call.result(try call.term(of: call.engine.constant(value, .f32)).broadcast(shape))
    }
  }

  static let shapes: [Builtin] = [
    Builtin(
      "tensor", "Numbers as a tensor: a list, a range, or rows of rows",
      [Parameter("value", .any, "numbers"), dtypeParameter],
      examples: [Example("print(tensor(0..3), tensor((1.5, 2)))", "[0, 1, 2] [1.5, 2]")]
    ) { call in
      guard call.has(1) else { return try call.machine.tensor(from: call[0]) }
      let value = try call.machine.tensor(from: call[0], as: .f64)
      return call.result(try call.machine.converted(value, to: dtype(call, 1)))
    },
    filled("zeros", "A tensor of zeros", 0, "[[0, 0],\n [0, 0]]"),
    filled("ones", "A tensor of ones", 1, "[[1, 1],\n [1, 1]]"),
    Builtin(
      "shape", "The sizes of a tensor's dimensions, as a list", [Parameter("x", .tensor, "a tensor")],
      examples: [Example("print(shape(zeros(2, 3)))", "(2, 3)")]
    ) { call in call.machine.make(list: call[0].tag == .tensor ? call[0].node.shape.map { Value($0) } : []) },
    Builtin(
      "size", "The number of elements of a tensor, or of a tensor of a shape", [Parameter("x", .any, "a tensor, or a shape")],
      examples: [Example("print(size(zeros(2, 3)), size((28, 28)))", "6 784")]
    ) { call in
      if call[0].tag == .list, let shape = try call.machine.wholeNumbers(call[0]) {
        return Value(try checkedShape(call, shape, .f32).elementCount)
      }
      guard call[0].tag == .tensor || call[0].isNumber else { throw call.wrong(0) }
      return Value(call[0].tag == .tensor ? call[0].node.type.count : 1)
    },
    Builtin(
      "view", "The same elements under another shape; one size may be -1, and is worked out",
      [Parameter("x", .tensor, "a tensor"), .rest("shape", .shape, "the sizes, as numbers or as one list")],
      examples: [Example("print(view([1, 2, 3, 4], 2, 2))", "[[1, 2],\n [3, 4]]")]
    ) { call in
      let x = try call.term(0)
      var shape = try shape(call, call.rest)
      if let open = shape.firstIndex(of: -1), shape.count(where: { $0 == -1 }) == 1 {
        let known = shape.enumerated().filter { $0.offset != open }.map(\.element)
        if let count = Shapes.checkedCount(known), count > 0, x.type.count % count == 0 { shape[open] = x.type.count / count }
      }
      return call.result(try x.applying(Reshape(shape)))
    },
    Builtin(
      "transpose", "A tensor with its axes in another order; without one, the last two swapped",
      [Parameter("x", .tensor, "a tensor"), Parameter("order", .shape, "the axes in their new order", default: "the last two swapped")],
      examples: [Example("print(transpose([[1, 2, 3]]))", "[[1],\n [2],\n [3]]")]
    ) { call in
      let x = try call.term(0)
      if call.has(1) { return call.result(try x.applying(Transpose(axes(call, 1, of: x.type)))) }
      guard x.type.rank >= 2 else { return call[0] }
      var order = Array(0..<x.type.rank)
      order.swapAt(order.count - 1, order.count - 2)
      return call.result(try x.applying(Transpose(order)))
    },
    Builtin(
      "concat", "Tensors one after the other along an axis",
      [Parameter("tensors", .list, "a list of tensors"), Parameter("axis", .int, "the axis to join along", default: "0")],
      examples: [Example("print(concat(([1, 2], [3])))", "[1, 2, 3]")]
    ) { call in
      let terms = try call[0].listItems.map { value in
        guard value.tag == .tensor else { throw call.refuse("`concat` joins tensors, this is \(call.machine.describe(value))") }
        return call.term(of: value.node)
      }
      guard let first = terms.first else { throw call.refuse("`concat` needs at least one tensor") }
      let dtype = terms.map(\.dtype).reduce(DType.bool) { $0.promoted(with: $1) }
      let axis = call.has(1) ? try axes(call, 1, of: first.type)[0] : 0
      let nodes = try terms.map { try $0.cast(dtype).node }
      return call.machine.make(node: try call.engine.apply(Concatenate(axis: axis), nodes, at: call.span))
    },
    Builtin(
      "stack", "Equally shaped tensors as one with a new axis",
      [Parameter("tensors", .list, "a list of tensors"), Parameter("axis", .int, "where the new axis stands", default: "0")],
      examples: [Example("print(stack(([1, 2], [3, 4])), stack(([1, 2], [3, 4]), axis=1))", "[[1, 2],\n [3, 4]] [[1, 3],\n [2, 4]]")]
    ) { call in
      let stacked = call.machine.keep(try call.machine.brackets(call[0].listItems))
      guard call.has(1), stacked.tag == .tensor else { return stacked }
      let rank = stacked.node.type.rank
      let axis = try call.int(1, in: -rank...(rank - 1))
      var order = Array(1..<rank)
      order.insert(0, at: axis < 0 ? axis + rank : axis)
      return call.result(try call.term(of: stacked.node).applying(Transpose(order)))
    },
    Builtin(
      "take", "Rows of a tensor by their numbers; where a number is out of range, in a loss, NaN",
      [Parameter("x", .tensor, "a tensor"), Parameter("positions", .tensor, "whole numbers from 0")],
      examples: [Example("print(take([10, 20, 30], i32([2, 0, 2])))", "[30, 10, 30]")]
    ) { call in
      let (x, positions) = (try call.term(0), try call.term(1))
      guard x.type.rank > 0 else { throw call.wrong(0) }
      guard !positions.dtype.isFloat else {
        throw Fault(TensorErrors.badType, "positions are whole numbers, these are \(positions.type.description)", hint: "convert them with `i32(x)`")
      }
      if let known = try call.machine.valuesToCheck(positions.node) {
        for place in 0..<known.count { _ = try call.machine.checked(Int(known[place]), x.shape[0], "the tensor's first dimension") }
      }
      return call.result(try x.applying(Gather(), positions.cast(.i32)))
    },
    Builtin(
      "one_hot", "Rows of zeros with a one where each label says",
      [Parameter("labels", .tensor, "whole numbers from 0"), Parameter("classes", .int, "how many there are")],
      examples: [Example("print(one_hot(i32([0, 2]), 3))", "[[1, 0, 0],\n [0, 0, 1]]")]
    ) { call in
      let count = try call.int(1, in: 1...(1 << 24))
      if let known = try call.machine.valuesToCheck(call.term(0).node) {
        for position in 0..<known.count where !(known[position] >= 0 && known[position] < Double(count) && known[position] == known[position].rounded()) {
          throw DataErrors.invalidLabel(plainText(known[position]), at: position, classes: count)
        }
      }
      let labels = try call.machine.converted(call.term(0), to: .i32)
      let numbers = call.term(of: try call.engine.apply(Arange(count), []))
      return call.result(try labels.reshaped(labels.shape + [1]).applying(.equal, numbers).cast(.f32))
    },
  ]
}

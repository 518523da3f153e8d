import Diagnostics
import Engine
import Machine
import Tensors

// Rearranges elements.
extension Library {
  private static let x = Parameter("x", .tensor, "a tensor")
  private static let axis = Parameter("axis", .int, "the axis, counted from 0, or from the end with -1", default: 0)

  private static func axisWithin(_ x: Term, _ call: Call, _ parameter: Parameter<Int>) throws -> Int {
    guard x.type.rank > 0 else { throw call.refuse("`\(call.builtin.name)` needs a tensor with an axis, got a single number") }
    return try axis(call, call[parameter], of: x.type)
  }

  /// The part `range` of one axis, and all of the others.
  private static func part(of x: Term, along axis: Int, _ range: Range<Int>) throws -> Term {
    var (starts, counts) = (x.shape.map { _ in 0 }, x.shape)
    (starts[axis], counts[axis]) = (range.lowerBound, range.count)
    return try x.applying(Slice(starts: starts, steps: x.shape.map { _ in 1 }, counts: counts))
  }

  /// `split` of a tensor, the first argument: into a number of equal parts, or into parts of the given sizes.
  static func splitTensor(_ call: Call, _ into: any AnyParameter, axis: Parameter<Int>) throws -> Value {
    let x = call.term(of: call.value(call.builtin.parameters[0]).node)
    let axis = try axisWithin(x, call, axis)
    let size = x.shape[axis]
    guard var sizes = try call.machine.wholeNumbers(call.value(into)) else { throw call.wrong(into, expected: "an integer, or a list of integers") }
    if call.value(into).tag != .list {
      guard sizes.count == 1, sizes[0] > 0, size % sizes[0] == 0 else {
        throw call.refuse(
          "cannot split \(size) along axis \(axis) into \(sizes.map(String.init).joined(separator: ", ")) equal parts",
          hint: "pass the sizes of the parts: `(3, 4)`")
      }
      sizes = Array(repeating: size / sizes[0], count: sizes[0])
    }
    guard sizes.allSatisfy({ $0 >= 0 }), sizes.reduce(0, { $0.addingReportingOverflow($1).partialValue }) == size else {
      throw call.refuse("the sizes \(sizes.shapeText) do not add up to the \(size) along axis \(axis)")
    }
    var start = 0
    return call.machine.make(
      list: try sizes.map { count in
        defer { start += count }
        return call.result(try part(of: x, along: axis, start..<start + count))
      })
  }

  private static let shift = Parameter("by", .int, "number of positions, towards the end if positive")
  private static let widths = Parameter("widths", .any, "the width on all sides, or for each axis a number or (before, after)")
  private static let value = Parameter("value", .number, "the value of the new elements", default: 0)

  static let arrangements: [Builtin] = [
    Builtin(
      "roll", "Tensor shifted along one axis; elements that leave at one end enter at the other", [x, shift, axis],
      examples: [Example("print(roll([1, 2, 3, 4], 1), roll([1, 2, 3, 4], -1))", "[4, 1, 2, 3] [2, 3, 4, 1]")]
    ) { call in
      let tensor = try call[x]
      let axis = try axisWithin(tensor, call, Self.axis)
      let size = tensor.shape[axis]
      guard size > 1 else { return call.result(tensor) }
      let by = try call[shift] % size
      let cut = by > 0 ? size - by : -by
      guard cut % size != 0 else { return call.result(tensor) }
      return call.result(try part(of: tensor, along: axis, cut..<size).applying(Concatenate(axis: axis), part(of: tensor, along: axis, 0..<cut)))
    },
    Builtin(
      "pad", "Tensor with elements added at its edges", [x, widths, value],
      examples: [Example("print(pad([1, 2], 1), pad([[1]], (0, (1, 2)), value=9))", "[0, 1, 2, 0] [[9, 1, 9, 9]]")]
    ) { call in
      let tensor = try call[x]
      let widths = try widthsByAxis(call, of: tensor.type)
      let shape = zip(tensor.shape, widths).map { $0 + $1.before + $1.after }
      _ = try checkedShape(call, shape, tensor.dtype)
      let slice = Slice(starts: widths.map(\.before), steps: shape.map { _ in 1 }, counts: tensor.shape)
      let padded = try tensor.applying(SliceScatter(slice: slice, shape: shape))
      // Not converted: an integer is checked against the element type.
      let filling = call.has(value) ? try call.machine.scalar(call.value(value)) : Value(0)
      guard filling.number != 0 else { return call.result(padded) }
      let ones = try call.term(of: call.engine.constant(1, .bool)).broadcast(tensor.shape).applying(SliceScatter(slice: slice, shape: shape))
      return call.result(try ones.select(padded, call.machine.stored(filling, in: padded.dtype).broadcast(shape)))
    },
  ]

  /// The number of elements added before and after, for each axis.
  private static func widthsByAxis(_ call: Call, of type: TensorType) throws -> [(before: Int, after: Int)] {
    let hint = "as in `pad(x, 1)` or `pad(x, (0, (1, 2)))`, with one entry for each of \(type.rank) axes"
    func width(_ value: Value) throws -> (Int, Int) {
      guard let numbers = try call.machine.wholeNumbers(value), (1...2).contains(numbers.count), numbers.allSatisfy({ $0 >= 0 && $0 < 1 << 40 }) else {
        throw call.refuse("`pad`: widths must be non-negative integers, got \(call.machine.describe(value))", hint: hint)
      }
      return (numbers[0], numbers[numbers.count - 1])
    }
    let given = call.value(widths)
    guard given.tag == .list else { return Array(repeating: try width(given), count: type.rank) }
    guard given.listCount == type.rank else {
      throw call.refuse("`pad`: \(type.description) has \(type.rank) axes, got \(counted(given.listCount, "width"))", hint: hint)
    }
    return try given.listItems.map(width)
  }
}

import Diagnostics
import Engine
import Machine
import Tensors

// The same elements in other places.
extension Library {
  private static let axisParameter = Parameter("axis", .int, "the axis, counted from 0 or from the end with -1", default: "0")

  private static func axis(_ call: Call, _ index: Int, of type: TensorType) throws -> Int {
    guard type.rank > 0 else { throw call.refuse("`\(call.builtin.name)` needs a tensor with an axis, this is a single number") }
    return call.has(index) ? try axes(call, index, of: type)[0] : 0
  }

  /// The stretch `range` of one axis, all of the others.
  private static func stretch(_ x: Term, _ axis: Int, _ range: Range<Int>) throws -> Term {
    var (starts, counts) = (x.shape.map { _ in 0 }, x.shape)
    (starts[axis], counts[axis]) = (range.lowerBound, range.count)
    return try x.applying(Slice(starts: starts, steps: x.shape.map { _ in 1 }, counts: counts))
  }

  /// `split` of a tensor: into as many equal parts, or into parts of those sizes.
  static func splitTensor(_ call: Call, _ into: Int, axis index: Int) throws -> Value {
    let x = try call.term(0)
    let axis = try axis(call, index, of: x.type)
    let size = x.shape[axis]
    var sizes = try call.shape(into)
    if call[into].tag != .list {
      guard sizes.count == 1, sizes[0] > 0, size % sizes[0] == 0 else {
        throw call.refuse(
          "\(size) along axis \(axis) cannot be split into \(sizes.map(String.init).joined(separator: ", ")) equal parts",
          hint: "give the sizes of the parts: `(3, 4)`")
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
        return call.result(try stretch(x, axis, start..<start + count))
      })
  }

  static let arrangements: [Builtin] = [
    Builtin(
      "reverse", "A tensor with the order along one axis turned round", [Parameter("x", .tensor, "a tensor"), axisParameter],
      examples: [Example("print(reverse([1, 2, 3]), reverse([[1, 2]], axis=1))", "[3, 2, 1] [[2, 1]]")]
    ) { call in
      let x = try call.term(0)
      return call.result(try x.applying(Slice.flip(axis(call, 1, of: x.type), of: x.shape)))
    },
    Builtin(
      "roll", "A tensor moved along one axis; what leaves at one end comes in at the other",
      [Parameter("x", .tensor, "a tensor"), Parameter("by", .int, "how many places, to the end where positive"), axisParameter],
      examples: [Example("print(roll([1, 2, 3, 4], 1), roll([1, 2, 3, 4], -1))", "[4, 1, 2, 3] [2, 3, 4, 1]")]
    ) { call in
      let x = try call.term(0)
      let axis = try axis(call, 2, of: x.type)
      let size = x.shape[axis]
      guard size > 1 else { return call.result(x) }
      let by = try call.int(1) % size
      let cut = by > 0 ? size - by : -by
      guard cut % size != 0 else { return call.result(x) }
      return call.result(try stretch(x, axis, cut..<size).applying(Concatenate(axis: axis), stretch(x, axis, 0..<cut)))
    },
    Builtin(
      "pad", "A tensor with more around it",
      [
        Parameter("x", .tensor, "a tensor"),
        Parameter("widths", .any, "how much: one number for all sides, or for each axis a number or (before, after)"),
        Parameter("value", .number, "what is put there", default: "0"),
      ],
      examples: [Example("print(pad([1, 2], 1), pad([[1]], (0, (1, 2)), value=9))", "[0, 1, 2, 0] [[9, 1, 9, 9]]")]
    ) { call in
      let x = try call.term(0)
      let widths = try widths(call, of: x.type)
      let shape = zip(x.shape, widths).map { $0 + $1.before + $1.after }
      _ = try checkedShape(call, shape, x.dtype)
      let slice = Slice(starts: widths.map(\.before), steps: shape.map { _ in 1 }, counts: x.shape)
      let padded = try x.applying(SliceScatter(slice: slice, shape: shape))
      let value = try call.has(2) ? call.machine.scalar(call[2]) : Value(0)
      guard value.number != 0 else { return call.result(padded) }
      let ones = try call.term(of: call.engine.constant(1, .bool)).broadcast(x.shape).applying(SliceScatter(slice: slice, shape: shape))
      return call.result(try ones.select(padded, call.machine.stored(value, in: padded.dtype).broadcast(shape)))
    },
  ]

  /// For each axis what is added before and after it.
  private static func widths(_ call: Call, of type: TensorType) throws -> [(before: Int, after: Int)] {
    let hint = "as in `pad(x, 1)` or `pad(x, (0, (1, 2)))`, with one entry for each of \(type.rank) axes"
    func width(_ value: Value) throws -> (Int, Int) {
      guard let numbers = try call.machine.wholeNumbers(value), (1...2).contains(numbers.count), numbers.allSatisfy({ $0 >= 0 && $0 < 1 << 40 }) else {
        throw call.refuse("`pad` adds whole numbers from 0 on, this is \(call.machine.describe(value))", hint: hint)
      }
      return (numbers[0], numbers[numbers.count - 1])
    }
    guard call[1].tag == .list else { return Array(repeating: try width(call[1]), count: type.rank) }
    guard call[1].listItems.count == type.rank else {
      throw call.refuse("\(type.description) has \(type.rank) axes, \(call[1].listItems.count) widths were given", hint: hint)
    }
    return try call[1].listItems.map(width)
  }
}

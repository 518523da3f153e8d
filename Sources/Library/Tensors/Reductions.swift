import Diagnostics
import Engine
import Machine
import Tensors

// Reductions over all elements or along axes.
extension Library {
  private static let numbers = Parameter("x", .numbers, "a tensor, or a list or range of numbers")
  private static let axis = Parameter("axis", optional: .shape, "the axis or axes to reduce, counted from 0, or from the end with -1", shown: "all")
  private static let keepdims = Parameter("keepdims", .boolean, "whether reduced axes are kept with size 1", default: false)

  /// The given axes, counted from 0; all if none are given.
  static func axes(_ call: Call, _ axes: [Int]?, of type: TensorType) throws -> [Int] {
    try axes.map { try $0.map { try axis(call, $0, of: type) } } ?? Array(0..<type.rank)
  }

  /// An axis counted from 0.
  static func axis(_ call: Call, _ axis: Int, of type: TensorType) throws -> Int {
    let position = axis < 0 ? axis + type.rank : axis
    guard position >= 0, position < type.rank else {
      throw Fault(
        TensorErrors.badAxis, "\(type.description) has no axis \(axis)",
        hint: type.rank > 0
          ? "its axes are 0 to \(type.rank - 1), or negative from the end"
          : call.builtin.name == "max" || call.builtin.name == "min"
            ? "of two numbers: `\(call.builtin.name)imum(a, b)`; of several: `\(call.builtin.name)((a, b, c))`" : "a single number has no axes")
    }
    return position
  }

  /// `list` reduces a list or range of numbers, exactly; nil leaves the list to `tensor`.
  private static func reduction(
    _ name: String, _ summary: String, examples: [Example], references: [String] = [], list: @escaping @Sendable (ListNumbers) throws -> Value?,
    tensor: @escaping @Sendable (Term, [Int], Bool) throws -> Term
  ) -> Builtin {
    Builtin(name, summary, [numbers, axis, keepdims], examples: examples, references: references) { call in
      let (given, reduced, keeps) = (try call[numbers], try call[axis], try call[keepdims])
      if given.tag != .tensor, !keeps, let numbers = try ListNumbers(call.machine, given, axes: reduced), let result = try list(numbers) { return result }
      let value = try call.machine.tensor(from: given, as: given.tag == .tensor ? .f32 : .f64)
      let x = call.term(of: value.node)
      let axes = try Array(Set(Library.axes(call, reduced, of: x.type)))
      if given.tag == .list, name == "sum" || name == "product" {
        return call.result(try exact(tensor(x, axes, keeps), of: given, call))
      }
      guard !x.dtype.isFloat else { return call.result(try tensor(x, axes, keeps)) }
      // Within a loss, which cannot stop, sums of integers wrap as those of two do.
      guard call.machine.trace == nil, !canHold(name, x.type) else { return call.result(try tensor(x.cast(.i32), axes, keeps)) }
      let result = try tensor(x.cast(.f64), axes, keeps)
      return call.result(try isFraction(name) ? result.cast(.f32) : call.machine.converted(result, to: .i32))
    }
  }

  /// Whether a reduction of integers returns fractions.
  private static func isFraction(_ name: String) -> Bool { ["mean", "var", "std"].contains(name) }

  /// Whether i32 holds the result, whatever the integers are.
  static func canHold(_ name: String, _ type: TensorType) -> Bool {
    switch name {
    case "sum", "cumsum": type.dtype != .i32 && type.count < 1 << 23
    case "product": type.dtype == .bool
    default: name == "min" || name == "max"
    }
  }

  /// Sums and products along an axis of a list of integers are exact as doubles up to 2^53.
  private static func exact(_ result: Term, of list: Value, _ call: Call) throws -> Term {
    guard result.dtype == .f64, call.machine.trace == nil, !result.node.isUnknown, isInteger(list) else { return result }
    let tensor = try call.engine.value(result.node)
    guard (0..<tensor.count).allSatisfy({ abs(tensor[$0]) <= 9_007_199_254_740_992 }) else {
      throw Fault(
        MachineErrors.overflow, "the \(call.builtin.name) of integers along an axis is outside ±2^53, the range of exact results",
        hint: "reduce each row separately: `map(rows, \(call.builtin.name))`")
    }
    return result
  }

  private static func isInteger(_ value: Value) -> Bool {
    value.tag == .list ? value.listItems.allSatisfy(isInteger) : value.tag != .float && value.tag != .tensor
  }

  private static func extreme(_ name: String, _ summary: String, _ kind: Reduce.Kind, _ result: String) -> Builtin {
    reduction(
      name, summary, examples: [Example("print(\(name)([[1, 5], [4, 2]]), \(name)([[1, 5], [4, 2]], axis=0))", result)],
      list: { $0.extreme(isMax: kind == .max) }, tensor: { try $0.reduce(kind, $1, keepDims: $2) })
  }

  private static let searched = Parameter("axis", optional: .int, "the axis to search", shown: "all")

  private static func position(_ name: String, _ summary: String, _ kind: Reduce.Kind, _ result: String) -> Builtin {
    Builtin(
      name, summary, [numbers, searched], examples: [Example("print(\(name)([3, 9, 1]), \(name)([[1, 5], [4, 2]], axis=1))", result)]
    ) { call in
      let (given, along) = (try call[numbers], try call[searched])
      if given.tag != .tensor, let position = try ListNumbers(call.machine, given, axes: along.map { [$0] })?.position(isMax: kind == .argmax) {
        return Value(position)
      }
      let numbers = call.engine.term(try call.machine.tensor(from: given, as: .f64).node)
      // There are no kernels of bytes.
      let x = try numbers.cast(numbers.dtype.arithmetic)
      guard let along else { return call.result(try x.reshaped([x.type.count]).applying(Reduce(kind, 0...0))) }
      let axis = try Library.axis(call, along, of: x.type)
      return call.result(try x.applying(Reduce(kind, axis...axis)))
    }
  }

  /// The mean over axes, of floats.
  static func mean(_ x: Term, _ axes: [Int], _ keepdims: Bool) throws -> Term {
    let floats = try x.cast(x.dtype.floating)
    let count = axes.map { x.shape[$0] }.reduce(1, *)
    guard count > 0 else { throw Fault(TensorErrors.badShape, "the mean of an empty tensor is undefined, got \(x.type.description)") }
    return try floats.sum(axes, keepDims: keepdims) * (1 / Double(count))
  }

  private static func variance(_ x: Term, _ axes: [Int], _ keepdims: Bool) throws -> Term {
    let centred = try x.cast(x.dtype.floating) - mean(x, axes, true)
    return try mean(centred.applying(.square), axes, keepdims)
  }

  static let reductions: [Builtin] = [
    reduction(
      "sum", "Sum of the elements",
      examples: [Example("print(sum([[1, 2], [3, 4]]), sum([[1, 2], [3, 4]], axis=0))", "10 [4, 6]"), Example("print(sum((16777217, 2)))", "16777219")],
      list: { try $0.sum() }, tensor: { try $0.sum($1, keepDims: $2) }),
    reduction(
      "mean", "Arithmetic mean of the elements; of a list, a 64-bit float",
      examples: [Example("print(mean([1, 2, 6]), mean([[1, 2], [3, 4]], axis=1))", "3 [1.5, 3.5]")],
      list: { $0.mean().map { Value($0) } }, tensor: mean),
    reduction(
      "var", "Variance: the mean squared deviation from the mean", examples: [Example("print(var([1, 3]))", "1")],
      list: { $0.variance().map { Value($0) } }, tensor: variance),
    reduction(
      "std", "Standard deviation, the square root of the variance; if it is 0, its gradient is 0", examples: [Example("print(std([1, 5]))", "2")],
      list: { $0.variance().map { Value($0.squareRoot()) } }, tensor: { try variance($0, $1, $2).applying(.squareRoot) }),
    reduction(
      "product", "Product of the elements", examples: [Example("print(product([2, 3, 4]))", "24")],
      list: { try $0.product() }, tensor: { try $0.reduce(.product, $1, keepDims: $2) }),
    extreme("min", "Smallest element; nan if one is nan; several smallest share the gradient", .min, "1 [1, 2]"),
    extreme("max", "Largest element; nan if one is nan; several largest share the gradient", .max, "5 [4, 5]"),
    position("argmin", "Position of the smallest element, the first of several; of nan if one is nan", .argmin, "2 [0, 1]"),
    position("argmax", "Position of the largest element, the first of several; of nan if one is nan", .argmax, "1 [1, 0]"),
    Builtin(
      "all", "Whether every element is true", [tested],
      examples: [Example("print(all([1, 2] > 0), all((true, false)))", "true false")]
    ) { call in Value(try booleans(call).allSatisfy { $0 }) },
    Builtin(
      "any", "Whether at least one element is true", [tested],
      examples: [Example("print(any([1, 2] > 1), any(()))", "true false")]
    ) { call in Value(try booleans(call).contains(true)) },
    Builtin(
      "cumsum", "Cumulative sums along an axis; of a list, as a list", [numbers, summed],
      examples: [Example("print(cumsum([1, 2, 3]), cumsum((1, 2, 3)))", "[1, 3, 6] (1, 3, 6)")]
    ) { call in
      let given = try call[numbers]
      if given.tag == .list || given.tag == .range, let numbers = try ListNumbers(call.machine, given, flat: true) {
        return call.machine.make(list: try numbers.runningSums())
      }
      if given.isNumber { return given }
      let x = call.engine.term(try call.machine.tensor(from: given, as: .f64).node)
      guard x.type.rank > 0 else { return call.result(x) }
      let sums = CumulativeSum(axis: try axis(call, call[summed], of: x.type))
      guard !x.dtype.isFloat else { return call.result(try x.applying(sums)) }
      guard call.machine.trace == nil, !canHold("cumsum", x.type) else { return call.result(try x.cast(.i32).applying(sums)) }
      return call.result(try call.machine.converted(x.cast(.f64).applying(sums), to: .i32))
    },
  ]

  private static let summed = Parameter("axis", .int, "the axis, counted from 0, or from the end with -1", default: 0)
  private static let tested = Parameter("x", .booleans, "a boolean, or a tensor or list of booleans")

  private static func booleans(_ call: Call) throws -> [Bool] {
    let value = try call[tested]
    if value.isBoolean { return [value.tag == .true] }
    if value.tag == .list { return try value.listItems.map { try call.machine.boolean($0) } }
    let tensor = try call.engine.value(value.node)
    return (0..<tensor.count).map { tensor[$0] != 0 }
  }
}

extension Kind where Content == Value {
  /// What can be reduced.
  static var numbers: Kind {
    Kind("a tensor, or a list or range of numbers") { value, _ in
      value.tag == .tensor || value.tag == .list || value.tag == .range || value.isNumber
    } read: { value, _ in
      value
    }
  }

  fileprivate static var booleans: Kind {
    Kind("a boolean, or a tensor or list of booleans") { value, _ in
      value.isBoolean || value.tag == .list || (value.tag == .tensor && value.node.dtype == .bool)
    } read: { value, _ in
      value
    }
  }
}

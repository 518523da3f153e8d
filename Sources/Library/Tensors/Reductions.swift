import Diagnostics
import Engine
import Machine
import Tensors

// Sums and their kin, over all elements or along axes.
extension Library {
  private static let axisParameter = Parameter("axis", .shape, "the axis or axes to fold, counted from 0 or from the end with -1", default: "all")
  private static let keepParameter = Parameter("keep", .truth, "whether folded axes stay as size 1", default: "false")

  /// The axes an argument names, all where it is left out.
  static func axes(_ call: Call, _ index: Int, of type: TensorType) throws -> [Int] {
    guard call.has(index) else { return Array(0..<type.rank) }
    return try call.shape(index).map { axis in
      let place = axis < 0 ? axis + type.rank : axis
      guard place >= 0, place < type.rank else {
        throw Fault(
          TensorErrors.badAxis, "\(type.description) has no axis \(axis)",
          hint: type.rank > 0
            ? "its axes are 0 to \(type.rank - 1), or -1 backwards"
            : call.builtin.name == "max" || call.builtin.name == "min"
              ? "of two numbers: `\(call.builtin.name)imum(a, b)`; of several: `\(call.builtin.name)((a, b, c))`" : "a single number has no axes")
      }
      return place
    }
  }

  /// `list` reduces a list or range of numbers, exactly; nil leaves the list to `tensor`.
  private static func reduction(
    _ name: String, _ summary: String, examples: [Example], references: [String] = [], list: @escaping @Sendable (ListNumbers) throws -> Value?,
    tensor: @escaping @Sendable (Term, [Int], Bool) throws -> Term
  ) -> Builtin {
    Builtin(
      name, summary, [Parameter("x", .any, "a tensor, a list or range of numbers"), axisParameter, keepParameter], examples: examples, references: references
    ) { call in
      let given = call[0]
      guard given.tag == .tensor || given.tag == .list || given.tag == .range || given.isNumber else { throw call.wrong(0) }
      let keeps = try call.truth(2, or: false)
      if given.tag != .tensor, !keeps, let numbers = try ListNumbers(call, given), let result = try list(numbers) { return result }
      let value = try call.machine.tensor(from: given, as: given.tag == .tensor ? .f32 : .f64)
      let x = call.term(of: value.node)
      let axes = try Array(Set(Library.axes(call, 1, of: x.type)))
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

  /// Whether a reduction of integers gives fractions.
  private static func isFraction(_ name: String) -> Bool { ["mean", "variance", "std"].contains(name) }

  /// Whether i32 holds the result, whatever the integers are.
  static func canHold(_ name: String, _ type: TensorType) -> Bool {
    switch name {
    case "sum", "cumsum": type.dtype != .i32 && type.count < 1 << 23
    case "product": type.dtype == .bool
    default: name == "min" || name == "max"
    }
  }

  /// Sums and products along an axis of rows of integers are exact as doubles up to 2^53.
  private static func exact(_ result: Term, of list: Value, _ call: Call) throws -> Term {
    guard result.dtype == .f64, call.machine.trace == nil, !result.node.isUnknown, isInteger(list) else { return result }
    let tensor = try call.engine.value(result.node)
    guard (0..<tensor.count).allSatisfy({ abs(tensor[$0]) <= 9_007_199_254_740_992 }) else {
      throw Fault(
        MachineErrors.overflow, "the \(call.builtin.name) of integers along an axis is exact up to 2^53, which is too little here",
        hint: "reduce each row by itself: `map(rows, \(call.builtin.name))`")
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

  private static func position(_ name: String, _ summary: String, _ kind: Reduce.Kind, _ result: String) -> Builtin {
    Builtin(
      name, summary, [Parameter("x", .any, "a tensor, a list or range of numbers"), Parameter("axis", .int, "the axis to look along", default: "all")],
      examples: [Example("print(\(name)([3, 9, 1]), \(name)([[1, 5], [4, 2]], axis=1))", result)]
    ) { call in
      guard call[0].tag == .tensor || call[0].tag == .list || call[0].tag == .range || call[0].isNumber else { throw call.wrong(0) }
      if call[0].tag != .tensor, let place = try ListNumbers(call, call[0])?.position(isMax: kind == .argmax) { return Value(place) }
      let x = call.engine.term(try call.machine.tensor(from: call[0], as: .f64).node)
      guard call.has(1) else {
        return call.result(try x.reshaped([x.type.count]).applying(Reduce(kind, 0...0)))
      }
      let axis = try axes(call, 1, of: x.type)[0]
      return call.result(try x.applying(Reduce(kind, axis...axis)))
    }
  }

  /// The mean over axes, of floats.
  static func mean(_ x: Term, _ axes: [Int], _ keep: Bool) throws -> Term {
    let floats = try x.cast(x.dtype.floating)
    let count = axes.map { x.shape[$0] }.reduce(1, *)
    guard count > 0 else { throw Fault(TensorErrors.badShape, "the mean of no numbers: \(x.type.description) is empty") }
    return try floats.sum(axes, keepDims: keep) * (1 / Double(count))
  }

  private static func variance(_ x: Term, _ axes: [Int], _ keep: Bool) throws -> Term {
    let centred = try x.cast(x.dtype.floating) - mean(x, axes, true)
    return try mean(centred.applying(.square), axes, keep)
  }

  static let reductions: [Builtin] = [
    reduction(
      "sum", "The sum of the elements",
      examples: [Example("print(sum([[1, 2], [3, 4]]), sum([[1, 2], [3, 4]], axis=0))", "10 [4, 6]"), Example("print(sum((16777217, 2)))", "16777219")],
      list: { try $0.sum() }, tensor: { try $0.sum($1, keepDims: $2) }),
    reduction(
      "mean", "The average of the elements; of a list a float of 64 bits",
      examples: [Example("print(mean([1, 2, 6]), mean([[1, 2], [3, 4]], axis=1))", "3 [1.5, 3.5]")],
      list: { $0.mean().map { Value($0) } }, tensor: mean),
    reduction(
      "variance", "The average squared distance from the mean", examples: [Example("print(variance([1, 3]))", "1")],
      list: { $0.variance().map { Value($0) } }, tensor: variance),
    reduction(
      "std", "The standard deviation: the root of the variance; where it is 0 its gradient is 0", examples: [Example("print(std([1, 5]))", "2")],
      list: { $0.variance().map { Value($0.squareRoot()) } }, tensor: { try variance($0, $1, $2).applying(.squareRoot) }),
    reduction(
      "product", "The product of the elements", examples: [Example("print(product([2, 3, 4]))", "24")],
      list: { try $0.product() }, tensor: { try $0.reduce(.product, $1, keepDims: $2) }),
    extreme("min", "The smallest element; nan if one is. Where several are, they share the gradient", .min, "1 [1, 2]"),
    extreme("max", "The largest element; nan if one is. Where several are, they share the gradient", .max, "5 [4, 5]"),
    position("argmin", "The position of the smallest element, the first of several; of nan if one is", .argmin, "2 [0, 1]"),
    position("argmax", "The position of the largest element, the first of several; of nan if one is", .argmax, "1 [1, 0]"),
    Builtin(
      "all", "Whether every element holds", [Parameter("x", .any, "truths: a tensor or a list")],
      examples: [Example("print(all([1, 2] > 0), all((true, false)))", "true false")]
    ) { call in Value(try truths(call).allSatisfy { $0 }) },
    Builtin(
      "any", "Whether some element holds", [Parameter("x", .any, "truths: a tensor or a list")],
      examples: [Example("print(any([1, 2] > 1), any(()))", "true false")]
    ) { call in Value(try truths(call).contains(true)) },
    Builtin(
      "cumsum", "Running sums along an axis; of a list, as a list",
      [Parameter("x", .any, "a tensor, a list or range of numbers"), Parameter("axis", .int, "the axis", default: "0")],
      examples: [Example("print(cumsum([1, 2, 3]), cumsum((1, 2, 3)))", "[1, 3, 6] (1, 3, 6)")]
    ) { call in
      if call[0].tag == .list || call[0].tag == .range, let numbers = try ListNumbers(call, call[0], flat: true) {
        return call.machine.make(list: try numbers.runningSums())
      }
      guard call[0].tag == .tensor || call[0].tag == .list || call[0].isNumber else { throw call.wrong(0) }
      if call[0].isNumber { return call[0] }
      let x = call.engine.term(try call.machine.tensor(from: call[0], as: .f64).node)
      guard x.type.rank > 0 else { return call.result(x) }
      let sums = CumulativeSum(axis: call.has(1) ? try axes(call, 1, of: x.type)[0] : 0)
      guard !x.dtype.isFloat else { return call.result(try x.applying(sums)) }
      guard call.machine.trace == nil, !canHold("cumsum", x.type) else { return call.result(try x.cast(.i32).applying(sums)) }
      return call.result(try call.machine.converted(x.cast(.f64).applying(sums), to: .i32))
    },
  ]

  private static func truths(_ call: Call) throws -> [Bool] {
    if call[0].isBoolean { return [call[0].tag == .true] }
    if call[0].tag == .list { return try call[0].listItems.map { try call.machine.boolean($0) } }
    guard call[0].tag == .tensor, call[0].node.dtype == .bool else { throw call.wrong(0) }
    let tensor = try call.engine.value(call[0].node)
    return (0..<tensor.count).map { tensor[$0] != 0 }
  }
}

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

  private static func reduction(_ name: String, _ summary: String, examples: [Example], _ body: @escaping @Sendable (Term, [Int], Bool) throws -> Term)
    -> Builtin
  {
    Builtin(name, summary, [Parameter("x", .any, "a tensor, or a list of numbers"), axisParameter, keepParameter], examples: examples) { call in
      guard call[0].tag == .tensor || call[0].tag == .list || call[0].tag == .range || call[0].isNumber else { throw call.wrong(0) }
      let value = try call.machine.tensor(from: call[0])
      var x = call.term(of: value.node)
      if x.dtype == .bool || x.dtype == .u8 { x = try x.cast(.i32) }
      return call.result(try body(x, Array(Set(axes(call, 1, of: x.type))), call.truth(2, or: false)))
    }
  }

  private static func extreme(_ name: String, _ summary: String, _ kind: Reduce.Kind, _ result: String) -> Builtin {
    reduction(name, summary, examples: [Example("print(\(name)([[1, 5], [4, 2]]), \(name)([[1, 5], [4, 2]], axis=0))", result)]) {
      try $0.reduce(kind, $1, keeping: $2)
    }
  }

  private static func position(_ name: String, _ summary: String, _ kind: Reduce.Kind, _ result: String) -> Builtin {
    Builtin(
      name, summary, [Parameter("x", .tensor, "a tensor"), Parameter("axis", .int, "the axis to look along", default: "all")],
      examples: [Example("print(\(name)([3, 9, 1]), \(name)([[1, 5], [4, 2]], axis=1))", result)]
    ) { call in
      let x = call.term(0)
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
    return try floats.sum(axes, keeping: keep) * (1 / Double(count))
  }

  static let reductions: [Builtin] = [
    reduction("sum", "The sum of the elements", examples: [Example("print(sum([[1, 2], [3, 4]]), sum([[1, 2], [3, 4]], axis=0))", "10 [4, 6]")]) {
      try $0.sum($1, keeping: $2)
    },
    reduction("mean", "The average of the elements", examples: [Example("print(mean([1, 2, 6]), mean([[1, 2], [3, 4]], axis=1))", "3 [1.5, 3.5]")], mean),
    reduction("variance", "The average squared distance from the mean", examples: [Example("print(variance([1, 3]))", "1")]) { x, axes, keep in
      let centred = try x.cast(x.dtype.floating) - mean(x, axes, true)
      return try mean(centred.applying(.square), axes, keep)
    },
    reduction("std", "The standard deviation: the root of the variance", examples: [Example("print(std([1, 5]))", "2")]) { x, axes, keep in
      let centred = try x.cast(x.dtype.floating) - mean(x, axes, true)
      return try mean(centred.applying(.square), axes, keep).applying(.squareRoot)
    },
    reduction("product", "The product of the elements", examples: [Example("print(product([2, 3, 4]))", "24")]) {
      try $0.reduce(.product, $1, keeping: $2)
    },
    extreme("min", "The smallest element", .min, "1 [1, 2]"),
    extreme("max", "The largest element", .max, "5 [4, 5]"),
    position("argmin", "Where the smallest element is", .argmin, "2 [0, 1]"),
    position("argmax", "Where the largest element is", .argmax, "1 [1, 0]"),
    Builtin(
      "all", "Whether every element holds", [Parameter("x", .any, "truths: a tensor or a list")],
      examples: [Example("print(all([1, 2] > 0), all((true, false)))", "true false")]
    ) { call in Value(try truths(call).allSatisfy { $0 }) },
    Builtin(
      "any", "Whether some element holds", [Parameter("x", .any, "truths: a tensor or a list")],
      examples: [Example("print(any([1, 2] > 1), any(()))", "true false")]
    ) { call in Value(try truths(call).contains(true)) },
    Builtin(
      "cumsum", "Running sums along an axis", [Parameter("x", .tensor, "a tensor"), Parameter("axis", .int, "the axis", default: "0")],
      examples: [Example("print(cumsum([1, 2, 3]))", "[1, 3, 6]")]
    ) { call in
      var x = call.term(0)
      if x.dtype == .bool || x.dtype == .u8 { x = try x.cast(.i32) }
      guard x.type.rank > 0 else { return call.result(x) }
      let axis = call.has(1) ? try axes(call, 1, of: x.type)[0] : 0
      return call.result(try x.applying(CumulativeSum(axis: axis)))
    },
  ]

  private static func truths(_ call: Call) throws -> [Bool] {
    if call[0].isBoolean { return [call[0].tag == .true] }
    if call[0].tag == .list { return try call[0].listItems.map { try call.machine.truth($0) } }
    guard call[0].tag == .tensor, call[0].node.dtype == .bool else { throw call.wrong(0) }
    let tensor = try call.engine.value(call[0].node)
    return (0..<tensor.count).map { tensor[$0] != 0 }
  }
}

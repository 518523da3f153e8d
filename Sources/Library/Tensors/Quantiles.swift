import Diagnostics
import Engine
import Machine
import Tensors

// Medians and quantiles.
extension Library {
  private static let quantileAxis = Parameter("axis", .shape, "the axis or axes to reduce, counted from 0 or from the end with -1", default: "all")
  private static let quantileKeep = Parameter("keep", .truth, "whether reduced axes stay with size 1", default: "false")
  private static let quantileReferences = ["R. J. Hyndman, Y. Fan, Sample quantiles in statistical packages, The American Statistician 50, 1996, definition 7"]

  static let quantiles: [Builtin] = [
    Builtin(
      "median", "The middle element in ascending order; of an even number, the mean of the middle two; nan if an element is",
      [Parameter("x", .any, "a tensor, a list or range of numbers"), quantileAxis, quantileKeep],
      examples: [Example("print(median([3, 1, 10]), median((1, 2, 3, 4)), median([[1, 5], [3, 7]], axis=0))", "3 2.5 [2, 6]")]
    ) { call in try quantiles(call, at: [0.5], isList: false, axis: 1, keep: 2) },
    Builtin(
      "quantile", "The value that a part of the elements lies below, interpolated linearly between neighbours; nan if an element is",
      [
        Parameter("x", .any, "a tensor, a list or range of numbers"), Parameter("part", .any, "from 0 to 1, or several as a list, whose results come first"),
        quantileAxis, quantileKeep,
      ],
      examples: [Example("print(quantile([1, 2, 3, 4], 0.25), quantile((0, 10), (0, 0.5, 1)))", "1.75 (0.0, 5.0, 10.0)")],
      references: quantileReferences
    ) { call in
      let isList = call[1].tag == .list || (call[1].tag == .tensor && call[1].node.type.rank > 0)
      let given = isList ? try call.machine.elements(of: call[1]) ?? [] : [call[1]]
      let parts = try given.map { value in
        guard let part = try call.machine.scalar(value).number else { throw call.wrong(1) }
        guard (0...1).contains(part) else { throw call.refuse("`quantile` takes parts from 0 to 1, got \(call.machine.numberText(part))") }
        return part
      }
      guard !parts.isEmpty else { throw call.wrong(1) }
      return try quantiles(call, at: parts, isList: isList, axis: 2, keep: 3)
    },
  ]

  private static func quantiles(_ call: Call, at parts: [Double], isList: Bool, axis: Int, keep: Int) throws -> Value {
    let given = call[0]
    guard given.tag == .tensor || given.tag == .list || given.tag == .range || given.isNumber else { throw call.wrong(0) }
    if given.tag != .tensor, !call.has(axis), try !call.truth(keep, or: false), let numbers = try ListNumbers(call, given, ignoringAxis: true)?.doubles,
      !numbers.isEmpty
    {
      let results = quantiles(of: numbers, at: parts).map { Value($0) }
      return isList ? call.machine.make(list: results) : results[0]
    }
    let x = call.engine.term(try call.machine.tensor(from: given, as: .f64).node)
    // Integers are compared exactly; the result is f32, as that of `mean`.
    let floats = x.dtype.isFloat ? x : try x.cast(.f64)
    let axes = Array(Set(try Library.axes(call, axis, of: x.type))).sorted()
    let results = try quantiles(of: floats, axes, at: parts, keepDims: call.truth(keep, or: false)).map { try $0.cast(x.dtype.floating) }
    guard isList else { return call.result(results[0]) }
    let rows = try results.map { try $0.reshaped([1] + $0.shape).node }
    return call.machine.make(node: try call.engine.apply(Concatenate(axis: 0), rows, at: call.span))
  }

  /// The neighbours of a part among `count` sorted elements, and how far it lies between them.
  private static func place(_ part: Double, _ count: Int) -> (low: Int, high: Int, share: Double) {
    let place = part * Double(count - 1)
    let low = min(Int(place), count - 1)
    return (low, min(low + 1, count - 1), place - Double(low))
  }

  private static func quantiles(of numbers: [Double], at parts: [Double]) -> [Double] {
    if numbers.contains(where: \.isNaN) { return parts.map { _ in .nan } }
    let sorted = numbers.sorted()
    return parts.map { part in
      let (low, high, share) = place(part, sorted.count)
      return share == 0 || sorted[low] == sorted[high] ? sorted[low] : sorted[low] + (sorted[high] - sorted[low]) * share
    }
  }

  /// The elements are sorted by their values at hand; the results are taken from the graph, so that gradients pass to
  /// the two elements between which a quantile lies.
  private static func quantiles(of x: Term, _ axes: [Int], at parts: [Double], keepDims: Bool) throws -> [Term] {
    let others = x.shape.indices.filter { !axes.contains($0) }
    let (outer, count) = (others.map { x.shape[$0] }.reduce(1, *), axes.map { x.shape[$0] }.reduce(1, *))
    guard count > 0 else { throw Fault(TensorErrors.badShape, "there is no quantile of no numbers: \(x.type.description) is empty") }
    let shape = keepDims ? x.shape.enumerated().map { axes.contains($0.offset) ? 1 : $0.element } : others.map { x.shape[$0] }
    if x.node.isUnknown { return try parts.map { _ in Term(x.engine.placeholder(TensorType(x.dtype, shape)), x.engine) } }
    guard x.type.count < Int(Int32.max) else { throw Fault(TensorErrors.tooLarge, "quantiles are taken of up to 2147483647 elements") }
    let flat = try x.applying(Transpose(others + axes)).reshaped([outer * count])
    let values = try x.engine.value(flat.node)
    var (lows, highs) = (parts.map { _ in [Int32]() }, parts.map { _ in [Int32]() })
    for row in 0..<outer {
      let places = row * count..<(row + 1) * count
      let isNotANumber = places.first { values[$0].isNaN }
      let order = isNotANumber == nil ? places.sorted { values[$0] < values[$1] } : []
      for (index, part) in parts.enumerated() {
        let (low, high, _) = place(part, count)
        lows[index].append(Int32(isNotANumber ?? order[low]))
        highs[index].append(Int32(isNotANumber ?? order[high]))
      }
    }
    return try parts.indices.map { index in
      func taken(_ places: [Int32]) throws -> Term { try flat.applying(Gather(), x.engine.term(x.engine.leaf(Tensor(places, shape: [outer])))) }
      let low = try taken(lows[index])
      let share = place(parts[index], count).share
      guard share > 0 else { return try low.reshaped(shape) }
      let high = try taken(highs[index])
      // Equal neighbours may be infinite.
      return try low.applying(.equal, high).select(low, low + (high - low) * share).reshaped(shape)
    }
  }
}

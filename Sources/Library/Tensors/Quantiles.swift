import Diagnostics
import Engine
import Machine
import Tensors

// Medians and quantiles.
extension Library {
  private static let numbers = Parameter("x", .numbers, "a tensor, or a list or range of numbers")
  private static let axis = Parameter("axis", optional: .shape, "the axis or axes to reduce, counted from 0, or from the end with -1", shown: "all")
  private static let keepdims = Parameter("keepdims", .boolean, "whether reduced axes are kept with size 1", default: false)
  private static let part = Parameter("part", .parts, "a number between 0 and 1; for a list of numbers, the result has a new first axis")
  private static let quantileReferences = ["R. J. Hyndman, Y. Fan, Sample quantiles in statistical packages, The American Statistician 50, 1996, definition 7"]

  static let quantiles: [Builtin] = [
    Builtin(
      "median", "Middle element in ascending order, the mean of the middle two of an even number; nan if an element is nan", [numbers, axis, keepdims],
      examples: [Example("print(median([3, 1, 10]), median((1, 2, 3, 4)), median([[1, 5], [3, 7]], axis=0))", "3 2.5 [2, 6]")]
    ) { call in try quantiles(call, Parts(values: [0.5], isList: false)) },
    Builtin(
      "quantile", "Value below which a part of the elements is, interpolated linearly between neighbours; nan if an element is nan",
      [numbers, part, axis, keepdims],
      examples: [Example("print(quantile([1, 2, 3, 4], 0.25), quantile((0, 10), (0, 0.5, 1)))", "1.75 (0.0, 5.0, 10.0)")],
      references: quantileReferences
    ) { call in try quantiles(call, call[part]) },
  ]

  private static func quantiles(_ call: Call, _ parts: Parts) throws -> Value {
    let (given, reduced, keeps) = (try call[numbers], try call[axis], try call[keepdims])
    if given.tag != .tensor, reduced == nil, !keeps, let numbers = try ListNumbers(call.machine, given)?.doubles, !numbers.isEmpty {
      let results = quantiles(of: numbers, at: parts.values).map { Value($0) }
      return parts.isList ? call.machine.make(list: results) : results[0]
    }
    let x = call.engine.term(try call.machine.tensor(from: given, as: .f64).node)
    // Integers are compared exactly; the result is f32, as that of `mean`.
    let floats = x.dtype.isFloat ? x : try x.cast(.f64)
    let axes = Array(Set(try Library.axes(call, reduced, of: x.type))).sorted()
    let results = try quantiles(of: floats, axes, at: parts.values, keepDims: keeps).map { try $0.cast(x.dtype.floating) }
    guard parts.isList else { return call.result(results[0]) }
    let rows = try results.map { try $0.reshaped([1] + $0.shape).node }
    return call.machine.make(node: try call.engine.apply(Concatenate(axis: 0), rows, at: call.span))
  }

  /// The neighbours of a part among `count` sorted elements, and its distance from the lower one as a share of theirs.
  private static func neighbours(of part: Double, among count: Int) -> (low: Int, high: Int, share: Double) {
    let position = part * Double(count - 1)
    let low = min(Int(position), count - 1)
    return (low, min(low + 1, count - 1), position - Double(low))
  }

  private static func quantiles(of numbers: [Double], at parts: [Double]) -> [Double] {
    if numbers.contains(where: \.isNaN) { return parts.map { _ in .nan } }
    let sorted = numbers.sorted()
    return parts.map { part in
      let (low, high, share) = neighbours(of: part, among: sorted.count)
      return share == 0 || sorted[low] == sorted[high] ? sorted[low] : sorted[low] + (sorted[high] - sorted[low]) * share
    }
  }

  /// Sorts the elements by their present values, and takes the results from the graph, so that gradients pass to the two
  /// neighbours of a quantile.
  private static func quantiles(of x: Term, _ axes: [Int], at parts: [Double], keepDims: Bool) throws -> [Term] {
    let others = x.shape.indices.filter { !axes.contains($0) }
    let (outer, count) = (others.map { x.shape[$0] }.reduce(1, *), axes.map { x.shape[$0] }.reduce(1, *))
    guard count > 0 else { throw Fault(TensorErrors.badShape, "quantiles of an empty tensor are undefined, got \(x.type.description)") }
    let shape = keepDims ? x.shape.enumerated().map { axes.contains($0.offset) ? 1 : $0.element } : others.map { x.shape[$0] }
    if x.node.isUnknown { return parts.map { _ in Term(x.engine.placeholder(TensorType(x.dtype, shape)), x.engine) } }
    guard x.type.count < Int(Int32.max) else { throw Fault(TensorErrors.tooLarge, "quantiles are limited to 2147483647 elements, got \(x.type.count)") }
    let flat = try x.applying(Transpose(others + axes)).reshaped([outer * count])
    let values = try x.engine.value(flat.node)
    var (lows, highs) = (parts.map { _ in [Int32]() }, parts.map { _ in [Int32]() })
    for row in 0..<outer {
      let places = row * count..<(row + 1) * count
      let isNotANumber = places.first { values[$0].isNaN }
      let order = isNotANumber == nil ? places.sorted { values[$0] < values[$1] } : []
      for (index, part) in parts.enumerated() {
        let (low, high, _) = neighbours(of: part, among: count)
        lows[index].append(Int32(isNotANumber ?? order[low]))
        highs[index].append(Int32(isNotANumber ?? order[high]))
      }
    }
    return try parts.indices.map { index in
      func taken(_ places: [Int32]) throws -> Term { try flat.applying(Gather(), x.engine.term(x.engine.leaf(Tensor(places, shape: [outer])))) }
      let low = try taken(lows[index])
      let share = neighbours(of: parts[index], among: count).share
      guard share > 0 else { return try low.reshaped(shape) }
      let high = try taken(highs[index])
      // Equal neighbours may be infinite.
      return try low.applying(.equal, high).select(low, low + (high - low) * share).reshaped(shape)
    }
  }
}

/// The parts that a call of `quantile` asks for.
private struct Parts {
  let values: [Double]
  /// Whether they are a list; then the result has an element or row for each.
  let isList: Bool
}

extension Kind where Content == Parts {
  fileprivate static var parts: Kind {
    Kind("a number between 0 and 1, or a list of them") { value, _ in
      value.isNumber || value.tag == .list || value.tag == .tensor
    } read: { value, machine in
      let isList = value.tag == .list || (value.tag == .tensor && value.node.type.rank > 0)
      let parts = try (isList ? machine.elements(of: value) ?? [] : [value]).map { try machine.scalar($0).number }
      guard !parts.isEmpty, parts.allSatisfy({ $0.map((0...1).contains) ?? false }) else { return nil }
      return Parts(values: parts.compactMap { $0 }, isList: isList)
    }
  }
}

import Foundation

/// Runs a model plainly and slowly, as the reference of the operators describes it: https://onnx.ai/onnx/operators.
struct Evaluator {
  struct Unknown: Error { let operation: String }

  static func run(_ model: ReadModel, _ inputs: [Numbers]) throws -> [Numbers] {
    var known = model.constants
    for (value, numbers) in zip(model.inputs, inputs) { known[value.name] = numbers }
    for node in model.nodes { known[node.outputs[0]] = try result(node, node.inputs.compactMap { known[$0] }) }
    return model.outputs.compactMap { known[$0.name] }
  }

  private static func result(_ node: ReadModel.Node, _ x: [Numbers]) throws -> Numbers {
    if let function = unary[node.type] { return Numbers(x[0].type, x[0].shape, x[0].elements.map(function)) }
    if let function = comparisons[node.type] { return pairwise(x[0], x[1], Numbers.bool) { function($0, $1) ? 1 : 0 } }
    if let function = binary[node.type] { return pairwise(x[0], x[1], x[0].type, function) }
    switch node.type {
    case "Identity": return x[0]
    case "Not": return Numbers(Numbers.bool, x[0].shape, x[0].elements.map { 1 - $0 })
    case "Cast": return cast(x[0], node.attributes["to"]?[0] ?? 0)
    case "Div":
      let isInteger = x[0].type == Numbers.int32 || x[0].type == Numbers.int64
      return pairwise(x[0], x[1], x[0].type) { isInteger ? ($0 / $1).rounded(.towardZero) : $0 / $1 }
    case "Mod":
      let isFloat = node.attributes["fmod"]?[0] == 1
      return pairwise(x[0], x[1], x[0].type) { isFloat ? fmod($0, $1) : $0 - ($0 / $1).rounded(.down) * $1 }
    case "Where":
      let shape = Numbers.joined(Numbers.joined(x[0].shape, x[1].shape), x[2].shape)
      let (mask, yes, no) = (x[0].broadcast(to: shape), x[1].broadcast(to: shape), x[2].broadcast(to: shape))
      return Numbers(x[1].type, shape, shape.contains(0) ? [] : mask.elements.indices.map { mask.elements[$0] != 0 ? yes.elements[$0] : no.elements[$0] })
    case "Reshape", "Expand", "Transpose", "Slice", "Concat", "Gather", "Unsqueeze", "Squeeze", "Shape", "Range", "Pad", "CumSum", "ScatterND":
      return try moved(node, x)
    case "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd", "ArgMax", "ArgMin": return reduced(node, x)
    case "MatMul": return product(x[0], x[1])
    case "Conv": return convolution(node, x[0], x[1])
    case "ConvTranspose": return transposedConvolution(node, x[0], x[1])
    case "MaxPool", "AveragePool": return pooled(node, x[0])
    case "Resize": return repeated(x[0], x[1])
    default: throw Unknown(operation: node.type)
    }
  }

  // MARK: Elementwise

  private static let unary: [String: @Sendable (Double) -> Double] = [
    "Neg": { -$0 }, "Abs": { abs($0) }, "Sign": { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }, "Floor": { $0.rounded(.down) }, "Ceil": { $0.rounded(.up) },
    "Round": { $0.rounded(.toNearestOrEven) }, "Sqrt": { $0.squareRoot() }, "Reciprocal": { 1 / $0 }, "Exp": { exp($0) }, "Log": { log($0) },
    "Tanh": { tanh($0) }, "Erf": { erf($0) }, "Sigmoid": { 1 / (1 + exp(-$0)) }, "Softplus": { max($0, 0) + log1p(exp(-abs($0))) },
    "Relu": { $0 <= 0 ? 0 : $0 }, "Sin": { sin($0) }, "Cos": { cos($0) }, "Atan": { atan($0) },
  ]
  private static let binary: [String: @Sendable (Double, Double) -> Double] = [
    "Add": { $0 + $1 }, "Sub": { $0 - $1 }, "Mul": { $0 * $1 }, "Pow": { pow($0, $1) }, "Min": { min($0, $1) }, "Max": { max($0, $1) },
  ]
  private static let comparisons: [String: @Sendable (Double, Double) -> Bool] = [
    "Equal": { $0 == $1 }, "Less": { $0 < $1 }, "LessOrEqual": { $0 <= $1 }, "GreaterOrEqual": { $0 >= $1 },
    "And": { $0 != 0 && $1 != 0 }, "Or": { $0 != 0 || $1 != 0 }, "Xor": { ($0 != 0) != ($1 != 0) },
  ]

  private static func pairwise(_ a: Numbers, _ b: Numbers, _ type: Int, _ function: (Double, Double) -> Double) -> Numbers {
    let shape = Numbers.joined(a.shape, b.shape)
    return Numbers(type, shape, zip(a.broadcast(to: shape).elements, b.broadcast(to: shape).elements).map(function))
  }

  private static func cast(_ x: Numbers, _ type: Int) -> Numbers {
    Numbers(
      type, x.shape,
      x.elements.map { number in
        switch type {
        case Numbers.bool: number == 0 ? 0 : 1
        case Numbers.float, Numbers.double: number
        default: number.isFinite ? number.rounded(.towardZero) : 0
        }
      })
  }

  // MARK: Reductions and products

  private static func reduced(_ node: ReadModel.Node, _ x: [Numbers]) -> Numbers {
    let isPosition = node.type.hasPrefix("Arg")
    let axes = isPosition ? node.attributes["axis"] ?? [] : x.count > 1 ? x[1].integers : node.attributes["axes"] ?? []
    let kept = x[0].shape.indices.filter { !axes.contains($0) }
    let inner = axes.map { x[0].shape[$0] }
    return Numbers(isPosition ? Numbers.int64 : x[0].type, kept.map { x[0].shape[$0] }) { place in
      let values = Numbers.places(inner).map { along -> Double in
        var whole = x[0].shape
        for (axis, at) in zip(kept, place) { whole[axis] = at }
        for (axis, at) in zip(axes, along) { whole[axis] = at }
        return x[0][whole]
      }
      switch node.type {
      case "ReduceSum": return values.reduce(0, +)
      case "ReduceProd": return values.reduce(1, *)
      case "ReduceMax": return values.max() ?? 0
      case "ReduceMin": return values.min() ?? 0
      case "ArgMax": return Double(values.firstIndex(of: values.max() ?? 0) ?? 0)
      default: return Double(values.firstIndex(of: values.min() ?? 0) ?? 0)
      }
    }
  }

  private static func product(_ a: Numbers, _ b: Numbers) -> Numbers {
    let batch = Numbers.joined(Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2)))
    let (x, y) = (a.broadcast(to: batch + a.shape.suffix(2)), b.broadcast(to: batch + b.shape.suffix(2)))
    let shared = a.shape[a.shape.count - 1]
    return Numbers(a.type, batch + [a.shape[a.shape.count - 2], b.shape[b.shape.count - 1]]) { place in
      let (outer, row, column) = (Array(place.dropLast(2)), place[place.count - 2], place[place.count - 1])
      return (0..<shared).reduce(0) { $0 + x[outer + [row, $1]] * y[outer + [$1, column]] }
    }
  }
}

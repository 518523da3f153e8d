import Engine
import Tensors

// Reductions.
extension Translator {
  func reduction(_ operation: Reduce, _ node: AlignedNode, _ input: AlignedNode, _ name: String) throws -> String {
    let axes = Array(operation.axes)
    switch operation.kind {
    case .sum:
      let result = add("ReduceSum", [wide(name, input.dtype), integers(axes)], [ONNXAttribute("keepdims", 0)])
      return cast(result, from: input.dtype.arithmetic, to: node.dtype)
    case .max: return reduced("ReduceMax", axes, name, input.dtype)
    case .min: return reduced("ReduceMin", axes, name, input.dtype)
    case .product: return reduced("ReduceProd", axes, name, input.dtype)
    case .argmax: return try position("ArgMax", axes, name, input)
    case .argmin: return try position("ArgMin", axes, name, input)
    }
  }

  private func wide(_ name: String, _ dtype: DType) -> String { cast(name, from: dtype, to: dtype.arithmetic) }

  private func reduced(_ type: String, _ axes: [Int], _ name: String, _ dtype: DType) -> String {
    let result = add(type, [wide(name, dtype)], [ONNXAttribute("axes", axes), ONNXAttribute("keepdims", 0)])
    return cast(result, from: dtype.arithmetic, to: dtype)
  }

  /// The index of an extreme, of several axes as one.
  private func position(_ type: String, _ axes: [Int], _ name: String, _ input: AlignedNode) throws -> String {
    var operand = wide(name, input.dtype)
    if axes.count > 1 {
      let from = try sizes(input)
      let counts = input.nodes.map { node in axes.map { node.shape[$0] }.reduce(1, *) }
      var joined = from
      joined.replaceSubrange(axes[0]...axes[axes.count - 1], with: [try dimension(counts, input)])
      operand = reshape(operand, from, joined)
    }
    return cast(add(type, [operand], [ONNXAttribute("axis", axes[0]), ONNXAttribute("keepdims", 0)]), to: .int32)
  }
}

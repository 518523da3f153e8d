import Engine
import Tensors

// Reductions, and the pooling that is a reduction of windows.
extension Translator {
  func reduction(_ operation: Reduce, _ node: AlignedNode, _ input: AlignedNode, _ name: String) throws -> String {
    if let pool = pooled(node) { return try pooling(operation, pool, name) }
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

  // MARK: Pooling

  struct Pooling {
    let images: AlignedNode
    let windows: Unfold
  }

  /// The windows of which a node is the greatest element or the sum.
  func pooled(_ node: AlignedNode) -> Pooling? {
    guard let reduce = node.operation as? Reduce, reduce.kind == .max || reduce.kind == .sum, reduce.axes == 3...3, node.dependsOnInput,
      let windows = node.inputs[0].operation as? Unfold, node.inputs[0].isConsistent, node.dtype == .f32
    else { return nil }
    return Pooling(images: node.inputs[0].inputs[0], windows: windows)
  }

  private func pooling(_ operation: Reduce, _ pool: Pooling, _ name: String) throws -> String {
    let attributes = [ONNXAttribute("kernel_shape", pool.windows.size), ONNXAttribute("strides", pool.windows.stride)]
    let images = channelsFirst(name)
    if operation.kind == .max { return channelsLast(add("MaxPool", [images], attributes)) }
    let count = Double(pool.windows.size.reduce(1, *))
    return add("Mul", [channelsLast(add("AveragePool", [images], attributes)), scalar(count, .f32)])
  }
}

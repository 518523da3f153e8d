import Engine
import Tensors

// Windows of images, their pooling, and the gradients.
extension Translator {
  /// Windows [n, oh, ow, kh kw, c]: for each place in the window, the pixels at that place.
  func windows(_ unfold: Unfold, _ counts: [Int], _ name: String) -> String {
    let (size, stride) = (unfold.size, unfold.stride)
    let places = (0..<size[0] * size[1]).map { place -> String in
      let start = [place / size[1], place % size[1]]
      let end = (0..<2).map { start[$0] + (counts[$0] - 1) * stride[$0] + 1 }
      let pixels = add("Slice", [name, integers(start), integers(end), integers([1, 2]), integers(stride)])
      return add("Unsqueeze", [pixels, integers([3])])
    }
    return places.count == 1 ? places[0] : add("Concat", places, [ONNXAttribute("axis", 3)])
  }

  /// The adjoint of windows.
  func fold(_ unfold: Unfold, _ node: AlignedNode, _ input: AlignedNode, _ name: String) throws -> String {
    try folded(unfold, node, from: sizes(input), cast(name, from: input.dtype, to: .f32))
  }

  /// Windows in f32 added into images: a transposed convolution that puts each place of a window where it belongs, for every
  /// channel alone.
  private func folded(_ unfold: Unfold, _ node: AlignedNode, from: [Dimension], _ name: String) throws -> String {
    let (count, channels) = (unfold.size[0] * unfold.size[1], from[4].offset)
    // [n, oh, ow, places, c] to [n, c places, oh, ow].
    let first = add("Transpose", [name], [ONNXAttribute("perm", [0, 4, 3, 1, 2])])
    let order = [from[0], from[4], from[3], from[1], from[2]]
    let joined = [from[0], Dimension(channels * count), from[1], from[2]]
    let places = try Tensor(dtype: .f32, shape: [channels * count, 1, unfold.size[0], unfold.size[1]]) { index in
      index / count % count == index % count ? 1 : 0
    }
    let images = try spread(unfold, node, [from[1].offset, from[2].offset], channels, reshape(first, order, joined), places)
    return cast(channelsLast(images), from: .f32, to: node.dtype)
  }

  /// A transposed convolution of every channel alone, to the height and width of `node`.
  private func spread(_ unfold: Unfold, _ node: AlignedNode, _ counts: [Int], _ channels: Int, _ name: String, _ kernel: Tensor) throws -> String {
    let target = try sizes(node)
    let rest = (0..<2).map { (side: Int) -> Int in
      target[1 + side].offset - unfold.size[side] - (counts[side] - 1) * unfold.stride[side]
    }
    return add(
      "ConvTranspose", [name, initializer(kernel, named: "places")],
      [
        ONNXAttribute("kernel_shape", unfold.size), ONNXAttribute("strides", unfold.stride), ONNXAttribute("group", channels),
        ONNXAttribute("output_padding", rest),
      ])
  }

  // MARK: Pooling

  func pooling(_ operation: Pooling, _ node: AlignedNode, _ operands: [AlignedNode], _ names: [String]) throws -> String {
    let (windows, shape) = (operation.windows, operands[0].first.shape)
    let single = cast(names[0], from: node.dtype, to: .f32)
    let attributes = [ONNXAttribute("kernel_shape", windows.size), ONNXAttribute("strides", windows.stride)]
    let result: String
    switch operation.kind {
    case .max: result = channelsLast(add("MaxPool", [channelsFirst(single)], attributes))
    case .sum:
      let means = channelsLast(add("AveragePool", [channelsFirst(single)], attributes))
      result = add("Mul", [means, scalar(Double(windows.size[0] * windows.size[1]), .f32)])
    case .spread where windows.size == windows.stride && (0..<2).allSatisfy { shape[1 + $0] * windows.size[$0] == operation.image[$0] }:
      let factors = initializer(try Tensor([1, 1, Float(windows.size[0]), Float(windows.size[1])], shape: [4]), named: "factors")
      let resized = add(
        "Resize", [channelsFirst(single), "", factors],
        [
          ONNXAttribute("mode", "nearest"), ONNXAttribute("nearest_mode", "floor"), ONNXAttribute("coordinate_transformation_mode", "asymmetric"),
        ])
      result = channelsLast(resized)
    case .spread:
      let ones = try Tensor(dtype: .f32, shape: [shape[3], 1] + windows.size) { _ in 1 }
      result = channelsLast(try spread(windows, node, Array(shape[1...2]), shape[3], channelsFirst(single), ones))
    case .maxSpread: return try maxPoolingGradient(windows, node, operands, names)
    }
    return cast(result, from: .f32, to: node.dtype)
  }

  /// The greatest elements of each window share its gradient.
  private func maxPoolingGradient(_ windows: Unfold, _ node: AlignedNode, _ operands: [AlignedNode], _ names: [String]) throws -> String {
    let elements = self.windows(windows, windows.outputSize(of: operands[0].first.shape), names[0])
    let isGreatest = cast(add("Equal", [elements, add("Unsqueeze", [names[1], integers([3])])]), to: .float)
    let count = add("ReduceSum", [isGreatest, integers([3])], [ONNXAttribute("keepdims", 0)])
    // A window with NaN has no greatest element.
    let share = add("Div", [cast(names[2], from: operands[2].dtype, to: .f32), add("Max", [count, scalar(1, .f32)])])
    var from = try sizes(operands[1])
    from.insert(Dimension(windows.size[0] * windows.size[1]), at: 3)
    return try folded(windows, node, from: from, add("Mul", [isGreatest, add("Unsqueeze", [share, integers([3])])]))
  }
}

import Engine
import Tensors

// Matrix products and convolutions. Images are [n, h, w, c] in Loam and [n, c, h, w] in ONNX.
extension Translator {
  func product(_ operation: MatMul, _ node: AlignedNode, _ operands: [AlignedNode], _ names: [String]) -> String {
    func operand(_ index: Int, _ isTransposed: Bool) -> String {
      guard isTransposed else { return names[index] }
      let rank = operands[index].rank
      return add("Transpose", [names[index]], [ONNXAttribute("perm", Array(0..<rank - 2) + [rank - 1, rank - 2])])
    }
    return add("MatMul", [operand(0, operation.transposeA), operand(1, operation.transposeB)])
  }

  func channelsFirst(_ name: String) -> String { add("Transpose", [name], [ONNXAttribute("perm", [0, 3, 1, 2])]) }
  func channelsLast(_ name: String) -> String { add("Transpose", [name], [ONNXAttribute("perm", [0, 2, 3, 1])]) }

  func convolution(_ operation: Convolution, _ node: AlignedNode, _ operands: [AlignedNode], _ names: [String]) throws -> String {
    let geometry = operation.geometry
    let pads = ONNXAttribute("pads", geometry.padBefore + geometry.padAfter)
    let strides = ONNXAttribute("strides", geometry.stride)
    let groups = operation.groups > 1 ? [ONNXAttribute("group", operation.groups)] : []
    func single(_ index: Int) -> String { cast(names[index], from: operands[index].dtype, to: .f32) }
    let result: String
    switch operation.kind {
    case .forward:
      let attributes = [ONNXAttribute("kernel_shape", geometry.kernel), strides, pads] + groups
      result = channelsLast(add("Conv", [channelsFirst(single(0)), try kernel(operands[1], names[1])], attributes))
    case .input:
      // What a stride leaves over at the end of the larger image.
      let rest = (0..<2).map { (side: Int) -> Int in
        let padded = geometry.image[side] + geometry.padBefore[side] + geometry.padAfter[side]
        return padded - geometry.kernel[side] - (geometry.output[side] - 1) * geometry.stride[side]
      }
      let attributes = [ONNXAttribute("kernel_shape", geometry.kernel), strides, pads, ONNXAttribute("output_padding", rest)] + groups
      result = channelsLast(add("ConvTranspose", [channelsFirst(single(0)), try kernel(operands[1], names[1])], attributes))
    case .weight:
      let parts = (0..<operation.groups).map { group -> String in
        let parts = (0..<2).map { part(group, of: operation.groups, channels: operands[$0].first.shape[3], single($0)) }
        return kernelGradient(geometry, parts[0], parts[1])
      }
      result = parts.count == 1 ? parts[0] : add("Concat", parts, [ONNXAttribute("axis", 3)])
    }
    return cast(result, from: .f32, to: node.dtype)
  }

  /// The channels of one group.
  private func part(_ group: Int, of groups: Int, channels: Int, _ name: String) -> String {
    guard groups > 1 else { return name }
    let each = channels / groups
    return add("Slice", [name, integers([group * each]), integers([(group + 1) * each]), integers([3]), integers([1])])
  }

  /// A kernel [h, w, channels, out] as [out, channels, h, w], which is what a transposed convolution wants, too, because its
  /// images have the `out` channels.
  private func kernel(_ node: AlignedNode, _ name: String) throws -> String {
    let order = [3, 2, 0, 1]
    if let name = try rearranged(node, "oihw", { try $0.singles(inOrder: order) }) { return name }
    return add("Transpose", [cast(name, from: node.dtype, to: .f32)], [ONNXAttribute("perm", order)])
  }

  /// The gradient of a convolution's kernel is a convolution, too: of images whose channels are examples, with gradients whose
  /// examples are channels, and the stride as the distance of the kernel's elements.
  private func kernelGradient(_ geometry: ConvolutionGeometry, _ images: String, _ gradients: String) -> String {
    let swapped = add("Transpose", [images], [ONNXAttribute("perm", [3, 0, 1, 2])])
    let kernels = add("Transpose", [gradients], [ONNXAttribute("perm", [3, 0, 1, 2])])
    let whole = add(
      "Conv", [swapped, kernels],
      [
        ONNXAttribute("kernel_shape", geometry.output), ONNXAttribute("dilations", geometry.stride),
        ONNXAttribute("pads", geometry.padBefore + geometry.padAfter),
      ])
    // Beyond the kernel there are the pixels that no window reaches.
    let cut = add("Slice", [whole, integers([0, 0]), integers(geometry.kernel), integers([2, 3]), integers([1, 1])])
    return add("Transpose", [cut], [ONNXAttribute("perm", [2, 3, 0, 1])])
  }
}

extension Tensor {
  /// The transposed tensor as f32.
  fileprivate func singles(inOrder order: [Int]) throws -> Tensor {
    let strides = shape.denseStrides
    let newShape = order.map { shape[$0] }
    let newStrides = newShape.denseStrides
    return try Tensor(dtype: .f32, shape: newShape) { index in
      var (rest, place) = (index, 0)
      for axis in order.indices {
        place += rest / newStrides[axis] * strides[order[axis]]
        rest %= newStrides[axis]
      }
      return self[place]
    }
  }
}

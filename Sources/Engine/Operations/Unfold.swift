import CKernels
import Tensors

/// Sliding windows: images [n, h, w, c] become [n, oh, ow, kh kw, c].
package struct Unfold: Operation {
  package let size: [Int]
  package let stride: [Int]

  package init(size: [Int], stride: [Int]) {
    self.size = size
    self.stride = stride
  }

  package var name: String { "unfold" }

  package func outputSize(of shape: [Int]) -> [Int] { (0..<2).map { (shape[1 + $0] - size[$0]) / stride[$0] + 1 } }

  package func infer(_ inputs: [TensorType]) -> TensorType {
    let shape = inputs[0].shape
    return TensorType(inputs[0].dtype, [shape[0]] + outputSize(of: shape) + [size[0] * size[1], shape[3]])
  }

  package func gradient(_ rule: GradientRule) throws -> [Term?] {
    [try rule.upstream.applying(Fold(unfold: self, shape: rule.inputs[0].shape))]
  }

  /// A strided copy with overlap; dimensions: image, window row, window column, row, column, channel.
  package func lower(_ context: LoweringContext) -> [Step] {
    let shape = context.inputs[0].type.shape
    let dense = shape.denseStrides
    let output = outputSize(of: shape)
    return [
      StridedCopy.step(
        name, context, context.inputs[0].address, strides: [dense[0], dense[1] * stride[0], dense[2] * stride[1], dense[1], dense[2], 1],
        shape: [shape[0], output[0], output[1], size[0], size[1], shape[3]])
    ]
  }
}

/// The adjoint of `Unfold`: adds the windows into an image.
package struct Fold: Operation {
  package let unfold: Unfold
  package let shape: [Int]

  package var name: String { "fold" }

  package func infer(_ inputs: [TensorType]) -> TensorType { TensorType(inputs[0].dtype, shape) }

  package func gradient(_ rule: GradientRule) throws -> [Term?] { [try rule.upstream.applying(unfold)] }

  package func lower(_ context: LoweringContext) -> [Step] {
    let output = unfold.outputSize(of: shape)
    let arguments = LoamFold(
      type: context.type.dtype.rawValue, h: Int64(shape[1]), w: Int64(shape[2]), c: Int64(shape[3]), oh: Int64(output[0]), ow: Int64(output[1]),
      kh: Int64(unfold.size[0]), kw: Int64(unfold.size[1]), stride_h: Int64(unfold.stride[0]), stride_w: Int64(unfold.stride[1]),
      windows: context.inputs[0].address, images: context.address)
    return [
      Step(name, arguments, units: shape[0], grain: Swift.max(1, 16_384 / Swift.max(1, context.inputs[0].type.count / Swift.max(1, shape[0])))) {
        loam_fold($0, Int64($1), Int64($2))
      }
    ]
  }
}

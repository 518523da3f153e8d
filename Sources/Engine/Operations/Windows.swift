import CKernels
import Tensors

/// What a window sees at each of its places: images [n, h, w, c] become [n, oh, ow, kh kw, c].
package struct Windows: Operation {
  let size: [Int]
  let stride: [Int]

  package init(size: [Int], stride: [Int]) {
    self.size = size
    self.stride = stride
  }

  package var name: String { "windows" }

  func places(in shape: [Int]) -> [Int] { (0..<2).map { (shape[1 + $0] - size[$0]) / stride[$0] + 1 } }

  package func infer(_ inputs: [TensorType]) -> TensorType {
    let shape = inputs[0].shape
    return TensorType(inputs[0].dtype, [shape[0]] + places(in: shape) + [size[0] * size[1], shape[3]])
  }

  package func gradient(_ rule: GradientRule) throws -> [Term?] {
    [try rule.upstream.applying(WindowsSum(windows: self, shape: rule.inputs[0].shape))]
  }

  /// A copy along strides that overlap: image, place down, place right, row, column, channel.
  package func lower(_ place: Placement) -> [Step] {
    let shape = place.inputs[0].type.shape
    let dense = shape.denseStrides
    let output = places(in: shape)
    return [
      Move.step(
        name, place, place.inputs[0].address, strides: [dense[0], dense[1] * stride[0], dense[2] * stride[1], dense[1], dense[2], 1],
        shape: [shape[0], output[0], output[1], size[0], size[1], shape[3]])
    ]
  }
}

/// The reverse: what stands in the windows is added up at its places.
package struct WindowsSum: Operation {
  let windows: Windows
  let shape: [Int]

  package var name: String { "windows_sum" }

  package func infer(_ inputs: [TensorType]) -> TensorType { TensorType(inputs[0].dtype, shape) }

  package func gradient(_ rule: GradientRule) throws -> [Term?] { [try rule.upstream.applying(windows)] }

  package func lower(_ place: Placement) -> [Step] {
    let output = windows.places(in: shape)
    let arguments = LoamWindows(
      type: place.type.dtype.rawValue, h: Int64(shape[1]), w: Int64(shape[2]), c: Int64(shape[3]), oh: Int64(output[0]), ow: Int64(output[1]),
      kh: Int64(windows.size[0]), kw: Int64(windows.size[1]), stride_h: Int64(windows.stride[0]), stride_w: Int64(windows.stride[1]),
      windows: place.inputs[0].address, images: place.address)
    return [
      Step(name, arguments, units: shape[0], grain: Swift.max(1, 16_384 / Swift.max(1, place.inputs[0].type.count / Swift.max(1, shape[0])))) {
        loam_windows_sum($0, Int64($1), Int64($2))
      }
    ]
  }
}

import CKernels
import Diagnostics
import Tensors

/// Sizes, strides and zero padding of a convolution.
package struct ConvolutionGeometry: Hashable, Sendable {
  /// Height and width of the image, and of the kernel.
  package let image: [Int]
  package let kernel: [Int]
  package let stride: [Int]
  /// Zero padding above and left, and below and right.
  package let padBefore: [Int]
  package let padAfter: [Int]

  package init(image: [Int], kernel: [Int], stride: [Int], padBefore: [Int], padAfter: [Int]) {
    self.image = image
    self.kernel = kernel
    self.stride = stride
    self.padBefore = padBefore
    self.padAfter = padAfter
  }

  /// Height and width of the output.
  package var output: [Int] {
    (0..<2).map { Swift.max(0, image[$0] + padBefore[$0] + padAfter[$0] - kernel[$0] + stride[$0]) / stride[$0] }
  }
}

/// Images [n, h, w, c] and kernels [kh, kw, c / groups, out] result in [n, oh, ow, out]: each group of output channels sees one
/// group of input channels. A cross-correlation (no flip), as usual in
/// neural networks. It is bilinear, so all its derivatives are among the three kinds.
/// V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning", arXiv:1603.07285.
package struct Convolution: Operation {
  package enum Kind: UInt8, Sendable {
    /// Inputs: image, kernel.
    case forward
    /// Inputs: output, kernel. The gradient of the image, which is the transposed convolution.
    case input
    /// Inputs: image, output. The gradient of the kernel.
    case weight
  }

  package let kind: Kind
  package let geometry: ConvolutionGeometry
  package let groups: Int

  package init(_ kind: Kind, _ geometry: ConvolutionGeometry, groups: Int = 1) {
    self.kind = kind
    self.geometry = geometry
    self.groups = groups
  }

  package var name: String {
    switch kind {
    case .forward: "conv2d"
    case .input: "conv2d_transpose"
    case .weight: "conv2d_kernel"
    }
  }

  package func infer(_ inputs: [TensorType]) throws(Fault) -> TensorType {
    let (a, b) = (inputs[0], inputs[1])
    guard a.dtype == b.dtype, a.dtype.isFloat else {
      throw Fault(TensorErrors.badType, "`\(name)` expects two float tensors of the same type, got \(a.description) and \(b.description)")
    }
    guard a.rank == 4, b.rank == 4 else {
      throw Fault(
        TensorErrors.shapes,
        "`\(name)` expects images [n, height, width, channels] and kernels [height, width, channels, out], got \(a.description) and \(b.description)")
    }
    let (image, kernel, output) = (geometry.image, geometry.kernel, geometry.output)
    guard output.allSatisfy({ $0 > 0 }) else {
      throw Fault(
        TensorErrors.shapes, "a \(kernel[0])×\(kernel[1]) kernel is larger than \(image[0])×\(image[1]) images",
        hint: "use a smaller kernel or `padding=\"same\"`")
    }
    // A forward convolution has its kernel's output channels; of the others, the second operand has them.
    let (inputs, outputs) = (kind == .weight ? a.shape[3] : b.shape[2] * groups, b.shape[3])
    guard inputs % groups == 0, outputs % groups == 0 else {
      throw Fault(
        TensorErrors.shapes, "`\(name)` cannot split \(inputs) and \(outputs) channels into \(groups) groups",
        hint: "both numbers of channels must be multiples of `groups`")
    }
    switch kind {
    case .forward:
      guard Array(a.shape[1...2]) == image, Array(b.shape[0...1]) == kernel, a.shape[3] == inputs else {
        throw mismatch(a, b, "channels", a.shape[3], inputs)
      }
      return TensorType(a.dtype, [a.shape[0]] + output + [b.shape[3]])
    case .input:
      guard Array(a.shape[1...2]) == output, Array(b.shape[0...1]) == kernel, a.shape[3] == b.shape[3] else {
        throw mismatch(a, b, "channels", a.shape[3], b.shape[3])
      }
      return TensorType(a.dtype, [a.shape[0]] + image + [inputs])
    case .weight:
      guard Array(a.shape[1...2]) == image, Array(b.shape[1...2]) == output, a.shape[0] == b.shape[0] else {
        throw mismatch(a, b, "images", a.shape[0], b.shape[0])
      }
      return TensorType(a.dtype, kernel + [a.shape[3] / groups, b.shape[3]])
    }
  }

  private func mismatch(_ a: TensorType, _ b: TensorType, _ what: String, _ one: Int, _ other: Int) -> Fault {
    let ofGroups = groups > 1 && what == "channels" ? ", which is `groups` times those of the kernel" : ""
    return Fault(
      TensorErrors.shapes, "incompatible shapes for `\(name)`: \(a.description) and \(b.description)",
      hint: one == other ? "check the stride and the padding" : "\(what) must be equal: \(one) and \(other)\(ofGroups)")
  }

  package func gradient(_ rule: GradientRule) throws -> [Term?] {
    let (a, b, g) = (rule.inputs[0], rule.inputs[1], rule.upstream)
    func of(_ kind: Kind, _ a: Term, _ b: Term) throws -> Term { try a.applying(Convolution(kind, geometry, groups: groups), b) }
    return switch kind {
    case .forward: [try of(.input, g, b), try of(.weight, a, g)]
    case .input: [try of(.forward, g, b), try of(.weight, g, a)]
    case .weight: [try of(.input, b, g), try of(.forward, a, g)]
    }
  }

  package func operationCount(_ inputs: [TensorType], _ output: TensorType) -> Int {
    let channels = kind == .input ? inputs[1].shape[2] : inputs[0].shape[3] / groups
    let outChannels = kind == .input ? inputs[0].shape[3] : inputs[1].shape[3]
    return Shapes.checkedCount([2, inputs[0].shape[0], channels, outChannels] + geometry.output + geometry.kernel) ?? Int.max
  }

  package func lower(_ context: LoweringContext) -> [Step] {
    let (a, b) = (context.inputs[0].type.shape, context.inputs[1].type.shape)
    let output = geometry.output
    let channels = kind == .input ? b[2] * groups : a[3]
    let outChannels = kind == .input ? a[3] : b[3]
    let arguments = LoamConvolution(
      type: context.type.dtype.rawValue, kind: kind.rawValue, n: Int64(a[0]), h: Int64(geometry.image[0]), w: Int64(geometry.image[1]),
      c: Int64(channels), oh: Int64(output[0]), ow: Int64(output[1]), oc: Int64(outChannels), kh: Int64(geometry.kernel[0]), kw: Int64(geometry.kernel[1]),
      stride_h: Int64(geometry.stride[0]), stride_w: Int64(geometry.stride[1]), top: Int64(geometry.padBefore[0]), left: Int64(geometry.padBefore[1]),
      groups: Int64(groups), a: context.inputs[0].address, b: context.inputs[1].address, y: context.address)
    let kernels = context.kernels
    let (kernel, units, scratch, block) = withUnsafePointer(to: arguments) {
      (kernels.convolution, Int(kernels.convolution_units($0)), Int(kernels.convolution_scratch($0)), Int(kernels.convolution_block($0)))
    }
    let work = a[0] * output[0] * output[1] * outChannels * geometry.kernel[0] * geometry.kernel[1] * channels / groups / Swift.max(units, 1)
    let step = Step(name, arguments, units: units, grain: 400_000 / Swift.max(work, 1), scratchBytes: scratch) {
      kernel?($0, Int64($1), Int64($2), $3)
    }
    if kind != .weight, a[0] > 0 { step.tile = (context.type.count / a[0], block) }
    return [step]
  }
}

import CKernels
import Diagnostics
import Tensors

/// Reduces the windows of images [n, h, w, c] to [n, oh, ow, c] without storing them, and the gradients of this, which are of the
/// images' shape. `Term.reduce` turns the sum and the greatest element of windows into it.
package struct Pooling: Operation {
  package enum Kind: UInt8, Sendable {
    /// Input: images.
    case sum, max
    /// Input: the gradient of a sum. Each pixel becomes the sum of the windows that it is in; with windows that do not overlap,
    /// pixels are repeated.
    case spread
    /// Inputs: images, their greatest elements, the gradient of these. Ties split the gradient, as in PyTorch's amax.
    case maxSpread
  }

  package let kind: Kind
  package let windows: Unfold
  /// Height and width of the images.
  package let image: [Int]

  package init(_ kind: Kind, _ windows: Unfold, image: [Int]) {
    self.kind = kind
    self.windows = windows
    self.image = image
  }

  /// Repeats each pixel, `factor[0]` times downwards and `factor[1]` times to the right.
  package static func upsampling(_ factor: [Int], of shape: [Int]) -> Pooling {
    Pooling(.spread, Unfold(size: factor, stride: factor), image: [shape[1] * factor[0], shape[2] * factor[1]])
  }

  /// The pooling that the reduction of windows is; nil if that would round in another order: that of a kernel of its own.
  static func reducing(_ kind: Reduce.Kind, _ axes: [Int], of node: Node) -> (images: Node, operation: Pooling)? {
    guard axes == [3], let windows = node.operation as? Unfold, let images = node.inputs.first, images.type.dtype.isFloat else { return nil }
    let pooling = { Pooling($0, windows, image: Array(images.type.shape[1...2])) }
    switch kind {
    case .max: return (images, pooling(.max))
    case .sum where images.type.shape[3] > 1 && windows.size[0] * windows.size[1] <= 32: return (images, pooling(.sum))
    default: return nil
    }
  }

  package var name: String {
    switch kind {
    case .sum: "sum_pool"
    case .max: "max_pool"
    case .spread: "upsample"
    case .maxSpread: "max_pool_gradient"
    }
  }

  package func infer(_ inputs: [TensorType]) throws(Fault) -> TensorType {
    let shape = inputs[0].shape
    switch kind {
    case .sum, .max: return TensorType(inputs[0].dtype, [shape[0]] + windows.outputSize(of: shape) + [shape[3]])
    case .spread: return TensorType(inputs[0].dtype, [shape[0]] + image + [shape[3]])
    case .maxSpread: return inputs[0]
    }
  }

  package func gradient(_ rule: GradientRule) throws -> [Term?] {
    let g = rule.upstream
    func of(_ kind: Kind, _ x: Term, _ others: Term...) throws -> Term {
      let operation = Pooling(kind, windows, image: image)
      return try others.isEmpty ? x.applying(operation) : x.applying(operation, others[0], others[1])
    }
    switch kind {
    case .sum: return [try of(.spread, g)]
    case .spread: return [try of(.sum, g)]
    case .max: return [try of(.maxSpread, rule.inputs[0], rule.output, g)]
    case .maxSpread:
      // Linear in the gradient: of each window, the mean of what belongs to its greatest elements.
      let (x, y) = (rule.inputs[0], rule.inputs[1])
      let mask = try x.applying(windows).applying(.equal, y.reshaped(y.shape[..<3] + [1] + y.shape[3...])).cast(x.dtype)
      let total = try mask.masked(g.applying(windows)).sum([3])
      return [nil, nil, try total.applying(.maskedDivide, mask.sum([3]))]
    }
  }

  package func operationCount(_ inputs: [TensorType], _ output: TensorType) -> Int {
    let pooled = kind == .spread ? inputs[0] : kind == .maxSpread ? inputs[1] : output
    return Shapes.checkedCount([kind == .maxSpread ? 2 : 1, pooled.count] + windows.size) ?? Int.max
  }

  package func lower(_ context: LoweringContext) -> [Step] {
    let first = context.inputs[0].type.shape
    let size = windows.outputSize(of: [first[0]] + image + [first[3]])
    var arguments = LoamPooling()
    arguments.type = context.type.dtype.rawValue
    arguments.kind = kind.rawValue
    (arguments.n, arguments.h, arguments.w, arguments.c) = (Int64(first[0]), Int64(image[0]), Int64(image[1]), Int64(first[3]))
    (arguments.oh, arguments.ow) = (Int64(size[0]), Int64(size[1]))
    (arguments.kh, arguments.kw) = (Int64(windows.size[0]), Int64(windows.size[1]))
    (arguments.stride_h, arguments.stride_w) = (Int64(windows.stride[0]), Int64(windows.stride[1]))
    if kind == .spread { arguments.g = context.inputs[0].address } else { arguments.x = context.inputs[0].address }
    if kind == .maxSpread { (arguments.y, arguments.g) = (context.inputs[1].address, context.inputs[2].address) }
    arguments.output = context.address
    let kernel = context.kernels.pooling
    let each = Swift.max(1, context.inputs.reduce(context.type.count) { $0 + $1.type.count } / Swift.max(1, first[0]))
    let step = Step(name, arguments, units: first[0], grain: 16_384 / each) { kernel?($0, Int64($1), Int64($2)) }
    if first[0] > 0 { step.tile = (context.type.count / first[0], Swift.max(1, 65_536 / each)) }
    return [step]
  }
}

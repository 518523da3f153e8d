import Diagnostics
import Engine
import Machine
import Tensors

/// Rows and columns.
private struct Pair: Literal {
  let sides: [Int]

  init(_ rows: Int, _ columns: Int) { sides = [rows, columns] }

  var literal: String { sides[0] == sides[1] ? "\(sides[0])" : sides.literal }
}

extension Kind where Content == Pair {
  /// One integer for both directions, or two.
  fileprivate static func pair(atLeast least: Int) -> Kind {
    Kind("an integer, or two as (rows, columns), of at least \(least)") { value, machine in
      Kind<[Int]>.shape.accepts(value, machine)
    } read: { value, machine in
      guard let numbers = try machine.wholeNumbers(value), (1...2).contains(numbers.count), numbers.allSatisfy({ $0 >= least && $0 < 1 << 20 }) else {
        return nil
      }
      return Pair(numbers[0], numbers[numbers.count - 1])
    }
  }
}

private enum Padding: Literal {
  case same
  case amount(Pair)

  var literal: String {
    switch self {
    case .same: "same".literal
    case .amount(let pair): pair.literal
    }
  }

  /// The zeros before and after, for images and kernels of these sizes.
  func amounts(image: [Int], kernel: [Int], stride: [Int]) -> (before: [Int], after: [Int]) {
    switch self {
    case .amount(let pair): return (pair.sides, pair.sides)
    case .same:
      // As in TensorFlow: the output has ceil(size / stride) positions, an odd zero comes after.
      let total = (0..<2).map { (side: Int) -> Int in
        let positions = (image[side] + stride[side] - 1) / stride[side]
        return max(0, (positions - 1) * stride[side] + kernel[side] - image[side])
      }
      return (total.map { $0 / 2 }, total.map { $0 - $0 / 2 })
    }
  }
}

extension Kind where Content == Padding {
  fileprivate static var padding: Kind {
    let pair = Kind<Pair>.pair(atLeast: 0)
    return Kind("a non-negative integer, (rows, columns), \"same\" or \"valid\"") { value, machine in
      value.tag == .string || pair.accepts(value, machine)
    } read: { value, machine in
      guard value.tag == .string else { return try pair.read(value, machine).map { .amount($0) } }
      return switch value.string {
      case "same": .same
      case "valid": .amount(Pair(0, 0))
      default: nil
      }
    }
  }
}

// Convolutions, and the windows of pooling.
extension Library {
  private static let x = Parameter("x", .tensor, "images [n, height, width, channels]")
  private static let kernel = Parameter("kernel", .tensor, "[height, width, channels / groups, out]")
  private static let transposedKernel = Parameter("kernel", .tensor, "[height, width, out / groups, channels]")
  private static let stride = Parameter("stride", .pair(atLeast: 1), "step of the kernel, as one number or as (rows, columns)", default: Pair(1, 1))
  private static let padding = Parameter(
    "padding", .padding, "zeros around the image: a number, (rows, columns), or \"same\" for an output of the size divided by the stride",
    default: .amount(Pair(0, 0)))
  private static let cropping = Parameter(
    "padding", .padding, "what to crop from each side: a number, (rows, columns), or \"same\" for an output of the size times the stride",
    default: .amount(Pair(0, 0)))
  private static let groups = Parameter(
    "groups", .int, "groups of channels, each of which is convolved alone; as many as channels for one kernel each", default: 1, in: 1...1 << 20)
  private static let extra = Parameter("extra", .pair(atLeast: 0), "rows and columns added below and right", default: Pair(0, 0))
  private static let window = Parameter("size", .pair(atLeast: 1), "size of the window, as one number or as (rows, columns)")
  private static let windowStride = Parameter("stride", optional: .pair(atLeast: 1), "step of the window", shown: "the size")
  private static let factor = Parameter("factor", .pair(atLeast: 1), "how often each pixel is repeated, as one number or as (rows, columns)")
  private static let reference = "V. Dumoulin, F. Visin, A guide to convolution arithmetic for deep learning, arXiv:1603.07285"

  private static func images(_ call: Call, _ parameter: Parameter<Term>) throws -> Term {
    let term = try call[parameter]
    guard term.type.rank == 4 else {
      throw Fault(
        TensorErrors.shapes, "`\(call.builtin.name.drop { $0 == "_" })`: expected images [n, height, width, channels], got \(term.type.description)",
        hint: term.type.rank == 3 ? "for one image, add the first dimension: `x.reshape(1, ...)`" : nil)
    }
    return term.dtype.isFloat ? term : try term.cast(.f32)
  }

  static let convolutions: [Builtin] = [
    Builtin(
      "conv2d", "2-D convolution of images with a kernel", [x, kernel, stride, padding, groups],
      examples: [
        Example("print(conv2d(ones(1, 3, 3, 1), ones(2, 2, 1, 1))[0, ..., 0])", "[[4, 4],\n [4, 4]]"),
        Example("print(conv2d(ones(1, 3, 3, 2), ones(2, 2, 1, 2), groups=2)[0, 0, 0])", "[4, 4]"),
      ], references: [reference]
    ) { call in
      let (x, kernel) = (try images(call, Self.x), try images(call, Self.kernel))
      let dtype = x.dtype.promoted(with: kernel.dtype)
      let (image, size, stride) = (Array(x.shape[1...2]), Array(kernel.shape[0...1]), try call[Self.stride].sides)
      let (before, after) = try call[padding].amounts(image: image, kernel: size, stride: stride)
      let geometry = ConvolutionGeometry(image: image, kernel: size, stride: stride, padBefore: before, padAfter: after)
      return call.result(try x.cast(dtype).applying(Convolution(.forward, geometry, groups: call[groups]), kernel.cast(dtype)))
    },
    Builtin(
      "conv2d_transpose", "Transposed 2-D convolution, the gradient of `conv2d` with respect to its images",
      [x, transposedKernel, stride, cropping, extra, groups],
      examples: [
        Example("print(conv2d_transpose(ones(1, 2, 2, 1), ones(2, 2, 1, 1))[0, ..., 0])", "[[1, 2, 1],\n [2, 4, 2],\n [1, 2, 1]]"),
        Example("print(shape(conv2d_transpose(ones(1, 7, 7, 3), ones(4, 4, 5, 3), stride=2, padding=\"same\")))", "(1, 14, 14, 5)"),
      ], references: [reference]
    ) { call in
      let (x, kernel) = (try images(call, Self.x), try images(call, transposedKernel))
      let dtype = x.dtype.promoted(with: kernel.dtype)
      let (size, stride, extra) = (Array(kernel.shape[0...1]), try call[Self.stride].sides, try call[Self.extra].sides)
      guard zip(extra, stride).allSatisfy({ $0 < $1 }) else {
        throw call.wrong(Self.extra, expected: "less than the stride \(stride.shapeText)")
      }
      let small = Array(x.shape[1...2])
      let whole = (0..<2).map { small[$0] * stride[$0] }
      let padding = try call[cropping]
      let (before, after) = padding.amounts(image: whole, kernel: size, stride: stride)
      let image =
        if case .same = padding {
          whole
        } else {
          (0..<2).map { (side: Int) -> Int in
            (small[side] - 1) * stride[side] - before[side] - after[side] + size[side] + extra[side]
          }
        }
      guard image.allSatisfy({ $0 > 0 }) else {
        throw call.refuse("`conv2d_transpose`: no elements of \(x.type.description) are left after cropping by `padding`")
      }
      let geometry = ConvolutionGeometry(image: image, kernel: size, stride: stride, padBefore: before, padAfter: after)
      return call.result(try x.cast(dtype).applying(Convolution(.input, geometry, groups: call[groups]), kernel.cast(dtype)))
    },
    Builtin(
      "windows", "Sliding windows of images, as for pooling: [n, h, w, c] becomes [n, oh, ow, size, c]", [x, window, windowStride],
      examples: [Example("print(max(windows([[[[1], [5]], [[2], [3]]]], 2), axis=3))", "[[[[5]]]]")]
    ) { call in
      let x = try images(call, Self.x)
      let size = try call[window].sides
      guard size[0] <= x.shape[1], size[1] <= x.shape[2] else {
        throw Fault(TensorErrors.shapes, "a window of \(size[0])×\(size[1]) does not fit into \(x.type.description)", hint: "use a smaller window")
      }
      return call.result(try x.applying(Unfold(size: size, stride: call[windowStride]?.sides ?? size)))
    },
    Builtin(
      "_upsample", "Images whose pixels are repeated in both directions", [x, factor],
      examples: [Example("print(_upsample([[[[1], [5]]]], 2)[0, ..., 0])", "[[1, 1, 5, 5],\n [1, 1, 5, 5]]")]
    ) { call in
      let (x, factor) = (try images(call, Self.x), try call[Self.factor].sides)
      return call.result(try x.applying(Pooling.upsampling(factor, of: x.shape)))
    },
  ]
}

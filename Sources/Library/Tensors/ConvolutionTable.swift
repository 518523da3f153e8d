import Diagnostics
import Engine
import Machine
import Tensors

// Convolutions, and the windows that pooling looks through.
extension Library {
  private static let strideParameter = Parameter("stride", .shape, "how far the kernel moves, as one number or as (rows, columns)", default: "1")
  private static let paddingParameter = Parameter(
    "padding", .any, "zeros around the image: a number, (rows, columns), or \"same\": as many as keep the size divided by the stride", default: "0")
  private static let reference = "V. Dumoulin, F. Visin, A guide to convolution arithmetic for deep learning, arXiv:1603.07285"

  /// One positive number for both directions, or two.
  private static func pair(_ call: Call, _ index: Int, or fallback: [Int], from least: Int = 1) throws -> [Int] {
    guard call.has(index) else { return fallback }
    let numbers = try call.shape(index)
    let both = numbers.count == 1 ? numbers + numbers : numbers
    guard both.count == 2, both.allSatisfy({ $0 >= least && $0 < 1 << 20 }) else {
      throw call.refuse(
        "`\(call.builtin.name)` takes one number or two as `\(call.builtin.parameters[index].name)`, from \(least) on, this is \(call.machine.describe(call[index]))"
      )
    }
    return both
  }

  /// The zeros before and after, for images and kernels of these sizes.
  private static func padding(_ call: Call, _ index: Int, image: [Int], kernel: [Int], stride: [Int]) throws -> (before: [Int], after: [Int]) {
    guard call.has(index), call[index].tag == .string else {
      let both = try pair(call, index, or: [0, 0], from: 0)
      return (both, both)
    }
    switch call.string(index) {
    case "same":
      // As TensorFlow counts: the output has ceil(size / stride), the odd zero lies after.
      let total = (0..<2).map { (side: Int) -> Int in
        let places = (image[side] + stride[side] - 1) / stride[side]
        return max(0, (places - 1) * stride[side] + kernel[side] - image[side])
      }
      return (total.map { $0 / 2 }, total.map { $0 - $0 / 2 })
    case "valid": return ([0, 0], [0, 0])
    default: throw call.refuse("`padding` is a number, (rows, columns), \"same\" or \"valid\", this is \(call.machine.describe(call[index]))")
    }
  }

  private static func images(_ call: Call, _ term: Term) throws -> Term {
    guard term.type.rank == 4 else {
      throw Fault(
        TensorErrors.shapes, "`\(call.builtin.name)` works on images [n, height, width, channels], this is \(term.type.description)",
        hint: term.type.rank == 3 ? "for one image, add the first dimension: `view(x, (1, ...))`" : nil)
    }
    return term.dtype.isFloat ? term : try term.cast(.f32)
  }

  static let convolutions: [Builtin] = [
    Builtin(
      "conv2d", "Slides a kernel over images and adds up the products",
      [
        Parameter("x", .tensor, "images [n, height, width, channels]"), Parameter("kernel", .tensor, "[height, width, channels, out]"), strideParameter,
        paddingParameter,
      ],
      examples: [Example("print(conv2d(ones(1, 3, 3, 1), ones(2, 2, 1, 1))[0, ..., 0])", "[[4, 4],\n [4, 4]]")], references: [reference]
    ) { call in
      let (x, kernel) = (try images(call, call.term(0)), try images(call, call.term(1)))
      let dtype = x.dtype.promoted(with: kernel.dtype)
      let (image, size, stride) = (Array(x.shape[1...2]), Array(kernel.shape[0...1]), try pair(call, 2, or: [1, 1]))
      let (before, after) = try padding(call, 3, image: image, kernel: size, stride: stride)
      let geometry = ConvolutionGeometry(image: image, kernel: size, stride: stride, padBefore: before, padAfter: after)
      return call.result(try x.cast(dtype).applying(Convolution(.forward, geometry), kernel.cast(dtype)))
    },
    Builtin(
      "conv2d_transpose", "What `conv2d` does, backwards: every number is spread over the places that the kernel covers",
      [
        Parameter("x", .tensor, "images [n, height, width, channels]"), Parameter("kernel", .tensor, "[height, width, out, channels]"), strideParameter,
        Parameter("padding", .any, "what is cut off at each side: a number, (rows, columns), or \"same\": the size times the stride is left", default: "0"),
        Parameter("extra", .shape, "rows and columns that are added below and right", default: "0"),
      ],
      examples: [
        Example("print(conv2d_transpose(ones(1, 2, 2, 1), ones(2, 2, 1, 1))[0, ..., 0])", "[[1, 2, 1],\n [2, 4, 2],\n [1, 2, 1]]"),
        Example("print(shape(conv2d_transpose(ones(1, 7, 7, 3), ones(4, 4, 5, 3), stride=2, padding=\"same\")))", "(1, 14, 14, 5)"),
      ], references: [reference]
    ) { call in
      let (x, kernel) = (try images(call, call.term(0)), try images(call, call.term(1)))
      let dtype = x.dtype.promoted(with: kernel.dtype)
      let (size, stride, extra) = (Array(kernel.shape[0...1]), try pair(call, 2, or: [1, 1]), try pair(call, 4, or: [0, 0], from: 0))
      guard zip(extra, stride).allSatisfy({ $0 < $1 }) else {
        throw call.refuse("`extra` is less than the stride \(stride.shapeText), this is \(extra.shapeText)")
      }
      let small = Array(x.shape[1...2])
      let whole = (0..<2).map { small[$0] * stride[$0] }
      let isSame = call.has(3) && call[3].tag == .string && call.string(3) == "same"
      let (before, after) = try padding(call, 3, image: whole, kernel: size, stride: stride)
      let image =
        isSame
        ? whole
        : (0..<2).map { (side: Int) -> Int in
          (small[side] - 1) * stride[side] - before[side] - after[side] + size[side] + extra[side]
        }
      guard image.allSatisfy({ $0 > 0 }) else { throw call.refuse("nothing is left of \(x.type.description) with that much padding") }
      let geometry = ConvolutionGeometry(image: image, kernel: size, stride: stride, padBefore: before, padAfter: after)
      return call.result(try x.cast(dtype).applying(Convolution(.input, geometry), kernel.cast(dtype)))
    },
    Builtin(
      "windows", "What a window sees at each of its places: [n, h, w, c] becomes [n, oh, ow, size, c]",
      [
        Parameter("x", .tensor, "images [n, height, width, channels]"), Parameter("size", .shape, "the window's size, as one number or as (rows, columns)"),
        Parameter("stride", .shape, "how far the window moves", default: "the size"),
      ],
      examples: [Example("print(max(windows([[[[1], [5]], [[2], [3]]]], 2), axis=3))", "[[[[5]]]]")]
    ) { call in
      let x = try images(call, call.term(0))
      let size = try pair(call, 1, or: [1, 1])
      let stride = try pair(call, 2, or: size)
      guard size[0] <= x.shape[1], size[1] <= x.shape[2] else {
        throw Fault(TensorErrors.shapes, "a window of \(size[0])×\(size[1]) does not fit in \(x.type.description)", hint: "use a smaller window")
      }
      return call.result(try x.applying(Unfold(size: size, stride: stride)))
    },
  ]
}

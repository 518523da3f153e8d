import CKernels
import Diagnostics
import Tensors

/// The same elements in the same order with another shape; a view.
package struct Reshape: Operation {
  package let shape: [Int]

  package init(_ shape: [Int]) { self.shape = shape }

  package var name: String { "reshape" }
  package var isAlias: Bool { true }

  package func infer(_ inputs: [TensorType]) throws(Fault) -> TensorType {
    guard shape.allSatisfy({ $0 >= 0 }), Shapes.checkedCount(shape) == inputs[0].count else {
      throw Fault(
        TensorErrors.shapes,
        "cannot reshape \(inputs[0].description) with \(inputs[0].count) elements to \(shape.shapeText)",
        hint: "the product of the new dimensions must be \(inputs[0].count)")
    }
    return TensorType(inputs[0].dtype, shape)
  }

  package func gradient(_ rule: GradientRule) throws -> [Term?] {
    [try rule.upstream.reshaped(rule.inputs[0].shape)]
  }

  package func lower(_ context: LoweringContext) -> [Step] { [] }
}

/// Repeats dimensions of size 1, and adds leading dimensions.
package struct Broadcast: Operation {
  package let shape: [Int]

  package init(_ shape: [Int]) { self.shape = shape }

  package var name: String { "broadcast" }

  package func infer(_ inputs: [TensorType]) throws(Fault) -> TensorType {
    guard Shapes.broadcast(inputs[0].shape, shape) == shape else {
      throw Fault(TensorErrors.shapes, "\(inputs[0].description) cannot be broadcast to \(shape.shapeText)")
    }
    return TensorType(inputs[0].dtype, shape)
  }

  package func gradient(_ rule: GradientRule) throws -> [Term?] {
    [try rule.upstream.summed(to: rule.inputs[0].shape)]
  }

  package func lower(_ context: LoweringContext) -> [Step] {
    let input = context.inputs[0]
    return [StridedCopy.step(name, context, input.address, strides: FusedChain.strides(of: input.type.shape, in: shape))]
  }
}

/// Permutes the dimensions: dimension i of the result is dimension `order[i]` of the input.
package struct Transpose: Operation {
  package let order: [Int]

  package init(_ order: [Int]) { self.order = order }

  package var name: String { "transpose" }

  package func infer(_ inputs: [TensorType]) throws(Fault) -> TensorType {
    guard order.sorted() == Array(0..<inputs[0].rank) else {
      throw Fault(
        TensorErrors.badAxis, "\(order.shapeText) is not a permutation of the axes of \(inputs[0].description)",
        hint: "list each axis from 0 to \(inputs[0].rank - 1) once")
    }
    return TensorType(inputs[0].dtype, order.map { inputs[0].shape[$0] })
  }

  package func gradient(_ rule: GradientRule) throws -> [Term?] {
    var back = order
    for (index, axis) in order.enumerated() { back[axis] = index }
    return [try rule.upstream.applying(Transpose(back))]
  }

  package func lower(_ context: LoweringContext) -> [Step] {
    let dense = context.inputs[0].type.shape.denseStrides
    return [StridedCopy.step(name, context, context.inputs[0].address, strides: order.map { dense[$0] })]
  }
}

/// Selects `counts[d]` elements of each dimension, starting at `starts[d]`, with step `steps[d]`, which may be negative.
package struct Slice: Operation {
  package let starts: [Int]
  package let steps: [Int]
  package let counts: [Int]

  package init(starts: [Int], steps: [Int], counts: [Int]) {
    self.starts = starts
    self.steps = steps
    self.counts = counts
  }

  /// Rows `range` of the first dimension.
  package static func rows(_ range: Range<Int>, of shape: [Int]) -> Slice {
    Slice(
      starts: [range.lowerBound] + shape.dropFirst().map { _ in 0 }, steps: shape.map { _ in 1 },
      counts: [range.count] + shape.dropFirst())
  }

  package static func flip(_ axis: Int, of shape: [Int]) -> Slice {
    var (starts, steps) = (shape.map { _ in 0 }, shape.map { _ in 1 })
    starts[axis] = Swift.max(0, shape[axis] - 1)
    steps[axis] = -1
    return Slice(starts: starts, steps: steps, counts: shape)
  }

  package var name: String { "slice" }

  package func infer(_ inputs: [TensorType]) -> TensorType { TensorType(inputs[0].dtype, counts) }

  package func gradient(_ rule: GradientRule) throws -> [Term?] {
    [try rule.upstream.applying(SliceScatter(slice: self, shape: rule.inputs[0].shape))]
  }

  /// Offset of the first element, and strides, in elements.
  func layout(in shape: [Int]) -> (offset: Int, strides: [Int]) {
    let dense = shape.denseStrides
    return (zip(starts, dense).reduce(0) { $0 + $1.0 * $1.1 }, zip(steps, dense).map(*))
  }

  package func lower(_ context: LoweringContext) -> [Step] {
    let layout = layout(in: context.inputs[0].type.shape)
    return [StridedCopy.step(name, context, context.inputs[0].address, offset: layout.offset, strides: layout.strides)]
  }
}

/// The adjoint of a slice: writes the input into the slice of a zero tensor.
package struct SliceScatter: Operation {
  package let slice: Slice
  package let shape: [Int]

  package init(slice: Slice, shape: [Int]) {
    self.slice = slice
    self.shape = shape
  }

  package var name: String { "slice_scatter" }

  package func infer(_ inputs: [TensorType]) -> TensorType { TensorType(inputs[0].dtype, shape) }

  package func gradient(_ rule: GradientRule) throws -> [Term?] { [try rule.upstream.applying(slice)] }

  package func lower(_ context: LoweringContext) -> [Step] {
    let (output, bytes) = (context.address, context.type.byteCount)
    let layout = slice.layout(in: shape)
    return [
      Step("zero") { output.initializeMemory(as: UInt8.self, repeating: 0, count: bytes) },
      StridedCopy.step(name, context, context.inputs[0].address, offset: layout.offset, strides: layout.strides, scatter: slice.counts),
    ]
  }
}

/// Joins tensors along an existing axis.
package struct Concatenate: Operation {
  package let axis: Int

  package init(axis: Int) { self.axis = axis }

  package var name: String { "concat" }

  package func infer(_ inputs: [TensorType]) throws(Fault) -> TensorType {
    let first = inputs[0]
    guard axis >= 0, axis < first.rank else {
      throw Fault(TensorErrors.badAxis, "axis \(axis) is out of range for \(first.description)")
    }
    var shape = first.shape
    for input in inputs.dropFirst() {
      var same = input.shape
      if same.count == first.rank { same[axis] = first.shape[axis] }
      guard same == first.shape, input.dtype == first.dtype else {
        throw Fault(
          TensorErrors.shapes, "cannot concatenate \(first.description) and \(input.description) along axis \(axis)",
          hint: "all other dimensions must be equal")
      }
      shape[axis] += input.shape[axis]
    }
    return TensorType(first.dtype, shape)
  }

  package func gradient(_ rule: GradientRule) throws -> [Term?] {
    var start = 0
    return try rule.inputs.map { input in
      var starts = input.shape.map { _ in 0 }
      starts[axis] = start
      start += input.shape[axis]
      return try rule.upstream.applying(Slice(starts: starts, steps: input.shape.map { _ in 1 }, counts: input.shape))
    }
  }

  package func lower(_ context: LoweringContext) -> [Step] {
    let dense = context.type.shape.denseStrides
    var start = 0
    return context.inputs.map { input in
      let offset = start * dense[axis]
      start += input.type.shape[axis]
      return StridedCopy.step(name, context, input.address, offset: offset, strides: dense, scatter: input.type.shape)
    }
  }
}

/// The kernel behind all of these: a strided copy.
enum StridedCopy {
  /// Without `scatter` the strides are those of the input, and the output is dense. With it the strides are those of the
  /// output, and the dense input has shape `scatter`. `shape` overrides the shape over which the output is traversed.
  static func step(
    _ name: String, _ context: LoweringContext, _ input: UnsafeRawPointer, offset: Int = 0, strides: [Int],
    scatter: [Int]? = nil, shape: [Int]? = nil
  ) -> Step {
    let shape = scatter ?? shape ?? context.type.shape
    var arguments = LoamMove()
    arguments.element_size = UInt8(context.type.dtype.size)
    arguments.scatter = scatter == nil ? 0 : 1
    arguments.rank = Int32(shape.count)
    arguments.offset = Int64(offset)
    arguments.input = input
    arguments.output = context.address
    withUnsafeMutableBytes(of: &arguments.dims) {
      let dims = $0.assumingMemoryBound(to: Int64.self)
      for (index, size) in shape.enumerated() { dims[index] = Int64(size) }
    }
    withUnsafeMutableBytes(of: &arguments.strides) {
      let to = $0.assumingMemoryBound(to: Int64.self)
      for (index, stride) in strides.enumerated() { to[index] = Int64(stride) }
    }
    return Step(name, arguments, units: shape.elementCount, grain: 16_384) {
      loam_move($0, Int64($1), Int64($2))
    }
  }
}

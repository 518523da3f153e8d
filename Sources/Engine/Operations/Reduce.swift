import CKernels
import Diagnostics
import Tensors

/// Reduces adjacent dimensions: sum, product, max, min, argmax or argmin (i32).
package struct Reduce: Operation {
  package enum Kind: UInt8, Sendable {
    case sum, max, min, product, argmax, argmin

    var name: String { "\(self)" }
    package var isIndex: Bool { self == .argmax || self == .argmin }
  }

  package let kind: Kind
  package let axes: ClosedRange<Int>

  package init(_ kind: Kind, _ axes: ClosedRange<Int>) {
    self.kind = kind
    self.axes = axes
  }

  package var name: String { kind.name }

  package func infer(_ inputs: [TensorType]) throws(Fault) -> TensorType {
    let input = inputs[0]
    guard axes.lowerBound >= 0, axes.upperBound < input.rank else {
      throw Fault(TensorErrors.badAxis, "axis \(axes.upperBound) is out of range for \(input.description)")
    }
    if kind != .sum, kind != .product, input.shape[axes].contains(0) {
      throw Fault(
        TensorErrors.badShape, "`\(name)` of an empty tensor: \(input.description)",
        hint: "`\(name)` needs at least one element")
    }
    let shape = input.shape.enumerated().filter { !axes.contains($0.offset) }.map(\.element)
    return TensorType(kind.isIndex ? .i32 : input.dtype, shape)
  }

  package func gradient(_ rule: GradientRule) throws -> [Term?] {
    let x = rule.inputs[0]
    guard x.dtype.isFloat, !kind.isIndex else { return [nil] }
    let kept = x.shape.enumerated().map { axes.contains($0.offset) ? 1 : $0.element }
    let g = try rule.upstream.reshaped(kept)
    switch kind {
    case .sum: return [try g.broadcast(x.shape)]
    case .product: return [try g.masked(exclusiveProducts(x))]
    default:
      // Ties split the gradient, as in PyTorch's amax.
      let mask = try x.applying(.equal, rule.output.reshaped(kept)).cast(x.dtype)
      return [try mask.masked(g / mask.sum(Array(axes), keepDims: true))]
    }
  }

  /// For each element the product of all others, correct if some are zero, also for higher derivatives: the exclusive
  /// prefix product times the exclusive suffix product, each by a doubling scan (W. D. Hillis, G. L. Steele, "Data
  /// parallel algorithms", CACM 29, 1986).
  private func exclusiveProducts(_ x: Term) throws -> Term {
    let (outer, count) = (x.shape[..<axes.lowerBound].reduce(1, *), x.shape[axes].reduce(1, *))
    let inner = x.shape[(axes.upperBound + 1)...].reduce(1, *)
    guard x.type.count > 0 else { return x }
    let flat = try x.reshaped([outer, count, inner])
    func shifted(_ x: Term, _ by: Int, forward: Bool) throws -> Term {
      let ones = try x.constant(1).broadcast([outer, by, inner])
      guard by < count else { return ones }
      let kept = try x.applying(Slice(starts: [0, forward ? 0 : by, 0], steps: [1, 1, 1], counts: [outer, count - by, inner]))
      return try forward ? ones.applying(Concatenate(axis: 1), kept) : kept.applying(Concatenate(axis: 1), ones)
    }
    func products(forward: Bool) throws -> Term {
      var (result, width) = (flat, 1)
      while width < count {
        result = try result * shifted(result, width, forward: forward)
        width *= 2
      }
      return try shifted(result, 1, forward: forward)
    }
    return try (products(forward: true) * products(forward: false)).reshaped(x.shape)
  }

  package func operationCount(_ inputs: [TensorType], _ output: TensorType) -> Int { inputs[0].count }

  package func lower(_ context: LoweringContext) -> [Step] { steps(name, context, of: context.inputs[0].type, at: context.inputs[0].address, nil) }

  /// Reduces the tensor at `address`, or the output of the fused `program`.
  func steps(_ name: String, _ context: LoweringContext, of input: TensorType, at address: UnsafeRawPointer?, _ program: LoamElementwise?) -> [Step] {
    var arguments = arguments(of: input)
    arguments.input = address
    arguments.output = context.address
    arguments.partial = context.workspace
    if let program {
      arguments.has_program = 1
      arguments.program = program
    }
    let kernels = context.kernels
    let (reduce, fold) = (kernels.reduce, kernels.reduce_fold)
    let (outer, inner, each) = (Int(arguments.outer), Int(arguments.inner), Swift.max(Int(arguments.count), 1))
    let chunks = kind.isIndex ? inner : Int(kernels.reduce_chunks(&arguments))
    let main = Step(name, arguments, units: outer * chunks, grain: Swift.max(1, 16_384 * chunks / Swift.max(each * inner, 1))) {
      reduce?($0, Int64($1), Int64($2))
    }
    guard chunks > 1, !kind.isIndex else { return [main] }
    return [main, Step("combine", arguments, units: outer, grain: Swift.max(1, 16_384 / Swift.max(chunks * inner, 1))) { fold?($0, Int64($1), Int64($2)) }]
  }

  private func arguments(of input: TensorType) -> LoamReduction {
    var arguments = LoamReduction()
    arguments.type = input.dtype.rawValue
    arguments.kind = kind.rawValue
    arguments.outer = Int64(input.shape[..<axes.lowerBound].reduce(1, *))
    arguments.inner = Int64(input.shape[(axes.upperBound + 1)...].reduce(1, *))
    arguments.count = Int64(input.shape[axes].reduce(1, *))
    return arguments
  }

  /// For the partial results of the chunks.
  package func workspaceBytes(_ inputs: [TensorType], _ kernels: borrowing LoamKernels) -> Int {
    guard !kind.isIndex else { return 0 }
    var arguments = arguments(of: inputs[0])
    let chunks = Int(kernels.reduce_chunks(&arguments))
    return chunks > 1 ? Int(arguments.outer * arguments.inner) * chunks * inputs[0].dtype.size : 0
  }
}

/// Cumulative sum along one axis.
package struct CumulativeSum: Operation {
  package let axis: Int

  package init(axis: Int) { self.axis = axis }

  package var name: String { "cumsum" }

  package func infer(_ inputs: [TensorType]) -> TensorType { inputs[0] }

  /// The reversed cumulative sum of g, since each element is part of every later sum.
  package func gradient(_ rule: GradientRule) throws -> [Term?] {
    let reversed = try rule.upstream.applying(Slice.flip(axis, of: rule.upstream.shape))
    let sums = try reversed.applying(CumulativeSum(axis: axis))
    return [try sums.applying(Slice.flip(axis, of: sums.shape))]
  }

  package func lower(_ context: LoweringContext) -> [Step] {
    let shape = context.type.shape
    let outer = shape[..<axis].reduce(1, *)
    let inner = shape[(axis + 1)...].reduce(1, *)
    let (type, input, output) = (context.type.dtype.rawValue, context.inputs[0].address, context.address)
    return [
      Step(name) { loam_cumulative_sum(type, input, Int64(outer), Int64(shape[axis]), Int64(inner), output) }
    ]
  }
}

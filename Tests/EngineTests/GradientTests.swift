import Engine
import Tensors
import Testing

/// Every operation's gradient against finite differences in double.
@Suite struct GradientTests {
  struct Case: CustomStringConvertible, Sendable {
    let name: String
    let shapes: [[Int]]
    /// Where the inputs lie, away from kinks.
    var low = 0.2
    var high = 1.7
    let build: @Sendable ([Term]) throws -> Term
    var description: String { name }
  }

  static let cases: [Case] = [
    Case(name: "add, broadcast", shapes: [[3, 4], [4]]) { try $0[0] + $0[1] },
    Case(name: "subtract, column", shapes: [[3, 1], [1, 4]]) { try $0[0] - $0[1] },
    Case(name: "multiply", shapes: [[2, 3], []]) { try $0[0] * $0[1] },
    Case(name: "divide", shapes: [[5], [5]]) { try $0[0] / $0[1] },
    Case(name: "power", shapes: [[5], [5]]) { try $0[0].applying(.power, $0[1]) },
    Case(name: "remainder", shapes: [[5], []], low: 1.1, high: 1.9) { try ($0[0] * 3).applying(.remainder, $0[1]) },
    Case(name: "minimum", shapes: [[6], [6]]) { try $0[0].applying(.minimum, $0[1]) },
    Case(name: "maximum", shapes: [[6], [6]]) { try $0[0].applying(.maximum, $0[1]) },
    Case(name: "atan2", shapes: [[4], [4]]) { try $0[0].applying(.arcTangent2, $0[1]) },
    Case(name: "where", shapes: [[6], [6]]) { try $0[0].applying(.less, $0[1]).select($0[0] * $0[0], $0[1]) },
    Case(name: "negate", shapes: [[3]]) { try -$0[0] },
    Case(name: "abs", shapes: [[4]], low: -2, high: -0.1) { try $0[0].applying(.absolute) },
    Case(name: "square", shapes: [[4]]) { try $0[0].applying(.square) },
    Case(name: "sqrt", shapes: [[4]]) { try $0[0].applying(.squareRoot) },
    Case(name: "reciprocal", shapes: [[4]]) { try $0[0].applying(.reciprocal) },
    Case(name: "exp", shapes: [[4]]) { try $0[0].applying(.exp) },
    Case(name: "log", shapes: [[4]]) { try $0[0].applying(.log) },
    Case(name: "log1p", shapes: [[4]]) { try $0[0].applying(.log1p) },
    Case(name: "erf", shapes: [[4]]) { try $0[0].applying(.erf) },
    Case(name: "masked multiply", shapes: [[3, 4], [4]]) { try $0[0].applying(.maskedMultiply, $0[1]) },
    Case(name: "masked divide", shapes: [[3, 4], [4]]) { try $0[0].applying(.maskedDivide, $0[1]) },
    Case(name: "product over two axes", shapes: [[2, 3, 2, 2]]) { try $0[0].reduce(.product, [1, 2]) },
    Case(name: "tanh", shapes: [[4]]) { try $0[0].applying(.tanh) },
    Case(name: "sigmoid", shapes: [[4]]) { try $0[0].applying(.sigmoid) },
    Case(name: "softplus", shapes: [[4]]) { try $0[0].applying(.softplus) },
    Case(name: "relu", shapes: [[4]], low: 0.1, high: 1) { try $0[0].applying(.relu) },
    Case(name: "sin", shapes: [[4]]) { try $0[0].applying(.sin) },
    Case(name: "cos", shapes: [[4]]) { try $0[0].applying(.cos) },
    Case(name: "identity", shapes: [[4]]) { try $0[0].applying(.identity) },
    Case(name: "sum over axes", shapes: [[2, 3, 4]]) { try $0[0].sum([0, 2]) },
    Case(name: "product", shapes: [[2, 3]]) { try $0[0].reduce(.product, [1]) },
    Case(name: "max", shapes: [[3, 4]]) { try $0[0].reduce(.max, [1]) },
    Case(name: "min, kept", shapes: [[3, 4]]) { try $0[0].reduce(.min, [0], keepDims: true) },
    Case(name: "cumsum", shapes: [[2, 4]]) { try $0[0].applying(CumulativeSum(axis: 1)) },
    Case(name: "matrix product", shapes: [[3, 5], [5, 2]]) { try $0[0].matmul($0[1]) },
    Case(name: "matrix product of a vector", shapes: [[3, 5], [5]]) { try $0[0].matmul($0[1]) },
    Case(name: "matrix product, batched", shapes: [[2, 3, 4], [2, 4, 3]]) { try $0[0].matmul($0[1]) },
    Case(name: "product, left transposed", shapes: [[5, 3], [5, 2]]) { try $0[0].applying(MatMul(transposeA: true), $0[1]) },
    Case(name: "product, right transposed", shapes: [[3, 5], [2, 5]]) { try $0[0].applying(MatMul(transposeB: true), $0[1]) },
    Case(name: "product, both transposed", shapes: [[5, 3], [2, 5]]) { try $0[0].applying(MatMul(transposeA: true, transposeB: true), $0[1]) },
    Case(name: "reshape", shapes: [[2, 6]]) { try $0[0].reshaped([3, 4]) },
    Case(name: "broadcast", shapes: [[3, 1]]) { try $0[0].broadcast([2, 3, 4]) },
    Case(name: "transpose", shapes: [[2, 3, 4]]) { try $0[0].applying(Transpose([2, 0, 1])) },
    Case(name: "slice", shapes: [[5, 6]]) { try $0[0].applying(Slice(starts: [1, 5], steps: [2, -2], counts: [2, 3])) },
    Case(name: "unslice", shapes: [[2, 3]]) {
      try $0[0].applying(SliceScatter(slice: Slice(starts: [1, 0], steps: [1, 2], counts: [2, 3]), shape: [4, 6]))
    },
    Case(name: "concat", shapes: [[2, 3], [2, 1]]) { try $0[0].applying(Concatenate(axis: 1), $0[1]) },
    Case(name: "gather", shapes: [[4, 3]]) { terms in
      let positions = try Tensor([2, 0, 2, 3] as [Int32], shape: [4])
      return try terms[0].applying(Gather(), terms[0].engine.term(terms[0].engine.leaf(positions)))
    },
    Case(name: "conv2d", shapes: [[2, 5, 6, 2], [3, 2, 2, 3]]) { try $0[0].applying(Convolution(.forward, geometry), $0[1]) },
    Case(name: "conv2d_transpose", shapes: [[2, 2, 6, 3], [3, 2, 2, 3]]) { try $0[0].applying(Convolution(.input, geometry), $0[1]) },
    Case(name: "conv2d with respect to the kernel", shapes: [[2, 5, 6, 2], [2, 2, 6, 3]]) { try $0[0].applying(Convolution(.weight, geometry), $0[1]) },
    Case(name: "conv2d in groups", shapes: [[2, 5, 6, 4], [3, 2, 2, 6]]) { try $0[0].applying(Convolution(.forward, geometry, groups: 2), $0[1]) },
    Case(name: "conv2d_transpose in groups", shapes: [[2, 2, 6, 6], [3, 2, 2, 6]]) {
      try $0[0].applying(Convolution(.input, geometry, groups: 2), $0[1])
    },
    Case(name: "conv2d with one kernel for each channel", shapes: [[2, 5, 6, 3], [3, 2, 1, 3]]) {
      try $0[0].applying(Convolution(.forward, geometry, groups: 3), $0[1])
    },
    Case(name: "conv2d in groups with respect to the kernel", shapes: [[2, 5, 6, 4], [2, 2, 6, 6]]) {
      try $0[0].applying(Convolution(.weight, geometry, groups: 2), $0[1])
    },
    Case(name: "windows that overlap", shapes: [[1, 4, 5, 2]]) { try $0[0].applying(Unfold(size: [2, 3], stride: [1, 2])) },
    Case(name: "sum of windows", shapes: [[1, 5, 5, 2]]) { try $0[0].applying(Unfold(size: [2, 3], stride: [1, 2])).sum([3]) },
    Case(name: "max of windows", shapes: [[1, 5, 6, 2]]) { try $0[0].applying(Unfold(size: [2, 2], stride: [2, 2])).reduce(.max, [3], keepDims: true) },
    Case(name: "max of windows that overlap", shapes: [[1, 4, 5, 2]]) { try $0[0].applying(Unfold(size: [2, 3], stride: [1, 2])).reduce(.max, [3]) },
    Case(name: "upsample", shapes: [[2, 2, 3, 2]]) { try $0[0].applying(Pooling.upsampling([2, 3], of: $0[0].shape)) },
    Case(name: "matrix product of a row", shapes: [[1, 5], [5, 3]]) { try $0[0].matmul($0[1]) },
    Case(name: "matrix product of a column and a row", shapes: [[3, 1], [1, 4]]) { try $0[0].matmul($0[1]) },
    Case(name: "cast to f32 and back", shapes: [[3]]) { try $0[0].cast(.f64) * 2 },
  ]

  static let geometry = ConvolutionGeometry(image: [5, 6], kernel: [3, 2], stride: [2, 1], padBefore: [1, 0], padAfter: [0, 1])

  @Test(arguments: cases)
  func matchesFiniteDifferences(_ item: Case) throws {
    let engine = Engine(threads: 1)
    let inputs = try item.inputs()
    let weights = try weighting(engine, item, inputs)
    try engine.recording {
      let leaves = inputs.map { engine.leaf($0) }
      let output = try weighted(engine, item, leaves, weights)
      let gradients = try engine.gradients(of: output.node, withRespectTo: leaves)
      for (index, gradient) in gradients.enumerated() {
        let got = try engine.value(gradient)
        #expect(got.shape == inputs[index].shape)
        for element in 0..<inputs[index].count {
          let want = try difference(engine, item, inputs, weights, index, element)
          #expect(abs(got[element] - want) < 2e-6 * max(1, abs(want)), "input \(index), element \(element): \(got[element]) and \(want)")
        }
      }
    }
  }

  /// The gradient of a gradient, where rules compose: differences of the gradient itself.
  @Test(arguments: cases.filter { !["max", "min, kept", "remainder", "gather", "abs", "relu"].contains($0.name) })
  func secondGradientsMatchToo(_ item: Case) throws {
    let engine = Engine(threads: 1)
    let inputs = try item.inputs()
    let weights = try weighting(engine, item, inputs)
    func slope(_ inputs: [Tensor]) throws -> (node: Node, leaves: [Node]) {
      let leaves = inputs.map { engine.leaf($0) }
      let output = try weighted(engine, item, leaves, weights)
      // The square makes the second gradient of linear operations non-zero.
      let first = try engine.gradients(of: (output * output).node, withRespectTo: leaves)[0]
      let total = try engine.term(first).sum(Array(0..<first.type.rank))
      return (total.node, leaves)
    }
    try engine.recording {
      let (node, leaves) = try slope(inputs)
      let second = try engine.value(try engine.gradients(of: node, withRespectTo: leaves)[0])
      for element in 0..<inputs[0].count {
        let step = 1e-5
        func value(_ change: Double) throws -> Double {
          var moved = inputs
          moved[0] = try Tensor(dtype: .f64, shape: inputs[0].shape) { inputs[0][$0] + ($0 == element ? change : 0) }
          return try engine.value(slope(moved).node)[0]
        }
        let want = (try value(step) - value(-step)) / (2 * step)
        #expect(abs(second[element] - want) < 1e-4 * max(1, abs(want)), "element \(element): \(second[element]) and \(want)")
      }
    }
  }

  /// The output's elements, weighed differently and added up, so that no error cancels.
  private func weighted(_ engine: Engine, _ item: Case, _ leaves: [Node], _ weights: Tensor) throws -> Term {
    let output = try item.build(leaves.map { engine.term($0) })
    return try (output * engine.term(engine.leaf(weights))).sum(Array(0..<output.type.rank))
  }

  private func weighting(_ engine: Engine, _ item: Case, _ inputs: [Tensor]) throws -> Tensor {
    let output = try item.build(inputs.map { engine.term(engine.leaf($0)) })
    return try Tensor(dtype: .f64, shape: output.shape) { 0.5 + Double(($0 * 7) % 11) / 11 }
  }

  private func difference(_ engine: Engine, _ item: Case, _ inputs: [Tensor], _ weights: Tensor, _ index: Int, _ element: Int) throws -> Double {
    let step = 1e-6
    func value(_ change: Double) throws -> Double {
      var moved = inputs
      moved[index] = try Tensor(dtype: .f64, shape: inputs[index].shape) { inputs[index][$0] + ($0 == element ? change : 0) }
      return try engine.value(weighted(engine, item, moved.map { engine.leaf($0) }, weights).node)[0]
    }
    return (try value(step) - value(-step)) / (2 * step)
  }
}

extension GradientTests.Case {
  /// Numbers in the range, far enough from each other that a small step crosses no kink.
  fileprivate func inputs() throws -> [Tensor] {
    try shapes.enumerated().map { position, shape in
      let count = max(1, shape.elementCount)
      return try Tensor(dtype: .f64, shape: shape) { index in
        let place = Double((index * 5 + position * 3 + 1) % (count + 3)) + 0.37 * Double(position)
        return low + (high - low) * place / Double(count + 4)
      }
    }
  }
}

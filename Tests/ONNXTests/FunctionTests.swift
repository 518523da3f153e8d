import Tensors
import TestSupport
import Testing

/// Functions in files compute what they compute in Loam, for any number of examples. `Tests/Reference/onnx_check.py` compares with
/// onnxruntime.
@Suite struct FunctionTests {
  struct Case: CustomStringConvertible, Sendable {
    let function: String
    let inputs: [String]
    var isFixed = false
    var description: String { function }
  }

  private static let floats = "2 * randn(4, 3)"
  private static let integers = "i32(5 * randn(4, 3))"
  private static let bytes = "u8(20 * rand(4, 3))"
  private static let booleans = "randn(4, 3) > 0"
  private static let doubles = "f64(randn(4, 3))"
  private static let images = "rand(3, 5, 4, 2)"

  private static let ofEveryType = [
    "(x, y) -> (x + y, x - y, x * y, -x, abs(x))", "(x, y) -> (x / y, x // y, x % y)", "(x, y) -> (x == y, x != y, x < y, x <= y, x > y)",
    "(x, y) -> (x > 0 and y > 0, x > 0 or y > 0, not (x > 0))", "(x, y) -> (where(x > 1, x, y), minimum(x, y), maximum(x, y), where(x > 1, 0, y))",
    "(x, y) -> (sum(x, axis=1), max(x, axis=1), mean(x, axis=0), argmax(x, axis=1), argmin(y), product(minimum(x, 2), axis=0))",
    "(x, y) -> (f32(x), f64(x), i32(y), u8(abs(x)), floor(x), ceil(x), round(x), sign(x))",
    "(x, y) -> (exp(x / 30), tanh(x), sigmoid(x), softplus(x), relu(x), sin(x), cos(x), erf(x), atan2(x, y + 1), is_finite(x))",
    "(x, y) -> (sqrt(abs(x)), log(abs(x) + 1), log1p(abs(x) / 1000), x ^ 2, (abs(x) + 1) ^ 0.5, 1 / (abs(x) + 1))",
    "(x, y) -> (reshape(x, -1), transpose(x), x[:, 1], x[:, ::-1], x[::-1], x[:, ::2], concat((x, y)), concat((x, x[1:])), cumsum(x, axis=1))",
    "(x, y) -> (take(x, i32([0, 0])), one_hot(argmax(x, axis=1), 3), stack((x, y), axis=1), reshape(x, len(x), 3, 1) * [1, 2])",
  ]

  private static let others = [
    Case(function: "(x, y) -> (x + y, x * y, x / y, x < y, where(x > 0, x, y), maximum(x, y))", inputs: [integers, floats]),
    Case(function: "(x, y) -> (x % y, x // y, atan2(x, y))", inputs: ["[[5, -5, 5, -5, 0, 0, 0]]", "[[3, 3, -3, -3, 1, -1, 0]]"]),
    Case(function: "(x, y) -> (x % y, x // y)", inputs: ["i32([[5, -5, 5, -5, 7, 0]])", "i32([[3, 3, -3, -3, 0, 0]])"]),
    Case(function: "x -> (mean(x, axis=0), x / len(x), x - mean(x), std(x), arange(len(x)) * x[:, 0], ones(len(x), 2) * 3)", inputs: [floats]),
    Case(function: "(x, y) -> (x @ transpose(y), transpose(x) @ y, x @ [1, 2, 3], [1, 2, 3] @ transpose(x))", inputs: [floats, floats]),
    Case(function: "(x, y) -> (x @ y, [[1, 2, 3, 4]] @ x, x @ ones(3, 2))", inputs: ["rand(2, 4, 3)", "rand(2, 3, 5)"]),
    Case(function: "x -> (conv2d(x, a), conv2d(x, b, stride=2, padding=1), conv2d(x, b, stride=(2, 3), padding=\"same\"))", inputs: [images]),
    Case(function: "x -> (conv2d_transpose(x, c), conv2d_transpose(x, d, stride=2, padding=\"same\"))", inputs: [images]),
    Case(function: "x -> conv2d_transpose(x, c, stride=2, padding=1, extra=1)", inputs: [images]),
    Case(function: "x -> (conv2d(x, a[:, :, 0:1], padding=1, groups=2), conv2d_transpose(x, c[:, :, 0:2], stride=2, groups=2))", inputs: [images]),
    Case(function: "x -> grad(v -> sum(conv2d(x, v, groups=2) ^ 2))(a[:, :, 0:1])", inputs: [images]),
    Case(function: "x -> grad(v -> sum(conv2d(v, c[:, :, 0:1], groups=2) ^ 2))(x)", inputs: [images]),
    Case(function: "(x, w) -> conv2d(x, transpose(w, (1, 2, 3, 0)), padding=1)", inputs: [images, "rand(3, 2, 2, 2)"]),
    Case(function: "x -> (windows(x, 2), windows(x, (3, 2), stride=(2, 1)))", inputs: [images]),
    Case(function: "x -> (max(windows(x, 2), axis=3), mean(windows(x, 2, stride=1), axis=3), min(windows(x, 2), axis=3))", inputs: [images]),
    Case(function: "x -> (max_pool(3, stride=1)(x), mean_pool(2)(x), upsample(2)(x), upsample((1, 3))(x))", inputs: [images]),
    Case(function: "x -> (max(windows(f64(x), 2), axis=3), upsample(2)(f64(x)))", inputs: [images]),
    Case(function: "x -> (grad(v -> sum(mean_pool(2, stride=1)(v) ^ 2))(x), grad(v -> sum(upsample(2)(v) ^ 2))(x))", inputs: [images]),
    Case(function: "x -> (x[:, 1:3, ::-2], x[..., 0], x[:, -1], x[1:], x[:-1], x[0], x[-1], x[:, 2:2])", inputs: [images]),
    Case(function: "x -> x[::2]", inputs: [floats], isFixed: true),
    Case(function: "x -> sum(x, axis=0) * sqrt(len(x))", inputs: [floats], isFixed: true),
    Case(function: "x -> if len(x) > 2 { x } else { -x }", inputs: [floats], isFixed: true),
    Case(function: "x -> reshape(x, 2, -1)", inputs: [floats], isFixed: true),
    Case(function: "x -> (sum(x, axis=(1, 2)), max(x, axis=(1, 3)), argmax(reshape(x, len(x), -1), axis=1), transpose(x, (3, 0, 2, 1)))", inputs: [images]),
    Case(function: "x -> (grad(v -> sum(v[:, 1:5:2, ::-2] ^ 2))(x), grad(v -> sum(v[1:] ^ 2))(x), grad(v -> sum(v[:, 4:0:-3] ^ 2))(x))", inputs: [images]),
    Case(function: "x -> (grad(v -> sum(conv2d(v, b, stride=2) ^ 2))(x), grad(v -> sum(max(windows(v, 2, stride=1), axis=3) ^ 2))(x))", inputs: [images]),
    Case(function: "x -> grad(v -> sum(conv2d(x, v, stride=2, padding=1) ^ 2))(b)", inputs: [images]),
    Case(function: "x -> grad(v -> sum(take(transpose(v), i32([1, 1, 0])) ^ 2))(x)", inputs: [floats]),
    Case(function: "x -> grad(v -> sum(max(v, axis=1) ^ 2 + product(v, axis=1) + sum(cumsum(v, axis=1) / (v ^ 2 + 1), axis=1)))(x)", inputs: [floats]),
    Case(function: "x -> (x, x, [1, 2, 3], zeros(2, 0))", inputs: [floats]),
    Case(function: "x -> {first: x[:, 0], output: x * 2, x: x}", inputs: [floats]),
    Case(function: "(output, output_1) -> (output, output_1)", inputs: [floats, floats]),
    // Values that are the same shape but not the same, and a large tensor that repeats a number.
    Case(function: "x -> x * (len(x) * ones(3) + [1, 2, 3])", inputs: [floats]),
    Case(function: "x -> (x @ zeros(3, 300), x @ e)", inputs: [floats]),
    Case(function: "x -> softmax(x)", inputs: [floats]),
    Case(function: "x -> concat((reshape(x, len(x), 3, 1, 1) + zeros(len(x), 3, 2, 0), zeros(len(x), 3, 2, 1)), axis=3)", inputs: [floats]),
  ]

  static let cases =
    [floats, integers, bytes, booleans, doubles].flatMap { type in ofEveryType.map { Case(function: $0, inputs: [type, type]) } } + others

  @Test(arguments: cases)
  func computesTheSame(_ item: Case) throws {
    let files = MemoryFiles()
    let test = TestSession(files: files)
    let inputs = item.inputs.count == 1 ? "(\(item.inputs[0]),)" : "(\(item.inputs.joined(separator: ", ")))"
    let start = """
      seed(3)
      (a, b, c, d, e) = (rand(3, 2, 2, 4), rand(3, 3, 2, 2), rand(3, 2, 4, 2), rand(4, 4, 2, 2), ones(3, 300))
      print(e[0, 0])
      x = \(inputs)
      f = \(item.function)
      fn of(x) { if len(x) == 1 { f(x[0]) } else { f(x[0], x[1]) } }
      fn listed(y) { if type(y) == "list" { y } else { if type(y) == "record" { map(keys(y), k -> y[k]) } else { (y,) } } }
      save(f, "f.onnx", like=x)
      """
    #expect(test.run(start).report == nil)
    #expect(test.interrupter.settled.isEmpty == !item.isFixed)
    let model = try ReadModel(files.read("f.onnx"))
    model.expectIsWellFormed(item.function)
    #expect(model.inputs.allSatisfy { ($0.shape[0] == "n") != item.isFixed })
    for examples in item.isFixed ? ["x"] : ["x", "map(x, v -> v[0:1])", "map(x, v -> concat((v, v[0:1], v)))"] {
      let given = try tensors("listed(\(examples))", test)
      let expected = try tensors("listed(of(\(examples)))", test)
      let results = try Evaluator.run(model, given.map(Numbers.init))
      #expect(results.count == expected.count)
      for (index, (result, tensor)) in zip(results, expected).enumerated() {
        #expect(result.shape == tensor.shape && result.type == Numbers(tensor).type, "output \(index)")
        let apart = zip(result.elements, Numbers(tensor).elements).map { $0 == $1 || $0.isNaN && $1.isNaN ? 0 : abs($0 - $1) / max(1, abs($1)) }
        #expect((apart.max() ?? 0) < 1e-5, "output \(index): \(result.elements.prefix(8)) for \(Numbers(tensor).elements.prefix(8))")
      }
    }
  }

  private func tensors(_ program: String, _ test: TestSession) throws -> [Tensor] {
    guard case .value(let list) = test.session.run(program, named: "test") else {
      Issue.record("\(program) gives no value")
      return []
    }
    return try list.listItems.map { try test.session.machine.engine.value($0.node) }
  }
}

extension Numbers {
  init(_ tensor: Tensor) {
    let type =
      switch tensor.dtype {
      case .f32: Numbers.float
      case .f64: Numbers.double
      case .i32: Numbers.int32
      case .u8: Numbers.uint8
      case .bool: Numbers.bool
      }
    self.init(type, tensor.shape, (0..<tensor.count).map { tensor[$0] })
  }
}

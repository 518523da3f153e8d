import Diagnostics
import Engine
import Glibc
import Machine
import Tensors

// Functions of one number, on numbers and on every element of a tensor.
extension Library {
  /// On a number the result is a number, on a tensor a tensor.
  private static func unary(
    _ name: String, _ summary: String, _ function: ElementwiseFunction, _ scalar: @escaping @Sendable (Double) -> Double,
    example: String, _ result: String
  ) -> Builtin {
    Builtin(
      name, summary, [Parameter("x", .tensor, "a number or a tensor")], examples: [Example(example, result)]
    ) { call in
      if let number = call[0].number { return Value(scalar(number)) }
      return call.result(try call.term(0).applying(function))
    }
  }

  private static func rounding(_ name: String, _ summary: String, _ function: ElementwiseFunction, _ rule: FloatingPointRoundingRule, _ result: String)
    -> Builtin
  {
    Builtin(
      name, summary, [Parameter("x", .tensor, "a number or a tensor")], examples: [Example("print(\(name)(2.5), \(name)(-0.5))", result)]
    ) { call in
      if call[0].tag == .int { return call[0] }
      guard call[0].tag == .float else { return call.result(try call.term(0).applying(function)) }
      guard let whole = Int(exactly: call[0].double.rounded(rule)) else {
        throw call.refuse("\(call.machine.numberText(call[0].double)) has no whole number near it that 64 bits can hold")
      }
      return Value(whole)
    }
  }

  private static func pair(
    _ name: String, _ summary: String, _ function: ElementwiseFunction, _ pick: @escaping @Sendable (Double, Double) -> Bool, _ result: String
  ) -> Builtin {
    Builtin(
      name, summary, [Parameter("a", .tensor, "a number or a tensor"), Parameter("b", .tensor, "another")],
      examples: [Example("print(\(name)(2, 3), \(name)([1, 5], 3))", result)]
    ) { call in
      if let a = call[0].number, let b = call[1].number { return pick(a, b) ? call[0] : call[1] }
      let (a, b) = try call.machine.operands(call[0], call[1])
      return call.result(try a.applying(function, b))
    }
  }

  static let elementwise: [Builtin] =
    [
      Builtin(
        "abs", "The distance from zero", [Parameter("x", .tensor, "a number or a tensor")], examples: [Example("print(abs(-3), abs([-1, 2]))", "3 [1, 2]")]
      ) { call in
        if call[0].tag == .int {
          guard call[0].bits != .min else { throw call.refuse("abs(\(Int.min)) leaves the range of 64-bit integers") }
          return Value(Swift.abs(call[0].bits))
        }
        if let number = call[0].number { return Value(Swift.abs(number)) }
        return call.result(try call.term(0).applying(.absolute))
      },
      unary("exp", "e to the power x", .exp, { Glibc.exp($0) }, example: "print(exp(0), exp([0, 1]))", "1.0 [1, 2.71828]"),
      unary("log", "The natural logarithm", .log, { Glibc.log($0) }, example: "print(log(1), log([1, 10]))", "0.0 [0, 2.30259]"),
      unary("log1p", "log(1 + x), exact for small x", .log1p, { Glibc.log1p($0) }, example: "print(log1p(0))", "0.0"),
      unary("sqrt", "The square root", .squareRoot, { $0.squareRoot() }, example: "print(sqrt(9), sqrt([4, 16]))", "3.0 [2, 4]"),
      unary("sin", "The sine of an angle in radians", .sin, { Glibc.sin($0) }, example: "print(sin(0))", "0.0"),
      unary("cos", "The cosine of an angle in radians", .cos, { Glibc.cos($0) }, example: "print(cos(0))", "1.0"),
      unary("tanh", "The hyperbolic tangent", .tanh, { Glibc.tanh($0) }, example: "print(tanh([0, 1]))", "[0, 0.761594]"),
      unary(
        "sigmoid", "1 / (1 + exp(-x)): any number to between 0 and 1", .sigmoid, { 1 / (1 + Glibc.exp(-$0)) }, example: "print(sigmoid([0, 2]))",
        "[0.5, 0.880797]"),
      unary(
        "softplus", "log(1 + exp(x)): a smooth max(x, 0)", .softplus, { Swift.max($0, 0) + Glibc.log1p(Glibc.exp(-Swift.abs($0))) },
        example: "print(softplus([0, 20]))", "[0.693147, 20]"),
      unary("relu", "max(x, 0)", .relu, { Swift.max($0, 0) }, example: "print(relu([-1, 2]))", "[0, 2]"),
      unary("sign", "-1, 0 or 1", .sign, { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }, example: "print(sign([-2, 0, 5]))", "[-1, 0, 1]"),
      rounding("floor", "The next whole number below", .floor, .down, "2 -1"),
      rounding("ceil", "The next whole number above", .ceil, .up, "3 0"),
      rounding("round", "The nearest whole number; halves go to the even one", .round, .toNearestOrEven, "2 0"),
      pair("minimum", "The smaller of two, element by element", .minimum, { $0 <= $1 }, "2 [1, 3]"),
      pair("maximum", "The larger of two, element by element", .maximum, { $0 >= $1 }, "3 [3, 5]"),
      Builtin(
        "clip", "Numbers kept between two bounds",
        [Parameter("x", .tensor, "a tensor"), Parameter("low", .number, "the lower bound"), Parameter("high", .number, "the upper bound")],
        examples: [Example("print(clip([-1, 0.5, 2], 0, 1))", "[0, 0.5, 1]")]
      ) { call in
        let x = call.term(0)
        return call.result(try x.applying(.maximum, x.constant(call.number(1))).applying(.minimum, x.constant(call.number(2))))
      },
      Builtin(
        "where", "Elements of `a` where the mask holds, of `b` elsewhere",
        [Parameter("mask", .tensor, "truths"), Parameter("a", .tensor, "a tensor or number"), Parameter("b", .tensor, "another")],
        examples: [Example("x = [-1, 2]\nprint(where(x > 0, x, 0))", "[0, 2]")]
      ) { call in
        let (a, b) = try call.machine.operands(call[1], call[2])
        return call.result(try call.term(0).applying(.select, a, b))
      },
      Builtin(
        "is_finite", "Whether numbers are neither infinite nor undefined", [Parameter("x", .tensor, "a tensor")],
        examples: [Example("print(is_finite(exp([0, 1000])))", "[true, false]")]
      ) { call in call.result(try call.term(0).applying(.isFinite)) },
      Builtin(
        "stop_gradient", "The same value, through which no gradient passes", [Parameter("x", .tensor, "a tensor")],
        examples: [Example("print(grad(x -> x * stop_gradient(x))(3))", "3")]
      ) { call in call.result(try call.term(0).applying(.stopGradient)) },
    ] + casts

  private static let casts: [Builtin] = DType.allCases.map { dtype in
    Builtin(
      dtype.name, "A tensor's elements as \(dtype.name)", [Parameter("x", .any, "a tensor, a number, or a list of numbers")],
      examples: [Example("print(\(dtype.name)([0, 1]).dtype)", dtype.name)]
    ) { call in
      var value = call[0]
      if value.tag == .list || value.tag == .range { value = try call.machine.tensor(from: value, as: .f64) }
      guard value.tag == .tensor || value.isNumber || value.isBoolean else { throw call.wrong(0) }
      let term = value.tag == .tensor ? call.term(of: value.node) : call.term(of: call.machine.number(value))
      return call.result(try term.cast(dtype))
    }
  }
}

extension Machine {
  /// Two arguments as tensors, a number taking the other's type.
  func operands(_ a: Value, _ b: Value) throws -> (Term, Term) {
    let dtype = a.tag == .tensor ? a.node.dtype : b.tag == .tensor ? b.node.dtype : DType.f32
    func term(_ value: Value) -> Term {
      engine.term(value.tag == .tensor ? value.node : number(value, for: dtype), at: currentSpan)
    }
    return (term(a), term(b))
  }

  /// A number alone as a tensor: exact, so f64 or i32 where no tensor says otherwise.
  func number(_ value: Value, for dtype: DType = .f64) -> Node {
    switch value.tag {
    case .int: engine.constant(Double(value.bits), dtype.arithmetic)
    case .float: engine.constant(value.double, dtype.floating)
    default: engine.constant(value.tag == .true ? 1 : 0, .bool)
    }
  }

  /// A list of numbers, or of equally shaped tensors, as a tensor.
  func tensor(from value: Value, as dtype: DType = .f32, depth: Int = 0) throws -> Value {
    if value.tag == .tensor { return value }
    if value.isNumber || value.isBoolean { return make(node: number(value, for: dtype)) }
    guard value.tag == .list || value.tag == .range, depth <= Shapes.maximumRank, let given = try elements(of: value) else {
      throw notNumbers(value)
    }
    let items = try given.map { $0.tag == .list ? try tensor(from: $0, as: dtype, depth: depth + 1) : $0 }
    let result = keep(try brackets(items, as: dtype))
    guard result.tag == .tensor else { throw notNumbers(value) }
    return result
  }

  private func notNumbers(_ value: Value) -> Fault {
    Fault(MachineErrors.badArgument, "a tensor is made of numbers, this is \(describe(value))", hint: "as in `tensor((1, 2, 3))`")
  }
}

import Diagnostics
import Engine
import Glibc
import Machine
import Tensors

// Functions of numbers, and of tensors element by element.
extension Library {
  private static let x = Parameter("x", .tensor, "a number or a tensor")
  private static let a = Parameter("a", .tensor, "a number or a tensor")
  private static let b = Parameter("b", .tensor, "a number or a tensor")

  /// The result for a number is a number, for a tensor a tensor.
  private static func unary(
    _ name: String, _ summary: String, _ function: ElementwiseFunction, _ scalar: @escaping Builtin.FloatFunction,
    example: String, _ result: String
  ) -> Builtin {
    Builtin(
      name, summary, [x], examples: [Example(example, result)],
      floatFunction: scalar
    ) { call in
      if let number = call.value(x).number { return Value(scalar(number)) }
      return call.result(try call[x].applying(function))
    }
  }

  private static func rounding(_ name: String, _ summary: String, _ function: ElementwiseFunction, _ rule: FloatingPointRoundingRule, _ result: String)
    -> Builtin
  {
    Builtin(
      name, summary, [x], examples: [Example("print(\(name)(2.5), \(name)(-0.5))", result)],
      shortcut: { _, arguments, count, _ in
        guard count == 1, arguments[0].tag == .float else { return nil }
        return Int(exactly: arguments[0].double.rounded(rule)).map { Value($0) }
      }
    ) { call in
      let given = call.value(x)
      if given.tag == .int { return given }
      guard given.tag == .float else { return call.result(try call[x].applying(function)) }
      guard let integer = Int(exactly: given.double.rounded(rule)) else {
        throw call.refuse("`\(name)`: \(call.machine.numberText(given.double)) is outside the range of 64-bit integers")
      }
      return Value(integer)
    }
  }

  private static func pair(
    _ name: String, _ summary: String, _ function: ElementwiseFunction, _ pick: @escaping @Sendable (Machine, Value, Value) throws -> Value, _ result: String
  ) -> Builtin {
    Builtin(
      name, summary, [a, b], examples: [Example("print(\(name)(2, 3), \(name)([1, 5], 3))", result)],
      shortcut: { machine, arguments, count, _ in
        count == 2 && arguments[0].isNumber && arguments[1].isNumber ? try? pick(machine, arguments[0], arguments[1]) : nil
      }
    ) { call in
      let (first, second) = (call.value(a), call.value(b))
      if first.isNumber, second.isNumber { return try pick(call.machine, first, second) }
      let (left, right) = try call.machine.operands(first, second, .refused)
      return call.result(try left.applying(function, right))
    }
  }

  private static let ordinate = Parameter("y", .tensor, "a number or a tensor")
  private static let abscissa = Parameter("x", .tensor, "a number or a tensor")
  private static let low = Parameter("low", .number, "the lower bound")
  private static let high = Parameter("high", .number, "the upper bound")
  private static let mask = Parameter("mask", .tensor, "booleans")

  static let elementwise: [Builtin] =
    [
      Builtin(
        "abs", "Absolute value; its gradient at 0 is 0", [x],
        examples: [Example("print(abs(-3), abs([-1, 2]))", "3 [1, 2]")],
        floatFunction: { Swift.abs($0) }
      ) { call in
        let given = call.value(x)
        if given.tag == .int {
          guard given.bits != .min else { throw call.refuse("abs(\(Int.min)) is outside the range of 64-bit integers") }
          return Value(Swift.abs(given.bits))
        }
        if let number = given.number { return Value(Swift.abs(number)) }
        return call.result(try call[x].applying(.absolute))
      },
      unary("exp", "Exponential, e to the power x", .exp, { Glibc.exp($0) }, example: "print(exp(0), exp([0, 1]))", "1.0 [1, 2.71828]"),
      unary("log", "Natural logarithm", .log, { Glibc.log($0) }, example: "print(log(1), log([1, 10]))", "0.0 [0, 2.30259]"),
      unary("log1p", "log(1 + x), accurate for small x", .log1p, { Glibc.log1p($0) }, example: "print(log1p(0))", "0.0"),
      unary(
        "sqrt", "Square root; its gradient at 0 is infinite, but that of sqrt(sum(x ^ 2)) is 0", .squareRoot, { $0.squareRoot() },
        example: "print(sqrt(9), sqrt([4, 16]))", "3.0 [2, 4]"),
      unary("sin", "Sine of an angle in radians", .sin, { Glibc.sin($0) }, example: "print(sin(0))", "0.0"),
      unary("cos", "Cosine of an angle in radians", .cos, { Glibc.cos($0) }, example: "print(cos(0))", "1.0"),
      unary(
        "erf", "Error function, 2/√π times the integral of exp(-t²) from 0 to x", .erf, { Glibc.erf($0) }, example: "print(erf([0, 1]))", "[0, 0.842701]"),
      unary("tanh", "Hyperbolic tangent", .tanh, { Glibc.tanh($0) }, example: "print(tanh([0, 1]))", "[0, 0.761594]"),
      unary(
        "sigmoid", "Logistic function, 1 / (1 + exp(-x))", .sigmoid, { 1 / (1 + Glibc.exp(-$0)) }, example: "print(sigmoid([0, 2]))",
        "[0.5, 0.880797]"),
      unary(
        "softplus", "log(1 + exp(x)), a smooth max(x, 0)", .softplus, { Swift.max($0, 0) + Glibc.log1p(Glibc.exp(-Swift.abs($0))) },
        example: "print(softplus([0, 20]))", "[0.693147, 20]"),
      unary("relu", "max(x, 0); its gradient at 0 is 0", .relu, { Swift.max($0, 0) }, example: "print(relu([-1, 2]))", "[0, 2]"),
      unary("sign", "Sign: -1, 0 or 1", .sign, { $0 > 0 ? 1 : $0 < 0 ? -1 : $0.isNaN ? $0 : 0 }, example: "print(sign([-2, 0, 5]))", "[-1, 0, 1]"),
      rounding("floor", "Largest integer not greater than x", .floor, .down, "2 -1"),
      rounding("ceil", "Smallest integer not less than x", .ceil, .up, "3 0"),
      rounding("round", "Nearest integer; halves are rounded to the even one", .round, .toNearestOrEven, "2 0"),
      pair(
        "minimum", "Smaller of two, element by element; nan if one is nan; equal elements share the gradient", .minimum, { try $0.lesser($1, $2) },
        "2 [1, 3]"),
      pair(
        "maximum", "Larger of two, element by element; nan if one is nan; equal elements share the gradient", .maximum, { try $0.greater($1, $2) },
        "3 [3, 5]"),
      Builtin(
        "atan2", "The angle of the point (x, y) from the x axis, in radians from -π to π", [ordinate, abscissa],
        examples: [Example("print(atan2(1, 1), atan2([1, 0], [0, -1]))", "0.7853981633974483 [1.5708, 3.14159]")],
        references: ["https://en.wikipedia.org/wiki/Atan2"]
      ) { call in
        if let y = call.value(ordinate).number, let x = call.value(abscissa).number { return Value(Glibc.atan2(y, x)) }
        let (y, x) = try call.machine.operands(call.value(ordinate), call.value(abscissa), .refused)
        return call.result(try y.applying(.arcTangent2, x))
      },
      Builtin(
        "clip", "Numbers limited to the range between two bounds", [x, low, high],
        examples: [Example("print(clip([-1, 0.5, 2], 0, 1))", "[0, 0.5, 1]")]
      ) { call in
        let machine = call.machine
        // Not converted: integers stay integers.
        let (least, most) = (try machine.scalar(call.value(low)), try machine.scalar(call.value(high)))
        let given = call.value(x)
        if given.isNumber { return try machine.lesser(machine.greater(given, least), most) }
        let (tensor, lowest) = try machine.operands(given, least, .refused)
        let raised = try tensor.applying(.maximum, lowest)
        let highest = call.engine.term(try machine.weak(most, for: raised.dtype, .refused))
        return call.result(try raised.applying(.minimum, highest))
      },
      Builtin(
        "where", "Elements of `a` where the mask is true, of `b` elsewhere; no gradient passes to the other, even an infinite one", [mask, a, b],
        examples: [Example("x = [-1, 2]\nprint(where(x > 0, x, 0))", "[0, 2]")]
      ) { call in
        let (first, second) = try call.machine.operands(call.value(a), call.value(b), .refused)
        return call.result(try call[mask].applying(.select, first, second))
      },
      Builtin(
        "is_finite", "Whether numbers are neither infinite nor nan", [x],
        examples: [Example("print(is_finite(exp([0, 1000])))", "[true, false]")]
      ) { call in
        if let number = call.value(x).number { return Value(number.isFinite) }
        return call.result(try call[x].applying(.isFinite))
      },
      Builtin(
        "stop_gradient", "The same value, through which no gradient passes", [x],
        examples: [Example("print(grad(x -> x * stop_gradient(x))(3))", "3")]
      ) { call in call.result(try call[x].applying(.stopGradient)) },
    ] + casts

  private static let elements = Parameter("x", .elements, "a tensor, a number or a boolean, or a list or range of numbers")

  private static let casts: [Builtin] = DType.allCases.map { dtype in
    Builtin(
      dtype.name,
      dtype == .i32 || dtype == .u8
        ? "Elements converted to \(dtype.name): truncated towards zero; a value out of range is an error" : "Elements converted to \(dtype.name)",
      [elements], examples: [Example("print(\(dtype.name)([0, 1]).dtype)", dtype.name)]
    ) { call in
      var value = try call[elements]
      if value.tag == .list || value.tag == .range { value = try call.machine.tensor(from: value, as: .f64) }
      return call.result(try call.machine.converted(value, to: dtype))
    }
  }
}

extension Kind where Content == Value {
  fileprivate static var elements: Kind {
    Kind("a tensor, a number or a boolean, or a list or range of numbers") { value, _ in
      value.tag == .tensor || value.isNumber || value.isBoolean || value.tag == .list || value.tag == .range
    } read: { value, _ in
      value
    }
  }
}

extension Machine {
  /// A list of numbers, or of equally shaped tensors, as a tensor.
  func tensor(from value: Value, as dtype: DType = .f32, depth: Int = 0) throws -> Value {
    if value.tag == .tensor { return value }
    if value.isNumber || value.isBoolean { return make(node: try weak(value, for: dtype, .refused)) }
    guard value.tag == .list || value.tag == .range, depth <= Shapes.maximumRank, let given = try elements(of: value) else {
      throw notNumbers(value)
    }
    let items = try given.map { $0.tag == .list ? try tensor(from: $0, as: dtype, depth: depth + 1) : $0 }
    let result = keep(try brackets(items, as: dtype))
    guard result.tag == .tensor else { throw notNumbers(value) }
    return result
  }

  private func notNumbers(_ value: Value) -> Fault {
    Fault(MachineErrors.badArgument, "the elements of a tensor must be numbers, got \(describe(value))", hint: "as in `tensor((1, 2, 3))`")
  }
}

import CKernels
import Tensors

// Binary and ternary functions. x and y are the inputs, g is the upstream gradient.
extension ElementwiseFunction {
  package static let add: Self = Self("+", LOAM_OP_ADD) { [$0.upstream, $0.upstream] }

  package static let subtract: Self = Self("-", LOAM_OP_SUBTRACT) {
    [$0.upstream, try negated($0.upstream)]
  }

  package static let multiply: Self = Self("*", LOAM_OP_MULTIPLY) { rule in
    let (x, y, g) = (rule.inputs[0], rule.inputs[1], rule.upstream)
    return [try g.masked(y), try g.masked(x)]
  }

  package static let divide: Self = Self("/", LOAM_OP_DIVIDE, .floating) { rule in
    let (y, g) = (rule.inputs[1], rule.upstream)
    let quotient = try g.applying(.maskedDivide, y)
    return [quotient, try quotient.masked(-rule.output)]
  }

  /// x y, but 0 if x or y is 0, even if the other is infinite or NaN: the product of an upstream gradient and a local
  /// derivative. If the gradient is 0 because `where` selected the other branch, an infinite derivative of this branch has
  /// no effect. If the derivative is 0, like that of x² at 0, an infinite upstream gradient results in the subgradient 0.
  package static let maskedMultiply: Self = Self("masked *", LOAM_OP_MASKED_MULTIPLY) { rule in
    let (x, y, g) = (rule.inputs[0], rule.inputs[1], rule.upstream)
    return [try g.masked(y), try g.masked(x)]
  }

  /// x / y, but 0 if x is 0, whatever y.
  package static let maskedDivide: Self = Self("masked /", LOAM_OP_MASKED_DIVIDE, .floating) { rule in
    let (y, g) = (rule.inputs[1], rule.upstream)
    let quotient = try g.applying(.maskedDivide, y)
    return [quotient, try quotient.masked(-rule.output)]
  }

  package static let floorDivide: Self = Self("//", LOAM_OP_FLOOR_DIVIDE)

  /// x - floor(x / y) y, so the derivative in y is -floor(x / y).
  package static let remainder: Self = Self("%", LOAM_OP_REMAINDER) { rule in
    let (x, y, g) = (rule.inputs[0], rule.inputs[1], rule.upstream)
    return [g, try g.masked(-x.applying(.floorDivide, y))]
  }

  /// d x^y = y x^(y-1) dx + x^y log(x) dy; the second term applies only if x > 0, so that 0^y has derivative 0 in y.
  package static let power: Self = Self("^", LOAM_OP_POWER) { rule in
    let (x, y, g) = (rule.inputs[0], rule.inputs[1], rule.upstream)
    // x^0 is constant, even at 0.
    let slope = try y.applying(.equal, y.constant(0)).select(y.constant(0), y * x.applying(.power, y - 1))
    let positive = try x.constant(0).applying(.less, x)
    let logarithm = try positive.select(positive.select(x, x.constant(1)).applying(.log), x.constant(0))
    return [try g.masked(slope), try g.masked(rule.output).masked(logarithm)]
  }

  package static let minimum: Self = Self("minimum", LOAM_OP_MINIMUM) { rule in
    let (x, y, g) = (rule.inputs[0], rule.inputs[1], rule.upstream)
    return try splitTies(g, x, y, first: x.applying(.less, y))
  }

  package static let maximum: Self = Self("maximum", LOAM_OP_MAXIMUM) { rule in
    let (x, y, g) = (rule.inputs[0], rule.inputs[1], rule.upstream)
    return try splitTies(g, x, y, first: y.applying(.less, x))
  }

  /// The selected input receives the gradient; equal inputs split it, as in PyTorch.
  private static func splitTies(_ g: Term, _ x: Term, _ y: Term, first: Term) throws -> [Term?] {
    let equal = try x.applying(.equal, y)
    let (half, none) = (try g * 0.5, g.constant(0))
    return [try equal.select(half, first.select(g, none)), try equal.select(half, first.select(none, g))]
  }

  /// The angle of the point (y, x): atan2(y, x).
  package static let arcTangent2: Self = Self("atan2", LOAM_OP_ARC_TANGENT_2, .floating) { rule in
    let (y, x, g) = (rule.inputs[0], rule.inputs[1], rule.upstream)
    let square = try x * x + y * y
    return [try g.masked(x).applying(.maskedDivide, square), try g.masked(-y).applying(.maskedDivide, square)]
  }

  package static let equal: Self = Self("==", LOAM_OP_EQUAL, .boolean)
  package static let notEqual: Self = Self("!=", LOAM_OP_NOT_EQUAL, .boolean)
  package static let less: Self = Self("<", LOAM_OP_LESS, .boolean)
  package static let lessEqual: Self = Self("<=", LOAM_OP_LESS_EQUAL, .boolean)
  package static let and: Self = Self("and", LOAM_OP_AND, .boolean)
  package static let or: Self = Self("or", LOAM_OP_OR, .boolean)

  /// The second input where the mask is true, the third elsewhere.
  package static let select: Self = Self("where", LOAM_OP_SELECT, .branches) { rule in
    let (mask, g) = (rule.inputs[0], rule.upstream)
    return [nil, try mask.select(g, g.constant(0)), try mask.select(g.constant(0), g)]
  }
}

// Unary functions.
extension ElementwiseFunction {
  package static let negate: Self = Self("negate", LOAM_OP_NEGATE) { [try negated($0.upstream)] }

  /// -g, but 0 instead of -0 if g is 0, as in a branch that was not selected.
  private static func negated(_ g: Term) throws -> Term { try 0 - g }

  package static let absolute: Self = Self("abs", LOAM_OP_ABSOLUTE) { rule in
    [try rule.upstream.masked(rule.inputs[0].applying(.sign))]
  }

  package static let sign: Self = Self("sign", LOAM_OP_SIGN)
  package static let not: Self = Self("not", LOAM_OP_NOT, .boolean)
  package static let isFinite: Self = Self("is_finite", LOAM_OP_IS_FINITE, .boolean)
  package static let floor: Self = Self("floor", LOAM_OP_FLOOR)
  package static let ceil: Self = Self("ceil", LOAM_OP_CEIL)
  package static let round: Self = Self("round", LOAM_OP_ROUND)

  package static let square: Self = Self("square", LOAM_OP_SQUARE) { rule in
    [try rule.upstream.masked(rule.inputs[0] * 2)]
  }

  package static let squareRoot: Self = Self("sqrt", LOAM_OP_SQUARE_ROOT, .floating) { rule in
    [try rule.upstream.applying(.maskedDivide, rule.output * 2)]
  }

  package static let reciprocal: Self = Self("reciprocal", LOAM_OP_RECIPROCAL, .floating) { rule in
    [try rule.upstream.masked(rule.output).masked(-rule.output)]
  }

  package static let exp: Self = Self("exp", LOAM_OP_EXP, .floating) { rule in
    [try rule.upstream.masked(rule.output)]
  }

  package static let log: Self = Self("log", LOAM_OP_LOG, .floating) { rule in
    [try rule.upstream.applying(.maskedDivide, rule.inputs[0])]
  }

  package static let log1p: Self = Self("log1p", LOAM_OP_LOG1P, .floating) { rule in
    [try rule.upstream.applying(.maskedDivide, rule.inputs[0] + 1)]
  }

  package static let tanh: Self = Self("tanh", LOAM_OP_TANH, .floating) { rule in
    [try rule.upstream.masked(1 - rule.output * rule.output)]
  }

  /// The error function; its derivative is 2 exp(-x²) / √π. https://dlmf.nist.gov/7.2
  package static let erf: Self = Self("erf", LOAM_OP_ERF, .floating) { rule in
    let x = rule.inputs[0]
    return [try rule.upstream.masked((-(x.applying(.square))).applying(.exp) * (2 / Double.pi.squareRoot()))]
  }

  package static let sigmoid: Self = Self("sigmoid", LOAM_OP_SIGMOID, .floating) { rule in
    [try rule.upstream.masked(rule.output * (1 - rule.output))]
  }

  /// log(1 + exp(x)); its derivative is the sigmoid.
  package static let softplus: Self = Self("softplus", LOAM_OP_SOFTPLUS, .floating) { rule in
    [try rule.upstream.masked(rule.inputs[0].applying(.sigmoid))]
  }

  /// max(x, 0); the derivative at 0 is 0, as in PyTorch.
  package static let relu: Self = Self("relu", LOAM_OP_RELU) { rule in
    let x = rule.inputs[0]
    return [try x.constant(0).applying(.less, x).select(rule.upstream, x.constant(0))]
  }

  package static let sin: Self = Self("sin", LOAM_OP_SIN, .floating) { rule in
    [try rule.upstream.masked(rule.inputs[0].applying(.cos))]
  }

  package static let cos: Self = Self("cos", LOAM_OP_COS, .floating) { rule in
    [try rule.upstream.masked(-rule.inputs[0].applying(.sin))]
  }

  /// The input, with the gradient passed through: marks the point at which a derivative is taken.
  package static let identity: Self = Self("identity", LOAM_OP_COPY, .same) { [$0.upstream] }

  /// The input, with no gradient.
  package static let stopGradient: Self = Self("stop_gradient", LOAM_OP_COPY, .same)

  package static func cast(to dtype: DType) -> ElementwiseFunction {
    ElementwiseFunction("cast", LOAM_OP_COPY, .same, kind: .cast(dtype)) { rule in
      guard rule.inputs[0].dtype.isFloat else { return [nil] }
      return [try rule.upstream.cast(rule.inputs[0].dtype)]
    }
  }
}

/// A scalar, embedded in the kernels that use it.
package struct Constant: Operation {
  package let value: Double
  let dtype: DType

  package var name: String { "constant" }

  package static func == (a: Constant, b: Constant) -> Bool {
    a.value.bitPattern == b.value.bitPattern && a.dtype == b.dtype
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(value.bitPattern)
    hasher.combine(dtype)
  }

  package func infer(_ inputs: [TensorType]) -> TensorType { TensorType(dtype, []) }

  package func lower(_ context: LoweringContext) -> [Step] {
    var chain = FusedChain(compute: dtype.arithmetic, shape: [])
    guard let result = chain.constant(value) else { return [] }
    return [chain.step(name, result, to: context)]
  }
}

import Engine
import Tensors

// Elementwise functions. ONNX converts no types by itself, so operands are cast to the type in which Loam computes.
extension Translator {
  func elementwise(_ operation: Elementwise, _ node: AlignedNode, _ operands: [AlignedNode], _ names: [String]) throws -> String {
    let types = operands.map(\.dtype)
    let compute = operation.computeType(types)
    func argument(_ index: Int) -> String { cast(names[index], from: types[index], to: compute) }
    func mask(_ index: Int) -> String { cast(names[index], from: types[index], to: .bool) }
    switch operation.name {
    case "identity", "stop_gradient": return names[0]
    case "cast": return converted(names[0], from: types[0], to: node.dtype)
    case "and": return add("And", [mask(0), mask(1)])
    case "or": return add("Or", [mask(0), mask(1)])
    case "not": return add("Not", [mask(0)])
    case "where": return select(mask(0), cast(names[1], from: types[1], to: node.dtype), cast(names[2], from: types[2], to: node.dtype), node.dtype)
    default: break
    }
    let x = argument(0)
    guard operands.count > 1 else { return try unary(operation.name, x, compute, node) }
    return try binary(operation.name, x, argument(1), compute, node)
  }

  private func unary(_ name: String, _ x: String, _ type: DType, _ node: AlignedNode) throws -> String {
    switch name {
    case "negate": return add("Neg", [x])
    case "abs": return add("Abs", [x])
    case "sign": return add("Sign", [x])
    // inf - inf is not a number.
    case "is_finite": return add("Equal", [add("Sub", [x, x]), scalar(0, type)])
    case "floor": return type.isFloat ? add("Floor", [x]) : x
    case "ceil": return type.isFloat ? add("Ceil", [x]) : x
    case "round": return type.isFloat ? add("Round", [x]) : x
    case "square": return add("Mul", [x, x])
    case "sqrt": return add("Sqrt", [x])
    case "reciprocal": return add("Reciprocal", [x])
    case "exp": return add("Exp", [x])
    case "log": return add("Log", [x])
    case "log1p": return log1p(x, type)
    case "tanh": return add("Tanh", [x])
    case "erf": return inSingle("Erf", x, type)
    case "sigmoid": return add("Sigmoid", [x])
    case "softplus": return softplus(x, type)
    case "relu": return add("Relu", [x])
    case "sin": return add("Sin", [x])
    // Older runtimes have no kernel of Cos for doubles.
    case "cos": return type == .f32 ? add("Cos", [x]) : add("Sin", [add("Add", [x, scalar(Double.pi / 2, type)])])
    default: throw ONNXErrors.unsupported("`\(name)`", node.first)
    }
  }

  private func binary(_ name: String, _ x: String, _ y: String, _ type: DType, _ node: AlignedNode) throws -> String {
    switch name {
    case "+": return add("Add", [x, y])
    case "-": return add("Sub", [x, y])
    case "*": return add("Mul", [x, y])
    case "/": return add("Div", [x, y])
    case "//": return type.isFloat ? add("Floor", [add("Div", [x, y])]) : whole(x, y) { quotient($0, $1) }
    case "%": return type.isFloat ? remainder(x, y, type) : whole(x, y) { add("Mod", [$0, $1]) }
    case "^": return add("Pow", [x, y])
    case "minimum": return add("Min", [x, y])
    case "maximum": return add("Max", [x, y])
    case "atan2": return arcTangent(x, y, type)
    case "==": return add("Equal", [x, y])
    case "!=": return add("Not", [add("Equal", [x, y])])
    case "<": return add("Less", [x, y])
    case "<=": return add("LessOrEqual", [x, y])
    case "masked *":
      let none = add("Or", [isZero(x, type), isZero(y, type)])
      return add("Where", [none, scalar(0, type), add("Mul", [x, y])])
    case "masked /": return add("Where", [isZero(x, type), scalar(0, type), add("Div", [x, y])])
    default: throw ONNXErrors.unsupported("`\(name)`", node.first)
    }
  }

  private func isZero(_ x: String, _ type: DType) -> String { add("Equal", [x, scalar(0, type)]) }

  /// Where of bool goes through bytes, for which there are kernels.
  private func select(_ mask: String, _ yes: String, _ no: String, _ type: DType) -> String {
    guard type == .bool else { return add("Where", [mask, yes, no]) }
    return cast(add("Where", [mask, cast(yes, to: .uint8), cast(no, to: .uint8)]), to: .bool)
  }

  /// A function for which runtimes have no kernel of doubles.
  private func inSingle(_ name: String, _ x: String, _ type: DType) -> String {
    cast(add(name, [cast(x, from: type, to: .f32)]), from: .f32, to: type)
  }

  // MARK: Conversions

  /// Integers saturate, and NaN becomes 0; a Cast of such numbers is undefined.
  private func converted(_ x: String, from: DType, to: DType) -> String {
    if from == to { return x }
    switch to {
    case .i32 where from.isFloat:
      let (low, high) = (Double(Int32.min), -Double(Int32.min))
      let inside = add("Where", [add("Equal", [x, x]), cast(x, to: .int32), scalar(0, .i32)])
      let above = add("Where", [add("GreaterOrEqual", [x, scalar(high, from)]), scalar(Double(Int32.max), .i32), inside])
      return add("Where", [add("LessOrEqual", [x, scalar(low, from)]), scalar(low, .i32), above])
    case .u8 where from != .bool:
      let number = from.isFloat ? add("Where", [add("Equal", [x, x]), x, scalar(0, from)]) : x
      let clipped = add("Min", [add("Max", [number, scalar(0, from)]), scalar(255, from)])
      return cast(clipped, to: .uint8)
    default: return cast(x, from: from, to: to)
    }
  }

  // MARK: Integers

  /// A function of integers and a divisor, and 0 where the divisor is.
  private func whole(_ x: String, _ y: String, _ function: (String, String) -> String) -> String {
    let none = isZero(y, .i32)
    return add("Where", [none, scalar(0, .i32), function(x, add("Where", [none, scalar(1, .i32), y]))])
  }

  /// Rounded down; Div rounds towards zero, and Mod has the sign of the divisor.
  private func quotient(_ x: String, _ y: String) -> String { add("Div", [add("Sub", [x, add("Mod", [x, y])]), y]) }

  // MARK: Floats

  /// With the sign of the divisor; Mod of floats has that of the dividend.
  private func remainder(_ x: String, _ y: String, _ type: DType) -> String {
    let rest = add("Mod", [x, y], [ONNXAttribute("fmod", 1)])
    let zero = scalar(0, type)
    let differ = add("Xor", [add("Less", [rest, zero]), add("Less", [y, zero])])
    let moves = add("And", [differ, add("Not", [isZero(rest, type)])])
    return add("Where", [moves, add("Add", [rest, y]), rest])
  }

  /// log(1 + x) without the rounding of 1 + x: log(u) x / (u - 1) with u = 1 + x.
  /// D. Goldberg, What every computer scientist should know about floating-point arithmetic, 1991, theorem 4.
  private func log1p(_ x: String, _ type: DType) -> String {
    let u = add("Add", [x, scalar(1, type)])
    let difference = add("Sub", [u, scalar(1, type)])
    let isTiny = isZero(difference, type)
    let corrected = add("Div", [add("Mul", [add("Log", [u]), x]), add("Where", [isTiny, scalar(1, type), difference])])
    let isSmall = add("Less", [add("Abs", [x]), scalar(0.5, type)])
    return add("Where", [isSmall, add("Where", [isTiny, x, corrected]), add("Log", [u])])
  }

  private func softplus(_ x: String, _ type: DType) -> String {
    if type == .f32 { return add("Softplus", [x]) }
    let tail = log1p(add("Exp", [add("Neg", [add("Abs", [x])])]), type)
    return add("Add", [add("Max", [x, scalar(0, type)]), tail])
  }

  /// The angle of the point (x, y): that of y / x, turned by half a circle on the left.
  private func arcTangent(_ y: String, _ x: String, _ type: DType) -> String {
    let zero = scalar(0, type)
    let angle = inSingle("Atan", add("Div", [y, x]), type)
    let turn = add("Where", [add("Less", [y, zero]), scalar(-Double.pi, type), scalar(Double.pi, type)])
    let turned = add("Where", [add("Less", [x, zero]), add("Add", [angle, turn]), angle])
    let isOrigin = add("And", [isZero(x, type), isZero(y, type)])
    return add("Where", [isOrigin, zero, turned])
  }
}

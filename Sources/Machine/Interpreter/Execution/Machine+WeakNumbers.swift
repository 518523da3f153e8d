import Diagnostics
import Engine
import Language
import Tensors

// Numbers of the language are weakly typed: they take the element type of the tensor that they are combined with. All
// conversions of numbers to tensors are in this file, so that none truncates or rounds without an error.
extension Machine {
  /// How to treat an integer that the element type cannot represent exactly.
  package enum Rounding {
    /// Round it, as in arithmetic, whose results are rounded too.
    case allowed
    /// An error: the integer becomes an element of a tensor. Floats are rounded, like literals.
    case refused
  }

  /// Converts two operands to tensors. A float promotes integer tensors to f32; two numbers become f32.
  package func operands(_ a: Value, _ b: Value, _ rounding: Rounding = .allowed) throws -> (Term, Term) {
    let dtype = a.tag == .tensor ? a.node.dtype : b.tag == .tensor ? b.node.dtype : DType.f32
    func term(_ value: Value) throws -> Term {
      engine.term(value.tag == .tensor ? value.node : try weak(value, for: dtype, rounding))
    }
    return (try term(a), try term(b))
  }

  /// Converts a number to an operand for a tensor of type `dtype`.
  package func weak(_ value: Value, for dtype: DType, _ rounding: Rounding = .allowed) throws -> Node {
    guard value.isNumber else { return engine.constant(value.tag == .true ? 1 : 0, .bool) }
    let type = value.tag == .int ? dtype.arithmetic : dtype.floating
    return engine.constant(try element(value, of: type, rounding), type)
  }

  /// Converts a number or boolean to an element of a tensor of type `dtype`, truncated for integer types.
  func element(_ value: Value, of dtype: DType, _ rounding: Rounding) throws -> Double {
    guard let number = value.number else { return value.tag == .true ? 1 : 0 }
    switch dtype {
    case .bool: return number != 0 ? 1 : 0
    case .f32, .f64:
      if rounding == .refused, value.tag == .int, !dtype.represents(value.bits) { throw inexact(value.bits, dtype) }
      if dtype == .f32, number.isFinite, !Float(number).isFinite { throw outOfRange(number, dtype) }
      return dtype == .f32 ? Double(Float(number)) : number
    case .i32, .u8:
      guard dtype.holds(number) else { throw value.tag == .int ? outOfRange("\(value.bits)", dtype) : outOfRange(number, dtype) }
      return number.rounded(.towardZero)
    }
  }

  /// Converts a value to be assigned to elements of a tensor of type `dtype`.
  package func stored(_ value: Value, in dtype: DType) throws -> Term {
    if value.tag == .tensor { return try converted(engine.term(value.node), to: dtype) }
    return engine.term(engine.constant(try element(value, of: dtype, .refused), dtype))
  }

  /// Converts a value explicitly to a tensor of type `dtype`, as `i32(x)` does.
  package func converted(_ value: Value, to dtype: DType) throws -> Term {
    if value.tag == .tensor { return try converted(engine.term(value.node), to: dtype) }
    return engine.term(engine.constant(try element(value, of: dtype, .allowed), dtype))
  }

  /// Converts a tensor to another element type, truncating for integer types. A value out of range is an error, except in a
  /// loss, whose plan cannot fail: there it is clamped.
  package func converted(_ x: Term, to dtype: DType) throws -> Term {
    let result = try x.cast(dtype)
    guard dtype == .i32 || dtype == .u8, dtype < x.dtype, x.type.count > 0, trace == nil, !engine.infersShapesOnly else { return result }
    let axes = Array(0..<x.type.rank)
    let ends = try [x.reduce(.min, axes), x.reduce(.max, axes)]
    try engine.compute([result.node] + ends.map(\.node))
    for end in ends {
      let value = try engine.value(end.node)[0]
      guard dtype.holds(value) else { throw outOfRange(value, dtype) }
    }
    return result
  }

  private func outOfRange(_ number: Double, _ dtype: DType) -> Fault {
    let whole = abs(number) < 1e15 ? Int(exactly: number) : nil
    return outOfRange(whole.map { "\($0)" } ?? numberText(number), dtype, isNaN: number.isNaN)
  }

  private func outOfRange(_ text: String, _ dtype: DType, isNaN: Bool = false) -> Fault {
    let range = dtype.isFloat ? "up to about 3.4e38" : dtype == .u8 ? "0 to 255" : "\(Int32.min) to \(Int32.max)"
    return Fault(
      MachineErrors.overflow, isNaN ? "nan cannot be converted to \(dtype.name)" : "\(text) is out of range for \(dtype.name) (\(range))",
      hint: dtype == .u8 ? "limit the values first: `clip(x, 0, 255)`" : isNaN ? "replace it first: `where(is_finite(x), x, 0)`" : "use f64: `f64(x)`")
  }

  private func inexact(_ integer: Int, _ dtype: DType) -> Fault {
    Fault(
      MachineErrors.overflow, "\(integer) cannot be represented exactly as \(dtype.name)",
      hint: dtype == .f32
        ? "use another element type, as in `i32((\(integer), 2))`, or write a float: `\(integer).0`" : "write a float, which is rounded: `\(integer).0`")
  }

  // MARK: Comparison

  /// The position of a number among the values of an element type.
  private enum Position {
    case at(Double)
    /// Between two adjacent values; nil if it is below or above all.
    case between(Double?, Double?)
    case unordered
  }

  /// Compares every element with a number exactly, without rounding the number to the element type. Only a float compared
  /// with f32 is rounded to f32, so that `f32([0.1]) == 0.1`.
  func comparing(_ comparison: ComparisonOperator, _ x: Term, with number: Value) throws -> Term {
    let never = { try x.applying(.less, x) }
    let always = { try x.applying(.less, x).applying(.not) }
    let type = x.dtype.arithmetic
    func constant(_ value: Double) -> Term { engine.term(engine.constant(value, type)) }
    switch position(of: number, in: type) {
    case .at(let value):
      let y = constant(value)
      return switch comparison {
      case .equal: try x.applying(.equal, y)
      case .notEqual: try x.applying(.notEqual, y)
      case .less: try x.applying(.less, y)
      case .lessEqual: try x.applying(.lessEqual, y)
      case .greater: try y.applying(.less, x)
      case .greaterEqual: try y.applying(.lessEqual, x)
      }
    case .between(let low, let high):
      switch comparison {
      case .equal: return try never()
      case .notEqual: return try always()
      case .less, .lessEqual: return try low.map { try x.applying(.lessEqual, constant($0)) } ?? never()
      case .greater, .greaterEqual: return try high.map { try constant($0).applying(.lessEqual, x) } ?? never()
      }
    case .unordered: return try comparison == .notEqual ? always() : never()
    }
  }

  private func position(of value: Value, in dtype: DType) -> Position {
    guard let number = value.number else { return .at(value.tag == .true ? 1 : 0) }
    if number.isNaN { return .unordered }
    guard dtype.isFloat else {
      let (low, high) = (Double(Int32.min), Double(Int32.max))
      if number < low { return .between(nil, low) }
      if number > high { return .between(high, nil) }
      let below = number.rounded(.down)
      return below == number ? .at(number) : .between(below, below + 1)
    }
    if value.tag == .float {
      guard dtype == .f32, number.isFinite, !Float(number).isFinite else { return .at(dtype == .f32 ? Double(Float(number)) : number) }
      let greatest = Double(Float.greatestFiniteMagnitude)
      return number > 0 ? .between(greatest, .infinity) : .between(-.infinity, -greatest)
    }
    if dtype.represents(value.bits) { return .at(number) }
    let nearest = dtype == .f32 ? Double(Float(value.bits)) : number
    let (down, up) = dtype == .f32 ? (Double(Float(nearest).nextDown), Double(Float(nearest).nextUp)) : (nearest.nextDown, nearest.nextUp)
    return (ordered(value, Value(nearest)) ?? 0) < 0 ? .between(down, nearest) : .between(nearest, up)
  }
}

extension DType {
  /// Whether a floating type represents an integer exactly.
  fileprivate func represents(_ integer: Int) -> Bool { self == .f32 ? Float(exactly: integer) != nil : Double(exactly: integer) != nil }

  /// Whether a number, truncated, is in the range of an integer type.
  fileprivate func holds(_ number: Double) -> Bool {
    let whole = number.rounded(.towardZero)
    return self == .u8 ? whole >= 0 && whole <= 255 : whole >= -2_147_483_648 && whole <= 2_147_483_647
  }
}

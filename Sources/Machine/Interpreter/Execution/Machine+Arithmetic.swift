import Diagnostics
import Engine
import Glibc
import Language
import Tensors

// The slow paths of arithmetic: mixed numbers, overflow, tensors, strings.
extension Machine {
  @inline(never)
  func slowBinary(_ frame: Activation) -> Bool {
    let (operation, isConstant) = frame.op.binaryOperator
    let (b, c) = (frame.b.pointee, isConstant ? frame.constantC.pointee : frame.c.pointee)
    let isSwapped = isConstant && rawX(frame.pointee.pc) == 1
    return attempting(frame) { frame.a.pointee = try isSwapped ? binary(operation, c, b) : binary(operation, b, c) }
  }

  package func binary(_ operation: BinaryOperator, _ a: Value, _ b: Value) throws -> Value {
    if a.tag == .int, b.tag == .int { return try integers(operation, a.bits, b.bits) }
    if let x = a.number, let y = b.number { return try floats(operation, x, y) }
    if a.tag == .tensor || b.tag == .tensor, isArithmetic(a), isArithmetic(b) {
      return heap.tensor(try tensors(operation, a, b))
    }
    if a.tag == .string, b.tag == .string, operation == .add {
      let more = b.asString.pointee.count
      if !heap.hasCapacity(after: a.asString, for: more) { try checkMemory(for: a.asString.pointee.count + more, of: 2) }
      return heap.string(a.asString, b.asString)
    }
    if let result = try foreign(.binary(operation), a, b) { return result }
    throw operandFault(operation.rawValue, a, b)
  }

  /// The result of an operator that one of the operands defines; nil if neither does.
  func foreign(_ operation: ForeignOperator, _ operands: Value...) throws -> Value? {
    for operand in operands where operand.tag == .foreign {
      if let result = try operand.foreign.applying(operation, operands, self) { return result }
    }
    return nil
  }

  func isArithmetic(_ value: Value) -> Bool { value.isNumber || value.tag == .tensor || value.isBoolean }

  func operandFault(_ operation: String, _ a: Value, _ b: Value) -> Fault {
    var hint: String?
    if a.tag == .string || b.tag == .string, operation == "+" {
      hint = "interpolate the value: \"...{value}...\""
    } else if a.tag == .list || b.tag == .list {
      hint = "convert the list to a tensor: `[1, 2]` or `tensor(list)`"
    } else if a.tag == .nothing || b.tag == .nothing {
      hint = "a function returns `nothing` if its last line has no value"
    }
    return Fault(MachineErrors.badOperand, "`\(operation)` cannot be applied to \(describe(a)) and \(describe(b))", hint: hint)
  }

  private func integers(_ operation: BinaryOperator, _ a: Int, _ b: Int) throws -> Value {
    let result: (partialValue: Int, overflow: Bool)
    switch operation {
    case .add: result = a.addingReportingOverflow(b)
    case .subtract: result = a.subtractingReportingOverflow(b)
    case .multiply: result = a.multipliedReportingOverflow(by: b)
    case .divide:
      guard b != 0 else { throw divisionByZero(a) }
      return Value(Double(a) / Double(b))
    case .floorDivide:
      guard b != 0 else { throw divisionByZero(a) }
      let (quotient, overflow) = a.dividedReportingOverflow(by: b)
      let rest = overflow ? 0 : a % b
      result = (rest != 0 && (rest < 0) != (b < 0) ? quotient - 1 : quotient, overflow)
    case .remainder:
      guard b != 0 else { throw divisionByZero(a) }
      if b == -1 { return Value(0) }
      let rest = a % b
      return Value(rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest)
    case .power:
      if b < 0 { return try floats(.power, Double(a), Double(b)) }
      return try power(a, b)
    case .matrix: throw operandFault("@", Value(a), Value(b))
    }
    guard !result.overflow else { throw overflow(operation, a, b) }
    return Value(result.partialValue)
  }

  private func power(_ base: Int, _ exponent: Int) throws -> Value {
    var (result, square, left) = (1, base, exponent)
    while left > 0 {
      if left & 1 == 1 {
        let (product, overflow) = result.multipliedReportingOverflow(by: square)
        guard !overflow else { throw self.overflow(.power, base, exponent) }
        result = product
      }
      left >>= 1
      guard left > 0 else { break }
      let (next, overflow) = square.multipliedReportingOverflow(by: square)
      guard !overflow else { throw self.overflow(.power, base, exponent) }
      square = next
    }
    return Value(result)
  }

  private func overflow(_ operation: BinaryOperator, _ a: Int, _ b: Int) -> Fault {
    Fault(
      MachineErrors.overflow, "`\(a) \(operation.rawValue) \(b)` overflows a 64-bit integer",
      hint: "write a float: `\(a).0`")
  }

  private func divisionByZero(_ a: Int) -> Fault {
    Fault(MachineErrors.divisionByZero, "cannot divide \(a) by zero", hint: "test the divisor first")
  }

  private func floats(_ operation: BinaryOperator, _ a: Double, _ b: Double) throws -> Value {
    switch operation {
    case .add: return Value(a + b)
    case .subtract: return Value(a - b)
    case .multiply: return Value(a * b)
    case .divide, .floorDivide, .remainder:
      guard b != 0 else {
        throw Fault(MachineErrors.divisionByZero, "cannot divide \(numberText(a)) by zero", hint: "test the divisor first")
      }
      if operation == .divide { return Value(a / b) }
      // The quotient that matches the remainder, which is exact: 1 // 0.1 is 9, since 0.1 is slightly more than 1/10.
      let cut = fmod(a, b)
      let rest = cut != 0 && (cut < 0) != (b < 0) ? cut + b : cut
      return Value(operation == .remainder ? rest : ((a - rest) / b).rounded())
    case .power:
      guard a != 0 || b >= 0 else {
        throw Fault(MachineErrors.divisionByZero, "cannot raise 0 to the negative power \(numberText(b))", hint: "test the base first")
      }
      return Value(pow(a, b))
    case .matrix: throw operandFault("@", Value(a), Value(b))
    }
  }

  private func tensors(_ operation: BinaryOperator, _ a: Value, _ b: Value) throws -> Node {
    let (x, y) = try operands(a, b)
    let origin = currentSpan
    do {
      switch operation {
      case .matrix: return try x.matmul(y).node
      case .power:
        if b.tag == .int, b.bits == 2 { return try x.applying(.square).node }
        return try engine.apply(Elementwise(.power), [x.node, y.node], at: origin)
      default: return try engine.apply(Elementwise(operation.function), [x.node, y.node], at: origin)
      }
    } catch let fault as Fault {
      throw labelled(fault.placed(at: origin), a, b)
    }
  }

  @inline(never)
  func slowUnary(_ frame: Activation) -> Bool {
    let (op, value) = (frame.op, frame.b.pointee)
    return attempting(frame) {
      if value.tag == .tensor, op == .negate || value.node.dtype == .bool {
        let function: ElementwiseFunction = op == .not ? .not : .negate
        frame.a.pointee = heap.tensor(try engine.apply(Elementwise(function), [value.node], at: currentSpan))
        return
      }
      if let result = try foreign(op == .not ? .not : .negate, value) {
        frame.a.pointee = result
        return
      }
      if op == .negate, value.tag == .int { throw overflow(.subtract, 0, value.bits) }
      throw Fault(
        MachineErrors.badOperand, "`\(op == .not ? "not" : "-")` cannot be applied to \(describe(value))",
        hint: op == .not ? "write a comparison: `x == 0`" : nil)
    }
  }
}

extension BinaryOperator {
  fileprivate var function: ElementwiseFunction {
    switch self {
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .floorDivide: .floorDivide
    case .remainder: .remainder
    case .power, .matrix: .power
    }
  }
}

extension Op {
  /// The operator of an arithmetic instruction, and whether its second operand is a constant.
  fileprivate var binaryOperator: (operation: BinaryOperator, isConstant: Bool) {
    switch self {
    case .subtract: (.subtract, false)
    case .multiply: (.multiply, false)
    case .divide: (.divide, false)
    case .floorDivide: (.floorDivide, false)
    case .remainder: (.remainder, false)
    case .power: (.power, false)
    case .matrix: (.matrix, false)
    case .addK: (.add, true)
    case .subtractK: (.subtract, true)
    case .multiplyK: (.multiply, true)
    case .divideK: (.divide, true)
    case .floorDivideK: (.floorDivide, true)
    case .remainderK: (.remainder, true)
    default: (.add, false)
    }
  }
}

import Diagnostics
import Engine
import Glibc
import Language
import Tensors

// Arithmetic beyond pairs of integers and pairs of floats: mixed numbers, overflow, tensors, text.
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
      try checkMemory(a.asString.pointee.count + b.asString.pointee.count)
      return heap.string(a.asString, b.asString)
    }
    throw operandFault(operation.rawValue, a, b)
  }

  private func isArithmetic(_ value: Value) -> Bool { value.isNumber || value.tag == .tensor || value.isBoolean }

  func operandFault(_ operation: String, _ a: Value, _ b: Value) -> Fault {
    var hint: String?
    if a.tag == .string || b.tag == .string, operation == "+" {
      hint = "put the value into the text: \"...{value}...\""
    } else if a.tag == .list || b.tag == .list {
      hint = "a list `(1, 2)` is not a tensor; write `[1, 2]`, or `tensor(list)`"
    } else if a.tag == .nothing || b.tag == .nothing {
      hint = "a function whose last line has no value gives `nothing`"
    }
    return Fault(MachineErrors.badOperand, "`\(operation)` cannot work on \(describe(a)) and \(describe(b))", hint: hint)
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
      MachineErrors.overflow, "\(a) \(operation.rawValue) \(b) leaves the range of 64-bit integers",
      hint: "make one side a float: \(a).0")
  }

  private func divisionByZero(_ a: Int) -> Fault {
    Fault(MachineErrors.divisionByZero, "\(a) is divided by zero", hint: "test the divisor first")
  }

  private func floats(_ operation: BinaryOperator, _ a: Double, _ b: Double) throws -> Value {
    switch operation {
    case .add: return Value(a + b)
    case .subtract: return Value(a - b)
    case .multiply: return Value(a * b)
    case .divide, .floorDivide, .remainder:
      guard b != 0 else {
        throw Fault(MachineErrors.divisionByZero, "\(numberText(a)) is divided by zero", hint: "test the divisor first")
      }
      if operation == .divide { return Value(a / b) }
      // The quotient that goes with the remainder, which is exact: 1 // 0.1 is 9, since 10 is too much.
      let cut = fmod(a, b)
      let rest = cut != 0 && (cut < 0) != (b < 0) ? cut + b : cut
      return Value(operation == .remainder ? rest : ((a - rest) / b).rounded())
    case .power:
      guard a != 0 || b >= 0 else {
        throw Fault(MachineErrors.divisionByZero, "0 has no power \(numberText(b)): it would be divided by zero", hint: "test the base first")
      }
      return Value(pow(a, b))
    case .matrix: throw operandFault("@", Value(a), Value(b))
    }
  }

  private func tensors(_ operation: BinaryOperator, _ a: Value, _ b: Value) throws -> Node {
    let (x, y) = try terms(a, b)
    let origin = currentSpan
    do {
      switch operation {
      case .matrix: return try x.matrixProduct(y).node
      case .power:
        if b.tag == .int, b.bits == 2 { return try x.applying(.square).node }
        return try engine.apply(Elementwise(.power), [x.node, y.node], at: origin)
      default: return try engine.apply(Elementwise(operation.function), [x.node, y.node], at: origin)
      }
    } catch let fault as Fault {
      throw labelled(fault.placed(at: origin), a, b)
    }
  }

  /// Two operands as tensors: a number is weak, it takes the type of the tensor it meets (a float
  /// makes whole numbers f32).
  func terms(_ a: Value, _ b: Value) throws -> (Term, Term) {
    if a.tag == .tensor, b.tag == .tensor { return (engine.term(a.node), engine.term(b.node)) }
    if a.tag == .tensor { return (engine.term(a.node), engine.term(try checkedWeak(b, for: a.node.dtype))) }
    return (engine.term(try checkedWeak(a, for: b.node.dtype)), engine.term(b.node))
  }

  /// A number that whole-number tensors cannot hold is refused, not cut.
  private func checkedWeak(_ value: Value, for dtype: DType) throws -> Node {
    if value.tag == .int, !dtype.arithmetic.isFloat, Int32(exactly: value.bits) == nil {
      throw Fault(
        MachineErrors.overflow, "\(value.bits) is beyond the whole numbers of \(dtype.arithmetic.name) tensors",
        hint: "make the tensor f64: `f64(x)`")
    }
    return weak(value, for: dtype)
  }

  func weak(_ value: Value, for dtype: DType) -> Node {
    switch value.tag {
    case .int: engine.constant(Double(value.bits), dtype.arithmetic)
    case .float: engine.constant(value.double, dtype.floating)
    default: engine.constant(value.tag == .true ? 1 : 0, .bool)
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
      if op == .negate, value.tag == .int { throw overflow(.subtract, 0, value.bits) }
      throw Fault(
        MachineErrors.badOperand, "`\(op == .not ? "not" : "-")` cannot work on \(describe(value))",
        hint: op == .not ? "write the comparison out: `x == 0`" : nil)
    }
  }

  // MARK: Comparison

  @inline(never)
  func slowComparison(_ frame: Activation) -> Bool {
    attempting(frame) {
      frame.a.pointee = try compare(frame.op.comparison, frame.b.pointee, frame.c.pointee)
    }
  }

  /// 1 or 0; -1 for a fault.
  @inline(never)
  func compareSlow(_ frame: Activation) -> Int {
    frameTop = frame
    do {
      let (comparison, isConstant) = (frame.op.comparison, frame.op.comparesConstant)
      let (a, b) = (frame.a.pointee, isConstant ? frame.constantB.pointee : frame.b.pointee)
      if let checking, a.tag == .unknown || b.tag == .unknown { return checking.decide(frame) ? 1 : 0 }
      return try truth(compare(comparison, a, b)) ? 1 : 0
    } catch is UnknownValue {
      return checking?.decide(frame) == true ? 1 : 0
    } catch {
      fail(error)
      return -1
    }
  }

  package func compare(_ comparison: ComparisonOperator, _ a: Value, _ b: Value) throws -> Value {
    if a.tag == .tensor || b.tag == .tensor, isArithmetic(a), isArithmetic(b) {
      let (x, y) = try terms(a, b)
      let (function, swapped) = comparison.function
      let inputs = swapped ? [y.node, x.node] : [x.node, y.node]
      do {
        return heap.tensor(try engine.apply(Elementwise(function), inputs, at: currentSpan))
      } catch let fault as Fault {
        throw labelled(fault.placed(at: currentSpan), a, b)
      }
    }
    switch comparison {
    case .equal: return Value(try areSame(a, b))
    case .notEqual: return Value(try !areSame(a, b))
    default: break
    }
    if a.tag == .int, b.tag == .int { return Value(comparison.holds(a.bits, b.bits)) }
    if a.isNumber, b.isNumber { return Value(ordered(a, b).map { comparison.holds($0, 0) } ?? false) }
    if a.tag == .string, b.tag == .string { return Value(comparison.holds(a.string, b.string)) }
    throw operandFault(comparison.rawValue, a, b)
  }

  /// A condition that is not plainly true or false: a tensor of one truth, or a fault (-1).
  @inline(never)
  func truthSlow(_ frame: Activation) -> Int {
    frameTop = frame
    do {
      if let checking, frame.a.pointee.tag == .unknown { return checking.decide(frame) ? 1 : 0 }
      return try truth(frame.a.pointee) ? 1 : 0
    } catch is UnknownValue {
      return checking?.decide(frame) == true ? 1 : 0
    } catch {
      fail(error)
      return -1
    }
  }

  package func truth(_ value: Value) throws -> Bool {
    if value.isBoolean { return value.tag == .true }
    guard value.tag == .tensor, value.node.dtype == .bool else {
      throw Fault(
        MachineErrors.notBoolean, "a condition is true or false, this is \(describe(value))",
        hint: value.isNumber ? "write the comparison out: `... != 0`" : nil)
    }
    guard value.node.type.count == 1 else {
      throw Fault(
        MachineErrors.notBoolean, "a condition is one truth, this is a tensor of \(value.node.type.count): \(value.node.type.description)",
        hint: "use `all(...)`, `any(...)`, or `same(a, b)`")
    }
    return try engine.value(value.node)[0] != 0
  }

  func joinTruths(_ frame: Activation) -> Bool {
    let isAnd = frame.op == .both
    let (a, b) = (frame.b.pointee, frame.c.pointee)
    if a.isBoolean, b.isBoolean {
      frame.a.pointee = Value(isAnd ? a.tag == .true && b.tag == .true : a.tag == .true || b.tag == .true)
      return true
    }
    if followsUnknown(frame) { return true }
    for value in [a, b] where !value.isBoolean && !(value.tag == .tensor && value.node.dtype == .bool) {
      failOperand(value, isAnd ? "and" : "or")
      return false
    }
    return attempting(frame) {
      let (x, y) = try terms(a, b)
      frame.a.pointee = heap.tensor(try engine.apply(Elementwise(isAnd ? .and : .or), [x.node, y.node], at: currentSpan))
    }
  }

  /// -1, 0 or 1 as one number is less than, equal to or more than another, exactly; nil for no number
  /// (NaN). A large integer is not rounded to meet a float.
  private func ordered(_ a: Value, _ b: Value) -> Int? {
    if a.tag == .float, b.tag == .float { return a.double < b.double ? -1 : a.double == b.double ? 0 : a.double > b.double ? 1 : nil }
    if a.tag == .int, b.tag == .int { return a.bits < b.bits ? -1 : a.bits == b.bits ? 0 : 1 }
    if a.tag == .float { return ordered(b, a).map { -$0 } }
    let (integer, float) = (a.bits, b.double)
    if float.isNaN { return nil }
    if float >= 0x1p63 { return -1 }
    if float < -0x1p63 { return 1 }
    let whole = Int(float.rounded(.down))
    return integer < whole ? -1 : integer > whole ? 1 : float > Double(whole) ? -1 : 0
  }

  /// Whether two values are the same in one answer: numbers by value, texts by characters, lists,
  /// records and tensors element by element.
  package func areSame(_ a: Value, _ b: Value, depth: Int = 0) throws -> Bool {
    guard depth < 200 else { throw Fault(MachineErrors.recursion, "these values are nested too deeply to be compared") }
    if a.tag == .int, b.tag == .int { return a.bits == b.bits }
    if a.isNumber, b.isNumber { return ordered(a, b) == 0 }
    if a.tag == .tensor || b.tag == .tensor { return try sameTensors(a, b) }
    guard a.tag == b.tag else { return false }
    switch a.tag {
    case .string: return a.bits == b.bits || a.string == b.string
    case .list:
      guard a.listCount == b.listCount else { return false }
      for index in 0..<a.listCount where try !areSame(a.listItem(index), b.listItem(index), depth: depth + 1) {
        return false
      }
      return true
    case .record:
      guard a.recordCount == b.recordCount else { return false }
      for index in 0..<a.recordCount {
        guard let other = b.recordField(a.recordKey(index)),
          try areSame(a.recordValue(index), other, depth: depth + 1)
        else { return false }
      }
      return true
    case .range:
      let (x, y) = (a.rangeBounds, b.rangeBounds)
      return try areSame(x.low, y.low) && areSame(x.high, y.high) && areSame(x.step, y.step)
    case .foreign: return a.foreign.isEqual(to: b.foreign)
    case .model: return try a.bits == b.bits || areSameModels(a, b, depth: depth + 1)
    default: return a.bits == b.bits
    }
  }

  private func areSameModels(_ a: Value, _ b: Value, depth: Int) throws -> Bool {
    let (x, y) = (a.asModel.pointee, b.asModel.pointee)
    let (bodyX, bodyY) = (x.blueprint.asBlueprint.pointee.body, y.blueprint.asBlueprint.pointee.body)
    return try prototype(of: bodyX) === prototype(of: bodyY) && areSame(x.arguments, y.arguments, depth: depth)
      && areSame(x.fields, y.fields, depth: depth)
  }

  private func sameTensors(_ a: Value, _ b: Value) throws -> Bool {
    guard isArithmetic(a), isArithmetic(b) else { return false }
    let (x, y) = try terms(a, b)
    guard x.shape == y.shape else { return false }
    let (p, q) = (try engine.value(x.node), try engine.value(y.node))
    return (0..<p.count).allSatisfy { p[$0] == q[$0] }
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

extension ComparisonOperator {
  fileprivate var function: (ElementwiseFunction, swapped: Bool) {
    switch self {
    case .equal: (.equal, false)
    case .notEqual: (.notEqual, false)
    case .less: (.less, false)
    case .lessEqual: (.lessEqual, false)
    case .greater: (.less, true)
    case .greaterEqual: (.lessEqual, true)
    }
  }

  fileprivate func holds<T: Comparable>(_ a: T, _ b: T) -> Bool {
    switch self {
    case .equal: a == b
    case .notEqual: a != b
    case .less: a < b
    case .lessEqual: a <= b
    case .greater: a > b
    case .greaterEqual: a >= b
    }
  }
}

extension Op {
  /// What an arithmetic instruction computes, and whether its second operand is a constant.
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

  /// What a comparison, or a comparison with its jump, asks of its operands as they are written.
  fileprivate var comparison: ComparisonOperator {
    switch self {
    case .notEqual: .notEqual
    case .less, .jumpLess, .jumpNotLess, .jumpLessK, .jumpNotLessK: .less
    case .lessEqual, .jumpLessEqual, .jumpNotLessEqual, .jumpLessEqualK, .jumpNotLessEqualK: .lessEqual
    case .jumpGreaterK, .jumpNotGreaterK: .greater
    case .jumpGreaterEqualK, .jumpNotGreaterEqualK: .greaterEqual
    default: .equal
    }
  }

  fileprivate var comparesConstant: Bool {
    switch self {
    case .jumpLessK, .jumpNotLessK, .jumpLessEqualK, .jumpNotLessEqualK, .jumpGreaterK, .jumpNotGreaterK, .jumpGreaterEqualK, .jumpNotGreaterEqualK,
      .jumpEqualK, .jumpNotEqualK:
      true
    default: false
    }
  }
}

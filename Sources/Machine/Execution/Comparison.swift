import Diagnostics
import Engine
import Language
import Tensors

// Comparisons beyond pairs of integers and pairs of floats, conditions, and sameness.
extension Machine {
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
      if a.isNumber { return heap.tensor(try comparing(comparison.flipped, engine.term(b.node), with: a).node) }
      if b.isNumber { return heap.tensor(try comparing(comparison, engine.term(a.node), with: b).node) }
      let (x, y) = try operands(a, b)
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
      let (x, y) = try operands(a, b)
      frame.a.pointee = heap.tensor(try engine.apply(Elementwise(isAnd ? .and : .or), [x.node, y.node], at: currentSpan))
    }
  }

  /// -1, 0 or 1 as one number is less than, equal to or more than another, exactly; nil for no number
  /// (NaN). A large integer is not rounded to meet a float.
  func ordered(_ a: Value, _ b: Value) -> Int? {
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
  /// records and tensors element by element. `nan` equals nothing, except where `nanMatches` is set, for functions that
  /// look for an element in a list.
  package func areSame(_ a: Value, _ b: Value, nanMatches: Bool = false, depth: Int = 0) throws -> Bool {
    guard depth < 200 else { throw Fault(MachineErrors.recursion, "these values are nested too deeply to be compared") }
    if a.tag == .int, b.tag == .int { return a.bits == b.bits }
    if a.isNumber, b.isNumber { return ordered(a, b) == 0 || (nanMatches && isNaN(a) && isNaN(b)) }
    if a.tag == .tensor || b.tag == .tensor { return try sameTensors(a, b, nanMatches: nanMatches) }
    guard a.tag == b.tag else { return false }
    switch a.tag {
    case .string: return a.bits == b.bits || a.string == b.string
    case .list:
      guard a.listCount == b.listCount else { return false }
      for index in 0..<a.listCount where try !areSame(a.listItem(index), b.listItem(index), nanMatches: nanMatches, depth: depth + 1) {
        return false
      }
      return true
    case .record:
      guard a.recordCount == b.recordCount else { return false }
      for index in 0..<a.recordCount {
        guard let other = b.recordField(a.recordKey(index)),
          try areSame(a.recordValue(index), other, nanMatches: nanMatches, depth: depth + 1)
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

  private func isNaN(_ value: Value) -> Bool { value.tag == .float && value.double.isNaN }

  /// The order of `sort`: rising, `nan` behind all other numbers.
  package func precedes(_ a: Value, _ b: Value) throws -> Bool {
    if a.isNumber, b.isNumber { return ordered(a, b).map { $0 < 0 } ?? (!isNaN(a) && isNaN(b)) }
    return try truth(compare(.less, a, b))
  }

  /// The lesser of two numbers; `nan` if one is.
  package func lesser(_ a: Value, _ b: Value) throws -> Value { try isNaN(a) ? a : isNaN(b) || precedes(b, a) ? b : a }

  /// The greater of two numbers; `nan` if one is.
  package func greater(_ a: Value, _ b: Value) throws -> Value { try isNaN(a) ? a : isNaN(b) || precedes(a, b) ? b : a }

  private func areSameModels(_ a: Value, _ b: Value, depth: Int) throws -> Bool {
    let (x, y) = (a.asModel.pointee, b.asModel.pointee)
    let (bodyX, bodyY) = (x.blueprint.asBlueprint.pointee.body, y.blueprint.asBlueprint.pointee.body)
    return try prototype(of: bodyX) === prototype(of: bodyY) && areSame(x.arguments, y.arguments, depth: depth)
      && areSame(x.fields, y.fields, depth: depth)
  }

  private func sameTensors(_ a: Value, _ b: Value, nanMatches: Bool) throws -> Bool {
    guard isArithmetic(a), isArithmetic(b) else { return false }
    if a.isNumber || b.isNumber {
      guard (a.isNumber ? b : a).node.type.rank == 0 else { return false }
      return try truth(compare(.equal, a, b))
    }
    let (x, y) = try operands(a, b)
    guard x.shape == y.shape else { return false }
    let (p, q) = (try engine.value(x.node), try engine.value(y.node))
    return (0..<p.count).allSatisfy { p[$0] == q[$0] || (nanMatches && p[$0].isNaN && q[$0].isNaN) }
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

  /// The operator that says the same of the operands in the other order.
  fileprivate var flipped: ComparisonOperator {
    switch self {
    case .equal, .notEqual: self
    case .less: .greater
    case .lessEqual: .greaterEqual
    case .greater: .less
    case .greaterEqual: .lessEqual
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

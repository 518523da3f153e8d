import Diagnostics
import Engine
import Glibc
import Language
import Tensors

// The slow paths of comparisons and conditions, and equality.
extension Machine {
  @inline(never)
  func slowComparison(_ frame: Activation) -> Bool {
    attempting(frame) {
      frame.a.pointee = try compare(frame.op.comparison, frame.b.pointee, frame.c.pointee)
    }
  }

  /// Returns 1 or 0, or -1 on a fault.
  @inline(never)
  func compareSlow(_ frame: Activation) -> Int {
    frameTop = frame
    do {
      let (comparison, isConstant) = (frame.op.comparison, frame.op.comparesConstant)
      let (a, b) = (frame.a.pointee, isConstant ? frame.constantB.pointee : frame.b.pointee)
      if let direction = policy.direction(frame, a, b) { return direction ? 1 : 0 }
      return try boolean(compare(comparison, a, b)) ? 1 : 0
    } catch is UnknownValue {
      return policy.directionOfUnknown(frame) ? 1 : 0
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
    if a.tag == .foreign || b.tag == .foreign, let result = try foreign(.comparison(comparison), a, b) { return result }
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

  /// A condition that is not a boolean value: 1 or 0 for a tensor of one boolean, -1 on a fault.
  @inline(never)
  func conditionSlow(_ frame: Activation) -> Int {
    frameTop = frame
    do {
      if let direction = policy.direction(frame, frame.a.pointee) { return direction ? 1 : 0 }
      return try boolean(frame.a.pointee) ? 1 : 0
    } catch is UnknownValue {
      return policy.directionOfUnknown(frame) ? 1 : 0
    } catch {
      fail(error)
      return -1
    }
  }

  package func boolean(_ value: Value) throws -> Bool {
    if value.isBoolean { return value.tag == .true }
    guard value.tag == .tensor, value.node.dtype == .bool else {
      throw Fault(
        MachineErrors.notBoolean, "condition must be a boolean, got \(describe(value))",
        hint: value.isNumber ? "write a comparison: `... != 0`" : nil)
    }
    guard value.node.type.count == 1 else {
      throw Fault(
        MachineErrors.notBoolean, "condition must be a single boolean, got \(value.node.type.description)",
        hint: "use `all(...)`, `any(...)`, or `same(a, b)`")
    }
    return try engine.value(value.node)[0] != 0
  }

  func combineBooleans(_ frame: Activation) -> Bool {
    let isAnd = frame.op == .both
    let (a, b) = (frame.b.pointee, frame.c.pointee)
    if a.isBoolean, b.isBoolean {
      frame.a.pointee = Value(isAnd ? a.tag == .true && b.tag == .true : a.tag == .true || b.tag == .true)
      return true
    }
    if policy.executesUnknown(frame, self) { return true }
    if a.tag == .foreign || b.tag == .foreign {
      return attempting(frame) {
        guard let result = try foreign(isAnd ? .and : .or, a, b) else { throw operandFault(isAnd ? "and" : "or", a, b) }
        frame.a.pointee = result
      }
    }
    for value in [a, b] where !value.isBoolean && !(value.tag == .tensor && value.node.dtype == .bool) {
      failOperand(value, isAnd ? "and" : "or")
      return false
    }
    return attempting(frame) {
      let (x, y) = try operands(a, b)
      frame.a.pointee = heap.tensor(try engine.apply(Elementwise(isAnd ? .and : .or), [x.node, y.node], at: currentSpan))
    }
  }

  /// Compares two numbers exactly, without rounding large integers to floats: -1, 0 or 1 for less, equal or greater; nil
  /// if one is NaN.
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

  /// Whether two values are equal: numbers by value, strings by characters, lists, records and tensors element by element.
  /// `nan` is not equal to itself, unless `nanMatches` is set, as in functions that search for an element.
  package func areSame(_ a: Value, _ b: Value, nanMatches: Bool = false) throws -> Bool {
    try sameLeaves(a, b, nanMatches) ?? sameContainers(a, b, nanMatches)
  }

  /// Nil if the values' parts must be compared.
  private func sameLeaves(_ a: Value, _ b: Value, _ nanMatches: Bool) throws -> Bool? {
    if a.tag == .int, b.tag == .int { return a.bits == b.bits }
    if a.isNumber, b.isNumber { return ordered(a, b) == 0 || (nanMatches && isNaN(a) && isNaN(b)) }
    if a.tag == .tensor || b.tag == .tensor { return try sameTensors(a, b, nanMatches) }
    guard a.tag == b.tag else { return false }
    switch a.tag {
    case .string:
      // Different bytes can be canonically equivalent, as with combining accents.
      if a.bits == b.bits { return true }
      let (x, y) = (a.asString, b.asString)
      if x.pointee.count == y.pointee.count, memcmp(StringObject.bytes(x), StringObject.bytes(y), x.pointee.count) == 0 { return true }
      return a.isPlainString && b.isPlainString ? false : a.string == b.string
    case .list: return a.listCount == b.listCount ? nil : false
    case .record: return a.recordCount == b.recordCount ? nil : false
    case .range:
      let (x, y) = (a.rangeBounds, b.rangeBounds)
      return try areSame(x.low, y.low) && areSame(x.high, y.high) && areSame(x.step, y.step)
    case .foreign: return try a.foreign.isEqual(to: b.foreign, self)
    case .model:
      if a.bits == b.bits { return true }
      let (x, y) = (a.asModel.pointee.blueprint, b.asModel.pointee.blueprint)
      return prototype(of: x.asBlueprint.pointee.body) === prototype(of: y.asBlueprint.pointee.body) ? nil : false
    default: return a.bits == b.bits
    }
  }

  /// Compares two lists, records or models part by part. Not recursive, since values can be nested arbitrarily deep.
  private func sameContainers(_ a: Value, _ b: Value, _ nanMatches: Bool) throws -> Bool {
    struct Pair: Hashable {
      let a: Int
      let b: Int
    }
    var open: [(a: Value, b: Value, next: Int)] = [(a, b, 0)]
    // Pairs of shared parts are compared only once. Not needed for small values.
    var compared: Set<Pair> = []
    var steps = 0
    while let (a, b, next) = open.last {
      guard next < Machine.partCount(a) else {
        open.removeLast()
        continue
      }
      open[open.count - 1].next += 1
      guard let (x, y) = Machine.parts(a, b, next) else { return false }
      steps += 1
      try checkpoint()
      if let answer = try sameLeaves(x, y, nanMatches) {
        if !answer { return false }
        continue
      }
      if steps > 1000, x.header.pointee.isShared, y.header.pointee.isShared, !compared.insert(Pair(a: x.bits, b: y.bits)).inserted { continue }
      open.append((x, y, 0))
    }
    return true
  }

  private static func partCount(_ value: Value) -> Int {
    switch value.tag {
    case .list: value.listCount
    case .record: value.recordCount
    default: 2
    }
  }

  /// The parts to compare at an index of two containers; nil if a record lacks the field.
  private static func parts(_ a: Value, _ b: Value, _ place: Int) -> (Value, Value)? {
    switch a.tag {
    case .list: return (a.listItem(place), b.listItem(place))
    case .record: return b.recordField(a.recordKey(place)).map { (a.recordValue(place), $0) }
    default:
      let (x, y) = (a.asModel.pointee, b.asModel.pointee)
      return place == 0 ? (x.arguments, y.arguments) : (x.fields, y.fields)
    }
  }

  private func isNaN(_ value: Value) -> Bool { value.tag == .float && value.double.isNaN }

  /// The order of `sort`: ascending, with `nan` after all other numbers.
  package func precedes(_ a: Value, _ b: Value) throws -> Bool {
    if a.isNumber, b.isNumber { return ordered(a, b).map { $0 < 0 } ?? (!isNaN(a) && isNaN(b)) }
    return try boolean(compare(.less, a, b))
  }

  /// The smaller of two numbers; `nan` if either is.
  package func lesser(_ a: Value, _ b: Value) throws -> Value { try isNaN(a) ? a : isNaN(b) || precedes(b, a) ? b : a }

  /// The larger of two numbers; `nan` if either is.
  package func greater(_ a: Value, _ b: Value) throws -> Value { try isNaN(a) ? a : isNaN(b) || precedes(a, b) ? b : a }

  private func sameTensors(_ a: Value, _ b: Value, _ nanMatches: Bool) throws -> Bool {
    guard isArithmetic(a), isArithmetic(b) else { return false }
    if a.isNumber || b.isNumber {
      guard (a.isNumber ? b : a).node.type.rank == 0 else { return false }
      return try boolean(compare(.equal, a, b))
    }
    let (x, y) = try operands(a, b)
    guard x.shape == y.shape else { return false }
    let (p, q) = (try engine.value(x.node), try engine.value(y.node))
    return try (0..<p.count).allSatisfy {
      try checkpoint()
      return p[$0] == q[$0] || (nanMatches && p[$0].isNaN && q[$0].isNaN)
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

  /// The equivalent operator for swapped operands.
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
  /// The operator of a comparison or a compare-and-jump instruction, for the operands in their order in the instruction.
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

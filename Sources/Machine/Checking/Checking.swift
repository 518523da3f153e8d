import Diagnostics
import Engine
import Language

/// The state of a machine that checks a program without running it: the program is evaluated on shapes alone, values that
/// are known only at run time are `unknown`, and a branch on such a value is followed both ways, in separate runs.
package final class Checking {
  /// A branch in the program that depends on an unknown value.
  package struct Site: Hashable {
    let function: Prototype.Identity
    let instruction: Int
  }

  /// The direction taken at each site in this run.
  package var choices: [Site: Bool] = [:]
  /// The sites at which this run chose a direction itself, in order.
  package private(set) var chosen: [Site] = []
  /// How many more calls, loop iterations and slow instructions this run may execute.
  package var budget = 0
  package private(set) var notes: [Note] = []
  /// The same for all runs of all statements together, so that a check takes about a second at most. Once it is used up,
  /// each run gets a small budget.
  private var total = 40_000
  private static let smallBudget = 400
  /// Functions that have been entered.
  var entered: Set<Prototype.Identity> = []

  package struct Note {
    package let span: Span?
    package let text: String
  }

  package init() {}

  /// Whether an error in this run is certain. If the run branched on unknown values, only errors that do not depend on
  /// values are.
  package func isCertain(_ id: DiagnosticID) -> Bool {
    choices.isEmpty || id.code.hasPrefix("L03")
      || [MachineErrors.unknownName, MachineErrors.unknownArgument, MachineErrors.missingArgument].contains(id)
  }

  /// Starts a new run of a statement.
  package func begin(_ choices: [Site: Bool], budget: Int) {
    self.choices = choices
    self.budget = total > 0 ? budget : Checking.smallBudget
    chosen = []
  }

  func decide(_ frame: Activation) -> Bool {
    let prototype = frame.prototype
    let site = Site(function: prototype.identity, instruction: frame.pointee.pc - UnsafePointer(prototype.layout.pointee.code))
    if let choice = choices[site] { return choice }
    choices[site] = true
    chosen.append(site)
    return true
  }

  /// Counts a slow instruction; the budget is checked at the next call or iteration.
  func countSlowInstruction() {
    total -= 1
    if budget > 1 { budget -= 1 }
  }

  /// Counts a call or an iteration. False if the budget is used up, which is noted once for each position.
  func spend(_ span: @autoclosure () -> Span?) -> Bool {
    budget -= 1
    total -= 1
    if budget == 0 { note("this takes too long to check; what it changes is unknown from here on", at: span()) }
    return budget > 0
  }

  package func note(_ text: String, at span: Span?) {
    guard !notes.contains(where: { $0.text == text && $0.span?.focus == span?.focus }) else { return }
    notes.append(Note(span: span, text: text))
  }
}

// Instructions on unknown values.
extension Machine {
  package var isChecking: Bool { checking != nil }

  /// Whether the instruction's result is unknown because an operand is; if so, sets the result.
  func followsUnknown(_ frame: Activation) -> Bool {
    guard let checking else { return false }
    checking.countSlowInstruction()
    guard dependsOnUnknown(frame) else { return false }
    setUnknown(frame)
    return true
  }

  private func dependsOnUnknown(_ frame: Activation) -> Bool {
    func isUnknown(_ register: Register) -> Bool { register.pointee.tag == .unknown }
    func areUnknown(_ first: Register, _ count: Int) -> Bool { (0..<count).contains { first[$0].tag == .unknown } }
    switch frame.op {
    case .add, .subtract, .multiply, .divide, .floorDivide, .remainder, .power, .matrix, .equal, .notEqual, .less, .lessEqual, .both, .either,
      .getIndex:
      return isUnknown(frame.b) || isUnknown(frame.c)
    case .addK, .subtractK, .multiplyK, .divideK, .floorDivideK, .remainderK, .negate, .not, .getField, .unpack, .format: return isUnknown(frame.b)
    case .getIndexMany: return isUnknown(frame.b) || areUnknown(frame.c, rawX(frame.pointee.pc))
    case .setIndex: return isUnknown(frame.a) || isUnknown(frame.b) || (frame.a.pointee.tag == .tensor && isUnknown(frame.c))
    case .setIndexMany:
      // The value is in the register after the indices.
      return isUnknown(frame.a) || areUnknown(frame.b, rawC(frame.pointee.pc) + (frame.a.pointee.tag == .tensor ? 1 : 0))
    case .setField, .forPrepare: return isUnknown(frame.a)
    case .brackets:
      let count = rawC(frame.pointee.pc)
      if count == 0xFFFF { return frame.b.pointee.listItems.contains { $0.tag == .unknown } }
      return areUnknown(frame.b, count)
    case .interpolate: return areUnknown(frame.b, rawC(frame.pointee.pc))
    case .range, .slice: return areUnknown(frame.b, 3)
    case .expect: return isUnknown(frame.a)
    default: return false
    }
  }

  /// Sets the result of the current instruction to unknown.
  func setUnknown(_ frame: Activation) {
    switch frame.op {
    case .unpack: for index in 0..<rawC(frame.pointee.pc) { frame.a[index] = .unknown }
    case .forPrepare:
      frame.a[1] = .unknown
      frame.a[2] = .undefined
    case .setField, .expect: break
    case .setIndex, .setIndexMany:
      // The tensor's type is still known.
      guard frame.a.pointee.tag == .tensor else { return frame.a.pointee = .unknown }
      frame.a.pointee = heap.tensor(engine.placeholder(frame.a.pointee.node.type))
    default: frame.a.pointee = .unknown
    }
  }

  /// Whether a value is unknown or contains an unknown value.
  package func isUnknown(_ value: Value, depth: Int = 0) -> Bool {
    switch value.tag {
    case .unknown: true
    case .list where depth < 4: value.listItems.prefix(1000).contains { isUnknown($0, depth: depth + 1) }
    case .record where depth < 4: (0..<value.recordCount).contains { isUnknown(value.recordValue($0), depth: depth + 1) }
    default: false
    }
  }

  /// What is known about a variable that has one of two values.
  package func join(_ a: Value, _ b: Value, depth: Int = 0) -> Value {
    if a.tag == b.tag, a.bits == b.bits { return a }
    if a.tag == .undefined { return b }
    if b.tag == .undefined { return a }
    switch (a.tag, b.tag) {
    case (.tensor, .tensor) where a.node.type == b.node.type:
      return keep(heap.tensor(engine.placeholder(a.node.type), isParameter: a.isParameter && b.isParameter))
    case (.string, .string) where a.string == b.string: return a
    case (.list, .list) where a.listCount == b.listCount && depth < 8:
      return make(list: zip(a.listItems, b.listItems).map { join($0, $1, depth: depth + 1) }, sharing: true)
    case (.record, .record) where a.recordCount == b.recordCount && depth < 8:
      guard (0..<a.recordCount).allSatisfy({ a.recordKey($0) == b.recordKey($0) }) else { return .unknown }
      return make(
        record: (0..<a.recordCount).map { (symbols.name(a.recordKey($0)), join(a.recordValue($0), b.recordValue($0), depth: depth + 1)) })
    case (.model, .model) where (try? areSameBlueprints(a, b)) == true: return b
    case (.closure, .closure) where prototype(of: a) === prototype(of: b): return b
    case (.range, .range), (.foreign, .foreign): return (try? areSame(a, b)) == true ? a : .unknown
    default: return .unknown
    }
  }

  /// What is known about a variable changed by a loop that was not followed to its end: the type of a tensor, the identity
  /// of a model or a function, and nothing else.
  func joinAfterCut(_ before: Value, _ now: Value) -> Value {
    switch join(before, now) {
    case let value where [.model, .closure, .blueprint, .foreign, .builtin, .unknown].contains(value.tag): value
    case let value where value.tag == .tensor: keep(heap.tensor(engine.placeholder(value.node.type), isParameter: value.isParameter))
    default: .unknown
    }
  }

  private func areSameBlueprints(_ a: Value, _ b: Value) throws -> Bool {
    let (x, y) = (a.asModel.pointee, b.asModel.pointee)
    return try x.blueprint.bits == y.blueprint.bits && areSame(x.arguments, y.arguments) && isBuilt(a) == isBuilt(b)
  }
}

// Loops are followed iteration by iteration while the budget lasts. If the number of iterations is unknown, the body is
// followed once, and the results of zero iterations and of one are joined.
extension Machine {
  /// Flag of a loop that was cut short by the budget; the flag is `true` if the number of iterations is unknown.
  static let cut = 1

  /// Executes the instructions that only checked programs have. Returns 1 to continue, 0 to leave a loop, -1 on a fault.
  @inline(never)
  func checkInstruction(_ frame: Activation) -> Int {
    if interrupt.pointee != 0, shouldStop() { return -1 }
    switch frame.op {
    case .checkLoopTest: return checkLoopTest(frame)
    case .checkForNext: return checkForNext(frame)
    case .checkJoin: checkJoin(frame)
    default: frame.a.pointee = Module.globals(frame.pointee.constants)[wide(frame.pointee.pc)]
    }
    return 1
  }

  /// Joins a variable's values from before and after a loop that was not followed to its end.
  private func checkJoin(_ frame: Activation) {
    let (before, end) = (frame.b.pointee, frame.c.pointee)
    if end.tag == .true {
      frame.a.pointee = join(before, frame.a.pointee)
    } else if end.tag == .int {
      frame.a.pointee = joinAfterCut(before, frame.a.pointee)
    }
  }

  /// The test of a `while`. Returns 1 to continue, 0 to leave, -1 on a fault. Register b is the loop's flag.
  private func checkLoopTest(_ frame: Activation) -> Int {
    guard let checking else { return 0 }
    let condition = frame.a.pointee
    guard checking.spend(frame.span) else {
      frame.b.pointee = Value(Machine.cut)
      return 0
    }
    do {
      frameTop = frame
      if condition.tag != .unknown { return try boolean(condition) ? 1 : 0 }
    } catch is UnknownValue {
    } catch {
      fail(error)
      return -1
    }
    if frame.b.pointee.tag == .true { return 0 }
    frame.b.pointee = Value(true)
    return 1
  }

  /// The next iteration of a `for`. Returns 1 with the element in register b, 0 to leave, -1 on a fault. The fifth register
  /// of the loop's state is its flag.
  private func checkForNext(_ frame: Activation) -> Int {
    guard let checking else { return 0 }
    let a = frame.a
    guard checking.spend(frame.span) else {
      a[4] = Value(Machine.cut)
      return 0
    }
    if a[1].tag == .unknown {
      if a[4].tag == .true { return 0 }
      a[4] = Value(true)
      frame.b.pointee = .unknown
      return 1
    }
    guard a[2].tag == .int else { return forNextSlow(frame) }
    guard a[1].bits > 0 else { return 0 }
    a[1].bits -= 1
    a[0].bits &+= a[2].bits
    frame.b.pointee = a[0]
    return 1
  }
}

import Diagnostics
import Engine
import Language
import Tensors

/// The state of a machine that checks a program without running it: the program is evaluated on shapes alone, values that
/// are known only at run time are `unknown`, and a branch on such a value is followed both ways, in separate runs.
package final class CheckPolicy: RunPolicy {
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

  override package init() {}

  /// Whether an error in this run is certain. If the run branched on unknown values, only errors that do not depend on
  /// values are.
  package func isCertain(_ id: DiagnosticID) -> Bool {
    choices.isEmpty || id.code.hasPrefix("L03")
      || [MachineErrors.unknownName, MachineErrors.unknownArgument, MachineErrors.missingArgument].contains(id)
  }

  /// Starts a new run of a statement.
  package func begin(_ choices: [Site: Bool], budget: Int) {
    self.choices = choices
    self.budget = total > 0 ? budget : CheckPolicy.smallBudget
    chosen = []
  }

  override func direction(_ frame: Activation, _ operands: Value...) -> Bool? {
    operands.contains { $0.tag == .unknown } ? directionOfUnknown(frame) : nil
  }

  override func directionOfUnknown(_ frame: Activation) -> Bool {
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

  override func allowsCall(of callee: Value, _ span: @autoclosure () -> Span?) -> Bool { callee.tag != .unknown && spend(span()) }

  override func isUnknownCall(of model: Value, with argument: Value, _ machine: Machine) -> Bool {
    argument.tag == .unknown && !machine.models.isBuilt(model)
  }

  override func executesUnknown(_ frame: Activation, _ machine: Machine) -> Bool {
    countSlowInstruction()
    guard machine.dependsOnUnknown(frame) else { return false }
    machine.setUnknown(frame)
    return true
  }

  override func enters(_ function: Prototype.Identity) { entered.insert(function) }

  /// What writes is skipped; what reads or asks the clock is unknown; all else is evaluated, unless an argument is unknown.
  override func result(of call: Call) throws -> Value? {
    func hasUnknown() -> Bool { call.allValues.contains { call.machine.isUnknown($0) } }
    switch call.builtin.whenChecked {
    case .skip: return .nothing
    case .unknown: return .unknown
    case .run: return hasUnknown() ? .unknown : nil
    case .instead(let body): return hasUnknown() ? .unknown : try body(call)
    }
  }

  override var boundsLoops: Bool { true }

  override package var readsData: Bool { false }
  override package func data(_ type: TensorType, _ engine: Engine, _ make: () throws -> Tensor) throws -> Node { engine.placeholder(type) }

  override package func note(_ text: String, at span: Span?) {
    guard !notes.contains(where: { $0.text == text && $0.span?.focus == span?.focus }) else { return }
    notes.append(Note(span: span, text: text))
  }
}

// Instructions on unknown values.
extension Machine {
  fileprivate func dependsOnUnknown(_ frame: Activation) -> Bool {
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
    case .list where depth < 4, .record where depth < 4: value.children.prefix(1000).contains { isUnknown($0, depth: depth + 1) }
    default: false
    }
  }
}

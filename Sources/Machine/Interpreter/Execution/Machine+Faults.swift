import Diagnostics
import Engine

// Faults in the interpreter loop are stored and the loop is left, so that they cost nothing if nothing fails.
extension Machine {
  func fail(_ id: DiagnosticID, _ message: String, hint: String? = nil) {
    fault = Fault(id, message, hint: hint)
  }

  func fail(_ error: any Error) {
    if error is Interrupted { return fail(MachineErrors.interrupted, "interrupted") }
    fault = error as? Fault ?? Fault(MachineErrors.raised, "\(error)")
  }

  /// Wraps an instruction's slow path: records the frame, stores a fault, and collects garbage if due once the result is in
  /// its register. Returns false on a fault.
  @inline(__always)
  func attempting(_ frame: Activation, _ body: () throws -> Void) -> Bool {
    frameTop = frame
    top = frame.end
    do {
      if policy.executesUnknown(frame, self) { return true }
      try releasingKept(body)
      collectIfNeeded(frame)
      return true
    } catch is UnknownValue {
      setUnknown(frame)
      return true
    } catch {
      fail(error)
      return false
    }
  }

  /// Afterwards, the values that `body` made are garbage unless a register refers to them.
  @inline(__always)
  private func releasingKept(_ body: () throws -> Void) rethrows {
    let mark = keptCount
    defer { if keptCount > mark { releaseKept(after: mark) } }
    try body()
  }

  func consumeFault() -> Fault {
    defer { fault = nil }
    return fault ?? Fault(MachineErrors.raised, "the statement failed")
  }

  /// Called if the interrupt flag is set: the user asked to stop, or memory has run out. False if a training handles the
  /// request: it ends after the current step and keeps its progress.
  @inline(never)
  func shouldStop() -> Bool {
    if interrupt.pointee == SizeClassAllocator.exhausted {
      interrupt.pointee = 0
      fault = outOfMemory("the system has none left")
      return true
    }
    if handlesFirstRequest, interrupt.pointee == 1 { return false }
    fail(MachineErrors.interrupted, "interrupted")
    return true
  }

  /// Runs a training, which handles the first request to stop by itself, so that no step is interrupted.
  package func finishingSteps<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard !effects.cancellation.discardsPartialWork else { return try body() }
    let (outer, cancellation) = (handlesFirstRequest, engine.cancellation)
    (handlesFirstRequest, engine.cancellation) = (true, nil)
    defer { (handlesFirstRequest, engine.cancellation) = (outer, cancellation) }
    return try body()
  }

  /// Throws if the user asked to stop. Built-ins and other loops over a program's data call it for each element.
  @inline(__always)
  package func checkpoint() throws { if interrupt.pointee != 0, shouldStop() { throw consumeFault() } }

  func outOfMemory(_ why: String) -> Fault {
    Fault(MachineErrors.memory, "out of memory: \(why)", hint: "check for a loop that makes a string or a list grow without bound")
  }

  func failRecursion() {
    fail(
      MachineErrors.recursion, "calls are nested too deeply",
      hint: "add a case in which the function returns without calling itself, or use a loop")
  }

  func failUnassigned(_ symbol: Symbol) {
    let name = symbols.name(symbol)
    let isOuter = !program[symbol].isUndefined
    fail(
      MachineErrors.unassigned, "`\(name)` is read before it is assigned",
      hint: isOuter
        ? "`\(name)` is local, since this function assigns it; pass the outer value as an argument, or use another name"
        : "assign it on every path that leads here")
  }

  func failOperand(_ value: Value, _ operation: String) {
    fail(
      MachineErrors.badOperand, "operand of `\(operation)` must be a boolean, got \(describe(value))")
  }

  /// Unwinds to the handler of the current fault. Returns the frame to continue in, with its `pc` at the handler; nil if
  /// there is no handler within this run.
  func unwind(_ failing: Activation, _ entry: Activation) -> Activation? {
    guard var fault else { return nil }
    var frame = failing
    let isCatchable = fault.diagnostic.id != MachineErrors.interrupted
    while true {
      let prototype = frame.prototype
      let code = Counter(prototype.layout.pointee.code)
      let index = frame.pointee.pc - code - 1
      fault = fault.placed(at: frame.span)
      let handler = prototype.handlers.filter { index >= $0.start && index < $0.end }.min { $0.end - $0.start < $1.end - $1.start }
      if isCatchable, let handler {
        self.fault = nil
        caught = fault
        frame.pointee.pc = code + handler.target
        return frame
      }
      guard frame > entry else {
        self.fault = fault
        return nil
      }
      frame -= 1
      if fault.diagnostic.trace.count < 10_000 {
        fault.diagnostic.trace.append(Diagnostic.Call(function: prototype.name, span: frame.span))
      }
    }
  }

  /// The caught error as a record: `e.id`, `.message`, `.hint`, `.line`.
  func consumeCaught() -> Value {
    defer { caught = nil }
    let record = heap.record(capacity: 4)
    guard let diagnostic = caught?.diagnostic.inUserCode else { return Value(.record, record) }
    func set(_ name: String, _ value: Value) { heap.set(symbols.intern(name), value, in: record) }
    set("id", heap.string(diagnostic.id.code))
    set("message", heap.string(diagnostic.message))
    set("hint", diagnostic.hint.map { heap.string($0) } ?? .nothing)
    set("line", diagnostic.span.map { Value($0.location.line) } ?? .nothing)
    return Value(.record, record)
  }

  func checkExpectation(_ frame: Activation) -> Bool {
    let (left, right) = (frame.b.pointee, frame.c.pointee)
    return attempting(frame) {
      if try holds(frame.a.pointee) { return }
      var message = "expectation is false"
      if !left.isUndefined {
        message = "expectation is false: left is \(try text(left, quoted: true)), right is \(try text(right, quoted: true))"
      }
      throw Fault(MachineErrors.expectation, message)
    }
  }

  /// Whether the condition of `expect` is true, or a tensor whose elements are all true.
  private func holds(_ value: Value) throws -> Bool {
    if value.isBoolean { return value.tag == .true }
    guard value.tag == .tensor, value.node.dtype == .bool else {
      throw Fault(MachineErrors.notBoolean, "condition of `expect` must be a boolean, got \(describe(value))")
    }
    let tensor = try engine.value(value.node)
    return try (0..<tensor.count).allSatisfy {
      try checkpoint()
      return tensor[$0] != 0
    }
  }
}

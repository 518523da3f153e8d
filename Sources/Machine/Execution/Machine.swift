import Diagnostics
import Effects
import Engine
import Glibc
import Language
import Tensors

/// The register machine: one running program's values, globals and stack. The loop is in
/// `Loop.swift`; what it does rarely is in the files beside it.
package final class Machine {
  package let engine: Engine
  package let effects: Effects
  package let symbols = Symbols()
  let heap: Heap

  // The stack of register windows, and beside it the stack of callers.
  let stack: UnsafeMutableRawPointer
  let stackEnd: UnsafeMutableRawPointer
  let frames: Activation
  /// What Swift code may use: the first bytes above all windows.
  var top: UnsafeMutableRawPointer
  /// The activation that called out last; `frames` itself while none has.
  var frameTop: Activation

  /// The globals of the program, and of the Loam-written library.
  let program: Module
  let prelude: Module
  let interrupt: UnsafeMutablePointer<Int32>

  package private(set) var builtins: [Builtin] = []
  private var builtinValues: [Symbol: Value] = [:]
  /// Reads the Loam-written library at the first name that only it can know.
  package var loadPrelude: ((Machine) throws -> Void)?
  package var importFile: ((String, Machine) throws -> Value)?

  private var constantStrings: [String: Value] = [:]
  /// Every compiled function that something may still call.
  private var prototypes: [Prototype] = []
  let textBuffer = TextBuffer()
  /// Values that Swift code holds between instructions.
  var temporaries: [Value] = []
  var fault: Fault?
  /// The last caught error, on its way to the handler's variable.
  var caught: Fault?
  var nativeDepth = 0

  package private(set) var seed: UInt64 = 0
  /// How often each statement's text has run since `seed`.
  private var statementRuns: [UInt64: UInt64] = [:]
  /// The stream that random numbers come from now.
  package var stream = RandomStream(key: .init(bits: 0))
  /// Set while a model is being trained or built.
  package var trace: Trace?
  /// The model of the last training in this statement: what is saved if the statement fails.
  package var rescue: Value = .nothing

  static let stackBytes = 64 << 20
  /// A callee's window begins at least a register above its caller's.
  static let frameBytes = stackBytes / 16 * MemoryLayout<Frame>.stride
  static let nativeDepthLimit = 120

  package init(engine: Engine, effects: Effects, heapBudget: Int = 4 << 30, collectsAlways: Bool = false) {
    self.engine = engine
    self.effects = effects
    heap = Heap(budget: heapBudget)
    heap.collectsAlways = collectsAlways
    stack = reserveMemory(Machine.stackBytes)
    stackEnd = stack + Machine.stackBytes - (1 << 17)
    frames = reserveMemory(Machine.frameBytes).to(Frame.self)
    top = stack
    frameTop = frames
    program = Module()
    prelude = Module()
    interrupt = effects.cancellation.flag
  }

  deinit {
    munmap(stack, Machine.stackBytes)
    munmap(frames, Machine.frameBytes)
  }

  // MARK: Names

  package func install(_ builtins: [Builtin]) {
    for builtin in builtins {
      builtinValues[symbols.intern(builtin.name)] = Value(tag: .builtin, bits: self.builtins.count)
      self.builtins.append(builtin)
    }
  }

  package func builtin(_ name: String) -> Builtin? { builtins.first { $0.name == name } }

  /// A name's value where the program has not bound it: a built-in, or the Loam-written library's.
  func libraryValue(_ symbol: Symbol) throws -> Value? {
    if let value = builtinValues[symbol] { return value }
    if let load = loadPrelude {
      loadPrelude = nil
      try load(self)
    }
    let value = prelude[symbol]
    return value.isUndefined ? nil : value
  }

  package func global(_ name: String) -> Value? {
    guard let symbol = symbols.existing(name) else { return nil }
    let value = program[symbol]
    return value.isUndefined ? nil : value
  }

  package func setGlobal(_ name: String, _ value: Value) {
    share(value)
    program[symbols.intern(name)] = value
  }

  /// The program's variables, in the order in which their names were first seen.
  package var globalNames: [String] {
    boundNames(in: program)
  }

  /// Names of the library: built-ins and what is written in Loam.
  package func libraryNames() -> [String] {
    _ = try? libraryValue(symbols.intern("identity"))
    return builtins.map(\.name) + boundNames(in: prelude).filter { !$0.hasPrefix("_") }
  }

  private func boundNames(in module: Module) -> [String] {
    (0..<symbols.count).map { Symbol(id: Int32($0)) }.filter { !module[$0].isUndefined }.map(symbols.name)
  }

  package func libraryValue(named name: String) throws -> Value? { try libraryValue(symbols.intern(name)) }

  // MARK: Randomness

  package func reseed(_ seed: UInt64) {
    self.seed = seed
    statementRuns = [:]
  }

  /// A top-level statement's stream: its key is a hash of the seed, of the statement's words, and of
  /// how often they have run, so that a line added above changes nothing below.
  package func beginStatement(_ fingerprint: UInt64) {
    let run = statementRuns[fingerprint, default: 0]
    statementRuns[fingerprint] = run + 1
    stream = RandomStream(key: StreamKey(seed, fingerprint, run))
    rescue = .nothing
  }

  // MARK: Running

  /// Compiles and runs one statement of the program; its value, or `nothing`.
  package func run(_ statement: Statement, of source: Source) throws -> Value {
    try run(statement, of: source, in: program)
  }

  /// Runs one statement of the Loam-written library.
  package func runPrelude(_ statement: Statement, of source: Source) throws {
    _ = try run(statement, of: source, in: prelude)
  }

  private func run(_ statement: Statement, of source: Source, in module: Module) throws -> Value {
    let prototype = try Compiler.statement(statement, source, module, self)
    keep(prototype)
    let closure = Value(.closure, makeClosure(prototype, captures: 0))
    let mark = temporaries.count
    defer { temporaries.removeLast(temporaries.count - mark) }
    temporaries.append(closure)
    return try call(closure, [])
  }

  /// A literal's text, kept for the life of the machine.
  func constantString(_ text: String) -> Value {
    if let value = constantStrings[text] { return value }
    let value = heap.string(text)
    constantStrings[text] = value
    return value
  }

  /// Prototypes live as long as a closure of theirs, or of an enclosing one, is reachable.
  private func keep(_ prototype: Prototype) {
    prototypes.append(prototype)
    for child in prototype.children { keep(child) }
  }

  func makeClosure(_ prototype: Prototype, captures: Int) -> UnsafeMutablePointer<ClosureObject> {
    heap.closure(prototype.layout, captureCount: captures)
  }

  // MARK: Memory

  /// Frees what nothing reaches. `top` is the first byte above all live windows.
  @inline(never)
  func collect(_ top: UnsafeMutableRawPointer) {
    heap.collect { heap in
      var address = stack
      while address < top {
        heap.mark(address.to(Value.self).pointee)
        address += 16
      }
      for module in [program, prelude] {
        for index in 0..<symbols.count { heap.mark(module.globals[index]) }
      }
      for value in constantStrings.values { heap.mark(value) }
      for value in temporaries { heap.mark(value) }
      heap.mark(rescue)
    }
    prototypes.removeAll { !$0.takeMark() }
    clearAbove(top)
  }

  /// Old values above the stack's top point to freed objects now; a new window must not show them.
  private func clearAbove(_ top: UnsafeMutableRawPointer) {
    let page = 1 << 16
    let offset = top - stack
    let nextPage = (offset + page - 1) / page * page
    memset(top, 0, nextPage - offset)
    if nextPage < Machine.stackBytes { madvise(stack + nextPage, Machine.stackBytes - nextPage, MADV_DONTNEED) }
  }

  /// Collects if it is time, after an instruction has put its result in a register.
  @inline(__always)
  func collectIfNeeded(_ frame: Activation) { if heap.wantsCollection { collect(frame.end) } }

  /// Marks a value as held more than once.
  @inline(__always)
  package func share(_ value: Value) { if value.isHeap { value.header.pointee.isShared = true } }

  /// The place of the built-in call, or of the instruction, that is running.
  package var currentSpan: Span? {
    frameTop == frames ? nil : frameTop.span
  }
}

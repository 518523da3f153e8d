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
  /// How far windows have come since the last collection, rounded up.
  var stackEnd: UnsafeMutableRawPointer
  let frames: Activation
  /// What Swift code may use: the first bytes above all windows.
  var top: UnsafeMutableRawPointer
  /// The activation that called out last; `frames` itself while none has.
  var frameTop: Activation

  /// The globals of the program; and of the library: built-ins, and what is written in Loam.
  let program: Module
  let library: Module
  let interrupt: UnsafeMutablePointer<Int32>

  package private(set) var builtins: [Builtin] = []
  /// What of the library people may call, for help and the reference. `wholeCatalogue` has what is written in Loam, too.
  package var catalogue = Catalogue()
  /// The built-in that `x = append(x, y)` most often means, which the loop knows itself.
  private(set) var appendNumber = -1
  /// By a built-in's number.
  private(set) var shortcuts: UnsafeMutableBufferPointer<ShortcutEntry> = .allocate(capacity: 0)
  /// Reads the Loam-written library at the first name that only it can know.
  package var loadPrelude: ((Machine) throws -> Void)?
  var imports = Imports()
  /// Every module, whose globals the collector marks.
  var modules: [Module]

  private var constantStrings: [String: Value] = [:]
  /// Every compiled function that something may still call.
  private var prototypes: [Prototype] = []
  let textBuffer = TextBuffer()
  /// Where the characters of a text begin that are more than a byte each; forgotten where objects are freed.
  var indexedText: (text: Int, starts: [Int])?
  /// Values that Swift code holds between instructions.
  var temporaries: [Value] = []
  /// States that a person may go back to, the oldest first; what they hold lives on.
  var pastStates: [Snapshot] = []
  /// States that were left by going back, the last one at the end.
  var undoneStates: [Snapshot] = []
  var fault: Fault?
  /// The last caught error, on its way to the handler's variable.
  var caught: Fault?
  var nativeDepth = 0
  /// While a training runs that ends by itself when somebody asks it to.
  var answersFirstRequest = false

  package internal(set) var seed: UInt64 = 0
  var runs = StatementRuns()
  var statementDeeds: Deeds = []
  /// The stream that random numbers come from now.
  package var stream = RandomStream(key: .init(bits: 0))
  /// Set where a program is only checked.
  package var checking: Checking?
  /// Set while a model is being trained or built.
  package var trace: Trace?
  /// The model of the last training in this statement: what is saved if the statement fails.
  package var rescue: Value = .nothing

  static let stackBytes = 64 << 20
  private static let stackStep = 1 << 16
  /// A callee's window begins at least a register above its caller's.
  static let frameBytes = stackBytes / 16 * MemoryLayout<Frame>.stride
  static let nativeDepthLimit = 120

  package init(engine: Engine, effects: Effects, heapBudget: Int = 4 << 30, collectsAlways: Bool = false) {
    self.engine = engine
    self.effects = effects
    interrupt = effects.cancellation.flag
    heap = Heap(budget: heapBudget, interrupt: interrupt)
    heap.collectsAlways = collectsAlways
    engine.cancellation = effects.cancellation
    stack = requireMemory { try reserveMemory(Machine.stackBytes) }
    stackEnd = stack + Machine.stackStep
    frames = requireMemory { try reserveMemory(Machine.frameBytes) }.to(Frame.self)
    top = stack
    frameTop = frames
    program = requireMemory { try Module() }
    library = requireMemory { try Module() }
    modules = [program, library]
  }

  deinit {
    munmap(stack, Machine.stackBytes)
    munmap(frames, Machine.frameBytes)
    shortcuts.deinitialize().deallocate()
  }

  // MARK: Names

  package func install(_ topics: [Topic]) {
    for topic in topics {
      for builtin in topic.builtins { catalogue.add(Catalogue.Entry(builtin.name, .builtin(builtin)), to: topic.name) }
    }
    for builtin in topics.flatMap(\.builtins) {
      if builtin.name == "append" { appendNumber = self.builtins.count }
      library[symbols.intern(builtin.name)] = Value(tag: .builtin, bits: self.builtins.count)
      self.builtins.append(builtin)
    }
    shortcuts.deinitialize().deallocate()
    shortcuts = .allocate(capacity: self.builtins.count)
    _ = shortcuts.initialize(fromContentsOf: self.builtins.map { ShortcutEntry(function: $0.shortcut) })
  }

  package func builtin(_ name: String) -> Builtin? { builtins.first { $0.name == name } }

  /// Reads the Loam-written library where that has not been done.
  private func readPrelude() throws {
    guard let load = loadPrelude else { return }
    loadPrelude = nil
    try load(self)
  }

  /// The catalogue with what is written in Loam.
  package func wholeCatalogue() throws -> Catalogue {
    try readPrelude()
    return catalogue
  }

  /// A name's value where the program has not bound it: a built-in, or the Loam-written library's.
  func libraryValue(_ symbol: Symbol) throws -> Value? {
    if !library[symbol].isUndefined { return library[symbol] }
    try readPrelude()
    let value = library[symbol]
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
    try? readPrelude()
    return boundNames(in: library).filter { !$0.hasPrefix("_") }
  }

  func boundNames(in module: Module) -> [String] {
    (0..<symbols.count).map { Symbol(id: Int32($0)) }.filter { !module[$0].isUndefined }.map(symbols.name)
  }

  package func libraryValue(named name: String) throws -> Value? { try libraryValue(symbols.intern(name)) }

  // MARK: Randomness

  package func reseed(_ seed: UInt64) {
    self.seed = seed
    runs.reset()
    statementDeeds.insert(.reseeded)
  }

  /// What a statement has done beside binding names.
  package struct Deeds: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let drew = Deeds(rawValue: 1)
    package static let reseeded = Deeds(rawValue: 2)
    /// Called a function for what it does: printed, showed, wrote a file.
    package static let acted = Deeds(rawValue: 4)
  }

  /// What has been done since this was set.
  package var deeds: Deeds {
    get { stream.place > 0 ? statementDeeds.union(.drew) : statementDeeds }
    set { statementDeeds = newValue }
  }

  /// A top-level statement's stream: its key is a hash of the seed, of the statement's words, and of
  /// how often they have run, so that a line added above changes nothing below.
  package func beginStatement(_ fingerprint: UInt64) {
    stream = RandomStream(key: RandomKey(seed, fingerprint, runs.next(fingerprint)))
    rescue = .nothing
  }

  // MARK: Running

  /// Compiles and runs one statement of the program; its value, or `nothing`.
  package func run(_ statement: Statement, of source: Source) throws -> Value {
    try run(statement, of: source, in: program)
  }

  /// Runs one statement of the Loam-written library.
  package func runPrelude(_ statement: Statement, of source: Source) throws {
    _ = try run(statement, of: source, in: library)
  }

  func run(_ statement: Statement, of source: Source, in module: Module) throws -> Value {
    try run(Compiler.statement(statement, source, module, self))
  }

  /// Runs the body of a `test` block as a function of its own.
  package func run(test body: Block, named name: String, of source: Source) throws {
    _ = try run(Compiler.test(body, name, source, program, self))
  }

  private func run(_ prototype: Prototype) throws -> Value {
    // What the statement before has used up may be free now.
    if heap.isExhausted { collect(top) }
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
  func keep(_ prototype: Prototype) {
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
    indexedText = nil
    heap.collect { heap in
      var address = stack
      while address < top {
        heap.mark(address.to(Value.self).pointee)
        address += 16
      }
      for module in modules {
        for index in 0..<symbols.count { heap.mark(module.globals[index]) }
      }
      for value in constantStrings.values { heap.mark(value) }
      for value in temporaries { heap.mark(value) }
      for state in pastStates + undoneStates {
        for (_, value) in state.globals { heap.mark(value) }
        for (_, value) in (state.imported ?? [:]).values { heap.mark(value) }
      }
      for (_, value) in imports.done.values { heap.mark(value) }
      heap.mark(rescue)
    }
    prototypes.removeAll { !$0.takeMark() }
    heap.regainReserve()
    clearAbove(top)
  }

  /// Old values above the stack's top point to freed objects now; a new window must not show them.
  private func clearAbove(_ top: UnsafeMutableRawPointer) {
    let end = max(stackEnd, top)
    let near = min(end, top + 2 * Machine.stackStep)
    memset(top, 0, near - top)
    // Far above, memory is given back: it is zero when it comes again.
    let page = stack + (near - stack + Machine.stackStep - 1) / Machine.stackStep * Machine.stackStep
    if page < end {
      memset(near, 0, page - near)
      madvise(page, stack + Machine.stackBytes - page, MADV_DONTNEED)
    } else {
      memset(near, 0, end - near)
    }
    stackEnd = min(max(top, stack) + Machine.stackStep, stackLimit)
  }

  /// No window reaches beyond this; what lies above is for Swift code that lays out arguments.
  private var stackLimit: UnsafeMutableRawPointer { stack + Machine.stackBytes - (1 << 17) }

  /// Makes room for windows up to `end`; false where the stack is used up.
  @inline(never)
  func extendStack(to end: UnsafeMutableRawPointer) -> Bool {
    guard end <= stackLimit else { return false }
    stackEnd = max(stackEnd, min(end + Machine.stackStep, stackLimit))
    return true
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

/// A type of its own, so that a table of them holds plain functions.
struct ShortcutEntry {
  let function: Builtin.Shortcut?
}

import Diagnostics
import Effects
import Engine
import Glibc
import Language
import Tensors

/// The register machine: the values, globals and stack of a running program. The interpreter loop is in `Loop.swift`, and
/// its slow paths are in the other files of this folder.
package final class Machine {
  package let engine: Engine
  package let effects: Effects
  package let symbols = Symbols()
  let heap: Heap

  // The stack of register windows, and the stack of frames.
  let stack: UnsafeMutableRawPointer
  /// The high-water mark of windows since the last collection, rounded up.
  var stackEnd: UnsafeMutableRawPointer
  let frames: Activation
  /// The first byte above all windows, from which Swift code can allocate windows.
  var top: UnsafeMutableRawPointer
  /// The frame that last called a slow path; `frames` itself if none has.
  var frameTop: Activation

  /// The globals of the program, and those of the library: built-ins and the prelude written in Loam.
  let program: Module
  let library: Module
  let interrupt: UnsafeMutablePointer<Int32>

  package private(set) var builtins: [Builtin] = []
  /// The functions of the same name as a built-in for values of certain types, by its number.
  private var variants: [Int: [Builtin]] = [:]
  /// The library's public names, for help and the reference. `wholeCatalogue` also has those written in Loam.
  package var catalogue = Catalogue()
  /// The number of the built-in `append`, which the interpreter loop executes itself.
  private(set) var appendNumber = -1
  /// Indexed by the number of the built-in.
  private(set) var shortcuts: UnsafeMutableBufferPointer<ShortcutEntry> = .allocate(capacity: 0)
  /// Loads the prelude written in Loam, on the first use of a name that only it can define.
  package var loadPrelude: ((Machine) throws -> Void)?
  var imports = Imports()
  /// All modules; their globals are roots of the collector.
  var modules: [Module]

  private var constantStrings: [String: Value] = [:]
  /// All compiled functions that may still be called.
  private var prototypes: [Prototype] = []
  let textBuffer = TextBuffer()
  /// Character offsets of the string that was indexed last. Reset by a collection, which may free the string.
  var indexedText: (text: Int, starts: [Int])?
  /// Values that Swift code refers to, as roots of the collector.
  var temporaries: [Value] = []
  /// The saved states of the program, for undo and for statements that fail.
  package private(set) lazy var history = StateHistory(of: self)
  var fault: Fault?
  /// The error that was caught, until the handler reads it.
  var caught: Fault?
  var nativeDepth = 0
  /// Set while a training runs that handles the first request to stop by itself.
  var handlesFirstRequest = false

  package internal(set) var seed: UInt64 = 0
  var runs = StatementRuns()
  var recordedEffects: StatementEffects = []
  /// The current source of random numbers.
  package var stream = RandomStream(key: .init(bits: 0))
  /// Whether the program is run or only checked.
  package var policy = RunPolicy()
  /// Set while a model is being trained or built.
  package var trace: Trace?
  /// The model of the last training in this statement, which is saved if the statement fails.
  package var rescue: Value = .nothing

  static let stackBytes = 64 << 20
  private static let stackStep = 1 << 16
  /// Enough frames for the stack: a callee's window begins at least one register above its caller's.
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
      let general = library[symbols.intern(builtin.name)]
      if builtin.subject != nil, general.tag == .builtin {
        variants[general.bits, default: []].append(builtin)
        continue
      }
      if builtin.name == "append" { appendNumber = self.builtins.count }
      library[symbols.intern(builtin.name)] = Value(tag: .builtin, bits: self.builtins.count)
      self.builtins.append(builtin)
    }
    shortcuts.deinitialize().deallocate()
    shortcuts = .allocate(capacity: self.builtins.count)
    _ = shortcuts.initialize(fromContentsOf: self.builtins.map { ShortcutEntry(floatFunction: $0.floatFunction, function: $0.shortcut) })
  }

  package func builtin(_ name: String) -> Builtin? { builtins.first { $0.name == name } }

  /// The functions of the same name for values of certain types.
  package func variants(of builtin: Builtin) -> [Builtin] {
    builtins.firstIndex { $0 === builtin }.flatMap { variants[$0] } ?? []
  }

  /// The function that a call with this first argument means. Of a value that is not known, the first that takes such arguments.
  func variant(of index: Int, for first: Value, _ positional: Int, _ names: [Symbol]) -> Builtin {
    let general = builtins[index]
    guard first.tag == .foreign || first.tag == .unknown, let others = variants[index] else { return general }
    guard first.tag == .unknown else { return others.first { $0.subject?.accepts(first) == true } ?? general }
    let named = names.map(symbols.name)
    return general.takes(positional, named) ? general : others.first { $0.takes(positional, named) } ?? general
  }

  /// Loads the prelude unless it is loaded.
  private func readPrelude() throws {
    guard let load = loadPrelude else { return }
    loadPrelude = nil
    try load(self)
  }

  /// The catalogue including names written in Loam.
  package func wholeCatalogue() throws -> Catalogue {
    try readPrelude()
    return catalogue
  }

  /// The library's value of a name.
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

  /// The names of the program's variables, in the order in which they first occurred.
  package var globalNames: [String] {
    boundNames(in: program)
  }

  /// Removes all variables of the program, and resets the random seed to 0.
  package func reset() {
    for index in 0..<symbols.count { program[Symbol(id: Int32(index))] = .undefined }
    reseed(0)
    imports.done = [:]
  }

  /// The public names of the library, including those written in Loam.
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
    recordedEffects.insert(.reseeded)
  }

  /// Side effects of a statement other than assignments.
  package struct StatementEffects: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let drew = StatementEffects(rawValue: 1)
    package static let reseeded = StatementEffects(rawValue: 2)
    /// Called a function for its side effect: printed, showed, wrote a file.
    package static let sideEffect = StatementEffects(rawValue: 4)
  }

  /// The side effects since this was last set.
  package var statementEffects: StatementEffects {
    get { stream.place > 0 ? recordedEffects.union(.drew) : recordedEffects }
    set { recordedEffects = newValue }
  }

  /// Starts the random stream of a top-level statement. Its key is a hash of the seed, the statement's tokens, and how often
  /// they have run, so that adding a line does not change the random numbers of other lines.
  package func beginStatement(_ fingerprint: UInt64) {
    stream = RandomStream(key: RandomKey(seed, fingerprint, runs.next(fingerprint)))
    rescue = .nothing
  }

  // MARK: Running

  /// Compiles and runs one statement of the program, and returns its value or `nothing`.
  package func run(_ statement: Statement, of source: Source) throws -> Value {
    try run(statement, of: source, in: program)
  }

  /// Runs one statement of the prelude.
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
    // Memory used by the previous statement may be free now.
    if heap.isExhausted { collect(top) }
    keep(prototype)
    let closure = Value(.closure, makeClosure(prototype, captures: 0))
    let mark = temporaries.count
    defer { temporaries.removeLast(temporaries.count - mark) }
    temporaries.append(closure)
    return try call(closure, [])
  }

  /// The string of a literal, which lives as long as the machine.
  func constantString(_ text: String) -> Value {
    if let value = constantStrings[text] { return value }
    let value = heap.string(text)
    constantStrings[text] = value
    return value
  }

  /// Registers a prototype, which lives as long as a closure of it or of an enclosing function is reachable.
  func keep(_ prototype: Prototype) {
    prototypes.append(prototype)
    for child in prototype.children { keep(child) }
  }

  func makeClosure(_ prototype: Prototype, captures: Int) -> UnsafeMutablePointer<ClosureObject> {
    heap.closure(prototype.layout, captureCount: captures)
  }

  // MARK: Memory

  /// Frees unreachable objects. `top` is the first byte above all live windows.
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
      history.mark(in: heap)
      for (_, value) in imports.done.values { heap.mark(value) }
      heap.mark(rescue)
    }
    prototypes.removeAll { !$0.consumeMark() }
    heap.restoreReserve()
    clearAbove(top)
  }

  /// Clears the stack above `top`, where values may point to freed objects.
  private func clearAbove(_ top: UnsafeMutableRawPointer) {
    let end = max(stackEnd, top)
    let near = min(end, top + 2 * Machine.stackStep)
    memset(top, 0, near - top)
    // Pages far above are returned to the system, which zeroes them.
    let page = stack + (near - stack + Machine.stackStep - 1) / Machine.stackStep * Machine.stackStep
    if page < end {
      memset(near, 0, page - near)
      madvise(page, stack + Machine.stackBytes - page, MADV_DONTNEED)
    } else {
      memset(near, 0, end - near)
    }
    stackEnd = min(max(top, stack) + Machine.stackStep, stackLimit)
  }

  /// The end of the space for windows; the rest is for arguments that Swift code sets up.
  private var stackLimit: UnsafeMutableRawPointer { stack + Machine.stackBytes - (1 << 17) }

  /// Extends the stack for windows up to `end`; false on stack overflow.
  @inline(never)
  func extendStack(to end: UnsafeMutableRawPointer) -> Bool {
    guard end <= stackLimit else { return false }
    stackEnd = max(stackEnd, min(end + Machine.stackStep, stackLimit))
    return true
  }

  /// Collects garbage if due. Call it once the instruction's result is in a register.
  @inline(__always)
  func collectIfNeeded(_ frame: Activation) { if heap.wantsCollection { collect(frame.end) } }

  /// Marks a value as shared, so that it is copied before a change.
  @inline(__always)
  package func share(_ value: Value) { if value.isHeap { value.header.pointee.isShared = true } }

  /// The source range of the running instruction or call of a built-in.
  package var currentSpan: Span? {
    frameTop == frames ? nil : frameTop.span
  }
}

/// Wraps a function, so that an array of them stores plain functions without reabstraction.
struct ShortcutEntry {
  let floatFunction: Builtin.FloatFunction?
  let function: Builtin.Shortcut?
}

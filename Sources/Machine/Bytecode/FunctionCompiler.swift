import Diagnostics
import Language

/// Compiles one function: registers, instructions, jumps. Expressions and statements are in extensions in the other files
/// of this folder.
final class FunctionCompiler {
  enum Kind {
    /// Statements of a file or at the prompt, whose variables are globals.
    case topLevel
    case function
    /// A function of a model: register 0 is the model, whose fields are in scope.
    case method
    /// The body of a model: assigned names become fields of the model in register 0.
    case modelBody
  }

  /// A local variable: a register, which holds a cell if an inner function captures it.
  struct Local {
    let register: Int
    let isCell: Bool
    /// Whether it is assigned on all paths that lead here.
    var isAssigned: Bool
    /// Beyond the registers that instructions can address: accessed by `loadSpilled` and `storeSpilled`.
    var isSpilled: Bool { register >= FunctionCompiler.nearLimit }
  }

  struct Loop {
    var breaks: [Int] = []
    var continues: [Int] = []
  }

  static let receiverName = "the model itself"

  let machine: Machine
  let source: Source
  let module: Module
  let outer: FunctionCompiler?
  let kind: Kind
  let name: String
  let names: Names
  /// In a model's body: the names of its fields, and of its state fields.
  var fields: Set<String> = []
  var states: Set<String> = []

  var code: [UInt64] = []
  var extents: [Prototype.InstructionExtent] = []
  var constants: [Value] = []
  private var constantIndex: [ConstantKey: Int] = [:]
  var children: [Prototype] = []
  var captures: [Prototype.Capture] = []
  private var captureIndex: [String: Int] = [:]
  var handlers: [Prototype.Handler] = []
  var recordShapes: [[Symbol]] = []
  var callShapes: [[Symbol]] = []
  var locals: [String: Local] = [:]
  /// Registers from here on are temporaries.
  private var localsEnd = 1
  var loops: [Loop] = []
  /// Elements in an assignment's target whose subscripts are already in registers.
  var preparedSubscripts: [(element: Extent, register: Int)] = []
  var nextRegister = 1
  private var registerCount = 1
  /// The number of far locals, whose registers are above all others.
  private var farCount = 0
  var extent = Extent(0, 0)
  var focus = 0
  /// Uses far jumps, of two instructions, for distances of more than 16 bits.
  let farJumps: Bool
  private(set) var needsFarJumps = false

  /// Bounds register and constant numbers, whose byte offsets have 16 bits.
  static let limit = 4090
  /// Locals below this number can be addressed by instructions; the registers from here to `limit` are for temporaries.
  static let nearLimit = 3000

  private enum ConstantKey: Hashable {
    case int(Int)
    case float(UInt64)
    case string(String)
  }

  init(
    _ machine: Machine, _ source: Source, _ module: Module, _ kind: Kind, name: String,
    names: Names, outer: FunctionCompiler?, farJumps: Bool
  ) {
    self.machine = machine
    self.source = source
    self.module = module
    self.kind = kind
    self.name = name
    self.names = names
    self.outer = outer
    self.farJumps = farJumps
  }

  func fault(_ id: DiagnosticID, _ message: String, _ extent: Extent, hint: String? = nil) -> Fault {
    Fault(id, message, at: Span(source, extent.start, extent.end), hint: hint)
  }

  func symbol(_ name: String) -> Symbol { machine.symbols.intern(name) }

  // MARK: Instructions

  @discardableResult func emit(_ word: UInt64) -> Int {
    code.append(word)
    extents.append((Int32(clamping: extent.start), Int32(clamping: extent.end), Int32(clamping: focus)))
    return code.count - 1
  }

  /// Registers in `a`, `b`, `c`.
  @discardableResult func emit(_ op: Op, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0) -> Int {
    emit(Word.make(op, a: a * 16, b: b * 16, c: c * 16))
  }

  /// Sets the source position of the instructions that `body` emits; a report's mark begins at `focus`.
  func at<T>(_ extent: Extent, focus: Int? = nil, _ body: () throws -> T) rethrows -> T {
    let outer = (self.extent, self.focus)
    (self.extent, self.focus) = (extent, focus ?? extent.start)
    defer { (self.extent, self.focus) = outer }
    return try body()
  }

  // MARK: Registers

  /// Allocates the next register. The caller releases it by resetting `nextRegister`, usually with `scratch`.
  func allocateRegister() throws -> Int {
    guard nextRegister < FunctionCompiler.limit else {
      throw fault(
        MachineErrors.tooLarge, "expression needs too many intermediate results", extent,
        hint: "split it into several statements")
    }
    nextRegister += 1
    registerCount = max(registerCount, nextRegister)
    return nextRegister - 1
  }

  /// Allocates a register for a local. Far registers begin above `limit`, and so above all others.
  func allocateLocal() throws -> Int {
    if nextRegister < FunctionCompiler.nearLimit { return try allocateRegister() }
    farCount += 1
    return FunctionCompiler.limit + farCount
  }

  /// The locals that have been declared keep the registers below the next one.
  func protectLocals() { localsEnd = max(localsEnd, nextRegister) }

  /// Whether a register is the last one and a temporary, so that an expression may use it before its result is there.
  func isLastTemporary(_ register: Int) -> Bool { register == nextRegister - 1 && register >= localsEnd }

  func storeSpilled(_ register: Int, in local: Local) throws {
    guard local.isCell else {
      emit(Word.wide(.storeSpilled, a: register * 16, local.register))
      return
    }
    let cell = try allocateRegister()
    emit(Word.wide(.loadSpilled, a: cell * 16, local.register))
    emit(.setCell, cell, register)
  }

  func scratch<T>(_ body: () throws -> T) rethrows -> T {
    let mark = nextRegister
    defer { nextRegister = mark }
    return try body()
  }

  // MARK: Constants

  func constant(_ integer: Int) -> Int { constant(.int(integer)) { Value(integer) } }
  func constant(_ float: Double) -> Int { constant(.float(float.bitPattern)) { Value(float) } }
  func constant(_ string: String) -> Int { constant(.string(string)) { machine.constantString(string) } }

  private func constant(_ key: ConstantKey, _ make: () -> Value) -> Int {
    if let index = constantIndex[key] { return index }
    constants.append(make())
    constantIndex[key] = constants.count - 1
    return constants.count - 1
  }

  /// The index of a numeric literal's constant, if an instruction can address it.
  func numericConstant(_ expression: Expression) -> Int? {
    let index: Int
    switch expression.kind {
    case .integer(let value): index = constant(value)
    case .float(let value): index = constant(value)
    default: return nil
    }
    return index < FunctionCompiler.limit ? index : nil
  }

  // MARK: Jumps

  /// Emits a jump to be patched later; compare-and-jump forms have registers in `a` and `b`.
  func jump(_ op: Op, _ a: Int = 0, _ b: Int = 0) -> Int {
    guard op != .jump else { return emit(op) }
    guard farJumps else { return emit(op, a, b) }
    // The short conditional jump skips a plain jump and lands on the far one.
    let short = emit(op, a, b)
    let over = emit(.jump)
    let far = emit(.jump)
    setShort(short, distance: 1)
    setFar(over, target: far + 1)
    return far
  }

  func patch(_ at: Int, to target: Int) {
    let op = Op(rawValue: UInt8(truncatingIfNeeded: code[at]))
    if op == .jump {
      // A backward jump checks for an interrupt.
      if target <= at { code[at] = Word.make(.loop) }
      setFar(at, target: target)
    } else {
      let distance = target - (at + 1)
      if distance < -32_768 || distance > 32_767 { needsFarJumps = true }
      setShort(at, distance: distance)
    }
  }

  func patchHere(_ jumps: [Int]) { for jump in jumps { patch(jump, to: code.count) } }

  private func setShort(_ at: Int, distance: Int) {
    code[at] = code[at] & 0x0000_FFFF_FFFF_FFFF | UInt64(UInt16(truncatingIfNeeded: distance)) << 48
  }

  private func setFar(_ at: Int, target: Int) {
    code[at] = code[at] & 0xFFFF_FFFF | UInt64(UInt32(truncatingIfNeeded: target - (at + 1))) << 32
  }

  // MARK: Names

  enum Place {
    case local(Local)
    case capture(Int)
    /// A field of the model in `receiver`.
    case field(Symbol, receiver: Receiver)
    case global(Symbol)
  }

  enum Receiver {
    case register
    case capture(Int)
  }

  func place(of name: String) -> Place {
    if let local = locals[name] { return .local(local) }
    var model: FunctionCompiler? = self
    // From the inside out: a local of an enclosing function, or a field of an enclosing model.
    while let compiler = model {
      if compiler !== self, compiler.locals[name] != nil, let index = capture(name) { return .capture(index) }
      if compiler.kind == .modelBody, compiler.fields.contains(name) {
        if let receiver = receiver() { return .field(symbol(name), receiver: receiver) }
      }
      model = compiler.outer
    }
    return .global(symbol(name))
  }

  /// The model whose fields are in scope.
  private func receiver() -> Receiver? {
    if kind == .method || kind == .modelBody { return .register }
    return capture(FunctionCompiler.receiverName).map { .capture($0) }
  }

  /// The index of the captured cell of an outer variable.
  private func capture(_ name: String) -> Int? {
    if let index = captureIndex[name] { return index }
    guard let outer else { return nil }
    let capture: Prototype.Capture
    if let local = outer.locals[name], local.isCell {
      capture = Prototype.Capture(fromRegister: true, index: local.register)
    } else if outer.locals[name] == nil, let index = outer.capture(name) {
      capture = Prototype.Capture(fromRegister: false, index: index)
    } else {
      return nil
    }
    captures.append(capture)
    captureIndex[name] = captures.count - 1
    return captures.count - 1
  }

  // MARK: Prototype

  func prototype(
    parameters: [Prototype.ParameterInfo], extent: Extent, documentation: String? = nil, model: Prototype.ModelInfo? = nil
  ) -> Prototype {
    Prototype(
      name: name, source: source, parameters: parameters, code: code, extents: extents, constants: constants,
      registerCount: farCount > 0 ? FunctionCompiler.limit + farCount + 1 : registerCount + 1, module: module, children: children, captures: captures,
      handlers: handlers,
      recordShapes: recordShapes, callShapes: callShapes, hasReceiver: kind == .method || kind == .modelBody,
      model: model, documentation: documentation, extent: (extent.start, extent.end))
  }
}

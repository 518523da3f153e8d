import Diagnostics

/// The part of a compiled function that the interpreter loop needs, as plain memory.
struct PrototypeLayout {
  var code: UnsafeMutablePointer<UInt64>
  var constants: UnsafeMutableRawPointer
  /// The size of the register window in bytes, 16 for each register.
  var windowBytes: Int
  /// The number of parameters; -1 with a rest parameter.
  var parameterCount: Int
  var owner: Unmanaged<Prototype>
  /// Inner functions.
  var children: UnsafeMutablePointer<UnsafeMutablePointer<PrototypeLayout>>
  /// For each capture, the byte offset of a register in the enclosing window, or -1 - index of one of the enclosing
  /// function's captures.
  var captures: UnsafeMutablePointer<Int>
  var captureCount: Int
  var isMarked = false
}

/// A compiled function, with everything that the interpreter loop does not need.
package final class Prototype {
  package let name: String
  package let source: Source
  package let parameters: [ParameterInfo]
  let layout: UnsafeMutablePointer<PrototypeLayout>
  let module: Module
  let instructionCount: Int
  let constantCount: Int
  /// For each instruction, its byte range in the source and the start of a report's mark.
  let extents: [InstructionExtent]
  let children: [Prototype]
  let handlers: [Handler]
  let recordShapes: [[Symbol]]
  let callShapes: [[Symbol]]
  /// A method or a model's body, with the model in register 0.
  let hasReceiver: Bool
  let hasRest: Bool
  /// For the body of a model only.
  let model: ModelInfo?
  package let documentation: String?
  package let extent: (start: Int, end: Int)

  typealias InstructionExtent = (start: Int32, end: Int32, focus: Int32)

  struct Capture {
    /// Whether the cell is in a register of the enclosing function, or is one of its captures.
    let fromRegister: Bool
    let index: Int
  }

  struct Handler {
    let start: Int
    let end: Int
    let target: Int
    let register: Int
  }

  package struct ParameterInfo {
    package let name: String
    package let symbol: Symbol
    package let isRequired: Bool
    package let isRest: Bool
    /// The source text of the default value.
    package let defaultText: String?
  }

  struct ModelInfo {
    let states: Set<Symbol>
    let methodNames: [Symbol]
    /// Where each field is assigned.
    let fields: [Symbol: (start: Int, end: Int)]
  }

  init(
    name: String, source: Source, parameters: [ParameterInfo], code: [UInt64],
    extents: [InstructionExtent], constants: [Value], registerCount: Int,
    module: Module, children: [Prototype], captures: [Capture],
    handlers: [Handler], recordShapes: [[Symbol]], callShapes: [[Symbol]], hasReceiver: Bool,
    model: ModelInfo?, documentation: String?, extent: (start: Int, end: Int)
  ) {
    self.name = name
    self.source = source
    self.parameters = parameters
    self.extents = extents
    self.module = module
    self.children = children
    self.handlers = handlers
    self.recordShapes = recordShapes
    self.callShapes = callShapes
    self.hasReceiver = hasReceiver
    self.model = model
    self.documentation = documentation
    self.extent = extent
    hasRest = parameters.contains(where: \.isRest)
    instructionCount = code.count
    constantCount = constants.count
    let words = UnsafeMutablePointer<UInt64>.allocate(capacity: code.count)
    words.initialize(from: code, count: code.count)
    let values = UnsafeMutablePointer<Value>.allocate(capacity: 1 + constants.count)
    values.initialize(to: Value(tag: .undefined, bits: Int(bitPattern: module.globals)))
    (values + 1).initialize(from: constants, count: constants.count)
    layout = .allocate(capacity: 1)
    layout.initialize(
      to: PrototypeLayout(
        code: words, constants: UnsafeMutableRawPointer(values + 1), windowBytes: registerCount * 16,
        parameterCount: hasRest ? -1 : parameters.count, owner: Unmanaged.passUnretained(self),
        children: .allocate(capacity: children.count), captures: .allocate(capacity: captures.count), captureCount: captures.count))
    for (index, child) in children.enumerated() { layout.pointee.children[index] = child.layout }
    for (index, capture) in captures.enumerated() {
      layout.pointee.captures[index] = capture.fromRegister ? capture.index * 16 : -1 - capture.index
    }
  }

  /// A model's functions are compiled inside its body, but created by the enclosing function: their captures through the
  /// body are redirected to where the body captures from.
  func redirectCaptures(through body: Prototype) {
    for place in 0..<layout.pointee.captureCount where layout.pointee.captures[place] < 0 {
      layout.pointee.captures[place] = body.layout.pointee.captures[-1 - layout.pointee.captures[place]]
    }
  }

  deinit {
    layout.pointee.code.deallocate()
    (layout.pointee.constants - 16).deallocate()
    layout.pointee.children.deallocate()
    layout.pointee.captures.deallocate()
    layout.deallocate()
  }

  /// Marks this function and its inner functions as reachable.
  func mark() {
    guard !layout.pointee.isMarked else { return }
    layout.pointee.isMarked = true
    for child in children { child.mark() }
  }

  /// Whether the function is marked; clears the mark.
  func consumeMark() -> Bool {
    defer { layout.pointee.isMarked = false }
    return layout.pointee.isMarked
  }

  /// The source range of the instruction before `pc`, which is the running one.
  func span(before pc: UnsafePointer<UInt64>) -> Span? {
    let index = pc - UnsafePointer(layout.pointee.code) - 1
    guard extents.indices.contains(index) else { return nil }
    let extent = extents[index]
    return Span(source, Int(extent.start), Int(extent.end), focus: Int(extent.focus))
  }

  /// Identifies a function across compilations of the same source.
  struct Identity: Hashable {
    let source: ObjectIdentifier
    /// Distinguishes a statement from a function with the same extent.
    let name: String
    let start: Int
    let end: Int
  }
  var identity: Identity { Identity(source: ObjectIdentifier(source), name: name, start: extent.start, end: extent.end) }

  /// The function's source text.
  package var sourceText: String { Span(source, extent.start, extent.end).text }
}

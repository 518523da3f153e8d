import Diagnostics
import Language

extension FunctionCompiler {
  /// Evaluates an expression and returns the register of its value: a local's own, or a new one.
  func expression(_ expression: Expression) throws -> Int {
    if case .name(let name) = expression.kind, case .local(let local) = place(of: name), !local.isCell, !local.isSpilled {
      try at(expression.extent) { try checkAssigned(name, local, expression.extent) }
      return local.register
    }
    let register = try allocateRegister()
    try self.expression(expression, into: register)
    return register
  }

  func expression(_ expression: Expression, into register: Int) throws {
    try marking(expression) { try compile(expression, into: register) }
  }

  private func compile(_ expression: Expression, into register: Int) throws {
    switch expression.kind {
    case .integer(let value):
      if let small = Int32(exactly: value) {
        emit(Word.wide(.loadInt, a: register * 16, Int(small)))
      } else {
        emit(Word.wide(.loadConstant, a: register * 16, constant(value)))
      }
    case .float(let value): emit(Word.wide(.loadConstant, a: register * 16, constant(value)))
    case .boolean(let value): emit(Word.make(.loadBoolean, a: register * 16, b: value ? 1 : 0))
    case .nothing: emit(.loadNothing, register)
    case .string(let parts): try string(parts, into: register)
    case .name(let name): try load(name, into: register, expression.extent)
    case .unary(.negate, let operand): try unary(.negate, operand, into: register)
    case .not(let operand): try unary(.not, operand, into: register)
    case .binary(let operation, let left, let right): try binary(operation, left, right, into: register)
    case .and(let left, let right): try logical(.shortAnd, .both, left, right, into: register)
    case .or(let left, let right): try logical(.shortOr, .either, left, right, into: register)
    case .comparison(let operators, let operands): try comparison(operators, operands, into: register)
    case .range(let low, let high, let step):
      try scratch {
        let first = try sequence(step.map { [low, high, $0] } ?? [low, high])
        if step == nil { emit(.loadUndefined, try allocateRegister()) }
        emit(.range, register, first)
      }
    case .pipe, .call:
      guard let (callee, arguments) = expression.asCall else { return }
      try call(callee, arguments, into: register)
    case .index(let base, let subscripts):
      try scratch {
        let container = try self.expression(base)
        let operands = try subscriptOperands(subscripts, at: expression.extent)
        index(into: register, container, operands, subscripts.count)
      }
    case .field(let base, let name):
      try scratch {
        let container = try self.expression(base)
        at(name.extent) { _ = emit(Word.symbol(.getField, a: register * 16, b: container * 16, symbol(name.text))) }
      }
    case .brackets(let items):
      try scratch {
        if items.count <= FunctionCompiler.literalChunk {
          let first = try sequence(items, storing: true)
          emit(Word.make(.brackets, a: register * 16, b: first * 16, c: items.count))
        } else {
          let list = try allocateRegister()
          try longList(items, into: list)
          emit(Word.make(.brackets, a: register * 16, b: list * 16, c: 0xFFFF))
        }
      }
    case .list(let items):
      try scratch {
        if items.count <= FunctionCompiler.literalChunk {
          let first = try sequence(items, storing: true)
          emit(Word.make(.list, a: register * 16, b: first * 16, c: items.count))
        } else {
          try longList(items, into: register)
        }
      }
    case .record(let fields):
      try scratch {
        let first = try sequence(fields.map(\.value), storing: true)
        recordShapes.append(fields.map { symbol($0.name.text) })
        emit(Word.make(.record, a: register * 16, b: first * 16, c: recordShapes.count - 1))
      }
    case .lambda(let function): try closure(Compiler.function(function, in: self), into: register)
    case .block(let inner): try block(inner, into: register)
    case .branch(let condition, let then, let otherwise): try branch(condition, then, otherwise, into: register)
    case .attempt(let body, let name, let handler): try attempt(body, name, handler, into: register)
    case .invalid: throw fault(SyntaxErrors.unexpected, "invalid expression", expression.extent)
    }
  }

  /// The maximum number of a literal's elements that are in registers at once.
  static let literalChunk = 200

  private func longList(_ items: [Expression], into register: Int) throws {
    try scratch {
      let list = try allocateRegister()
      emit(Word.make(.list, a: list * 16, b: list * 16, c: 0))
      for item in items {
        try scratch {
          let value = try expression(item)
          shareIfNamed(item, value)
          emit(.append, list, value)
        }
      }
      emit(.move, register, list)
    }
  }

  /// Evaluates expressions into new consecutive registers and returns the first.
  func sequence(_ expressions: [Expression], storing: Bool = false) throws -> Int {
    let first = nextRegister
    if expressions.isEmpty { _ = try allocateRegister() }
    for expression in expressions {
      let register = try allocateRegister()
      try self.expression(expression, into: register)
      if storing { shareIfNamed(expression, register) }
    }
    return first
  }

  /// Marks a value as shared if a variable, element or field also refers to it, so that it is copied before a change.
  func shareIfNamed(_ expression: Expression, _ register: Int) {
    switch expression.kind {
    case .name, .index, .field, .block, .branch, .attempt:
      // Nothing jumps to between the two.
      if let last = code.last, Op(rawValue: UInt8(truncatingIfNeeded: last)) == .move, last >> 16 & 0xFFFF == UInt64(register * 16) {
        code[code.count - 1] = last & ~0xFF | UInt64(Op.moveShared.rawValue)
      } else {
        emit(.markShared, register)
      }
    default: break
    }
  }

  // MARK: Names

  func load(_ name: String, into register: Int, _ extent: Extent) throws {
    switch place(of: name) {
    case .local(let local) where local.isSpilled:
      emit(Word.wide(.loadSpilled, a: register * 16, local.register))
      if local.isCell { emit(.getCell, register, register) }
      if !local.isAssigned { emit(Word.wide(.checkAssigned, a: register * 16, Int(symbol(name).id))) }
    case .local(let local):
      if local.isCell {
        emit(.getCell, register, local.register)
        if !local.isAssigned { emit(Word.wide(.checkAssigned, a: register * 16, Int(symbol(name).id))) }
      } else {
        try checkAssigned(name, local, extent)
        if register != local.register { emit(.move, register, local.register) }
      }
    case .capture(let index):
      emit(Word.make(.getCapture, a: register * 16, b: index))
      emit(Word.wide(.checkAssigned, a: register * 16, Int(symbol(name).id)))
    case .field(let symbol, let receiver):
      switch receiver {
      case .register: emit(Word.symbol(.getField, a: register * 16, b: 0, symbol))
      case .capture(let index):
        emit(Word.make(.getCapture, a: register * 16, b: index))
        emit(Word.symbol(.getField, a: register * 16, b: register * 16, symbol))
      }
    case .global(let symbol): emit(Word.wide(.getGlobal, a: register * 16, Int(symbol.id)))
    }
  }

  func checkAssigned(_ name: String, _ local: Local, _ extent: Extent) throws {
    if !local.isAssigned {
      emit(Word.wide(.checkAssigned, a: local.register * 16, Int(symbol(name).id)))
    }
  }

  // MARK: Operators

  private func unary(_ op: Op, _ operand: Expression, into register: Int) throws {
    try scratch {
      let value = try expression(operand)
      emit(op, register, value)
    }
  }

  /// Evaluates the left operand into a register that evaluating the right one does not change.
  func left(_ left: Expression, before right: Expression) throws -> Int {
    let register = try expression(left)
    guard case .name = left.kind, FunctionCompiler.mayAssign(right) else { return register }
    let copy = try allocateRegister()
    emit(.move, copy, register)
    emit(.markShared, copy)
    return copy
  }

  /// Whether evaluating this may assign a variable.
  static func mayAssign(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .integer, .float, .boolean, .nothing, .name, .string: false
    default: !Names(expression).bound.isEmpty
    }
  }

  private func binary(_ operation: BinaryOperator, _ a: Expression, _ b: Expression, into register: Int) throws {
    try scratch {
      if operation == .add || operation == .multiply, let op = operation.withConstant, numericConstant(b) == nil, let constant = numericConstant(a) {
        // The constant is the left operand; `x` tells the slow path.
        emit(Word.make(op, a: register * 16, b: try expression(b) * 16, c: constant * 16, x: 1))
        return
      }
      let first = try left(a, before: b)
      if let op = operation.withConstant, let constant = numericConstant(b) {
        emit(op, register, first, constant)
      } else {
        emit(operation.op, register, first, try expression(b))
      }
    }
  }

  /// `and` and `or` short-circuit on booleans, and work elementwise on tensors.
  private func logical(_ short: Op, _ join: Op, _ a: Expression, _ b: Expression, into register: Int) throws {
    try scratch {
      let result = try allocateRegister()
      try expression(a, into: result)
      let done = jump(short, result)
      let second = try expression(b)
      emit(join, result, result, second)
      patchHere([done])
      emit(.move, register, result)
    }
  }

  func compare(_ comparison: ComparisonOperator, into register: Int, _ a: Int, _ b: Int) {
    switch comparison {
    case .equal: emit(.equal, register, a, b)
    case .notEqual: emit(.notEqual, register, a, b)
    case .less: emit(.less, register, a, b)
    case .lessEqual: emit(.lessEqual, register, a, b)
    case .greater: emit(.less, register, b, a)
    case .greaterEqual: emit(.lessEqual, register, b, a)
    }
  }

  private func comparison(_ operators: [ComparisonOperator], _ operands: [Expression], into register: Int) throws {
    try scratch {
      if operators.count == 1 {
        let first = try left(operands[0], before: operands[1])
        compare(operators[0], into: register, first, try expression(operands[1]))
        return
      }
      // a < b < c is a < b and b < c, with b evaluated once, and c only if a < b may be true.
      let (result, next) = (try allocateRegister(), try allocateRegister())
      let sides = [try allocateRegister(), try allocateRegister()]
      try expression(operands[0], into: sides[0])
      shareIfNamed(operands[0], sides[0])
      try expression(operands[1], into: sides[1])
      marking(operands[0], operands[1]) { compare(operators[0], into: result, sides[0], sides[1]) }
      var done: [Int] = []
      for (index, comparison) in operators.enumerated().dropFirst() {
        done.append(jump(.shortAnd, result))
        let (low, high) = (sides[index % 2], sides[(index + 1) % 2])
        try expression(operands[index + 1], into: high)
        marking(operands[index], operands[index + 1]) { compare(comparison, into: next, low, high) }
        emit(.both, result, result, next)
      }
      patchHere(done)
      emit(.move, register, result)
    }
  }

  private func branch(_ condition: Expression, _ then: Block, _ otherwise: Expression?, into register: Int) throws {
    let elseJumps = try self.condition(condition, jumpIf: false)
    // Both branches end in a temporary register: `register` may be a local that they read.
    try scratch {
      let result = try allocateRegister()
      var done = 0
      try merging(
        {
          try block(then, into: result)
          done = jump(.jump)
          patchHere(elseJumps)
        },
        {
          if let otherwise { try expression(otherwise, into: result) } else { emit(.loadNothing, result) }
        })
      patchHere([done])
      emit(.move, register, result)
    }
  }

  private func attempt(_ body: Block, _ name: Name, _ handler: Block, into register: Int) throws {
    try scratch {
      let result = try allocateRegister()
      let caught = try allocateRegister()
      let start = code.count
      var done = 0
      try merging(
        {
          try block(body, into: result)
          done = jump(.jump)
        },
        {
          handlers.append(Prototype.Handler(start: start, end: code.count, target: code.count, register: caught))
          emit(.caught, caught)
          try store(caught, in: name.text, at: name.extent)
          try block(handler, into: result)
        })
      patchHere([done])
      emit(.move, register, result)
    }
  }

  // MARK: Strings

  private func string(_ parts: [StringPart], into register: Int) throws {
    if parts.isEmpty {
      emit(Word.wide(.loadConstant, a: register * 16, constant("")))
      return
    }
    if parts.count == 1, case .text(let text) = parts[0] {
      emit(Word.wide(.loadConstant, a: register * 16, constant(text)))
      return
    }
    try scratch {
      let first = nextRegister
      for part in parts {
        let slot = try allocateRegister()
        switch part {
        case .text(let text): emit(Word.wide(.loadConstant, a: slot * 16, constant(text)))
        case .value(let value, let format):
          try expression(value, into: slot)
          if let format {
            let index = constant(format)
            guard index < 0xFFFF else { throw fault(MachineErrors.tooLarge, "too many strings in one function", value.extent) }
            at(value.extent) { _ = emit(Word.make(.format, a: slot * 16, b: slot * 16, c: index)) }
          }
        }
      }
      emit(Word.make(.interpolate, a: register * 16, b: first * 16, c: parts.count))
    }
  }
}

extension BinaryOperator {
  var op: Op {
    switch self {
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .floorDivide: .floorDivide
    case .remainder: .remainder
    case .power: .power
    case .matrix: .matrix
    }
  }

  var withConstant: Op? {
    switch self {
    case .add: .addK
    case .subtract: .subtractK
    case .multiply: .multiplyK
    case .divide: .divideK
    case .floorDivide: .floorDivideK
    case .remainder: .remainderK
    default: nil
    }
  }
}

extension Expression {
  /// A call, or a pipe as a call with its left side as the first argument.
  var asCall: (callee: Expression, arguments: [Argument])? {
    switch kind {
    case .call(let callee, let arguments): return (callee, arguments)
    case .pipe(let left, let right):
      if case .call(let callee, let arguments) = right.kind { return (callee, [Argument(name: nil, value: left)] + arguments) }
      return (right, [Argument(name: nil, value: left)])
    default: return nil
    }
  }

  var name: String? { if case .name(let name) = kind { name } else { nil } }
}

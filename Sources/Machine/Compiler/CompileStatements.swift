import Diagnostics
import Language

extension FunctionCompiler {
  /// Compiles a statement; where its value is wanted and it has one, gives the register.
  func statement(_ statement: Statement, wantsValue: Bool = false) throws -> Int? {
    try at(statement.extent) {
      switch statement.kind {
      case .expression(let value):
        if wantsValue { return try expression(value) }
        try scratch { _ = try expression(value) }
      case .assign(let target, let value): try scratch { try assign(target, value) }
      case .function(let name, let function):
        try scratch {
          let register = try takeRegister()
          try closure(Compiler.function(function, in: self), into: register)
          try store(register, in: name.text, at: name.extent)
        }
      case .model(let model):
        try scratch {
          let register = try takeRegister()
          try blueprint(model, into: register)
          try store(register, in: model.name.text, at: model.name.extent)
        }
      case .whileLoop(let condition, let body):
        if isChecking { try checkedWhileLoop(statement, condition, body) } else { try whileLoop(condition, body) }
      case .forLoop(let target, let sequence, let body): try forLoop(statement, target, sequence, body)
      case .return(let value):
        guard kind == .function || kind == .method else {
          throw fault(MachineErrors.misplaced, "`return` stands outside a function", statement.extent)
        }
        if let value { try returning(value) } else { emit(.returnNothing) }
      case .break, .continue:
        guard !loops.isEmpty else {
          throw fault(MachineErrors.misplaced, "`\(statement.isBreak ? "break" : "continue")` stands outside a loop", statement.extent)
        }
        let jump = jump(.jump)
        if statement.isBreak { loops[loops.count - 1].breaks.append(jump) } else { loops[loops.count - 1].continues.append(jump) }
      case .expect(let claim): try scratch { try expect(claim) }
      case .test: break  // Run by `loam test` only.
      case .importFile(let path, let name):
        try scratch {
          let register = try takeRegister()
          emit(Word.wide(.importFile, a: register * 16, constant(path)))
          try store(register, in: name.text, at: name.extent)
        }
      case .invalid: break
      }
      return nil
    }
  }

  /// A block's value is that of its last statement, `nothing` if that has none.
  func block(_ block: Block, into register: Int) throws {
    guard let last = block.statements.last else {
      emit(.loadNothing, register)
      return
    }
    for inner in block.statements.dropLast() { _ = try statement(inner) }
    try scratch {
      if let result = try statement(last, wantsValue: true) {
        if result != register { emit(.move, register, result) }
      } else {
        emit(.loadNothing, register)
      }
    }
  }

  /// Leaves the function with an expression's value: each way through it returns by itself.
  func returning(_ value: Expression) throws {
    try at(value.extent) {
      switch value.kind {
      case .block(let block): try returning(block)
      case .branch(let condition, let then, let otherwise):
        let elseJumps = try self.condition(condition, jumpIf: false)
        try merging(
          { try returning(then) },
          {
            aimHere(elseJumps)
            if let otherwise { try returning(otherwise) } else { emit(.returnNothing) }
          })
      default:
        try scratch {
          let result = try expression(value)
          shareIfNamed(value, result)
          emit(.returnValue, result)
        }
      }
    }
  }

  private func returning(_ block: Block) throws {
    guard let last = block.statements.last else {
      emit(.returnNothing)
      return
    }
    for inner in block.statements.dropLast() { _ = try statement(inner) }
    try at(last.extent) {
      if case .expression(let result) = last.kind { return try returning(result) }
      try scratch { _ = try statement(last) }
      emit(.returnNothing)
    }
  }

  func run(_ block: Block) throws { for inner in block.statements { _ = try statement(inner) } }

  /// What is known to be assigned after either of two ways.
  func merging(_ first: () throws -> Void, _ second: () throws -> Void) rethrows {
    let before = locals
    try first()
    let one = locals
    locals = before
    try second()
    for (name, local) in locals where local.isAssigned && one[name]?.isAssigned == false {
      locals[name]?.isAssigned = false
    }
  }

  // MARK: Assignment

  func assign(_ target: Target, _ value: Expression) throws {
    switch target.kind {
    case .name(let name):
      // A plain local is computed in place: an expression writes its result last, after all reading.
      if case .local(let local) = place(of: name), !local.isCell, !local.isFar {
        if try !pushed(value, onto: name, local) { try assigned(value, to: name, into: local.register) }
        locals[name]?.isAssigned = true
        return
      }
      let result = try takeRegister()
      try assigned(value, to: name, into: result)
      try store(result, in: name, at: target.extent)
    case .state(let name):
      throw fault(MachineErrors.misplaced, "`state \(name)` stands outside the body of a model", target.extent)
    default:
      let result = try expression(value)
      shareIfNamed(value, result)
      try store(result, in: target)
    }
  }

  /// `xs = append(xs, x)`, compiled so that adding to a list that nobody else holds is one instruction.
  private func pushed(_ value: Expression, onto name: String, _ local: Local) throws -> Bool {
    guard let (callee, arguments) = value.asCall, let function = callee.name, function == "append", case .global = place(of: function),
      arguments.count == 2, arguments.allSatisfy({ $0.name == nil }), arguments[0].value.name == name,
      !FunctionCompiler.mayAssign(arguments[1].value)
    else { return false }
    try at(value.extent) {
      try scratch {
        try checkAssigned(name, local, arguments[0].value.extent)
        let base = try takeRegister()
        try expression(callee, into: base)
        let list = try takeRegister()
        try expression(arguments[1].value, into: takeRegister())
        emit(.push, local.register, base)
        // What `push` passes over.
        emit(.move, list, local.register)
        emit(Word.make(.call, a: base * 16, b: 2, c: 1))
        emit(.move, local.register, base)
      }
    }
    return true
  }

  private func assigned(_ value: Expression, to name: String, into register: Int) throws {
    try at(value.extent) {
      if let (callee, arguments) = value.asCall {
        try call(callee, arguments, replacing: name, into: register)
      } else {
        try expression(value, into: register)
        shareIfNamed(value, register)
      }
    }
  }

  /// Stores a register in a target of any form.
  func store(_ register: Int, in target: Target) throws {
    try at(target.extent) {
      switch target.kind {
      case .name(let name), .state(let name): try store(register, in: name, at: target.extent)
      case .list(let targets):
        try scratch {
          let first = nextRegister
          for _ in targets { _ = try takeRegister() }
          emit(Word.make(.unpack, a: first * 16, b: register * 16, c: targets.count))
          for (index, inner) in targets.enumerated() { try store(first + index, in: inner) }
        }
      case .index(let base, let subscripts):
        try scratch {
          // The instruction itself copies a list that others hold, where a local is its only target.
          let container = try plainLocal(base) ?? owned(base)
          let mark = nextRegister
          let operands = try subscriptOperands(subscripts)
          if subscripts.count == 1, case .position = subscripts[0] {
            emit(.setIndex, container, operands, register)
          } else {
            emit(.move, try takeRegister(), register)
            emit(Word.make(.setIndexMany, a: container * 16, b: operands * 16, c: subscripts.count))
          }
          nextRegister = mark
          try store(container, back: base)
        }
      case .field(let base, let name):
        try scratch {
          let container = try owned(base)
          emit(Word.symbol(.setField, a: container * 16, b: register * 16, symbol(name.text)))
          try store(container, back: base)
        }
      }
    }
  }

  /// The register of a variable that instructions can name.
  private func plainLocal(_ target: Target) throws -> Int? {
    guard case .name(let name) = target.kind, case .local(let local) = place(of: name), !local.isCell, !local.isFar else { return nil }
    try at(target.extent) { try checkAssigned(name, local, target.extent) }
    return local.register
  }

  /// The value of a target, in a register, made safe to change in place.
  private func owned(_ target: Target) throws -> Int {
    try at(target.extent) {
      switch target.kind {
      case .name(let name):
        if let register = try plainLocal(target) {
          emit(.own, register)
          return register
        }
        try refuseRebinding(name, target.extent)
        let register = try takeRegister()
        try load(name, into: register, target.extent)
        emit(.own, register)
        return register
      case .index(let base, let subscripts):
        let container = try owned(base)
        let register = try takeRegister()
        try scratch {
          let operands = try subscriptOperands(subscripts)
          index(into: register, container, operands, subscripts.count)
        }
        emit(.own, register)
        return register
      case .field(let base, let name):
        let container = try owned(base)
        let register = try takeRegister()
        emit(Word.symbol(.getField, a: register * 16, b: container * 16, symbol(name.text)))
        emit(.own, register)
        return register
      case .state, .list:
        throw fault(MachineErrors.misplaced, "only a name, an element or a field can be changed", target.extent)
      }
    }
  }

  /// After a change to a part: puts the (possibly new) whole where it came from.
  private func store(_ container: Int, back target: Target) throws {
    switch target.kind {
    case .name(let name):
      if case .local(let local) = place(of: name), local.register == container { return }
      try store(container, in: name, at: target.extent)
    default: try store(container, in: target)
    }
  }

  /// An inner function reads outer names; it never rebinds them.
  private func refuseRebinding(_ name: String, _ extent: Extent) throws {
    let isOuter: Bool
    switch place(of: name) {
    case .capture: isOuter = true
    case .global: isOuter = kind != .topLevel
    case .field: isOuter = kind != .modelBody && !isStateOfModel(name)
    case .local: isOuter = false
    }
    guard isOuter else { return }
    throw fault(
      MachineErrors.rebinding, "`\(name)` belongs to the code around this function, which cannot change it", extent,
      hint: "return the new value, and assign it outside: `\(name) = ...`")
  }

  /// Assigns to a name, which binds it here.
  func store(_ register: Int, in name: String, at extent: Extent) throws {
    if isStateOfModel(name) {
      emit(Word.symbol(.setState, a: 0, b: register * 16, symbol(name)))
      return
    }
    if kind == .modelBody {
      emit(Word.symbol(.setField, a: 0, b: register * 16, symbol(name)))
      return
    }
    if let local = locals[name] {
      if local.isFar {
        try scratch { try storeFar(register, in: local) }
      } else {
        emit(local.isCell ? .setCell : .move, local.register, register)
      }
      locals[name]?.isAssigned = true
      guard kind == .topLevel else { return }
    }
    emit(Word.wide(.setGlobal, a: register * 16, Int(symbol(name).id)))
  }

  // MARK: Loops

  private func whileLoop(_ condition: Expression, _ body: Block) throws {
    // Tested at the bottom: one jump a pass.
    let before = locals
    let entry = jump(.jump)
    let top = code.count
    loops.append(Loop())
    try run(body)
    locals = before
    let loop = loops.removeLast()
    aimHere(loop.continues)
    aimHere([entry])
    for jump in try self.condition(condition, jumpIf: true) { aim(jump, to: top) }
    aimHere(loop.breaks)
  }

  /// Registers: the counter or position, the passes left or what is gone through, the step; then the
  /// element, where no local takes it.
  private func forLoop(_ statement: Statement, _ target: Target, _ sequence: Expression, _ body: Block) throws {
    try scratch {
      let state = nextRegister
      for _ in 0..<(isChecking ? 5 : 4) { _ = try takeRegister() }
      try at(sequence.extent) {
        if case .range(let low, let high, let step) = sequence.kind {
          try expression(low, into: state)
          try expression(high, into: state + 1)
          if let step { try expression(step, into: state + 2) } else { emit(.loadUndefined, state + 2) }
          emit(.range, state, state)
        } else {
          try expression(sequence, into: state)
          shareIfNamed(sequence, state)
        }
        emit(.forPrepare, state)
      }
      if isChecking { return try checkedForLoop(statement, state, body) { try bindLoopVariable(target, $0, body, $1) } }
      let before = locals
      let entry = jump(.jump)
      let top = code.count
      loops.append(Loop())
      let element = plainLocal(target, body) ?? state + 3
      try bindLoopVariable(target, element, body) { try run(body) }
      locals = before
      let loop = loops.removeLast()
      aimHere(loop.continues)
      aimHere([entry])
      at(sequence.extent) { aim(jump(.forNext, state, element), to: top) }
      aimHere(loop.breaks)
    }
  }

  /// The register of a loop's variable, if the element can go straight into it.
  private func plainLocal(_ target: Target, _ body: Block) -> Int? {
    guard case .name(let name) = target.kind, kind != .topLevel, let local = locals[name], !local.isCell, !local.isFar else { return nil }
    return local.register
  }

  /// Each pass has its own variable: one that an inner function reads is a new cell each time.
  private func bindLoopVariable(_ target: Target, _ element: Int, _ body: Block, _ run: () throws -> Void) throws {
    let inner = Names(body).readByInner
    let captured = Set(target.names).intersection(inner)
    if case .list = target.kind, !captured.isEmpty { return try bindCaptured(target, captured.sorted(), element, run) }
    guard case .name(let name) = target.kind, inner.contains(name) else {
      if let local = plainLocal(target, body), local == element {
        if case .name(let name) = target.kind { locals[name]?.isAssigned = true }
      } else {
        try store(element, in: target)
      }
      return try run()
    }
    let outerLocal = locals[name]
    let cell = try takeRegister()
    emit(.newCell, cell, element)
    if kind == .topLevel { emit(Word.wide(.setGlobal, a: element * 16, Int(symbol(name).id))) }
    if let outerLocal, outerLocal.isCell { emit(.setCell, outerLocal.register, element) }
    locals[name] = Local(register: cell, isCell: true, isAssigned: true)
    defer { locals[name] = outerLocal }
    try run()
  }

  /// Several variables at once, some of which inner functions read.
  private func bindCaptured(_ target: Target, _ captured: [String], _ element: Int, _ run: () throws -> Void) throws {
    let outer = locals
    for name in captured {
      let cell = try takeRegister()
      emit(.loadUndefined, cell)
      emit(.newCell, cell, cell)
      locals[name] = Local(register: cell, isCell: true, isAssigned: true)
    }
    try store(element, in: target)
    defer { for name in captured { locals[name] = outer[name] } }
    try run()
    // After the loop the variables are what they were in its last pass.
    for name in captured {
      guard let before = outer[name], let inside = locals[name] else { continue }
      try scratch {
        let value = try takeRegister()
        emit(.getCell, value, inside.register)
        if before.isFar { try storeFar(value, in: before) } else { emit(before.isCell ? .setCell : .move, before.register, value) }
      }
    }
  }

  // MARK: Claims

  /// Compiles a claim so that its two sides can be shown.
  private func expect(_ claim: Expression) throws {
    let result = try takeRegister()
    let left = try takeRegister()
    let right = try takeRegister()
    guard case .comparison(let operators, let operands) = claim.kind, operators.count == 1 else {
      emit(.loadUndefined, left)
      emit(.loadUndefined, right)
      try expression(claim, into: result)
      at(claim.extent) { _ = emit(.expect, result, left, right) }
      return
    }
    try expression(operands[0], into: left)
    try expression(operands[1], into: right)
    at(claim.extent) {
      compare(operators[0], into: result, left, right)
      _ = emit(.expect, result, left, right)
    }
  }
}

extension Statement {
  fileprivate var isBreak: Bool { if case .break = kind { true } else { false } }
}

extension Target {
  /// The names that it binds.
  fileprivate var names: [String] {
    switch kind {
    case .name(let name), .state(let name): [name]
    case .list(let targets): targets.flatMap(\.names)
    case .index, .field: []
    }
  }
}

import Diagnostics
import Language

// Loops and their variables.
extension FunctionCompiler {
  func whileLoop(_ condition: Expression, _ body: Block) throws {
    // Tested at the bottom: one jump per iteration.
    let entry = jump(.jump)
    let top = code.count
    let loop = try iteration { try run(body) }
    patchHere([entry])
    for jump in try self.condition(condition, jumpIf: true) { patch(jump, to: top) }
    patchHere(loop.breaks)
  }

  /// Registers of the state: the counter or index, the remaining iterations or the sequence, the step; then the element,
  /// unless it goes directly into a local.
  func forLoop(_ statement: Statement, _ target: Target, _ sequence: Expression, _ body: Block) throws {
    try scratch {
      let state = nextRegister
      for _ in 0..<(machine.policy.boundsLoops ? 5 : 4) { _ = try allocateRegister() }
      try marking(sequence) {
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
      if machine.policy.boundsLoops { return try checkedForLoop(statement, state, body) { try bindLoopVariable(target, $0, body, $1) } }
      let entry = jump(.jump)
      let top = code.count
      let element = plainLocal(target, body) ?? state + 3
      let loop = try iteration { try bindLoopVariable(target, element, body) { try run(body) } }
      patchHere([entry])
      marking(sequence) { patch(jump(.forNext, state, element), to: top) }
      patchHere(loop.breaks)
    }
  }

  /// One iteration of a loop. What it assigns may be unassigned after the loop, since there may be no iteration. Patches
  /// each `continue` to jump here, and leaves each `break` to be patched.
  func iteration(_ body: () throws -> Void) throws -> Loop {
    let before = locals
    loops.append(Loop())
    try body()
    locals = before
    let loop = loops.removeLast()
    patchHere(loop.continues)
    return loop
  }

  /// The register of the loop variable, if the element can be written to it directly.
  private func plainLocal(_ target: Target, _ body: Block) -> Int? {
    guard case .name(let name) = target.kind, kind != .topLevel, let local = locals[name], !local.isCell, !local.isSpilled else { return nil }
    return local.register
  }

  /// Each iteration has its own variable: one that is captured by an inner function is a new cell each time.
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
    let cell = try allocateRegister()
    emit(.newCell, cell, element)
    if kind == .topLevel { emit(Word.wide(.setGlobal, a: element * 16, Int(symbol(name).id))) }
    if let outerLocal, outerLocal.isCell { emit(.setCell, outerLocal.register, element) }
    locals[name] = Local(register: cell, isCell: true, isAssigned: true)
    protectLocals()
    defer { locals[name] = outerLocal }
    try run()
  }

  /// Several loop variables, some of which are captured.
  private func bindCaptured(_ target: Target, _ captured: [String], _ element: Int, _ run: () throws -> Void) throws {
    let outer = locals
    for name in captured {
      let cell = try allocateRegister()
      emit(.loadUndefined, cell)
      emit(.newCell, cell, cell)
      locals[name] = Local(register: cell, isCell: true, isAssigned: true)
      protectLocals()
    }
    try store(element, in: target)
    // After the loop the variables have the values that its last iteration started with.
    for name in captured {
      guard let before = outer[name], let inside = locals[name] else { continue }
      try scratch {
        let value = try allocateRegister()
        emit(.getCell, value, inside.register)
        if before.isSpilled { try storeSpilled(value, in: before) } else { emit(before.isCell ? .setCell : .move, before.register, value) }
      }
    }
    defer { for name in captured { locals[name] = outer[name] } }
    try run()
  }
}

extension Target {
  /// The names that the target assigns.
  fileprivate var names: [String] {
    switch kind {
    case .name(let name), .state(let name): [name]
    case .list(let targets): targets.flatMap(\.names)
    case .index, .field: []
    }
  }
}

import Language

// Loops of checked programs: see `Checking`.
extension FunctionCompiler {
  /// A variable that a loop assigns, with its value before the loop.
  private struct Kept {
    let name: String
    let register: Int
  }

  func checkedWhileLoop(_ statement: Statement, _ condition: Expression, _ body: Block) throws {
    try scratch {
      let flag = try allocateRegister()
      emit(Word.make(.loadBoolean, a: flag * 16, b: 0))
      let kept = try keep(whatChangesIn: statement)
      let top = code.count
      let test = try scratch {
        let result = try allocateRegister()
        try expression(condition, into: result)
        return marking(condition) { jump(.checkLoopTest, result, flag) }
      }
      let loop = try iteration { try run(body) }
      patch(jump(.jump), to: top)
      patchHere([test] + loop.breaks)
      try join(kept, flag)
    }
  }

  func checkedForLoop(_ statement: Statement, _ state: Int, _ body: Block, _ bind: (Int, () throws -> Void) throws -> Void) throws {
    let (element, flag) = (state + 3, state + 4)
    emit(Word.make(.loadBoolean, a: flag * 16, b: 0))
    let kept = try keep(whatChangesIn: statement)
    let top = code.count
    let test = jump(.checkForNext, state, element)
    let loop = try iteration { try bind(element) { try run(body) } }
    patch(jump(.jump), to: top)
    patchHere([test] + loop.breaks)
    try join(kept, flag)
  }

  private func keep(whatChangesIn statement: Statement) throws -> [Kept] {
    let names = Names([statement])
    return try Set(names.bound).union(names.changed).sorted().compactMap { name in
      switch place(of: name) {
      case .local, .global: break
      case .capture, .field: return nil
      }
      guard nextRegister < FunctionCompiler.nearLimit else { return nil }
      let register = try allocateRegister()
      try loadUnchecked(name, into: register)
      emit(.markShared, register)
      return Kept(name: name, register: register)
    }
  }

  private func join(_ kept: [Kept], _ flag: Int) throws {
    for variable in kept {
      try scratch {
        let now = try allocateRegister()
        try loadUnchecked(variable.name, into: now)
        emit(.checkJoin, now, variable.register, flag)
        if let local = locals[variable.name] {
          if local.isSpilled { try storeSpilled(now, in: local) } else { emit(local.isCell ? .setCell : .move, local.register, now) }
        } else if kind == .topLevel {
          emit(Word.wide(.setGlobal, a: now * 16, Int(symbol(variable.name).id)))
        }
      }
    }
  }

  /// Loads a variable without a check that it is assigned.
  private func loadUnchecked(_ name: String, into register: Int) throws {
    if let local = locals[name] {
      if local.isSpilled {
        emit(Word.wide(.loadSpilled, a: register * 16, local.register))
        if local.isCell { emit(.getCell, register, register) }
      } else {
        emit(local.isCell ? .getCell : .move, register, local.register)
      }
    } else {
      emit(Word.wide(.checkGlobal, a: register * 16, Int(symbol(name).id)))
    }
  }
}

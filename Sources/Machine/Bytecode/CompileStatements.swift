import Diagnostics
import Language

extension FunctionCompiler {
  /// Compiles a statement. Returns the register of its value, if it has one and `wantsValue` is set.
  func statement(_ statement: Statement, wantsValue: Bool = false) throws -> Int? {
    try at(statement.extent) {
      switch statement.kind {
      case .expression(let value):
        if wantsValue { return try expression(value) }
        try discarding(value)
      case .assign(let target, let value): try scratch { try assign(target, value) }
      case .function(let name, let function):
        try scratch {
          let register = try allocateRegister()
          try closure(Compiler.function(function, in: self), into: register)
          try store(register, in: name.text, at: name.extent)
        }
      case .model(let model):
        try scratch {
          let register = try allocateRegister()
          try blueprint(model, into: register)
          try store(register, in: model.name.text, at: model.name.extent)
        }
      case .whileLoop(let condition, let body):
        if machine.policy.boundsLoops { try checkedWhileLoop(statement, condition, body) } else { try whileLoop(condition, body) }
      case .forLoop(let target, let sequence, let body): try forLoop(statement, target, sequence, body)
      case .return(let value):
        guard kind == .function || kind == .method else {
          throw fault(MachineErrors.misplaced, "`return` outside a function", statement.extent)
        }
        if let value { try returning(value) } else { emit(.returnNothing) }
      case .break, .continue:
        guard !loops.isEmpty else {
          throw fault(MachineErrors.misplaced, "`\(statement.isBreak ? "break" : "continue")` outside a loop", statement.extent)
        }
        let jump = jump(.jump)
        if statement.isBreak { loops[loops.count - 1].breaks.append(jump) } else { loops[loops.count - 1].continues.append(jump) }
      case .expect(let claim): try scratch { try expect(claim) }
      case .test: break  // Run by `loam test` only.
      case .importFile(let path, let name):
        try scratch {
          let register = try allocateRegister()
          emit(Word.wide(.importFile, a: register * 16, constant(path)))
          try store(register, in: name.text, at: name.extent)
        }
      case .invalid: break
      }
      return nil
    }
  }

  /// Compiles an expression whose value is not used: its branches need no values either.
  private func discarding(_ value: Expression) throws {
    try marking(value) {
      switch value.kind {
      case .block(let block): try run(block)
      case .branch(let condition, let then, let otherwise):
        let elseJumps = try self.condition(condition, jumpIf: false)
        var done: [Int] = []
        try merging(
          {
            try run(then)
            if otherwise != nil { done.append(jump(.jump)) }
            patchHere(elseJumps)
          },
          { if let otherwise { try discarding(otherwise) } })
        patchHere(done)
      default: try scratch { _ = try expression(value) }
      }
    }
  }

  /// A block's value is that of its last statement, or `nothing`.
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

  /// Returns an expression's value from the function; each branch of the expression returns separately.
  func returning(_ value: Expression) throws {
    try marking(value) {
      switch value.kind {
      case .block(let block): try returning(block)
      case .branch(let condition, let then, let otherwise):
        let elseJumps = try self.condition(condition, jumpIf: false)
        try merging(
          { try returning(then) },
          {
            patchHere(elseJumps)
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

  /// Compiles two branches; a variable counts as assigned afterwards if both assign it.
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

  // MARK: Expectations

  /// Compiles `expect` so that both sides of a comparison can be shown.
  private func expect(_ claim: Expression) throws {
    let result = try allocateRegister()
    let left = try allocateRegister()
    let right = try allocateRegister()
    guard case .comparison(let operators, let operands) = claim.kind, operators.count == 1 else {
      emit(.loadUndefined, left)
      emit(.loadUndefined, right)
      try expression(claim, into: result)
      marking(claim) { _ = emit(.expect, result, left, right) }
      return
    }
    try expression(operands[0], into: left)
    try expression(operands[1], into: right)
    marking(claim) {
      compare(operators[0], into: result, left, right)
      _ = emit(.expect, result, left, right)
    }
  }
}

extension Statement {
  fileprivate var isBreak: Bool { if case .break = kind { true } else { false } }
}

import Diagnostics
import Language

// Assignment to names, elements, fields and lists of targets.
extension FunctionCompiler {
  func assign(_ target: Target, _ value: Expression) throws {
    switch target.kind {
    case .name(let name):
      // A plain local is computed in place: an expression writes its result only after all reads.
      if case .local(let local) = place(of: name), !local.isCell, !local.isSpilled {
        if try !compileAppend(value, onto: name, local) { try assigned(value, to: name, into: local.register) }
        locals[name]?.isAssigned = true
        return
      }
      let result = try allocateRegister()
      try assigned(value, to: name, into: result)
      try store(result, in: name, at: target.extent)
    case .state(let name):
      throw fault(MachineErrors.misplaced, "`state \(name)` outside the body of a model", target.extent)
    case .list(let targets):
      // `(a, b) = (b, a)` needs no list: all values are computed, then stored.
      if case .list(let items) = value.kind, items.count == targets.count, items.count <= FunctionCompiler.literalChunk {
        return try scratch {
          let first = try sequence(items, storing: true)
          for (index, inner) in targets.enumerated() { try store(first + index, in: inner) }
        }
      }
      fallthrough
    default:
      try scratch {
        let outer = preparedSubscripts
        defer { preparedSubscripts = outer }
        let isUpdate = if case .binary(_, let left, _) = value.kind { left.extent == target.extent } else { false }
        try prepareSubscripts(of: target, isRepeated: isUpdate, before: value)
        let result = try expression(value)
        shareIfNamed(value, result)
        try store(result, in: target)
      }
    }
  }

  /// Evaluates the subscripts of a target into registers if they are needed several times: in a compound assignment such
  /// as `x[f()] += 1`, and for an inner container, which is read and stored back. Names and literals that cannot change
  /// in between are evaluated again instead.
  private func prepareSubscripts(of target: Target, isRepeated: Bool, before value: Expression) throws {
    switch target.kind {
    case .index(let base, let subscripts):
      try prepareSubscripts(of: base, isRepeated: true, before: value)
      guard isRepeated, FunctionCompiler.mayAssign(value) || !subscripts.allSatisfy(FunctionCompiler.isPlain) else { return }
      try at(target.extent) {
        let first = nextRegister
        for _ in subscripts { _ = try allocateRegister() }
        try subscriptOperands(subscripts, into: first)
        preparedSubscripts.append((target.extent, first))
      }
    case .field(let base, _): try prepareSubscripts(of: base, isRepeated: true, before: value)
    case .name, .state, .list: break
    }
  }

  private static func isPlain(_ subscript_: Subscript) -> Bool {
    func isPlain(_ value: Expression?) -> Bool {
      switch value?.kind {
      case nil, .name, .integer: true
      default: false
      }
    }
    return switch subscript_ {
    case .position(let value): isPlain(value)
    case .slice(let low, let high, let step): isPlain(low) && isPlain(high) && isPlain(step)
    case .ellipsis: true
    }
  }

  /// Compiles `xs = append(xs, x)` to a single instruction for a list with one reference, with the call as its fallback.
  private func compileAppend(_ value: Expression, onto name: String, _ local: Local) throws -> Bool {
    guard let (callee, arguments) = value.asCall, let function = callee.name, function == "append", case .global = place(of: function),
      arguments.count == 2, arguments.allSatisfy({ $0.name == nil }), arguments[0].value.name == name,
      !FunctionCompiler.mayAssign(arguments[1].value)
    else { return false }
    try marking(value) {
      try scratch {
        try checkAssigned(name, local, arguments[0].value.extent)
        let base = try allocateRegister()
        try expression(callee, into: base)
        let list = try allocateRegister()
        try expression(arguments[1].value, into: allocateRegister())
        emit(.push, local.register, base)
        // `push` skips these.
        emit(.move, list, local.register)
        emit(Word.make(.call, a: base * 16, b: 2, c: 1))
        emit(.move, local.register, base)
      }
    }
    return true
  }

  private func assigned(_ value: Expression, to name: String, into register: Int) throws {
    try marking(value) {
      if let (callee, arguments) = value.asCall {
        try call(callee, arguments, replacing: name, into: register)
      } else {
        try expression(value, into: register)
        shareIfNamed(value, register)
      }
    }
  }

  /// Stores a register in a target.
  func store(_ register: Int, in target: Target) throws {
    try at(target.extent) {
      switch target.kind {
      case .name(let name), .state(let name): try store(register, in: name, at: target.extent)
      case .list(let targets):
        try scratch {
          let first = nextRegister
          for _ in targets { _ = try allocateRegister() }
          emit(Word.make(.unpack, a: first * 16, b: register * 16, c: targets.count))
          for (index, inner) in targets.enumerated() { try store(first + index, in: inner) }
        }
      case .index(let base, let subscripts):
        try scratch {
          // For a local, the instruction itself copies a shared list.
          let container = try plainLocal(base) ?? owned(base)
          let mark = nextRegister
          let operands = try subscriptOperands(subscripts, at: target.extent)
          if subscripts.count == 1, case .position = subscripts[0] {
            emit(.setIndex, container, operands, register)
          } else {
            emit(.move, try allocateRegister(), register)
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

  /// The register of a local that instructions can address directly.
  private func plainLocal(_ target: Target) throws -> Int? {
    guard case .name(let name) = target.kind, case .local(let local) = place(of: name), !local.isCell, !local.isSpilled else { return nil }
    try at(target.extent) { try checkAssigned(name, local, target.extent) }
    return local.register
  }

  /// Loads the value of a target into a register, copied if it is shared, so that it can be changed in place.
  private func owned(_ target: Target) throws -> Int {
    try at(target.extent) {
      switch target.kind {
      case .name(let name):
        if let register = try plainLocal(target) {
          emit(.ensureUnique, register)
          return register
        }
        try refuseRebinding(name, target.extent)
        let register = try allocateRegister()
        try load(name, into: register, target.extent)
        emit(.ensureUnique, register)
        return register
      case .index(let base, let subscripts):
        let container = try owned(base)
        let register = try allocateRegister()
        try scratch {
          let operands = try subscriptOperands(subscripts, at: target.extent)
          index(into: register, container, operands, subscripts.count)
        }
        emit(.ensureUnique, register)
        return register
      case .field(let base, let name):
        let container = try owned(base)
        let register = try allocateRegister()
        emit(Word.symbol(.getField, a: register * 16, b: container * 16, symbol(name.text)))
        emit(.ensureUnique, register)
        return register
      case .state, .list:
        throw fault(MachineErrors.misplaced, "cannot assign to this expression", target.extent)
      }
    }
  }

  /// After a change to a part, stores the (possibly copied) container back.
  private func store(_ container: Int, back target: Target) throws {
    switch target.kind {
    case .name(let name):
      if case .local(let local) = place(of: name), local.register == container { return }
      try store(container, in: name, at: target.extent)
    default: try store(container, in: target)
    }
  }

  /// Inner functions can read outer variables, but not assign to them.
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
      MachineErrors.rebinding, "cannot assign to outer variable `\(name)`", extent,
      hint: "return the new value, and assign it outside the function: `\(name) = ...`")
  }

  /// Assigns to a name, which makes it a variable of this function.
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
      if local.isSpilled {
        try scratch { try storeSpilled(register, in: local) }
      } else {
        emit(local.isCell ? .setCell : .move, local.register, register)
      }
      locals[name]?.isAssigned = true
      guard kind == .topLevel else { return }
    }
    emit(Word.wide(.setGlobal, a: register * 16, Int(symbol(name).id)))
  }
}

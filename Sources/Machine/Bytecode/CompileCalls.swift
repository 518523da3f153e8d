import Diagnostics
import Language

// Calls, elements and functions as values.
extension FunctionCompiler {
  /// `replaced`: the variable that the result is assigned to.
  func call(_ callee: Expression, _ arguments: [Argument], replacing replaced: String? = nil, into register: Int) throws {
    guard arguments.count <= FunctionCompiler.argumentLimit else {
      throw fault(
        MachineErrors.tooLarge, "a call takes at most \(FunctionCompiler.argumentLimit) arguments, got \(arguments.count)", extent,
        hint: "pass them as one list or tensor")
    }
    try scratch {
      let base = isLastTemporary(register) ? register : try allocateRegister()
      try expression(callee, into: base)
      let lastAssigning = arguments.lastIndex { FunctionCompiler.mayAssign($0.value) } ?? 0
      for (index, argument) in arguments.enumerated() {
        let value = try allocateRegister()
        try expression(argument.value, into: value)
        if index < lastAssigning { shareIfNamed(argument.value, value) }
      }
      let names = arguments.compactMap(\.name)
      if names.isEmpty, !machine.policy.boundsLoops {
        emit(Word.make(.call, a: base * 16, b: arguments.count, c: replaced != nil && arguments.first?.value.name == replaced ? 1 : 0))
      } else {
        callShapes.append(names.map { symbol($0.text) })
        emit(Word.make(.callNamed, a: base * 16, b: Word.named | (arguments.count - names.count), c: callShapes.count - 1))
      }
      if register != base { emit(.move, register, base) }
    }
  }

  private static let argumentLimit = 500

  /// Evaluates subscripts into consecutive registers and returns the first. `element`: the extent of the indexed expression.
  func subscriptOperands(_ subscripts: [Subscript], at element: Extent) throws -> Int {
    if let prepared = preparedSubscripts.last(where: { $0.element == element }) { return prepared.register }
    if subscripts.count == 1, case .position(let value) = subscripts[0] { return try expression(value) }
    let first = nextRegister
    for _ in subscripts { _ = try allocateRegister() }
    try subscriptOperands(subscripts, into: first)
    return first
  }

  func subscriptOperands(_ subscripts: [Subscript], into first: Int) throws {
    guard subscripts.count <= 64 else {
      throw fault(MachineErrors.badIndex, "too many indices: \(subscripts.count)", extent)
    }
    for (offset, subscript_) in subscripts.enumerated() {
      switch subscript_ {
      case .position(let value): try expression(value, into: first + offset)
      case .ellipsis: emit(.loadEllipsis, first + offset)
      case .slice(let low, let high, let step):
        try scratch {
          let bounds = nextRegister
          for value in [low, high, step] {
            let slot = try allocateRegister()
            if let value { try expression(value, into: slot) } else { emit(.loadUndefined, slot) }
          }
          emit(.slice, first + offset, bounds)
        }
      }
    }
  }

  func index(into register: Int, _ container: Int, _ operands: Int, _ count: Int) {
    if count == 1 {
      emit(.getIndex, register, container, operands)
    } else {
      emit(Word.make(.getIndexMany, a: register * 16, b: container * 16, c: operands * 16, x: count))
    }
  }

  /// Creates a closure: a prototype with its captured cells.
  func closure(_ prototype: Prototype, into register: Int) throws {
    children.append(prototype)
    guard children.count <= 0xFFFF else {
      throw fault(MachineErrors.tooLarge, "too many inner functions", extent)
    }
    emit(Word.make(.closure, a: register * 16, b: children.count - 1))
  }
}

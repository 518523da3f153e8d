import Diagnostics
import Language

/// Compiles syntax trees to prototypes.
enum Compiler {
  /// Compiles a top-level statement to a function without parameters that returns the statement's value.
  static func statement(
    _ statement: Statement, _ source: Source, _ module: Module, _ machine: Machine
  ) throws -> Prototype {
    try withFarJumpsIfNeeded { farJumps in
      let compiler = FunctionCompiler(
        machine, source, module, .topLevel, name: "the program", names: Names([statement]), outer: nil, farJumps: farJumps)
      try compiler.at(statement.extent) {
        if let result = try compiler.statement(statement, wantsValue: true) {
          _ = compiler.emit(.returnValue, result)
        } else {
          _ = compiler.emit(.returnNothing)
        }
      }
      return (compiler, compiler.prototype(parameters: [], extent: statement.extent))
    }
  }

  /// Compiles the body of a `test` block, which has its own variables.
  static func test(_ body: Block, _ name: String, _ source: Source, _ module: Module, _ machine: Machine) throws -> Prototype {
    try withFarJumpsIfNeeded { farJumps in
      let compiler = FunctionCompiler(
        machine, source, module, .function, name: "test \"\(name)\"", names: Names(body), outer: nil, farJumps: farJumps)
      let parameters = try compiler.parameters([])
      try compiler.at(body.extent) {
        try compiler.run(body)
        compiler.emit(.returnNothing)
      }
      return (compiler, compiler.prototype(parameters: parameters, extent: body.extent))
    }
  }

  /// Far jumps take an extra instruction, so they are used only in a function where a short jump does not reach.
  private static func withFarJumpsIfNeeded(
    _ compile: (Bool) throws -> (FunctionCompiler, Prototype)
  ) rethrows -> Prototype {
    let (compiler, prototype) = try compile(false)
    return compiler.needsFarJumps ? try compile(true).1 : prototype
  }

  static func function(
    _ function: Function, in outer: FunctionCompiler, kind: FunctionCompiler.Kind = .function
  ) throws -> Prototype {
    try withFarJumpsIfNeeded { farJumps in
      let names = Names(function)
      let compiler = FunctionCompiler(
        outer.machine, outer.source, outer.module, kind, name: function.name ?? "a function", names: names,
        outer: outer, farJumps: farJumps)
      let parameters = try compiler.parameters(function.parameters)
      try compiler.returning(function.body)
      return (
        compiler,
        compiler.prototype(parameters: parameters, extent: function.extent, documentation: function.documentation)
      )
    }
  }

  /// Compiles the body of a model to a function that sets the fields of the model in register 0, and its functions to
  /// methods.
  static func model(_ model: Model, in outer: FunctionCompiler) throws -> (body: Prototype, methods: [Prototype]) {
    var methods: [Prototype] = []
    let body = try withFarJumpsIfNeeded { farJumps in
      let names = Names(model)
      let compiler = FunctionCompiler(
        outer.machine, outer.source, outer.module, .modelBody, name: model.name.text, names: names, outer: outer,
        farJumps: farJumps)
      compiler.fields = Set(names.bound + ModelArgument.fields)
      compiler.states = states(model.body)
      methods = []
      let parameters = try compiler.parameters(model.parameters)
      for statement in model.body.statements {
        try compiler.at(statement.extent) {
          if case .function(_, let function) = statement.kind {
            methods.append(try Compiler.function(function, in: compiler, kind: .method))
          } else {
            try compiler.modelStatement(statement)
          }
        }
      }
      compiler.emit(.returnNothing)
      let info = Prototype.ModelInfo(
        states: Set(compiler.states.map { outer.symbol($0) }),
        methodNames: methods.map { outer.symbol($0.name) }, fields: fieldExtents(model.body, outer))
      return (
        compiler,
        compiler.prototype(parameters: parameters, extent: model.extent, documentation: model.documentation, model: info)
      )
    }
    for method in methods { method.redirectCaptures(through: body) }
    return (body, methods)
  }

  private static func fieldExtents(_ block: Block, _ outer: FunctionCompiler) -> [Symbol: (start: Int, end: Int)] {
    var extents: [Symbol: (start: Int, end: Int)] = [:]
    for statement in block.statements {
      guard case .assign(let target, _) = statement.kind else { continue }
      switch target.kind {
      case .name(let name), .state(let name): extents[outer.symbol(name)] = (statement.extent.start, statement.extent.end)
      default: break
      }
    }
    return extents
  }

  private static func states(_ block: Block) -> Set<String> {
    var states: Set<String> = []
    for statement in block.statements {
      if case .assign(let target, _) = statement.kind, case .state(let name) = target.kind { states.insert(name) }
    }
    return states
  }
}

extension FunctionCompiler {
  /// Parameters are in the registers from 1 on; defaults are evaluated on entry, in order.
  func parameters(_ written: [FormalParameter]) throws -> [Prototype.ParameterInfo] {
    var parameters: [Prototype.ParameterInfo] = []
    for parameter in written {
      _ = try allocateRegister()
      parameters.append(
        Prototype.ParameterInfo(
          name: parameter.name.text, symbol: symbol(parameter.name.text),
          isRequired: parameter.defaultValue == nil && !parameter.isRest, isRest: parameter.isRest,
          defaultText: parameter.defaultValue.map { Span(source, $0.extent.start, $0.extent.end).text }))
    }
    if kind == .method || kind == .modelBody, names.readByInner.isEmpty == false { try captureReceiver() }
    for (index, parameter) in written.enumerated() {
      let register = index + 1
      if let value = parameter.defaultValue {
        try at(value.extent) {
          let skip = jump(.jumpIfDefined, register)
          try expression(value, into: register)
          shareIfNamed(value, register)
          patchHere([skip])
        }
      }
      // Arguments are borrowed from the caller, so one that is changed here is marked as shared first.
      if names.changed.contains(parameter.name.text) { emit(.markShared, register) }
      if kind == .modelBody {
        emit(Word.symbol(.setField, a: 0, b: register * 16, symbol(parameter.name.text)))
      } else if names.readByInner.contains(parameter.name.text) {
        let cell = try allocateRegister()
        emit(.newCell, cell, register)
        locals[parameter.name.text] = Local(register: cell, isCell: true, isAssigned: true)
      } else {
        locals[parameter.name.text] = Local(register: register, isCell: false, isAssigned: true)
      }
    }
    if kind != .modelBody { try declareLocals(except: Set(written.map(\.name.text))) }
    return parameters
  }

  /// Puts the model in register 0 into a cell, for inner functions that use its fields.
  private func captureReceiver() throws {
    let cell = try allocateRegister()
    emit(.newCell, cell, 0)
    locals[FunctionCompiler.receiverName] = Local(register: cell, isCell: true, isAssigned: true)
  }

  /// Allocates registers for all other variables of the function.
  private func declareLocals(except parameters: Set<String>) throws {
    for name in names.bound where !parameters.contains(name) && !isStateOfModel(name) {
      if kind == .method, outer?.fields.contains(name) == true {
        throw fault(
          MachineErrors.rebinding, "cannot assign to model field `\(name)` in a function", extent,
          hint: "use another name, or declare it with `state \(name) = ...` if it changes during training")
      }
      let register = try allocateLocal()
      let isCell = names.readByInner.contains(name)
      let local = Local(register: register, isCell: isCell, isAssigned: false)
      locals[name] = local
      try scratch {
        let value = local.isSpilled ? try allocateRegister() : register
        emit(.loadUndefined, value)
        if isCell { emit(.newCell, value, value) }
        if local.isSpilled { emit(Word.wide(.storeSpilled, a: value * 16, register)) }
      }
    }
    protectLocals()
  }

  /// In a method, assigning to a state of the model assigns the model's field.
  func isStateOfModel(_ name: String) -> Bool { kind == .method && outer?.states.contains(name) == true }
}

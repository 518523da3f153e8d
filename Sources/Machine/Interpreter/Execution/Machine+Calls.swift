import Diagnostics
import Engine

// The slow paths of calls: defaults, named arguments, rest parameters, built-ins, methods, models.
extension Machine {
  enum CallOutcome {
    /// The result is in register `a`.
    case done
    case failed
    /// The window at `a` is set up: continue in this closure.
    case enter(UnsafeMutablePointer<ClosureObject>)
  }

  /// Executes a call whose fast path failed.
  @inline(never)
  func slowCall(_ frame: Activation) -> CallOutcome {
    let (a, positional) = (frame.a, rawB(frame.pointee.pc) & ~Word.named)
    if a.pointee.tag == .builtin, frame.op == .call {
      if positional == 1, a[1].tag == .float, let function = shortcuts[a.pointee.bits].floatFunction {
        a.pointee = Value(function(a[1].double))
        return .done
      }
      if let shortcut = shortcuts[a.pointee.bits].function, let result = shortcut(self, a + 1, positional, rawC(frame.pointee.pc) == 1) {
        a.pointee = result
        collectIfNeeded(frame)
        return .done
      }
    }
    let names = frame.op == .callNamed ? frame.prototype.callShapes[rawC(frame.pointee.pc)] : []
    frameTop = frame
    top = max(frame.end, Raw(a + 1 + positional + names.count))
    do {
      guard policy.allowsCall(of: a.pointee, frame.span) else {
        a.pointee = .unknown
        return .done
      }
      let callee = try prepare(a, positional, names)
      if let callee { return .enter(callee) }
      collectIfNeeded(frame)
      return .done
    } catch is UnknownValue {
      a.pointee = .unknown
      return .done
    } catch let fault as Fault {
      // The fault occurred in code that a built-in or a model's body called, so this call belongs to its trace.
      var fault = fault
      if fault.diagnostic.span != nil, fault.diagnostic.trace.count < 1000 {
        fault.diagnostic.trace.append(Diagnostic.Call(function: calleeName(a.pointee), span: currentSpan))
      }
      self.fault = fault.placed(at: currentSpan)
      return .failed
    } catch {
      fail(error)
      return .failed
    }
  }

  private func calleeName(_ callee: Value) -> String {
    switch callee.tag {
    case .builtin: builtins[callee.bits].name
    case .closure: functionName(callee)
    case .model: models.name(of: callee)
    case .method, .blueprint: models.prototype(of: callee)?.name ?? "a model"
    default: "a call"
    }
  }

  /// Sets up the window at `a` for the callee there and the arguments after it, and returns the closure to run. Other
  /// callees are run at once, with their result in `a`; returns nil.
  private func prepare(_ a: Register, _ positional: Int, _ names: [Symbol]) throws -> UnsafeMutablePointer<ClosureObject>? {
    let callee = a.pointee
    switch callee.tag {
    case .closure:
      try arrange(callee.asClosure, a + 1, positional, names)
      policy.enters(prototype(of: callee).identity)
      return callee.asClosure
    case .method:
      let method = callee.asMethod.pointee
      if trace?.calls != nil {
        a.pointee = try runRecorded(method.closure, of: method.receiver, a + 1, positional, names)
        return nil
      }
      a.pointee = method.receiver
      try arrange(method.closure.asClosure, a + 1, positional, names)
      return method.closure.asClosure
    case .builtin:
      let builtin = positional > 0 ? variant(of: callee.bits, for: a[1], positional, names) : builtins[callee.bits]
      a.pointee = try callBuiltin(builtin, a + 1, positional, names)
      return nil
    case .blueprint:
      a.pointee = try models.make(from: callee, a + 1, positional, names)
      return nil
    case .model:
      if positional > 0, policy.isUnknownCall(of: callee, with: a[1], self) {
        a.pointee = .unknown
        return nil
      }
      let built = try models.built(callee, forCallWith: positional > 0 ? a[1] : .undefined)
      guard let method = models.method("call", of: built) else {
        throw Fault(
          MachineErrors.notCallable, "model `\(models.name(of: callee))` cannot be called: it has no `fn call(x)`",
          hint: "call one of its functions, as in `m.encode(x)`, or add `fn call(x) { ... }`")
      }
      if trace?.calls != nil {
        a.pointee = try runRecorded(method, of: built, a + 1, positional, names)
        return nil
      }
      a.pointee = built
      try arrange(method.asClosure, a + 1, positional, names)
      return method.asClosure
    case .foreign:
      let arguments = (0..<positional).map { a[1 + $0] }
      if names.isEmpty, let result = try callee.foreign.call(arguments, self) {
        a.pointee = result
        return nil
      }
      fallthrough
    default:
      throw Fault(
        MachineErrors.notCallable, "\(describe(callee)) is not a function",
        hint: "only functions, models and recipes can be called; write `[ ]` to take an element")
    }
  }

  /// Runs a function of a model in a window of its own and records what it computes.
  private func runRecorded(_ method: Value, of model: Value, _ given: Register, _ positional: Int, _ names: [Symbol]) throws -> Value {
    let arguments = (0..<(positional + names.count)).map { given[$0] }
    func result() throws -> Value {
      try nested(room: arguments.count) { window in
        window.pointee = model
        for (index, value) in arguments.enumerated() { window[1 + index] = value }
        top = Raw(window + 1 + arguments.count)
        try arrange(method.asClosure, window + 1, positional, names)
        try run(method.asClosure, at: Raw(window))
        return keep(window.pointee)
      }
    }
    let isCall = models.method("call", of: model)?.bits == method.bits
    return try trace?.calls?.record(model, arguments, isCall: isCall, result) ?? result()
  }

  /// Moves arguments to the registers of a closure's parameters: resolves names, leaves defaults undefined, and collects
  /// the remaining arguments in the rest list.
  private func arrange(
    _ closure: UnsafeMutablePointer<ClosureObject>, _ arguments: Register, _ positional: Int, _ names: [Symbol]
  ) throws {
    let prototype = closure.pointee.prototype.pointee.owner._withUnsafeGuaranteedRef { $0 }
    guard extendStack(to: Raw(arguments) + closure.pointee.prototype.pointee.windowBytes) else {
      failRecursion()
      throw consumeFault()
    }
    let values = try arranged(
      prototype.parameters, (0..<(positional + names.count)).map { arguments[$0] }, positional, names,
      of: "`\(prototype.name)`")
    for (index, value) in values.enumerated() { arguments[index] = value }
  }

  /// The values of `parameters`, undefined where the default is used.
  func arranged(
    _ parameters: [Prototype.ParameterInfo], _ given: [Value], _ positional: Int, _ names: [Symbol], of function: String
  ) throws -> [Value] {
    let hasRest = parameters.last?.isRest ?? false
    let bound = try given.withUnsafeBufferPointer {
      try Arguments(
        parameters.map(\.name), hasRest: hasRest, hasOptional: parameters.contains { !$0.isRequired }, $0, positional: positional,
        named: names.map(symbols.name), callee: function,
        usage: "parameters: (\(parameters.map(\.name).joined(separator: ", ")))")
    }
    var values = bound.values
    if hasRest {
      for value in bound.rest { share(value) }
      values[parameters.count - 1] = make(list: bound.rest)
    }
    if let missing = parameters.indices.first(where: { parameters[$0].isRequired && values[$0].isUndefined }) {
      throw Fault(
        MachineErrors.missingArgument, "\(function) is missing argument `\(parameters[missing].name)`",
        hint: "parameters: (\(parameters.map(\.name).joined(separator: ", ")))")
    }
    return values
  }

  /// Calls any callable value from Swift code. The result is protected from collection until the current built-in returns.
  package func call(_ callee: Value, _ arguments: [Value], named: [(name: String, value: Value)] = []) throws -> Value {
    try nested(room: arguments.count + named.count) { a in
      a.pointee = callee
      for (index, value) in arguments.enumerated() { a[1 + index] = value }
      for (index, argument) in named.enumerated() { a[1 + arguments.count + index] = argument.value }
      top = Raw(a + 1 + arguments.count + named.count)
      let names = named.map { symbols.intern($0.name) }
      if let closure = try prepare(a, arguments.count, names) { try run(closure, at: Raw(a)) }
      return keep(a.pointee)
    }
  }

  /// Runs `body` with a new window above all others, and restores the stack afterwards. `room`: the number of registers.
  func nested<T>(room: Int, _ body: (Register) throws -> T) throws -> T {
    guard nativeDepth < Machine.nativeDepthLimit, extendStack(to: top + (room + 64) * 16) else {
      failRecursion()
      throw consumeFault()
    }
    nativeDepth += 1
    let outerTop = top
    defer {
      nativeDepth -= 1
      top = outerTop
    }
    return try body(top.to(Value.self))
  }
}

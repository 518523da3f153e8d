import Diagnostics
import Effects
import Engine
import Tensors

/// A call of a built-in, for its body: `call[parameter]` is the argument, checked and converted, or the default.
package struct Call {
  package let machine: Machine
  package let builtin: Builtin
  /// In the order of the parameters; undefined for omitted arguments.
  let values: [Value]
  /// The arguments of a rest parameter.
  let extra: [Value]
  /// The arguments that were given by name.
  let named: [Symbol]

  /// All arguments that were given.
  var allValues: [Value] { values + extra }

  package var span: Span? { machine.currentSpan }
  package var engine: Engine { machine.engine }
  package var effects: Effects { machine.effects }

  private func index(of name: String) -> Int {
    guard let index = builtin.parameterNames.firstIndex(of: name) else { preconditionFailure("`\(builtin.name)` declares no `\(name)`") }
    return index
  }

  // MARK: Arguments

  /// The argument, or the default. Throws if the parameter does not accept the argument.
  package subscript<Content>(_ parameter: Parameter<Content>) -> Content {
    get throws {
      let value = values[index(of: parameter.name)]
      if value.isUndefined, let makeDefault = parameter.defaultValue { return makeDefault() }
      return try parameter.read(value, self)
    }
  }

  package subscript(_ rest: Rest) -> [Value] { extra }

  /// The argument as passed; undefined if it was omitted.
  package func value(_ parameter: any AnyParameter) -> Value { values[index(of: parameter.name)] }

  /// Whether the call has an argument for it.
  package func has(_ parameter: any AnyParameter) -> Bool { !value(parameter).isUndefined }

  package func isNamed(_ parameter: any AnyParameter) -> Bool { named.contains { machine.symbols.name($0) == parameter.name } }

  /// A term whose errors are reported at this call.
  package func term(of node: Node) -> Term { engine.term(node, at: span) }

  // MARK: Faults

  /// An error for an argument that the parameter does not accept. `expected` replaces the description of its kind.
  package func wrong(_ parameter: any AnyParameter, expected: String? = nil, hint: String? = nil) -> Fault {
    wrong(parameter, value(parameter), expected: expected, hint: hint)
  }

  func wrong(_ parameter: any AnyParameter, _ value: Value, expected: String? = nil, hint: String? = nil) -> Fault {
    let given = machine.describe(value)
    let kind = expected ?? (parameter.kindText == Kind<Value>.any.text ? nil : parameter.kindText)
    return Fault(
      MachineErrors.badArgument,
      kind.map { "`\(builtin.name)`: `\(parameter.name)` must be \($0), got \(given)" } ?? "`\(builtin.name)`: invalid `\(parameter.name)`: \(given)",
      hint: hint ?? "\(builtin.signature): `\(parameter.name)` is \(parameter.meaning)")
  }

  /// An error for a string that is not one of the parameter's choices.
  package func unknownChoice(_ parameter: any AnyParameter) -> Fault {
    let (word, choices) = (value(parameter).string, parameter.choices)
    return Fault(
      MachineErrors.badArgument,
      "`\(builtin.name)`: invalid `\(parameter.name)` \(Machine.quote(word)); expected \(Machine.alternatives(choices.map(Machine.quote)))",
      hint: Suggestion.hint(for: word, among: choices))
  }

  package func refuse(_ message: String, hint: String? = nil) -> Fault {
    Fault(MachineErrors.badArgument, message, hint: hint)
  }

  package func missing(_ parameter: any AnyParameter) -> Fault {
    Fault(
      MachineErrors.missingArgument, "`\(builtin.name)` is missing argument `\(parameter.name)`",
      hint: "\(builtin.signature): `\(parameter.name)` is \(parameter.meaning)")
  }

  // MARK: Results

  package func result(_ term: Term) -> Value { machine.make(node: term.node) }
}

extension Parameter {
  /// The content of a value that is one of the parameter's choices and within its bounds.
  fileprivate func read(_ value: Value, _ call: Call) throws -> Content {
    guard !value.isUndefined else { throw call.missing(self) }
    guard let content = try kind.read(value, call.machine) else { throw call.wrong(self, value) }
    if !choices.isEmpty, let word = content as? String, !choices.contains(word) { throw call.unknownChoice(self) }
    return content
  }
}

extension Machine {
  /// A list of integers, or a single integer; nil for anything else.
  package func wholeNumbers(_ value: Value) throws -> [Int]? {
    if value.tag == .int { return [value.bits] }
    if value.tag == .tensor, !value.node.dtype.isFloat {
      let tensor = try engine.value(value.node)
      return (0..<tensor.count).map { Int(tensor[$0]) }
    }
    guard value.tag == .list else { return nil }
    var numbers: [Int] = []
    for item in value.listItems {
      let item = item.tag == .tensor ? try scalar(item) : item
      guard item.tag == .int else { return nil }
      numbers.append(item.bits)
    }
    return numbers
  }

  package func isCallable(_ value: Value) -> Bool {
    switch value.tag {
    case .closure, .builtin, .method, .model, .blueprint, .foreign: true
    default: false
    }
  }

  // MARK: Calling

  func callBuiltin(_ builtin: Builtin, _ arguments: Register, _ positional: Int, _ names: [Symbol]) throws -> Value {
    let call = try bind(builtin, arguments, positional, names)
    if let result = try policy.result(of: call) { return result }
    if builtin.hasEffects, let trace, trace.forbidsEffects {
      guard trace.isTraining else {
        throw Fault(MachineErrors.misplaced, "`\(builtin.name)` cannot be called inside a function that is recorded for a file")
      }
      throw Fault(
        MachineErrors.misplaced, "`\(builtin.name)` cannot be called inside a loss, which is traced once and then replayed",
        hint: "watch a training through the record that `losses` returns, or call it after `train`")
    }
    let mark = temporaries.count
    defer { temporaries.removeLast(temporaries.count - mark) }
    let result = try builtin.body(call)
    if builtin.hasEffects, result.tag == .nothing { recordedEffects.insert(.sideEffect) }
    // A result that is also an argument now has two references.
    if result.isHeap, (0..<positional + names.count).contains(where: { arguments[$0].bits == result.bits }) { share(result) }
    return result
  }

  private func bind(_ builtin: Builtin, _ arguments: Register, _ positional: Int, _ names: [Symbol]) throws -> Call {
    var given = UnsafeBufferPointer(start: arguments, count: positional + names.count)
    var count = positional
    // If the subject is omitted, the positional arguments belong to the parameters after it.
    var shifted: [Value] = []
    if let recognizes = builtin.recognizesSubject, positional > 0, !recognizes(arguments[0]), arguments[0].tag != .unknown {
      shifted = [.undefined] + given
      count += 1
    }
    return try shifted.withUnsafeBufferPointer { buffer in
      if !buffer.isEmpty { given = buffer }
      let bound = try Arguments(
        builtin.parameterNames, hasRest: builtin.hasRest, hasOptional: builtin.hasOptional, given,
        positional: count, named: names.map(symbols.name),
        callee: "`\(builtin.name)`", usage: builtin.signature)
      let call = Call(machine: self, builtin: builtin, values: bound.values, extra: bound.rest, named: names)
      for (parameter, value) in zip(builtin.parameters, bound.values) where !parameter.isRest {
        if value.isUndefined {
          guard parameter.defaultText == nil else { continue }
          throw call.missing(parameter)
        }
        guard value.tag == .unknown || parameter.accepts(value, self) else { throw call.wrong(parameter) }
      }
      return call
    }
  }
}

import Diagnostics
import Effects
import Engine
import Tensors

/// A call of a built-in as its code sees it: arguments in the order of its parameters, checked
/// against their kinds.
package struct Call {
  package let machine: Machine
  package let builtin: Builtin
  package let values: [Value]
  /// The arguments of a rest parameter.
  package let rest: [Value]

  package init(machine: Machine, builtin: Builtin, values: [Value], rest: [Value]) {
    self.machine = machine
    self.builtin = builtin
    self.values = values
    self.rest = rest
  }

  package subscript(_ index: Int) -> Value { values[index] }
  package func has(_ index: Int) -> Bool { !values[index].isUndefined }

  package var span: Span? { machine.currentSpan }
  package var engine: Engine { machine.engine }
  package var effects: Effects { machine.effects }

  // Each reads an argument of the kind its parameter declares.

  package func int(_ index: Int) throws -> Int {
    let value = try machine.scalar(values[index])
    if value.tag == .int { return value.bits }
    if value.tag == .float, let whole = Int(exactly: value.double) { return whole }
    throw wrong(index)
  }

  package func int(_ index: Int, or fallback: Int) throws -> Int { has(index) ? try int(index) : fallback }

  /// A whole number within `range`.
  package func int(_ index: Int, or fallback: Int? = nil, in range: ClosedRange<Int>) throws -> Int {
    let value = try fallback.map { try int(index, or: $0) } ?? int(index)
    guard range.contains(value) else {
      let upper = range.upperBound == .max ? "or more" : "to \(range.upperBound)"
      throw Fault(
        MachineErrors.badArgument, "`\(builtin.name)` takes `\(builtin.parameters[index].name)` from \(range.lowerBound) \(upper), this is \(value)")
    }
    return value
  }

  package func number(_ index: Int) throws -> Double {
    guard let number = try machine.scalar(values[index]).number else { throw wrong(index) }
    return number
  }

  package func number(_ index: Int, or fallback: Double) throws -> Double { has(index) ? try number(index) : fallback }
  package func truth(_ index: Int, or fallback: Bool) throws -> Bool { has(index) ? try machine.boolean(values[index]) : fallback }
  package func string(_ index: Int) -> String { values[index].string }
  package func string(_ index: Int, or fallback: String) -> String { has(index) ? values[index].string : fallback }

  package func choice(_ index: Int, or fallback: String) throws -> String {
    let text = string(index, or: fallback)
    let choices = builtin.parameters[index].choices
    guard choices.contains(text) else {
      throw Fault(
        MachineErrors.badArgument, "`\(builtin.name)` knows no `\(builtin.parameters[index].name)` called \(Machine.quote(text))",
        hint: Suggestion.hint(for: text, among: choices) ?? "it knows \(choices.map(Machine.quote).joined(separator: ", "))")
    }
    return text
  }

  package func term(_ index: Int) throws -> Term {
    term(of: values[index].tag == .tensor ? values[index].node : try machine.weak(values[index], for: .f32, .refused))
  }

  /// What is computed of it fails at this call.
  package func term(of node: Node) -> Term { engine.term(node, at: span) }

  /// A list of whole numbers, or one.
  package func shape(_ index: Int) throws -> [Int] {
    guard let shape = try machine.wholeNumbers(values[index]) else { throw wrong(index) }
    return shape
  }

  package func foreign<T: Foreign>(_ index: Int, as type: T.Type) throws -> T {
    guard let value = values[index].foreign(as: type) else { throw wrong(index) }
    return value
  }

  package func wrong(_ index: Int, hint: String? = nil) -> Fault {
    let parameter = builtin.parameters[index]
    let given = machine.describe(values[index])
    // Where any kind of value is taken at first, the built-in itself has found it unfit.
    let isOpen = if case .any = parameter.kind { true } else { false }
    return Fault(
      MachineErrors.badArgument,
      isOpen
        ? "`\(builtin.name)` cannot work with \(given) as `\(parameter.name)`"
        : "`\(builtin.name)` takes \(parameter.kind.text) as `\(parameter.name)`, this is \(given)",
      hint: hint ?? "\(builtin.signature): `\(parameter.name)` is \(parameter.meaning)")
  }

  package func refuse(_ message: String, hint: String? = nil) -> Fault {
    Fault(MachineErrors.badArgument, message, hint: hint)
  }

  // Results.

  package func result(_ term: Term) -> Value { machine.make(node: term.node) }
}

extension Machine {
  /// A list of whole numbers (or a whole number alone) as integers; nil for anything else.
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

  func callBuiltin(_ builtin: Builtin, _ arguments: Register, _ positional: Int, _ names: [Symbol]) throws -> Value {
    let hasRest = builtin.parameters.last.map { if case .rest = $0.fallback { true } else { false } } ?? false
    let places = hasRest ? builtin.parameters.count - 1 : builtin.parameters.count
    guard positional <= places || hasRest else {
      throw Fault(
        MachineErrors.badArgument, "`\(builtin.name)` takes \(places == 0 ? "no arguments" : counted(places, "argument")), \(positional) were given",
        hint: builtin.signature)
    }
    var values = [Value](repeating: .undefined, count: builtin.parameters.count)
    for index in 0..<min(positional, places) { values[index] = arguments[index] }
    let rest = (min(positional, places)..<positional).map { arguments[$0] }
    for (offset, symbol) in names.enumerated() {
      let name = symbols.name(symbol)
      guard let index = builtin.parameters.prefix(places).firstIndex(where: { $0.name == name }) else {
        throw Fault(
          MachineErrors.unknownArgument, "`\(builtin.name)` has no argument `\(name)`",
          hint: Suggestion.hint(for: name, among: builtin.parameters.map(\.name)) ?? builtin.signature)
      }
      guard values[index].isUndefined else {
        throw Fault(MachineErrors.badArgument, "`\(builtin.name)` is given `\(name)` twice: by place and by name")
      }
      values[index] = arguments[positional + offset]
    }
    let call = Call(machine: self, builtin: builtin, values: values, rest: rest)
    for (index, parameter) in builtin.parameters.prefix(places).enumerated() {
      if values[index].isUndefined {
        guard case .required = parameter.fallback else { continue }
        throw Fault(
          MachineErrors.missingArgument, "`\(builtin.name)` needs the argument `\(parameter.name)`",
          hint: "\(builtin.signature): `\(parameter.name)` is \(parameter.meaning)")
      }
      guard !parameter.isChecked || values[index].tag == .unknown || fits(values[index], parameter.kind) else { throw call.wrong(index) }
    }
    if isChecking, let result = try checked(call) { return result }
    if builtin.hasEffects, trace?.forbidsEffects == true {
      throw Fault(
        MachineErrors.misplaced, "`\(builtin.name)` stands inside a loss, which is traced once and then replayed",
        hint: "watch a training through the record that `losses` gives, or call it after `train`")
    }
    let mark = temporaries.count
    defer { temporaries.removeLast(temporaries.count - mark) }
    let result = try builtin.body(call)
    if builtin.hasEffects, result.tag == .nothing { recordedEffects.insert(.sideEffect) }
    // An argument that is handed back has two holders now.
    if result.isHeap, (0..<positional + names.count).contains(where: { arguments[$0].bits == result.bits }) { share(result) }
    return result
  }

  /// What a built-in gives where a program is only checked; nil where it runs as ever.
  private func checked(_ call: Call) throws -> Value? {
    switch call.builtin.whenChecked {
    case .skip: return .nothing
    case .unknown: return .unknown
    case .run: return (call.values + call.rest).contains { isUnknown($0) } ? .unknown : nil
    case .instead(let body):
      if (call.values + call.rest).contains(where: { isUnknown($0) }) { return .unknown }
      return try body(call)
    }
  }

  private func fits(_ value: Value, _ kind: Parameter.Kind) -> Bool {
    let isSingle = value.tag == .tensor && value.node.type.count == 1
    switch kind {
    case .any, .data: return true
    case .int: return value.tag == .int || isSingle || (value.tag == .float && value.double == value.double.rounded() && abs(value.double) < 9e15)
    case .number: return value.isNumber || isSingle
    case .truth: return value.isBoolean || isSingle
    case .string: return value.tag == .string
    case .list: return value.tag == .list
    case .tensor: return value.tag == .tensor || value.isNumber || value.isBoolean
    case .function: return isCallable(value)
    case .model: return value.tag == .model
    case .shape: return value.tag == .int || value.tag == .list || value.tag == .tensor
    case .distribution: return value.isNumber || value.tag == .range || value.tag == .list || value.tag == .foreign || value.tag == .tensor
    }
  }

  package func isCallable(_ value: Value) -> Bool {
    switch value.tag {
    case .closure, .builtin, .method, .model, .blueprint, .foreign: true
    default: false
    }
  }
}

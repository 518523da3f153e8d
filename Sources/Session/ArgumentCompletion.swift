import Library
import Machine

// What a call at the cursor may be given, read from the function's own value: nothing is run.
extension Session {
  /// `copies=` and so on: of a model its `call`'s, of a blueprint its own and what every model takes.
  func argumentNames(_ call: CompletionContext.Call?) -> [String] {
    guard let call, call.isAtArgument, let function = plainValue(call.function) else { return [] }
    let names: [String]
    if function.tag == .builtin {
      names = machine.builtins[function.bits].parameters.compactMap { if case .rest = $0.fallback { nil } else { $0.name } }
    } else {
      names = (calledPrototype(function)?.parameters ?? []).filter { !$0.isRest }.map(\.name)
    }
    let everyModels = function.tag == .blueprint ? ModelArgument.all.map(\.name).filter { !names.contains($0) } : []
    // Those before the cursor have their values by place.
    let own = names.dropFirst(call.position - call.given.count)
    return (own + everyModels).filter { !call.given.contains($0) }.map { $0 + "=" }
  }

  /// The texts that the argument at the cursor accepts.
  func acceptedTexts(_ call: CompletionContext.Call?) -> [String] {
    guard let call, let function = plainValue(call.function) else { return [] }
    guard function.tag == .builtin else { return acceptedTexts(call, calledPrototype(function)) }
    let parameters = machine.builtins[function.bits].parameters
    if let name = call.name { return parameters.first { $0.name == name }?.choices ?? [] }
    // A recipe leaves its image out: `flip("ver`.
    var places = [call.position]
    if let first = parameters.first, case .optional("nothing") = first.fallback { places.append(call.position + 1) }
    return places.lazy.filter(parameters.indices.contains).map { parameters[$0].choices }.first { !$0.isEmpty } ?? []
  }

  private func acceptedTexts(_ call: CompletionContext.Call, _ prototype: Prototype?) -> [String] {
    guard let prototype else { return [] }
    let names = prototype.parameters.map(\.name)
    guard let name = call.name ?? (names.indices.contains(call.position) ? names[call.position] : nil) else { return [] }
    return ParameterText(prototype.documentation ?? "", names).texts(of: name)
  }

  /// What runs, or is built, when a value is called.
  private func calledPrototype(_ value: Value) -> Prototype? {
    switch value.tag {
    case .closure: machine.prototype(of: value)
    case .method, .blueprint: machine.prototype(ofModelOrMethod: value)
    case .model: machine.storedField(value, "call").flatMap(calledPrototype)
    default: nil
    }
  }
}

/// What a `##` text says of each parameter: its lines begin with the name and two spaces.
struct ParameterText {
  private var lines: [String: String] = [:]

  init(_ documentation: String, _ names: [String]) {
    var current: (name: String, indent: Int)?
    for line in documentation.split(whereSeparator: \.isNewline) {
      let indent = line.prefix { $0 == " " }.count
      let words = line.dropFirst(indent)
      if let name = names.first(where: { words.hasPrefix($0 + "  ") }) {
        current = (name, indent)
        lines[name] = String(words.dropFirst(name.count))
      } else if let known = current, indent > known.indent {
        lines[known.name, default: ""] += " " + words
      } else {
        current = nil
      }
    }
  }

  /// The texts in quotes, which the parameter knows.
  func texts(of name: String) -> [String] {
    let parts = (lines[name] ?? "").split(separator: "\"", omittingEmptySubsequences: false)
    return stride(from: 1, to: parts.count - 1, by: 2).map { String(parts[$0]) }
  }
}

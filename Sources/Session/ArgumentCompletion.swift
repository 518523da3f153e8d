import Library
import Machine

// Completes arguments of the call at the cursor, from the value of the function; nothing is run.
extension Session {
  /// Argument names such as `copies=`: for a model, those of its `call`; for a blueprint, its own and those of every
  /// model.
  func argumentNames(_ call: CompletionContext.Call?) -> [String] {
    guard let call, call.isAtArgument, let function = plainValue(call.function) else { return [] }
    let names: [String]
    if function.tag == .builtin {
      names = machine.builtins[function.bits].parameters.filter { !$0.isRest }.map(\.name)
    } else {
      names = (calledPrototype(function)?.parameters ?? []).filter { !$0.isRest }.map(\.name)
    }
    let modelParameters = function.tag == .blueprint ? ModelArgument.all.map(\.name).filter { !names.contains($0) } : []
    // Parameters before the cursor have positional arguments.
    let own = names.dropFirst(call.position - call.given.count)
    return (own + modelParameters).filter { !call.given.contains($0) }.map { $0 + "=" }
  }

  /// The strings that the argument at the cursor accepts.
  func acceptedTexts(_ call: CompletionContext.Call?) -> [String] {
    guard let call, let function = plainValue(call.function) else { return [] }
    guard function.tag == .builtin else { return acceptedTexts(call, calledPrototype(function)) }
    let builtin = machine.builtins[function.bits]
    let parameters = builtin.parameters
    if let name = call.name { return parameters.first { $0.name == name }?.choices ?? [] }
    // A recipe is called without its image: `flip("ver`.
    var places = [call.position]
    if builtin.recognizesSubject != nil { places.append(call.position + 1) }
    return places.lazy.filter(parameters.indices.contains).map { parameters[$0].choices }.first { !$0.isEmpty } ?? []
  }

  private func acceptedTexts(_ call: CompletionContext.Call, _ prototype: Prototype?) -> [String] {
    guard let prototype else { return [] }
    let names = prototype.parameters.map(\.name)
    guard let name = call.name ?? (names.indices.contains(call.position) ? names[call.position] : nil) else { return [] }
    return Documentation(prototype.documentation ?? "").choices(of: name)
  }

  /// The function that runs, or the model that is built, when a value is called.
  private func calledPrototype(_ value: Value) -> Prototype? {
    switch value.tag {
    case .closure: machine.prototype(of: value)
    case .method, .blueprint: machine.models.prototype(of: value)
    case .model: machine.storedField(value, "call").flatMap(calledPrototype)
    default: nil
    }
  }
}

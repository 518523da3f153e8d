import Diagnostics

/// Assigns the arguments of a call to parameters, for built-ins, functions and models: first positional arguments, in
/// order, then named ones.
struct Arguments {
  /// The argument of each parameter; undefined if it is omitted, and for a rest parameter.
  private(set) var values: [Value]
  /// The arguments of a rest parameter.
  private(set) var rest: [Value]

  /// `callee` names the function in errors, `usage` is their hint.
  init(
    _ parameters: [String], hasRest: Bool, hasOptional: Bool, _ arguments: UnsafeBufferPointer<Value>, positional: Int, named names: [String],
    callee: @autoclosure () -> String, usage: @autoclosure () -> String
  ) throws {
    let places = hasRest ? parameters.count - 1 : parameters.count
    guard positional <= places || hasRest else {
      throw Fault(
        MachineErrors.badArgument,
        "\(callee()) takes \(places == 0 ? "no arguments" : (hasOptional ? "at most " : "") + counted(places, "argument")), got \(positional)", hint: usage())
    }
    let direct = min(positional, places)
    values = [Value](repeating: .undefined, count: parameters.count)
    for index in 0..<direct { values[index] = arguments[index] }
    rest = direct == positional ? [] : Array(arguments[direct..<positional])
    for (offset, name) in names.enumerated() {
      guard let index = parameters.prefix(places).firstIndex(of: name) else {
        throw Fault(
          MachineErrors.unknownArgument, "\(callee()) has no argument `\(name)`", hint: Suggestion.hint(forParameter: name, among: parameters) ?? usage())
      }
      guard values[index].isUndefined else {
        throw Fault(MachineErrors.badArgument, "\(callee()) got argument `\(name)` both by position and by name")
      }
      values[index] = arguments[positional + offset]
    }
  }
}

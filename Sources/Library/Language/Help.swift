import Diagnostics
import Machine

/// Help for a function as text, from the value that also checks its arguments.
package enum Help {
  package static func overview(_ machine: Machine) throws -> String {
    let topics = try machine.wholeCatalogue().topics.map { lines(of: $0.entries.map(\.name), headed: "  \($0.name):") }
    // At the end, where it stays visible above the prompt.
    return topics.joined(separator: "\n") + "\nhelp(NAME) shows how a function is used, help(\"rotate images\") searches."
  }

  /// Words after a heading, in lines of at most 78 columns.
  private static func lines(of words: [String], headed heading: String) -> String {
    var lines = [heading]
    for (index, word) in words.enumerated() {
      let text = index + 1 < words.count ? word + "," : word
      if lines[lines.count - 1].count + text.count < 78 {
        lines[lines.count - 1] += " " + text
      } else {
        lines.append("    " + text)
      }
    }
    return lines.joined(separator: "\n")
  }

  /// `isName`: whether a string is the name of the function, rather than a value itself.
  package static func text(for value: Value, _ machine: Machine, isName: Bool = true) throws -> String {
    if isName, value.tag == .string { return try text(named: value.string, machine) }
    if value.tag == .builtin { return text(machine.builtins[value.bits], machine) }
    if let prototype = prototype(of: value, machine) { return text(prototype) + (value.tag == .blueprint ? modelArguments(prototype) : "") }
    return "this is \(machine.describe(value))"
  }

  package static func text(named name: String, _ machine: Machine) throws -> String {
    if let builtin = machine.builtin(name) { return text(builtin, machine) }
    if let value = try machine.global(name) ?? machine.libraryValue(named: name) {
      if prototype(of: value, machine) == nil, let constant = try machine.wholeCatalogue().entries.first(where: { $0.name == name }) {
        return "\(name)\n  \(constant.summary)."
      }
      return try text(for: value, machine)
    }
    let found = try machine.wholeCatalogue().search(name).prefix(12)
    // A single word that is similar to a name is a mistyped name.
    let isMistyped = !name.contains(" ") && Suggestion.hint(for: name, among: machine.globalNames + machine.libraryNames()) != nil
    guard !found.isEmpty, !isMistyped else { throw unknown(name, machine) }
    let width = found.map(\.name.count).max() ?? 0
    let rows = found.map { "  \($0.name)\(String(repeating: " ", count: width - $0.name.count))  \($0.summary)" }
    return "help on \(Machine.quote(name)):\n" + rows.joined(separator: "\n")
  }

  package static func unknown(_ name: String, _ machine: Machine) -> Fault {
    Fault(
      MachineErrors.unknownName, "no help for `\(name)`",
      hint: Suggestion.hint(for: name, among: machine.globalNames + machine.libraryNames()) ?? "`help()` lists all functions")
  }

  /// With the functions of the same name for values of certain types.
  package static func text(_ builtin: Builtin, _ machine: Machine) -> String {
    ([text(builtin)] + machine.variants(of: builtin).map { "Of \($0.subject?.name ?? ""):\n\(text($0))" }).joined(separator: "\n\n")
  }

  package static func text(_ builtin: Builtin) -> String {
    var lines = [builtin.signature, "  \(builtin.summary)."]
    if !builtin.parameters.isEmpty {
      lines.append("")
      let width = builtin.parameters.map(\.name.count).max() ?? 0
      for parameter in builtin.parameters {
        let name = parameter.name + String(repeating: " ", count: width - parameter.name.count)
        let choices = parameter.choices.isEmpty ? "" : ": " + parameter.choices.map { "\"\($0)\"" }.joined(separator: ", ")
        lines.append("  \(name)  \(parameter.meaning)\(choices)")
      }
    }
    for example in builtin.examples {
      lines.append("")
      lines += example.code.split(separator: "\n").map { "  > \($0)" }
      if let result = example.result { lines += result.split(separator: "\n").map { "  \($0)" } }
    }
    if !builtin.references.isEmpty { lines += [""] + builtin.references.map { "  See \($0)" } }
    return lines.joined(separator: "\n")
  }

  /// `dense(units, activation=identity)`
  static func signature(_ prototype: Prototype) -> String {
    let parameters = prototype.parameters.map { $0.isRest ? $0.name + "..." : $0.isRequired ? $0.name : $0.name + "=" + ($0.defaultText ?? "") }
    return "\(prototype.name)(\(parameters.joined(separator: ", ")))"
  }

  private static func text(_ prototype: Prototype) -> String {
    var lines = [signature(prototype)]
    if let documentation = prototype.documentation {
      lines += documentation.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }
    }
    return lines.joined(separator: "\n")
  }

  /// The arguments that every model accepts besides its parameters.
  private static func modelArguments(_ prototype: Prototype) -> String {
    let arguments = ModelArgument.all.filter { argument in !prototype.parameters.contains { $0.name == argument.name } }
    return arguments.isEmpty ? "" : "\n\n  Every model accepts, by name:" + arguments.map { "\n    \($0.name)=  \($0.meaning)" }.joined()
  }

  static func prototype(of value: Value, _ machine: Machine) -> Prototype? {
    switch value.tag {
    case .closure: machine.prototype(of: value)
    case .method, .blueprint, .model: machine.models.prototype(of: value)
    default: nil
    }
  }

  /// The source code of a function or model that is written in Loam.
  package static func source(of value: Value, _ machine: Machine) throws -> String {
    if let prototype = prototype(of: value, machine) { return source(of: prototype) }
    throw Fault(MachineErrors.badArgument, "\(machine.describe(value)) is not written in Loam", hint: "`help` shows how it is used")
  }

  private static func source(of prototype: Prototype) -> String {
    guard let documentation = prototype.documentation else { return prototype.sourceText }
    let comment = documentation.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "##" : "## \($0)" }
    return (comment + [prototype.sourceText]).joined(separator: "\n")
  }
}

import Diagnostics
import Machine

/// A command of the prompt, which begins with `:`. `:help`, completion and tests use it as well.
struct Command: Sendable {
  /// The argument after the name.
  enum Argument: Sendable {
    case none
    case name
    case file(String)
    case code(String)
    case optional(String)

    var text: String {
      switch self {
      case .none: ""
      case .name: "NAME"
      case .file(let text), .code(let text): text
      case .optional(let text): "[\(text)]"
      }
    }
  }

  let name: String
  /// One line, without a full stop.
  let summary: String
  let argument: Argument
  let example: String
  /// Whether the name without the colon also runs the command.
  let isWord: Bool
  /// Returns whether it succeeded; false if it has reported an error itself.
  let body: @Sendable (Prompt, CommandCall) throws -> Bool

  init(
    _ name: String, _ summary: String, _ argument: Argument = .none, example: String? = nil, isWord: Bool = false,
    body: @escaping @Sendable (Prompt, CommandCall) throws -> Bool
  ) {
    self.name = name
    self.summary = summary
    self.argument = argument
    self.example = example ?? name
    self.isWord = isWord
    self.body = body
  }

  var usage: String { argument.text.isEmpty ? name : "\(name) \(argument.text)" }

  var takesCode: Bool { if case .code = argument { true } else { false } }

  /// Checks the number of arguments and runs the command; returns whether it succeeded.
  func run(_ prompt: Prompt, _ call: CommandCall) throws -> Bool {
    switch argument {
    case .none where !call.argument.isEmpty:
      throw Fault(MachineErrors.badArgument, "`\(name)` takes no argument", at: call.span, hint: "write `\(name)` alone")
    case .name where call.argument.isEmpty, .file where call.argument.isEmpty, .code where call.argument.isEmpty:
      throw Fault(MachineErrors.missingArgument, "`\(name)` needs \(argument.text)", at: call.nameSpan, hint: "for example `\(example)`")
    default: return try body(prompt, call)
    }
  }
}

/// The words of a command, with their locations.
struct CommandCall {
  let argument: String
  let nameSpan: Span
  let span: Span
}

/// All commands, by name.
struct CommandTable: Sendable {
  let commands: [Command]

  static let all: CommandTable = CommandTable(commands: sessionCommands + fileCommands + helpCommands)

  func named(_ name: String) -> Command? { commands.first { $0.name == name } }

  func required(_ name: String, at span: Span) throws -> Command {
    if let command = named(name) { return command }
    throw Fault(
      MachineErrors.unknownName, "unknown command `\(name)`", at: span,
      hint: Suggestion.hint(for: name, among: commands.map(\.name)) ?? "`:help` lists the commands")
  }
}

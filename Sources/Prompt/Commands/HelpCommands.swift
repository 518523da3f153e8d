import Diagnostics
import Library
import Machine

extension CommandTable {
  static let helpCommands: [Command] = [
    Command(":help", "lists the commands, or explains one", .optional("COMMAND"), example: ":help :save") { prompt, call in
      guard call.argument.isEmpty else {
        let name = call.argument.hasPrefix(":") ? call.argument : ":" + call.argument
        let command = try prompt.commands.required(name, at: call.span)
        prompt.write("\(command.usage)\n  \(command.summary)\n  > \(command.example)", isWrapped: true)
        return true
      }
      let commands = prompt.commands.commands
      let words = commands.filter(\.isWord).map { "`\($0.name.dropFirst())`" }.joined(separator: ", ")
      prompt.write(TextTable(commands.map { [$0.usage, $0.summary] }).text, isWrapped: true)
      prompt.write("`?NAME` explains a function, `??NAME` shows its source; `ans` is the last value shown.", isWrapped: true)
      prompt.write("Alone on a line, \(words) and `help` need no colon.", isWrapped: true)
      return true
    },
    Command(":doc", "explains a function or model, like ?NAME", .name, example: ":doc rotate") { prompt, call in
      prompt.write(try prompt.session.helpForValue(call.argument), isWrapped: true)
      return true
    },
  ]
}

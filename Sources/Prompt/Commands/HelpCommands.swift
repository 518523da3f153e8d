import Diagnostics
import Library
import Machine

extension CommandTable {
  static let helpCommands: [Command] = [
    Command(":help", "lists the commands, or explains one", .optional("COMMAND"), example: ":help :save") { prompt, call in
      guard call.argument.isEmpty else {
        let name = call.argument.hasPrefix(":") ? call.argument : ":" + call.argument
        let command = try prompt.commands.required(name, at: call.span)
        return prompt.write("\(command.usage)\n  \(command.summary)\n  > \(command.example)")
      }
      let table = TextTable(prompt.commands.commands.map { [$0.usage, $0.summary] })
      prompt.write(table.text)
      prompt.write("?NAME explains a function, ??NAME shows its source; `ans` is the last value shown")
    },
    Command(":doc", "explains a function or model, like ?NAME", .name, example: ":doc rotate") { prompt, call in
      prompt.write(try prompt.session.helpForValue(call.argument))
    },
  ]
}

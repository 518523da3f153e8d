import Diagnostics
import Library
import Machine

extension CommandTable {
  static let helpCommands: [Command] = [
    Command(":help", "lists the commands, or tells what one does", .optional("COMMAND"), example: ":help :save") { prompt, call in
      guard call.argument.isEmpty else {
        let name = call.argument.hasPrefix(":") ? call.argument : ":" + call.argument
        let command = try prompt.commands.required(name, at: call.span)
        return prompt.write("\(command.usage)\n  \(command.summary)\n  > \(command.example)")
      }
      let table = TextTable(prompt.commands.commands.map { [$0.usage, $0.summary] })
      prompt.write(table.text)
      prompt.write("?NAME tells how a function is used, ??NAME shows its text; `ans` is the last value shown")
    },
    Command(":doc", "tells how a function or model is used, as ?NAME does", .name, example: ":doc rotate") { prompt, call in
      prompt.write(try prompt.session.helpForValue(call.argument))
    },
  ]
}

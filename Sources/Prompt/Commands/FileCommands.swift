import Diagnostics
import Machine
import Notebook

extension CommandTable {
  static let fileCommands: [Command] = [
    Command(
      ":save", "saves the statements that ran without an error as a script, or as a lesson with a cell for each", .file("FILE.loam|FILE.md"),
      example: ":save grown.loam"
    ) { prompt, call in
      let path = call.argument
      let statements = prompt.journal.statements
      guard path.hasSuffix(".loam") || path.hasSuffix(".md") else {
        throw Fault(
          MachineErrors.badArgument, "`\(path)` ends neither in `.loam` (a script) nor in `.md` (a lesson)", at: call.span,
          hint: "for example `:save \(path.prefix { $0 != "." }).loam`")
      }
      guard !statements.isEmpty else {
        throw Fault(MachineErrors.badArgument, "there is nothing to save yet", at: call.nameSpan, hint: "a statement must have run before")
      }
      let text = path.hasSuffix(".md") ? SavedStatements.lesson(statements) : SavedStatements.script(statements)
      let files = prompt.session.effects.files
      guard prompt.saved.contains(path) || !files.exists(path) else {
        throw Fault(
          MachineErrors.badArgument, "there is a file `\(path)` that this session did not write", at: call.span,
          hint: "choose another name, or take the file away first")
      }
      try files.write(Array(text.utf8), to: path)
      prompt.saved.insert(path)
      prompt.write("wrote \(counted(statements.count, "statement")) to \(path.visible)")
    },
    Command(":load", "runs a script in this session", .file("FILE.loam"), example: ":load grown.loam") { prompt, call in
      let path = call.argument
      guard !path.hasSuffix(".md") else {
        throw Fault(MachineErrors.badArgument, "`\(path)` is a lesson, and `:load` runs scripts", at: call.span, hint: "`loam extract` makes a script of it")
      }
      let text = String(decoding: try prompt.session.effects.files.read(path), as: UTF8.self)
      prompt.run(Source(name: path, text: text))
    },
  ]
}

import Diagnostics
import Machine
import Notebook

extension CommandTable {
  static let fileCommands: [Command] = [
    Command(
      ":save", "saves the statements that ran as a script, or as a lesson with one cell for each", .file("FILE.loam|FILE.md"),
      example: ":save grown.loam"
    ) { try save($0, $1, replaces: false) },
    Command(":save!", "like :save, but replaces an existing file", .file("FILE.loam|FILE.md"), example: ":save! grown.loam") {
      try save($0, $1, replaces: true)
    },
    Command(":load", "runs a script, or the cells of a lesson, in this session", .file("FILE.loam|FILE.md"), example: ":load grown.loam") { prompt, call in
      let path = call.argument
      let bytes = try prompt.session.effects.files.read(path)
      if path.hasSuffix(".md") { return try load(Lesson(bytes, named: path), prompt, call) }
      return prompt.run([Source(name: path, text: String(decoding: bytes, as: UTF8.self))], titled: ":load \(path)")
    },
  ]

  private static func save(_ prompt: Prompt, _ call: CommandCall, replaces: Bool) throws -> Bool {
    let path = call.argument
    let statements = prompt.journal.statements
    guard path.hasSuffix(".loam") || path.hasSuffix(".md") else {
      throw Fault(
        MachineErrors.badArgument, "`\(path)` must end in `.loam` (a script) or `.md` (a lesson)", at: call.span,
        hint: "for example `:save \(path.prefix { $0 != "." }).loam`")
    }
    guard !statements.isEmpty else {
      throw Fault(
        MachineErrors.badArgument, "nothing to save yet", at: call.nameSpan, hint: "statements that only showed a value or failed are not saved")
    }
    let files = prompt.session.effects.files
    let isThere = files.exists(path)
    // Files that this session wrote may be overwritten, unless they have been changed since.
    if isThere, !replaces, try prompt.saved[path] == nil || files.read(path) != prompt.saved[path] {
      throw Fault(MachineErrors.badArgument, "`\(path)` already exists", at: call.span, hint: "replace it with `:save! \(path)`")
    }
    let bytes = Array((path.hasSuffix(".md") ? SavedStatements.lesson(statements) : SavedStatements.script(statements)).utf8)
    try files.write(bytes, to: path)
    prompt.saved[path] = bytes
    let omitted = prompt.journal.omittedCount
    prompt.write(
      (isThere ? "replaced \(path)" : "wrote \(path)") + ": \(counted(statements.count, "statement"))"
        + (omitted > 0 ? ", without \(counted(omitted, "value")) that \(omitted == 1 ? "was" : "were") only shown" : ""))
    return true
  }

  /// Runs the code cells, except those marked `fails` or `file=`, which only `loam LESSON.md` runs.
  private static func load(_ lesson: Lesson, _ prompt: Prompt, _ call: CommandCall) throws -> Bool {
    guard lesson.problems.isEmpty else {
      prompt.report(lesson.problems)
      return false
    }
    let cells = lesson.cells.filter { !$0.marks.fails && $0.marks.file == nil }
    guard !cells.isEmpty else {
      throw Fault(MachineErrors.badArgument, "`\(lesson.name)` has no cells to run", at: call.span, hint: "a cell is a fenced block marked `loam`")
    }
    let isDone = prompt.run(cells.map { Source(name: lesson.name, text: $0.code, firstLine: $0.line) }, titled: ":load \(lesson.name)")
    let skipped = lesson.cells.count - cells.count
    if isDone {
      prompt.write("ran \(counted(cells.count, "cell"))" + (skipped > 0 ? ", without \(counted(skipped, "cell")) marked `fails` or `file=`" : ""))
    }
    return isDone
  }
}

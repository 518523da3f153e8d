import Diagnostics
import Library
import Machine
import Session

extension CommandTable {
  static let sessionCommands: [Command] = [
    Command(
      ":vars", "lists the session's names with type, shape or length, and size in bytes; for views, also the bytes they keep in memory", isWord: true
    ) { prompt, _ in
      let variables = prompt.session.variables
      if variables.isEmpty {
        prompt.write("no names yet")
      } else {
        let rows = variables.map { [$0.name, $0.kind, $0.extent, grouped($0.bytes), $0.kept.map(grouped) ?? ""] }
        let table = [["name", "kind", "shape or length", "bytes", "keeps"]] + rows
        // Most sessions have no views.
        let isPlain = variables.allSatisfy { $0.kept == nil }
        prompt.write(TextTable(isPlain ? table.map { Array($0.dropLast()) } : table, right: [3, 4]).text)
      }
      return true
    },
    Command(":time", "runs a statement and shows how long it took", .code("STATEMENT"), example: ":time sum(rand(1000, 1000))") { prompt, call in
      try prompt.session.evaluateVariables()
      let clock = prompt.session.effects.clock
      let start = clock.seconds
      let isWhole = prompt.run(call.argument, line: call.span.location.line)
      // Tensors are evaluated lazily; that is part of the time of the statement.
      if isWhole { try prompt.session.evaluateVariables() }
      prompt.write("took \(duration(clock.seconds - start))")
      return isWhole
    },
    Command(":reset", "removes all names; :undo restores them") { prompt, _ in
      prompt.journal.reset()
      prompt.write("all names removed")
      return true
    },
    Command(":undo", "undoes the last statement that changed a name or drew random numbers", isWord: true) { prompt, call in
      guard let undone = prompt.journal.undo() else {
        throw Fault(
          MachineErrors.badArgument, "nothing to undo", at: call.nameSpan, hint: "only statements that change a name or draw random numbers can be undone")
      }
      prompt.write("undid: \(shortened(undone))")
      return true
    },
    Command(":redo", "reverses the last :undo", isWord: true) { prompt, call in
      guard let redone = prompt.journal.redo() else {
        throw Fault(MachineErrors.badArgument, "nothing to redo", at: call.nameSpan, hint: "`:redo` reverses the last `:undo`")
      }
      prompt.write("redid: \(shortened(redone))")
      return true
    },
    Command(":clear", "clears the screen", isWord: true) { prompt, _ in
      // Moves the cursor to the top left and clears the screen.
      if prompt.session.effects.console.terminal != nil { prompt.session.effects.console.write("\u{1B}[H\u{1B}[2J") }
      return true
    },
    Command(":exit", "quits, like Ctrl-D", isWord: true) { prompt, _ in
      prompt.isLeaving = true
      return true
    },
    Command(":quit", "quits, like Ctrl-D", isWord: true) { prompt, _ in
      prompt.isLeaving = true
      return true
    },
  ]

  /// `12,345,678`
  private static func grouped(_ number: Int) -> String {
    var digits = String(number)
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
      place -= 3
    }
    return digits
  }

  private static func duration(_ seconds: Double) -> String {
    func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
    if seconds < 1e-3 { return tenths(seconds * 1e6) + " µs" }
    return seconds < 1 ? tenths(seconds * 1e3) + " ms" : "\((seconds * 100).rounded() / 100) s"
  }

  /// The first line of a statement.
  private static func shortened(_ text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline)
    guard let first = lines.first else { return "" }
    return first.count > 60 ? first.prefix(59) + "…" : lines.count > 1 ? first + " …" : String(first)
  }
}

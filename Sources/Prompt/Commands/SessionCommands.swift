import Diagnostics
import Library
import Machine
import Session

extension CommandTable {
  static let sessionCommands: [Command] = [
    Command(":vars", "lists the names of the session with their type, shape or length, and bytes; of views also the bytes that they keep in memory") {
      prompt, _ in
      let variables = prompt.session.variables
      guard !variables.isEmpty else { return prompt.write("no names yet") }
      let rows = variables.map { [$0.name, $0.kind, $0.extent, grouped($0.bytes), $0.kept.map(grouped) ?? ""] }
      let table = [["name", "kind", "shape or length", "bytes", "keeps"]] + rows
      // Most sessions have no views.
      let isPlain = variables.allSatisfy { $0.kept == nil }
      prompt.write(TextTable(isPlain ? table.map { Array($0.dropLast()) } : table, right: [3, 4]).text)
    },
    Command(":time", "runs a statement and shows how long it took", .code("STATEMENT"), example: ":time sum(rand(1000, 1000))") { prompt, call in
      try prompt.session.settle()
      let clock = prompt.session.effects.clock
      let start = clock.seconds
      let isWhole = prompt.run(call.argument)
      // Tensors are computed when somebody looks at them; that belongs to the statement's time.
      if isWhole { try prompt.session.settle() }
      prompt.write("took \(duration(clock.seconds - start))")
    },
    Command(":reset", "removes all names and starts over; :undo restores them") { prompt, _ in
      prompt.journal.reset()
      prompt.write("no names are left")
    },
    Command(":undo", "undoes the last statement: all names have their previous values again") { prompt, call in
      guard let undone = prompt.journal.undo() else {
        throw Fault(MachineErrors.badArgument, "there is nothing to take back", at: call.nameSpan, hint: "a statement must have run before")
      }
      prompt.write("took back: \(shortened(undone))")
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

  /// A statement's first line.
  private static func shortened(_ text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline)
    guard let first = lines.first else { return "" }
    return first.count > 60 ? first.prefix(59) + "…" : lines.count > 1 ? first + " …" : String(first)
  }
}

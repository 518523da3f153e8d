import Foundation
import TestSupport
import Testing

/// Statements as they are entered in a terminal: over several lines, given up, pasted, undone, saved.
@Suite(.serialized, .timeLimit(.minutes(10))) struct StatementTests {
  private func count(_ text: String, in screen: String) -> Int { screen.components(separatedBy: text).count - 1 }

  @Test func anEmptyLineEndsNothing() throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    try terminal.start()
    for line in ["fn triple(x) {", "", "  y = x * 3", "", "", "  y", "}"] { try terminal.type(line) }
    for line in ["sizes = (", "", "  1,", "", "  2)"] { try terminal.type(line) }
    try terminal.type("print(\"got\", triple(5), sizes)")
    let screen = try terminal.wait(for: "\ngot 15 (1, 2)")
    #expect(!screen.contains("error["))
    // One entry of the history, with its empty lines.
    try terminal.press("Up", "Up", "Up")
    try terminal.wait("the function recalled") { screen in
      // Readline overwrites what was on a row with spaces.
      let rows = screen.components(separatedBy: "\n").map { row in String(row.reversed().drop { $0 == " " }.reversed()) }
      return count("> fn triple(x) {\n\n  y = x * 3\n\n\n  y\n}", in: rows.joined(separator: "\n")) == 2
    }
  }

  @Test func ctrlCGivesUpAWholeStatement() throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    try terminal.start()
    try terminal.type("fn f(x) {")
    try terminal.type("  x * 2")
    try terminal.type("  x + 3", enter: false)
    try terminal.wait(for: "\n  x + 3")
    try terminal.press("C-c")
    try terminal.wait(for: "> fn f(x) {\n  x * 2\n  x + 3^C\n> ")
    // With the cursor in the middle, too: nothing is drawn over.
    try terminal.type("fn g(x) {")
    try terminal.type("  x * 4")
    try terminal.type("  x + 5", enter: false)
    try terminal.wait(for: "\n  x + 5")
    try terminal.press("Home")
    try terminal.wait("the cursor at the beginning") { _ in try terminal.cursorColumn() == 2 }
    try terminal.press("C-c")
    try terminal.type("print(\"next\", 1 + 1)")
    let screen = try terminal.wait(for: "\nnext 2")
    #expect(screen.contains("> fn g(x) {\n  x * 4\n  x + 5^C\n> print(\"next\", 1 + 1)\nnext 2"))
    #expect(screen.contains("> fn f(x) {\n  x * 2\n  x + 3^C\n> fn g(x) {"))
    // What was given up is not in the history.
    try terminal.press("Up")
    try terminal.wait("the last statement") { count("> print(\"next\", 1 + 1)", in: $0) == 2 }
    try terminal.press("C-c")
    try terminal.wait(for: "1 + 1)^C\n>")
    // In a search, too.
    try terminal.press("C-r")
    try terminal.type("nex", enter: false)
    try terminal.wait(for: "`nex': ")
    try terminal.press("C-c")
    try terminal.type("2 + 3")
    try terminal.wait(for: "\n> 2 + 3\n5\n")
  }

  @Test func pastedTextWithPromptsAndOutputs() throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    try terminal.start()
    try terminal.paste("> fn twice(x) {\n  x * 2\n}\n> twice(21)\n42\n> twice(4)\n8\n")
    try terminal.wait("the statements alone") { $0.contains("> fn twice(x) {\n  x * 2\n}\ntwice(21)\ntwice(4)") }
    try terminal.press("Enter")
    try terminal.wait(for: "twice(4)\n42\n8\n> ")
    // Where it is no session, `>` is a comparison.
    try terminal.type("ans ", enter: false)
    try terminal.paste("> 2")
    try terminal.press("Enter")
    try terminal.wait(for: "> ans > 2\ntrue\n")
    // Terminals that do not mark what is pasted type it.
    try terminal.type("> print(\"typed\", 1 + 1)")
    try terminal.wait(for: "\ntyped 2\n")
  }

  @Test func eachPastedStatementRunsByItself() throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    try terminal.start()
    try terminal.paste("a = 20\na + 1\n\n# A comment.\nif a > 3 {\n  \"large\"\n}\n:time ans\nlen?\na - 1\n")
    try terminal.wait(for: "a - 1")
    try terminal.press("Enter")
    let screen = try terminal.wait(for: "\n19\n> ")
    #expect(screen.contains("\n21\n\"large\"\n\"large\"\ntook ") && screen.contains("\nlen("))
    // Each is a step of its own.
    try terminal.paste("b = 1\nb = 2\nb = nonsense\nb = 3")
    try terminal.press("Enter")
    try terminal.wait(for: "the lines from line 4 on did not run")
    #expect(try terminal.screen().contains(":3:5: error["))
    try terminal.type("undo")
    try terminal.wait(for: "undid: b = 2")
    try terminal.type("print(\"b is\", b)")
    try terminal.wait(for: "\nb is 1\n")
    // A text that cannot be read runs not at all.
    try terminal.paste("b = 7\nb = = 8\n")
    try terminal.press("Enter")
    try terminal.wait(for: ":2:5: error[L0101]")
    try terminal.type("print(\"still\", b)")
    try terminal.wait(for: "\nstill 1\n")
  }

  @Test func aLongPaste() throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    try terminal.start(columns: 80, rows: 24)
    let lines = (1...100).map { "x\($0) = \($0)\nfn f\($0)(y) { y + \($0) }" }.joined(separator: "\n")
    try terminal.paste(lines + "\nprint(\"sum\", x1 + x100 + f100(1))\n")
    try terminal.wait(for: "print(\"sum\", x1 + x100 + f100(1))")
    try terminal.press("Enter")
    try terminal.wait(for: "\nsum 202\n> ")
    try terminal.press("C-c")
    try terminal.type("print(\"goes on\", 1 + 1)")
    try terminal.wait(for: "\ngoes on 2\n")
  }

  @Test func wordsWithoutTheColon() throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    try terminal.start()
    try terminal.type("x = 1")
    try terminal.type("x = 2")
    try terminal.type("x")
    try terminal.wait(for: "> x\n2\n")
    try terminal.type("undo")
    try terminal.wait(for: "undid: x = 2")
    try terminal.type("redo()")
    try terminal.wait(for: "redid: x = 2")
    try terminal.type("print(\"x is\", x)")
    try terminal.wait(for: "\nx is 2\n")
    try terminal.type("vars")
    try terminal.wait(for: "shape or length")
    try terminal.type("help")
    try terminal.wait(for: "help(NAME) shows how")
    try terminal.type("clear")
    try terminal.wait("an empty screen") { $0.hasPrefix("> \n") || $0.hasPrefix(">\n") }
    // A name that the program has bound is the program's.
    try terminal.type("quit = 5")
    try terminal.type("quit")
    try terminal.wait(for: "> quit\n5\n")
    try terminal.type("undo")
    try terminal.wait(for: "undid: quit = 5")
    try terminal.type("quit")
    try terminal.wait(for: "left with 0")
  }

  @Test func nothingToUndoOrRedo() throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    try terminal.start()
    try terminal.type("1 + 1")
    try terminal.type(":undo")
    try terminal.wait(for: "nothing to undo")
    try terminal.type(":redo")
    try terminal.wait(for: "nothing to redo")
    try terminal.type("exit")
    try terminal.wait(for: "left with 0")
  }

  /// A session saved as a lesson is loaded again, without what failed and what was only looked at.
  @Test func aSavedLessonIsLoaded() throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    try terminal.start()
    for line in ["x = 20", "x", "y = x + nonsense", "fn f(a) {", "  a + x", "}", "print(\"f gives\", f(1))", ":save mine.md"] { try terminal.type(line) }
    try terminal.wait(for: "wrote mine.md: 3 statements, without 1 value that was only shown")
    let text = try String(contentsOf: terminal.folder.appendingPathComponent("mine.md"), encoding: .utf8)
    #expect(text.contains("```loam\nx = 20\n```") && !text.contains("nonsense") && !text.contains("```loam\nx\n```"))
    try terminal.type(":reset")
    try terminal.type(":load mine.md")
    try terminal.wait(for: "ran 3 cells")
    #expect(count("\nf gives 21\n", in: try terminal.screen()) == 2)
    // It is one step.
    try terminal.type(":undo")
    try terminal.wait(for: "undid: :load mine.md")
    try terminal.type("fails(() -> x)")
    try terminal.wait(for: "\ntrue\n")
    // Cells that fail on purpose do not run; an error is at its line of the file.
    let lesson = "# A lesson\n\n```loam\na = 1\n```\n\n```loam fails\na + b\n```\n\n```loam\na = 2\n\na + b\n```\n"
    try lesson.write(to: terminal.folder.appendingPathComponent("failing.md"), atomically: true, encoding: .utf8)
    try terminal.type(":load failing.md")
    try terminal.wait(for: "failing.md:14:5: error[L0201]")
    try "no cells".write(to: terminal.folder.appendingPathComponent("empty.md"), atomically: true, encoding: .utf8)
    try terminal.type(":load empty.md")
    try terminal.wait(for: "has no cells to run")
  }

  /// Help breaks between words, not at the edge of the terminal.
  @Test(arguments: [80, 40]) func helpFitsTheTerminal(_ columns: Int) throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    try terminal.start(columns: columns, rows: 150)
    for (command, name) in [("?gan", "gan"), ("help(rotate)", "rotate"), ("help", nil)] {
      let words = try Loam.run(["help"] + (name.map { [$0] } ?? [])).output.split(whereSeparator: \.isWhitespace).map(String.init)
      try terminal.type("clear")
      try terminal.wait("an empty screen") { $0.trimmingCharacters(in: .whitespacesAndNewlines) == ">" }
      try terminal.type(command)
      try terminal.wait("the help and a prompt behind it") {
        $0.contains(words[words.count - 1]) && $0.trimmingCharacters(in: .whitespacesAndNewlines).hasSuffix("\n>")
      }
      let shown = try terminal.rows().dropFirst().joined(separator: "\n").split(whereSeparator: \.isWhitespace).map(String.init)
      #expect(Array(shown.prefix(words.count)) == words)
    }
  }
}

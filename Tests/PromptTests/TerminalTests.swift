import Foundation
import TestSupport
import Testing

/// What happens to the terminal while the prompt has it: another size, another job, pasted text, a second prompt.
@Suite(.serialized, .timeLimit(.minutes(10))) struct TerminalTests {
  private func count(_ text: String, in screen: String) -> Int { screen.components(separatedBy: text).count - 1 }

  /// All cells of the screen in a row, without the ends of lines.
  private func flat(_ screen: String) -> String { screen.replacingOccurrences(of: "\n", with: "").replacingOccurrences(of: " ", with: "") }

  @Test func aLongLineInAWindowThatChanges() throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    try terminal.start()
    let words = (1...20).map { "word\($0)" }.joined(separator: "_")
    try terminal.type("print(\"above\", 1 + 1)")
    try terminal.wait(for: "\nabove 2")
    try terminal.type("beginning = \"\(words)\"", enter: false)
    try terminal.wait(for: "word20\"")
    for columns in [60, 37, 110, 45] {
      try terminal.resize(columns: columns)
      // What is typed behind the change is drawn behind it.
      try terminal.type("#\(columns)", enter: false)
      let screen = try terminal.wait("the whole line in \(columns) columns") {
        flat($0).contains("word20\"") && flat($0).hasSuffix("#\(columns)")
      }
      #expect(count(">beginning", in: flat(screen)) == 1 && count("word7_", in: flat(screen)) == 1)
      let all = flat(try terminal.screen(withHistory: true))
      #expect(count(">beginning", in: all) == 1 && count("above2>beginning", in: all) == 1)
      for _ in "#\(columns)" { try terminal.press("BSpace") }
      try terminal.wait("the line as it was") { flat($0).hasSuffix("word20\"") }
    }
    // In the middle of the line, too.
    try terminal.press("Home")
    try terminal.wait("the cursor at the beginning") { _ in try terminal.cursorColumn() == 2 }
    try terminal.resize(columns: 80)
    try terminal.type("the_", enter: false)
    try terminal.wait("the line with a new beginning") { flat($0).contains(">the_beginning=\"word1_") && count("word7_", in: flat($0)) == 1 }
    try terminal.press("Enter")
    try terminal.type("print(\"letters:\", len(the_beginning))")
    try terminal.wait(for: "\nletters: \(words.count)")
  }

  /// The live line of a training has one row, and leaves none behind.
  @Test func aTrainingInAWindowThatChanges() throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    try terminal.start()
    try terminal.type("big = clothes() |> rotate(-9..9, copies=20)")
    try terminal.type("m = train(vae(hidden=400), big, epochs=1000)")
    try terminal.wait(for: "examples/s")
    for columns in [45, 70] {
      try terminal.resize(columns: columns)
      // Only one that was drawn in the new window ends at its edge.
      try terminal.wait("one live line in \(columns) columns") { screen in
        let lines = screen.split(separator: "\n").filter { $0.hasPrefix("vae: epoch") && !$0.hasSuffix(" s)") }
        let rest = screen.split(separator: "\n").drop { !$0.hasPrefix("vae: epoch") }
        return lines.count == 1 && rest.count == lines.count && lines[0].count < columns && lines[0].count > columns - 4
      }
    }
    try terminal.press("C-c")
    try terminal.wait(for: "stopped after")
    try terminal.type("print(\"kept\", sample(m, 2).shape)")
    let screen = try terminal.wait(for: "\nkept (2, 28, 28, 1)")
    #expect(!screen.contains("examples/s"))
  }

  @Test func stoppedAtThePromptAndTakenUpAgain() throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    try terminal.startInShell()
    try terminal.type("x = 40 + ", enter: false)
    try terminal.wait(for: "> x = 40 +")
    try terminal.press("C-z")
    try terminal.wait(for: "Stopped")
    // The shell has the terminal as it was.
    try terminal.type("stty -a | tr ' ' '\\n' | grep -c -x -e icanon -e echo -e icrnl")
    try terminal.wait(for: "\n3\n")
    try terminal.press("C-l")
    try terminal.type("fg")
    try terminal.wait(for: "\n> x = 40 +")
    try terminal.press("Left", "Left", "Left", "BSpace")
    try terminal.type("5", enter: false)
    try terminal.press("End")
    try terminal.type("2")
    try terminal.type("print(\"it is\", x)")
    try terminal.wait(for: "\nit is 47")
    try terminal.press("C-d")
    try terminal.wait(for: "\nshell:")
    try terminal.type("clear; stty -a | tr ' ' '\\n' | grep -c -x -e icanon -e echo -e icrnl")
    try terminal.wait(for: "3\nshell:")
  }

  @Test func aTrainingIsStoppedAndGoesOn() throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    try terminal.startInShell()
    try terminal.type("m = train(vae(hidden=50), clothes(), epochs=100000)")
    try terminal.wait("a few epochs") { (TestTerminal.epoch(on: $0) ?? 0) > 20 }
    try terminal.press("C-z")
    try terminal.wait(for: "Stopped")
    try terminal.type("clear; fg")
    // The shell has cleared the screen: what is on it now was drawn since.
    let after = try terminal.wait("a live line on a cleared screen") { $0.contains(" examples/s") && !$0.contains("Stopped") }
    #expect(try #require(TestTerminal.epoch(on: after)) > 20)
    try terminal.press("C-c")
    try terminal.wait(for: "stopped after")
    try terminal.type("print(\"kept\", sample(m, 2).shape)")
    try terminal.wait(for: "\nkept (2, 28, 28, 1)")
    // At once: a Ctrl-C that comes while the line is drawn counts, too. The terminal drops what was typed before it and not read yet.
    try terminal.type("half", enter: false)
    try terminal.press("C-c")
    try terminal.wait("the line given up") { $0.contains("> half^C\n> ") || $0.contains("> ^C\n> ") }
    try terminal.press("C-d")
    try terminal.wait(for: "\nshell:")
  }

  @Test func twoPromptsShareAHistory() throws {
    let one = try TestTerminal()
    defer { one.end() }
    let two = try TestTerminal(beside: one)
    defer { two.end() }
    try one.start()
    try two.start()
    try one.type("print(\"one\", 1)")
    try one.wait(for: "\none 1")
    try two.type("print(\"two\", 2)")
    try two.wait(for: "\ntwo 2")
    try one.type("fn last() {")
    try one.type("  3 }")
    try one.type("print(\"again\", last())")
    try one.wait(for: "\nagain 3")
    for terminal in [one, two] {
      try terminal.press("C-d")
      try terminal.wait(for: "left with 0")
    }
    let three = try TestTerminal(beside: one)
    defer { three.end() }
    try three.start()
    try three.press("Up", "Up", "Up")
    try three.wait(for: "> print(\"two\", 2)")
    try three.press("Up")
    try three.wait(for: "> print(\"one\", 1)")
    try three.press("Down", "Down", "Enter")
    try three.type("print(\"third\", last())")
    try three.wait(for: "\nthird 3")
  }

  @Test func severalLinesArePasted() throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    try terminal.start()
    try terminal.paste("fn twice(x) {\n  x * 2\n}\n\nfor i in 1..3 {\n  print(\"pasted\", twice(i))\n}\n")
    // Nothing runs before Return.
    try terminal.wait("the pasted lines") { $0.contains("> fn twice(x) {") && $0.contains("print(\"pasted\", twice(i))\n}") }
    try terminal.press("Enter")
    let screen = try terminal.wait(for: "\npasted 4")
    #expect(screen.contains("\npasted 2\npasted 4\n"))
    // They are one entry of the history.
    try terminal.press("Up", "Enter")
    try terminal.wait("both runs") { count("\npasted 4", in: $0) == 2 }
  }

  @Test func linesAreFoundBackwards() throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    try terminal.start()
    try terminal.type("print(\"needle\", 1 + 1)")
    try terminal.wait(for: "\nneedle 2")
    try terminal.type("print(\"hay\", 1 + 2)")
    try terminal.wait(for: "\nhay 3")
    try terminal.press("C-r")
    try terminal.type("need", enter: false)
    try terminal.wait(for: "`need': print(\"needle\"")
    try terminal.press("Enter")
    try terminal.wait("the line's second run") { count("\nneedle 2", in: $0) == 2 }
    try terminal.press("C-r")
    try terminal.type("hay", enter: false)
    try terminal.wait(for: "`hay': print(\"hay\"")
    try terminal.press("End", "BSpace")
    try terminal.type(" + 5)")
    try terminal.wait(for: "\nhay 8")
  }

  /// Readline would ask whether to show so many, and its question hears no Ctrl-C.
  @Test func manyCandidatesAreShownUnasked() throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    try terminal.start()
    try terminal.press("Tab", "Tab")
    try terminal.wait(for: "write_text")
    try terminal.press("C-c")
    try terminal.type("print(\"still\", 1 + 1)")
    let screen = try terminal.wait(for: "\nstill 2")
    #expect(!screen.contains("y or n"))
  }

  @Test func aFileOfSomebodyElsesIsNotReplaced() throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    let (mine, own) = (terminal.folder.appendingPathComponent("mine.md"), terminal.folder.appendingPathComponent("own.md").path)
    try "my own\n".write(to: mine, atomically: true, encoding: .utf8)
    try terminal.start()
    try terminal.type("a = 1")
    try terminal.type(":save mine.md")
    try terminal.wait(for: "hint: replace it with `:save! mine.md`")
    #expect(try String(contentsOf: mine, encoding: .utf8) == "my own\n")
    // What the session has written it may write again, until somebody changes it.
    try terminal.type(":save own.md")
    try terminal.wait(for: "wrote own.md: 1 statement\n")
    try terminal.type("b = 2")
    try terminal.type(":save own.md")
    try terminal.wait(for: "replaced own.md: 2 statements\n")
    try "edited\n".write(toFile: own, atomically: true, encoding: .utf8)
    try terminal.type(":save own.md")
    try terminal.wait(for: "hint: replace it with `:save! own.md`")
    #expect(try String(contentsOfFile: own, encoding: .utf8) == "edited\n")
    try terminal.type(":save! own.md")
    try terminal.wait("the second replacement") { count("replaced own.md: 2 statements\n", in: $0) == 2 }
  }
}

import Foundation
import TestSupport
import Testing

/// The prompt in a real terminal: tmux types and reads the screen.
@Suite(.serialized, .timeLimit(.minutes(10))) struct PromptTests {
  @Test func aSession() throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    try terminal.start()

    try terminal.type("1 + 41")
    _ = try terminal.wait(for: "\n42")
    try terminal.type("ans * 2")
    _ = try terminal.wait(for: "\n84")

    // A statement of several lines, then recalled and edited as one.
    try terminal.type("fn twice(x) {")
    try terminal.type("  x * 2")
    try terminal.type("}")
    try terminal.type("print(\"got\", twice(50))")
    _ = try terminal.wait(for: "\ngot 100")
    try terminal.tmux(["send-keys", "Up"])
    try terminal.tmux(["send-keys", "Up"])
    try terminal.tmux(["send-keys", "BSpace"])
    try terminal.type("; x * 3 }")
    try terminal.type("print(\"now\", twice(50))")
    _ = try terminal.wait(for: "\nnow 150")

    // Completion, an error, and the session goes on.
    try terminal.type("prin", enter: false)
    try terminal.tmux(["send-keys", "Tab"])
    try terminal.type("(\"comp\" + \"leted\")")
    _ = try terminal.wait(for: "\ncompleted")
    try terminal.type("nonsense + 1")
    _ = try terminal.wait(for: "unknown name `nonsense`")

    // Ctrl-C: at the prompt it gives up the line, in a loop the statement, in a training the rest of it.
    try terminal.type("half a line", enter: false)
    try terminal.tmux(["send-keys", "C-c"])
    try terminal.type("while true { y = 1 }")
    Thread.sleep(forTimeInterval: 0.5)
    try terminal.tmux(["send-keys", "C-c"])
    _ = try terminal.wait(for: "interrupted; the session continues")
    try terminal.type("m = train(vae(hidden=50), clothes(), epochs=100000)")
    try terminal.wait("a few epochs") { (TestTerminal.epoch(on: $0) ?? 0) > 2 }
    try terminal.tmux(["send-keys", "C-c"])
    _ = try terminal.wait(for: "stopped after")
    try terminal.type("print(\"kept\", sample(m, 2).shape)")
    _ = try terminal.wait(for: "\nkept (2, 28, 28, 1)")

    try terminal.tmux(["send-keys", "C-d"])
    _ = try terminal.wait(for: "left with 0")
  }

  /// A chart that a line comes to is drawn; `ans` is the chart.
  @Test func aChartIsDrawn() throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    try terminal.start()
    try terminal.type("plot((1, 4, 9), title=\"Squares\")")
    _ = try terminal.wait(for: "┬")
    try terminal.type("print(\"words:\", ans)")
    let screen = try terminal.wait(for: "\nwords: chart \"Squares\" of 3 points")
    #expect(screen.contains("\n Squares\n") && screen.contains("┤") && screen.contains("⠤"))
  }

  @Test func historyLivesOn() throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    try terminal.start()
    try terminal.type("print(\"first\", 1 + 1)")
    _ = try terminal.wait(for: "\nfirst 2")
    try terminal.tmux(["send-keys", "C-d"])
    _ = try terminal.wait(for: "left with 0")
    let second = try TestTerminal(beside: terminal)
    defer { second.end() }
    try second.start()
    try second.press("Up", "Enter")
    try second.wait(for: "\nfirst 2")
  }

  /// Questions about a function, and a name that is misspelt.
  @Test func questions() throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    try terminal.start()
    try terminal.type("?rotate")
    _ = try terminal.wait(for: "rotate(x=nothing, by")
    try terminal.type("len?")
    _ = try terminal.wait(for: "\n  > print(len(")
    try terminal.type("?? dense_vae")
    _ = try terminal.wait(for: "model dense_vae(")
    try terminal.type("?rotat")
    let screen = try terminal.wait(for: "did you mean `rotate`?")
    #expect(screen.contains("no help for `rotat`") && screen.contains("^^^^^"))
  }

  /// Commands: names as a table, going back over a training, saving, loading, and mistakes.
  @Test func commands() throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    try terminal.start()
    let script = terminal.folder.appendingPathComponent("kept.loam").path
    try terminal.type("few = clothes()[:64]; x = zeros(3, 4)")
    try terminal.type("m = train(vae(latent=2, hidden=8), few, epochs=1)")
    _ = try terminal.wait(for: "vae: epoch 1")
    try terminal.type(":vars")
    let table = try terminal.wait(for: "shape or length")
    #expect(table.contains("few   data set  64") && table.contains("x     tensor    f32[3, 4]"))
    try terminal.type("m = 3")
    try terminal.type(":undo")
    _ = try terminal.wait(for: "undid: m = 3")
    try terminal.type(":undo")
    _ = try terminal.wait(for: "undid: m = train(")
    try terminal.type("print(\"gone:\", fails(() -> m))")
    _ = try terminal.wait(for: "\ngone: true")
    try terminal.type("nonsense + 1")
    try terminal.type("6 * 7")
    try terminal.type(":time ans + 1")
    _ = try terminal.wait(for: "\n43\ntook ")
    try terminal.type(":save \(script)")
    _ = try terminal.wait(for: "\(script): 3 statements, without 2 values that were only shown")
    #expect(try String(contentsOfFile: script, encoding: .utf8) == "few = clothes()[:64]\nx = zeros(3, 4)\nprint(\"gone:\", fails(() -> m))\n")
    // A value that a later statement reads is kept under its name.
    try terminal.type("7 * 7")
    try terminal.type(":time y = ans + 1")
    _ = try terminal.wait("two times") { $0.components(separatedBy: "\ntook ").count == 3 }
    try terminal.type(":save \(script)")
    _ = try terminal.wait(for: "replaced \(script): 5 statements")
    #expect(try String(contentsOfFile: script, encoding: .utf8).hasSuffix("\nans = 7 * 7\ny = ans + 1\n"))
    try terminal.type(":reset")
    _ = try terminal.wait(for: "all names removed")
    try terminal.type(":load \(script)")
    try terminal.type("print(\"again\", ans, y, len(few))")
    _ = try terminal.wait(for: "\nagain 49 50 64")
    try terminal.type(":tiem 1")
    _ = try terminal.wait(for: "did you mean `:time`?")
    try terminal.type(":load missing.loam")
    _ = try terminal.wait(for: "no such file or folder: `missing.loam`")
    try terminal.type(":save kept.txt")
    _ = try terminal.wait(for: "for example `:save kept.loam`")
  }

  /// Tab completes fields, argument names, the texts that an argument accepts, files and commands.
  @Test func completion() throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    try terminal.start()
    let file = terminal.folder.appendingPathComponent("a note.txt").path
    try "noted".write(toFile: file, atomically: true, encoding: .utf8)
    func tab(_ text: String) throws {
      try terminal.type(text, enter: false)
      try terminal.tmux(["send-keys", "Tab"])
    }
    try terminal.type("few = digits()[:3]")
    try tab("print(\"kept\", len(few.im")
    try terminal.type("))")
    _ = try terminal.wait(for: "\nkept 3")
    try tab("cut = few |> crop(4, 4, copi")
    try terminal.type("2, ", enter: false)
    try tab("at=\"bottom-l")
    try terminal.type("); print(\"cut\", cut.images.shape)")
    _ = try terminal.wait(for: "\ncut (6, 4, 4, 1)")
    try tab("print(\"it is\", read_text(\"\(terminal.folder.path)/a n")
    try terminal.type("\"))")
    _ = try terminal.wait(for: "\nit is noted")
    try tab(":va")
    try terminal.tmux(["send-keys", "Enter"])
    _ = try terminal.wait(for: "shape or length")
  }

  /// The value of a line tells what it is before it shows some of it.
  @Test func values() throws {
    let terminal = try TestTerminal()
    defer { terminal.end() }
    try terminal.start()
    try terminal.type("zeros(2, 30)")
    _ = try terminal.wait(for: "f32[2, 30], 0..0\n[[0, 0")
    try terminal.type("train(vae(latent=2, hidden=8), digits()[:32], epochs=1)")
    let table = try terminal.wait(for: "\ntotal ")
    #expect(table.contains("\nlayer ") && table.contains("trainable parameters"))
  }
}

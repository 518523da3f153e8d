import Diagnostics
import Machine
import Session
import TestSupport
import Testing

/// At the prompt and in lessons a statement that fails changes no name but `rescued`.
@Suite struct FailedStatementTests {
  private let files = MemoryFiles()
  private let test: TestSession
  private let journal: Journal

  init() {
    test = TestSession(collectsAlways: true, files: files)
    journal = Journal(test.session)
  }

  private func run(_ text: String) -> Session.Outcome { journal.run(text, named: "a") }

  private func text(_ name: String) throws -> String? { try test.session.machine.global(name).map { try test.session.machine.text($0) } }

  private var names: Set<String> { Set(test.session.machine.globalNames) }

  @Test func aLoopThatFailsMidway() throws {
    _ = run("xs = (1, 2, 3); total = 0; kept = xs")
    #expect(run("for i in 0..5 { xs[i] = 10 * i; total = total + i; seen = i }").diagnostics.first?.id == MachineErrors.badIndex)
    #expect(try text("xs") == "(1, 2, 3)" && text("kept") == "(1, 2, 3)" && text("total") == "0")
    #expect(names == ["xs", "total", "kept"])
  }

  @Test func blocksTensorsAndRecords() throws {
    _ = run("x = [1, 2, 3]; r = {a: (1, 2)}; old = r")
    #expect(run("y = { x[0] = 7; x = x * 2; r.a[1] = 5; z = 1; fail(\"no\") }").report?.contains("no") == true)
    #expect(try text("x") == "[1, 2, 3]" && text("r") == "{a: (1, 2)}" && text("old") == "{a: (1, 2)}")
    #expect(names == ["x", "r", "old"])
    // The same, mended, then goes as if nothing had been.
    #expect(run("y = { x[0] = 7; x = x * 2; r.a[1] = 5; z = 1; x }").report == nil)
    #expect(try text("y") == "[14, 4, 6]" && text("r") == "{a: (1, 5)}" && text("old") == "{a: (1, 2)}")
  }

  @Test func anUnpackingAssignment() throws {
    _ = run("a = 1; b = (2, 3)")
    for line in ["(a, b) = (5, 6, 7)", "(a, b[9]) = (5, 6)", "(c, (d, e)) = (1, 2)"] {
      #expect(run(line).report != nil)
      #expect(try text("a") == "1" && text("b") == "(2, 3)" && names == ["a", "b"])
    }
  }

  /// Statements of the same line that ended well stay.
  @Test func statementsBeforeItStay() throws {
    _ = run("a = 1")
    _ = run("a = 2; b = 3; { c = 4; a = 9; fail(\"no\") }; d = 5")
    #expect(try text("a") == "2" && names == ["a", "b"])
    #expect(journal.statements == ["a = 1", "a = 2", "b = 3"])
    #expect(journal.undo() != nil)
    #expect(try text("a") == "1" && names == ["a"])
  }

  @Test func undoAfterAFailureTakesBackWhatRan() throws {
    _ = run("a = 1")
    _ = run("a = 2")
    _ = run("{ a = 3; fail(\"no\") }")
    #expect(journal.undo() == "a = 2")
    #expect(try text("a") == "1")
  }

  /// A failed statement is no run of its text.
  @Test func randomnessIsAsBefore() throws {
    let statement = "r = { x = rand(3); if not ready { fail(\"wait\") }; x }"
    _ = run("ready = true; \(statement)")
    let (first, second) = (
      try text("r"),
      try {
        _ = run(statement); return try text("r")
      }()
    )
    #expect(first != second)
    journal.reset()
    _ = run("ready = false")
    #expect(run(statement).report?.contains("wait") == true && run(statement).report != nil)
    _ = run("ready = true")
    _ = run(statement)
    #expect(try text("r") == first)
    _ = run("ready = false")
    _ = run(statement)
    _ = run("{ seed(7); ready = true; fail(\"no\") }")
    _ = run("ready = true")
    _ = run(statement)
    #expect(try text("r") == second)
  }

  /// Nor are the statements of a file that it imported: both files are read again.
  @Test func aFailingImport() throws {
    try files.write(Array("value = rand(2)\n".utf8), to: "inner.loam")
    try files.write(Array("import \"inner.loam\"\nvalue = rand(2)\nbroken = 1 // 0\n".utf8), to: "outer.loam")
    #expect(run("import \"outer.loam\"").report?.contains("by zero") == true)
    #expect(names.isEmpty)
    try files.write(Array("import \"inner.loam\"\nvalue = rand(2)\ndepth = 3\n".utf8), to: "outer.loam")
    #expect(run("import \"outer.loam\"; v = outer.value; d = outer.depth").report == nil)
    let mended = try text("v")
    let fresh = TestSession(files: files)
    fresh.run("import \"outer.loam\"; v = outer.value")
    #expect(try fresh.session.machine.text(#require(fresh.session.machine.global("v"))) == mended)
    #expect(try text("d") == "3")
    // Taken back, an import is read again; what was there before `:reset` comes back with it.
    #expect(journal.undo() != nil)
    try files.write(Array("depth = 4\n".utf8), to: "outer.loam")
    _ = run("import \"outer.loam\"; d = outer.depth")
    #expect(try text("d") == "4")
    journal.reset()
    _ = run("x = (1, 2)")
    #expect(journal.undo() != nil && journal.undo() == ":reset")
    _ = run("import \"outer.loam\" as again; e = again.depth")
    #expect(try text("e") == "4")
  }

  @Test func anInterruptedTrainingLeavesOnlyTheRescuedModel() throws {
    let test = TestSession(interruptAfter: 3, requests: 2)
    let journal = Journal(test.session)
    _ = journal.run("few = digits()[:64]; m = 1", named: "a")
    let outcome = journal.run("{ m = vae(latent=2, hidden=8); half = 2; m = train(m, few, epochs=500, batch=16) }", named: "b")
    guard case .interrupted = outcome else { Issue.record("it was not interrupted"); return }
    #expect(Set(test.session.machine.globalNames) == ["few", "m", "rescued"])
    #expect(journal.run("print(m, sample(rescued, 1).shape)", named: "c").report == nil)
    #expect(test.console.output == "1 (1, 8, 8, 1)\n")
    // Going back over it takes the rescued model, too.
    #expect(journal.undo() != nil && journal.undo()?.contains("half = 2") == true)
    #expect(Set(test.session.machine.globalNames) == ["few", "m"])
  }

  /// One Ctrl-C ends the training, not the statement.
  @Test func aTrainingThatWasStoppedEndsItsStatement() {
    let test = TestSession(interruptAfter: 3)
    let journal = Journal(test.session)
    #expect(journal.run("m = train(vae(latent=2, hidden=8), digits()[:64], epochs=500, batch=16); after = 1", named: "a").report == nil)
    #expect(Set(test.session.machine.globalNames) == ["m", "after"] && !test.session.machine.globalNames.contains("rescued"))
  }

  /// A model of an earlier line is not told of as rescued.
  @Test func nothingIsRescuedWhereNothingTrained() {
    _ = run("m = train(vae(latent=2, hidden=8, shape=(2, 2, 1)), rand(4, 2, 2, 1), epochs=1)")
    _ = run("1 +")
    #expect(!test.session.hasRescued && names == ["m"])
  }

  /// Showing a value is part of its statement.
  @Test func aValueThatCannotBeShown() throws {
    _ = run("1 + 1")
    struct Unshown: Error {}
    let outcome = journal.run(Source(name: "a", text: "{ x = 5; x * 2 }")) { _ in throw Unshown() }
    #expect(outcome.report != nil && names == ["ans"] && journal.statements.isEmpty)
    #expect(try text("ans") == "2")
  }

  /// A script ends at its first error, so it is spared the copies.
  @Test func aScriptIsLeftAsItEnded() {
    let script = TestSession()
    script.run("{ a = 1; fail(\"no\") }")
    #expect(script.session.machine.globalNames == ["a"])
  }
}

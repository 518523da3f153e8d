import Diagnostics
import Machine
import Session
import TestSupport
import Testing

/// Going back, `ans`, and the statements that a session can save.
@Suite struct JournalTests {
  private let test = TestSession(collectsAlways: true)

  private func text(_ name: String) throws -> String? { try test.session.machine.global(name).map { try test.session.machine.text($0) } }

  @Test func goesBackStepByStep() throws {
    let journal = Journal(test.session)
    _ = journal.run("xs = (1, (2, 3))", named: "a")
    _ = journal.run("xs[1][0] = 9; y = \"new\" + \"er\"", named: "b")
    _ = journal.run("y = nonsense", named: "c")
    #expect(try text("xs") == "(1, (9, 3))")
    #expect(journal.undo() == "xs[1][0] = 9; y = \"new\" + \"er\"")
    #expect(try text("xs") == "(1, (2, 3))" && text("y") == nil)
    #expect(journal.undo() == "xs = (1, (2, 3))" && journal.undo() == nil)
    #expect(test.session.machine.globalNames.isEmpty && journal.statements.isEmpty)
  }

  /// The same statement after it was taken back draws the same numbers.
  @Test func randomnessGoesBackToo() throws {
    let journal = Journal(test.session)
    _ = journal.run("r = rand(3)", named: "a")
    let first = try text("r")
    _ = journal.undo()
    _ = journal.run("r = rand(3)", named: "b")
    #expect(try text("r") == first)
    _ = journal.run("r = rand(3)", named: "c")
    #expect(try text("r") != first)
  }

  @Test func aTrainingIsTakenBack() throws {
    let plain = TestSession()
    let journal = Journal(plain.session)
    _ = journal.run("m = vae(latent=2, hidden=4, shape=(4, 4, 1)); x = rand(8, 4, 4, 1); before = encode_sum(m)\n", named: "a")
    _ = journal.run("m = vae(latent=2, hidden=4, shape=(4, 4, 1)); x = rand(8, 4, 4, 1)", named: "a")
    func weights() throws -> String { try plain.session.machine.text(#require(plain.session.machine.global("w"))) }
    _ = journal.run("w = map(parameters(m), p -> sum(p.value))", named: "b")
    let before = try weights()
    guard case .done = journal.run("m = train(m, x, epochs=2)", named: "c") else { Issue.record("the training failed"); return }
    _ = journal.run("w = map(parameters(m), p -> sum(p.value))", named: "d")
    #expect(try weights() != before)
    #expect(journal.undo() != nil && journal.undo() == "m = train(m, x, epochs=2)")
    _ = journal.run("w = map(parameters(m), p -> sum(p.value))", named: "e")
    #expect(try weights() == before)
  }

  @Test func theLastValueIsTheAnswerUnlessTheProgramHasItsOwn() throws {
    let journal = Journal(test.session)
    _ = journal.run("1 + 1", named: "a")
    _ = journal.run("x = 5", named: "b")
    #expect(try text("ans") == "2")
    _ = journal.run("ans = 7", named: "c")
    _ = journal.run("1 + 2", named: "d")
    #expect(try text("ans") == "7")
    _ = journal.undo()
    _ = journal.run("1 + 2", named: "e")
    #expect(try text("ans") == "3")
  }

  @Test func keepsWhatRan() {
    let journal = Journal(test.session)
    _ = journal.run("# Sizes.\na = 1  # one\nb = 2; c = 3\nprint(a)", named: "a")
    _ = journal.run("d = 4; e = nonsense; f = 6", named: "b")
    _ = journal.run("a +", named: "c")
    _ = journal.run("# Sum.\na + b", named: "d")
    _ = journal.run("g = ans * 2", named: "e")
    _ = journal.run("a * b", named: "f")
    #expect(journal.statements == ["# Sizes.\na = 1  # one", "b = 2", "c = 3", "print(a)", "d = 4", "# Sum.\nans = a + b", "g = ans * 2"])
    #expect(journal.omittedCount == 1)
    journal.reset()
    #expect(journal.statements.isEmpty && test.session.machine.globalNames.isEmpty)
    #expect(journal.undo() == ":reset" && journal.statements.count == 7)
  }

  /// What was only looked at is left out; what printed, wrote or drew for others is not.
  @Test func leavesLooksOut() {
    let journal = Journal(test.session)
    for code in [
      "x = 5", "x", "x + 1", "len(\"abc\")", "x; x", "map((1, 2), i -> { print(i); i })", "rand(2)", "x * 2", "y = ans", "ans", "ans + 1",
      "show(zeros(2, 2))", "{ z = 1 }", "f = 3; f",
    ] { _ = journal.run(code, named: "a") }
    #expect(
      journal.statements == ["x = 5", "map((1, 2), i -> { print(i); i })", "ans = x * 2", "y = ans", "show(zeros(2, 2))", "{ z = 1 }", "f = 3"])
  }

  /// Looking is no step; drawing and seeding are.
  @Test func goesBackOverWhatChangedSomething() throws {
    let journal = Journal(test.session)
    for code in ["x = 1", "x", "x + 1", "print(x)", "nonsense", "import \"nowhere.loam\""] { _ = journal.run(code, named: "a") }
    #expect(try text("ans") == "2")
    #expect(journal.undo() == "x = 1" && journal.undo() == nil)
    for code in ["x = 1", "rand(2)", "x", "seed(3)", "x"] { _ = journal.run(code, named: "a") }
    #expect(journal.undo() == "seed(3)" && journal.undo() == "rand(2)" && journal.undo() == "x = 1" && journal.undo() == nil)
  }

  @Test func doesAgainWhatWasTakenBack() throws {
    let journal = Journal(test.session)
    for code in ["x = \"one\" + \"!\"", "r = rand(3)", "x = \"two\" + \"!\""] { _ = journal.run(code, named: "a") }
    let drawn = try text("r")
    #expect(journal.redo() == nil)
    #expect(journal.undo() != nil && journal.undo() != nil && journal.undo() != nil && journal.undo() == nil)
    // What only the undone states hold lives on.
    _ = journal.run("len(map(0..100, i -> \"{i}\"))", named: "b")
    #expect(journal.redo() == "x = \"one\" + \"!\"" && journal.redo() == "r = rand(3)")
    #expect(try text("x") == "one!" && text("r") == drawn && journal.statements.count == 2)
    #expect(journal.undo() == "r = rand(3)" && journal.redo() == "r = rand(3)" && journal.redo() == "x = \"two\" + \"!\"" && journal.redo() == nil)
    #expect(try text("x") == "two!")
    // Randomness goes on from there as if nothing had been taken back.
    _ = journal.undo()
    _ = journal.undo()
    _ = journal.redo()
    _ = journal.run("r = rand(3)", named: "c")
    #expect(try text("r") != drawn)
    // A new statement ends it, a look does not.
    _ = journal.undo()
    _ = journal.run("x", named: "d")
    #expect(journal.redo() == "r = rand(3)")
    _ = journal.undo()
    _ = journal.run("y = 1", named: "e")
    #expect(journal.redo() == nil)
  }

  @Test func severalTextsAreOneStep() throws {
    let journal = Journal(test.session)
    let sources = ["a = 1", "b = a + 1\nb", "c = nonsense", "d = 4"].map { Source(name: "lesson.md", text: $0) }
    guard case .failed = journal.run(sources, titled: ":load lesson.md") else { Issue.record("it does not fail"); return }
    #expect(test.session.machine.globalNames.sorted() == ["a", "ans", "b"])
    #expect(journal.statements == ["a = 1", "b = a + 1"])
    #expect(journal.undo() == ":load lesson.md" && test.session.machine.globalNames.isEmpty && journal.undo() == nil)
  }

  /// Old values that nobody else holds are let go in the end.
  @Test func oldStatesHaveABudget() throws {
    let journal = Journal(test.session, heldBytes: 10_000)
    for size in 1...5 { _ = journal.run("x = zeros(\(size), 1000)", named: "a") }
    #expect(journal.undo() == "x = zeros(5, 1000)" && journal.undo() == nil)
    #expect(try #require(test.session.variables.first).extent == "f32[4, 1000]")
    for number in 1...120 { _ = journal.run("y = \(number)", named: "b") }
    #expect((1...120).count { _ in journal.undo() != nil } == 100)
    #expect(try text("y") == "20")
  }

  /// A slice is as large as what it has, and keeps what it is a part of.
  @Test func aSliceIsShownWithItsOwnBytes() throws {
    test.run(
      """
      few = clothes()
      ten = few[:10]
      x = digits().images
      part = x[0:2]
      m = dense(100, shape=(1000,))
      d = train(vae(latent=2, hidden=64), few[:64], epochs=1)
      w = d.networks.to_mean.bias
      pair = (ten, few)
      """)
    func footprint(_ name: String) throws -> [Int?] {
      let variable = try #require(test.session.variables.first { $0.name == name })
      return [variable.bytes, variable.kept]
    }
    let pixels = 28 * 28
    #expect(try footprint("few") == [2000 * (pixels + 16), nil])
    #expect(try footprint("ten") == [10 * (pixels + 16), 2000 * pixels])
    #expect(try footprint("pair")[1] == nil)
    // Not computed yet, the part keeps what it is taken from.
    #expect(try footprint("part") == [512, 1797 * 256 + 512])
    test.run("print(part)")
    #expect(try footprint("part") == [512, nil])
    #expect(try footprint("m")[1] == nil && footprint("d")[1] == nil)
    // One weight keeps the memory of all that were trained with it.
    #expect(try footprint("w")[0] == 8)
    let kept = try #require(try footprint("w")[1])
    #expect(kept > 4 * 2 * 64 * pixels)
  }

  @Test func listsVariables() throws {
    test.run("x = zeros(2, 3); name = \"héllo\"; r = {a: 1, b: (1, 2)}; few = digits()[:5]; fn f() { 1 }")
    let rows = test.session.variables.map { "\($0.name) \($0.kind) \($0.extent)" }
    #expect(rows == ["f function ", "few data set 5", "name string 5", "r record 2", "x tensor f32[2, 3]"])
    #expect(test.session.variables.last?.bytes == 24)
    #expect(try #require(test.session.variables.first { $0.name == "few" }).bytes > 5 * 64)
  }
}

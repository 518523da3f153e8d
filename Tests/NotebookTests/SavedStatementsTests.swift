import Notebook
import Testing

@Suite struct SavedStatementsTests {
  private let statements = ["x = 1", "fn f(a) {\n  a + 1\n}", "print(\"```\", f(x))"]

  @Test func aScriptIsTheStatements() {
    #expect(SavedStatements.script(statements) == "x = 1\nfn f(a) {\n  a + 1\n}\nprint(\"```\", f(x))\n")
  }

  @Test func aLessonHasACellForEach() {
    let lesson = Lesson(Array(SavedStatements.lesson(statements).utf8), named: "kept.md")
    #expect(lesson.problems.isEmpty)
    #expect(lesson.cells.map { $0.code.trimmed } == statements)
  }
}

extension String {
  fileprivate var trimmed: String { hasSuffix("\n") ? String(dropLast()) : self }
}

import Diagnostics
import Effects
import Notebook
import Session
import TestSupport
import Testing

@Suite struct LessonTests {
  @Test func cellsAreFencesMarkedLoam() {
    let lesson = Lesson(
      "# One\n\n```loam\nx = 1\n```\n\n- item\n\n  ```loam id=b fails\n  x + \"a\"\n  ```\n\n```python\nno\n```\n\n    ```loam\n    indented is text\n    ```\n"
    )
    #expect(lesson.cells.map(\.code) == ["x = 1\n", "x + \"a\"\n"])
    #expect(lesson.cells.map(\.line) == [4, 10])
    #expect(lesson.cells[1].attributes == ["id=b", "fails"] && lesson.cells[1].marks.id == "b" && lesson.cells[1].marks.fails)
    #expect(lesson.problems.isEmpty)
  }

  /// What is not closed or not Markdown at all is still only text.
  @Test(arguments: [
    "", "```loam\nx = 1", "~~~loam\r\nx = 1\r\n~~~\r\n", "<div>\n```loam\n", String(repeating: "> ", count: 5000) + "x", "\u{FEFF}```loam\nx = 1\n```",
    "```loam", "```loam\n```", "\r\r\r", "a\u{0}b",
  ])
  func brokenMarkdownIsRead(_ text: String) {
    for cell in Lesson(text).cells { #expect(cell.code.hasPrefix("x = 1") || cell.code.isEmpty) }
  }

  /// A fence that only the end of a quote, a list or the file closes is no cell: all behind it would be code.
  @Test(arguments: [
    "text\n\n```loam\nx = 1\n\ntext\n", "text\n\n```loam\nx = 1\n``\n", "q\n\n> ```loam\n> x = 1\n```\ntext\n", "q\n\n> ```loam\n> x = 1\ntext\n",
    "l\n\n- ```loam\n  x = 1\n```\n", "t\n\n~~~loam\nx\n```\n", "t\n\n````loam\nx\n```\n", "t\n\n```loam",
  ])
  func unclosedCellsAreTold(_ text: String) {
    let lesson = Lesson(text, named: "a.md")
    #expect(lesson.cells.isEmpty && lesson.problems.first?.id == LessonErrors.unclosedCell && lesson.problems.first?.span?.location.line == 3)
  }

  @Test(arguments: [
    ("```loam fials\n```\n", "did you mean `fails`?"), ("```loam id=a.b\n```\n", "letters, digits"),
    ("```loam id=a\n```\n```loam id=a\n```\n", "a different name"),
    ("```loam L0201\n```\n", "the marks are"),
  ])
  func unknownMarksAreTold(_ text: String, _ hint: String) {
    let problems = Lesson(text).problems
    #expect(problems.count == 1 && problems[0].id == LessonErrors.badMark && problems[0].hint?.contains(hint) == true)
  }

  /// Rewriting an output must not lose what a person wrote into it, so such a file is left alone.
  @Test(arguments: [
    "```loam\n1\n```\n<!-- loam:out -->\nmine\n<!-- loam:end -->\n", "```loam\n1\n```\n<!-- loam:out -->\n", "<!-- loam:end -->\n",
    "```loam\n1\n```\n<!-- loam:out -->\n\n```loam\n2\n```\n<!-- loam:out -->\n<!-- loam:end -->\n", "text\n\n<!-- loam:out -->\n<!-- loam:end -->\n",
    "```loam\n1\n```\n<!-- loam:out -->\n```python\n1\n```\n<!-- loam:end -->\n",
    "- ```loam\n  1\n  ```\n  <!-- loam:out -->\n\n<!-- loam:end -->\n",
  ])
  func brokenOutputsAreTold(_ text: String) {
    let problems = Lesson(text).problems
    #expect(!problems.isEmpty && problems.allSatisfy { $0.id == LessonErrors.brokenOutput })
  }

  private func run(_ text: String) -> (ending: LessonRun.Ending, output: String, lines: [Int], reports: [String]) {
    let console = RecordingConsole()
    var (lines, reports): ([Int], [String]) = ([], [])
    let ending = LessonRun.live(Lesson(text, named: "there/lesson.md"), in: Effects.forTests(console: console), LessonSettings(), threads: 1).run { result in
      for diagnostic in result.complaints {
        lines.append(diagnostic.span?.location.line ?? 0)
        reports.append(Report(diagnostic).text)
      }
    }
    return (ending, console.output + console.errors, lines, reports)
  }

  @Test func cellsShareOneSession() {
    let result = run("```loam\nx = 20\n```\ntext\n```loam\nprint(x + 22)\n```\n")
    #expect(result.ending == .done && result.output == "42\n")
  }

  @Test func anErrorIsToldAtItsLineAndTheRestRuns() {
    let result = run("# Title\n\n```loam\nx = 1\ny = nme\n```\n\n```loam\nprint(x)\n```\n")
    #expect(result.ending == .failed && result.lines == [5] && result.output == "1\n")
    #expect(result.reports.first?.hasPrefix("there/lesson.md:5:5: error[L0201]") == true)
  }

  /// A function of one cell that fails in another is told by the file's lines, each in its place.
  @Test func callsThroughCellsAreToldByTheFilesLines() {
    let result = run("```loam\nfn f(x) {\n  x / 0\n}\n```\ntext\n```loam\nf(1)\n```\n")
    #expect(result.lines == [3] && result.reports[0].contains("called at there/lesson.md:8"))
  }

  @Test func cellsMarkedFailsMustFail() {
    #expect(run("```loam fails\n1 // 0\n```\n").ending == .done)
    #expect(run("```loam fails\n1\n```\n").ending == .failed)
    #expect(run("```loam fails L0212\n1 // 0\n```\n").ending == .done)
    #expect(run("```loam fails L0201\n1 // 0\n```\n").ending == .failed)
  }

  /// What a lesson prints cannot steer the terminal it is run in.
  @Test func noCodesReachTheTerminal() {
    #expect(run("```loam\nprint(\"a\\u{1B}]0;title\\u{7}b\\u{1B}[31mc\")\n```\n").output == "abc\n")
  }
}

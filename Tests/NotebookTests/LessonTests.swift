import CKernels
import Effects
import Notebook
import Session
import Testing

final class Recorder: Console {
  var output = ""
  var terminal: Terminal? { nil }
  func write(_ text: String) { output += text }
  func writeError(_ text: String) { output += text }
  func flush() {}
}

final class Silence: ProgressSink {
  func update(_ line: @autoclosure () -> String) {}
  func settle(_ line: String) {}
}

@Suite struct LessonTests {
  @Test func cellsAreFencesMarkedLoam() {
    let lesson = Lesson(
      "# One\n\n```loam\nx = 1\n```\n\n- item\n\n  ```loam id=b fails\n  x + \"a\"\n  ```\n\n```python\nno\n```\n\n    ```loam\n    indented is text\n    ```\n"
    )
    #expect(lesson.cells.map(\.code) == ["x = 1\n", "x + \"a\"\n"])
    #expect(lesson.cells.map(\.line) == [4, 10])
    #expect(lesson.cells[1].attributes == ["id=b", "fails"])
  }

  /// What is not closed or not Markdown at all is still only text.
  @Test(arguments: ["", "```loam\nx = 1", "~~~loam\r\nx = 1\r\n~~~\r\n", "<div>\n```loam\n", String(repeating: "> ", count: 5000) + "x"])
  func brokenMarkdownIsRead(_ text: String) {
    for cell in Lesson(text).cells { #expect(cell.code.hasPrefix("x = 1") || cell.code.isEmpty) }
  }

  private func run(_ text: String) -> (ending: LessonRun.Ending, output: String, lines: [Int]) {
    let console = Recorder()
    let effects = Effects(console: console, files: SystemFiles(), clock: SystemClock(), cancellation: .never(), progress: Silence())
    var lines: [Int] = []
    let ending = LessonRun(Session(effects: effects, threads: 1)).run(Lesson(text), named: "lesson.md") { lines.append($0.span?.location.line ?? 0) }
    return (ending, console.output, lines)
  }

  @Test func cellsShareOneSession() {
    let result = run("```loam\nx = 20\n```\ntext\n```loam\nprint(x + 22)\n```\n")
    #expect(result.ending == .done && result.output == "42\n")
  }

  @Test func anErrorIsToldAtItsLineAndTheRestRuns() {
    let result = run("# Title\n\n```loam\nx = 1\ny = nme\n```\n\n```loam\nprint(x)\n```\n")
    #expect(result.ending == .failed && result.lines == [5] && result.output == "1\n")
  }

  @Test func cellsMarkedFailsMustFail() {
    #expect(run("```loam fails\n1 // 0\n```\n").ending == .done)
    #expect(run("```loam fails\n1\n```\n").ending == .failed)
  }
}

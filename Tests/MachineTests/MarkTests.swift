import Diagnostics
import TestSupport
import Testing

/// The place of an error in an expression over several lines: the part that failed, not the line on which the
/// expression begins.
@Suite struct MarkTests {
  struct Example: Sendable, CustomTestStringConvertible {
    let program: String
    let line: Int
    let marked: String
    /// Whether a check without running finds it, too.
    var isChecked = true

    var testDescription: String { marked }
  }

  static let examples: [Example] = [
    // Pipes, with the operator at the end of a line and at its beginning.
    Example(program: "few = digits()[:9]\nx = few\n  |> rotate(30)\n  |> crop(40, 40)\n  |> flip()", line: 4, marked: "crop(40, 40)", isChecked: false),
    Example(program: "x = zeros(2, 3) |>\n  transpose() |>\n  reshape(\n    4,\n    5)", line: 3, marked: "reshape("),
    Example(program: "x = zeros(2, 3)\n  |> transpose()\n  # A comment.\n  |> reshape(4, 5) |> sum()", line: 4, marked: "reshape(4, 5)"),
    Example(program: "x = (1, 2)\n  |> len\n  |> len", line: 3, marked: "len"),
    Example(program: "m = {f: x -> zeros(2) + x}\nx = zeros(2)\n  |> m.f()\n  |> reshape(7)", line: 4, marked: "reshape(7)"),
    Example(program: "for x in zeros(2)\n  |> sum\n  |> float {\n}", line: 3, marked: "float"),
    Example(program: "fn f(x) {\n  x\n    |> transpose()\n    |> reshape(5)\n}\nf(zeros(2, 3))", line: 4, marked: "reshape(5)"),
    // Calls of fields in a row.
    Example(
      program: "r = {f: () -> {g: x -> x}, h: 1}\ny = (r.f()\n  .g(r)\n  .f()\n  .g(1, 2))", line: 5, marked: "g(1, 2)"),
    Example(program: "r = {f: () -> {g: x -> x}}\nr.f().g(1, 2)", line: 2, marked: "g(1, 2)"),
    Example(program: "r = {g: x -> x}\nr.g(1, 2)", line: 2, marked: "r.g(1, 2)"),
    Example(program: "r = {a: zeros(2)}\ny = (r\n  .a\n  .b)", line: 4, marked: "b"),
    // Lists of arguments and nested calls.
    Example(program: "x = sum(\n  zeros(2),\n  axis=0,\n  wrong=3)", line: 1, marked: "sum("),
    Example(program: "x = sum(\n  reshape(\n    zeros(2),\n    3),\n  axis=0)", line: 2, marked: "reshape("),
    Example(program: "x = max(1,\n  max(2,\n    [1, 2] + zeros(3)))", line: 3, marked: "[1, 2] + zeros(3)"),
    // Operators.
    Example(program: "x = (zeros(2)\n  + 1\n  + zeros(3))", line: 3, marked: "+ zeros(3)"),
    Example(program: "x = zeros(2) +\n  1 +\n  zeros(3) + 4", line: 2, marked: "+"),
    Example(program: "x = (zeros(2, 3) + 1) @ zeros(2, 3)", line: 1, marked: "(zeros(2, 3) + 1) @ zeros(2, 3)"),
    Example(program: "x = (\n  zeros(2) # Two.\n  # More.\n  @ zeros(3))", line: 4, marked: "@ zeros(3)"),
    Example(program: "x = (1\n  < 2\n  < \"a\")", line: 3, marked: "< \"a\""),
    Example(program: "if true and\n  zeros(2) == 0 {\n}", line: 2, marked: "zeros(2) == 0", isChecked: false),
    Example(program: "x = ((1, 2)\n  [0]\n  [0])", line: 3, marked: "[0]"),
    // The odd element of a bracket.
    Example(program: "x = [\n  [1, 2],\n  [3, 4],\n  [5]]", line: 4, marked: "[5]"),
    Example(program: "x = [\n  1,\n  \"a\"]", line: 3, marked: "\"a\""),
  ]

  private func place(_ diagnostic: Diagnostic?) -> String {
    guard let span = diagnostic?.span else { return "nowhere" }
    return "\(span.location.line): \(span.marked.prefix { $0 != "\n" })"
  }

  @Test(arguments: examples) func marksThePartThatFailed(_ example: Example) {
    let run = TestSession().run(example.program).diagnostics
    #expect(place(run.first) == "\(example.line): \(example.marked)", "\(run.first?.message ?? "")")
    guard example.isChecked else { return }
    let checked = TestSession().checking.check(example.program, named: "test").errors
    #expect(place(checked.first) == "\(example.line): \(example.marked)")
  }

  /// A fault within the library is that of the link that called it, and the trace names lines of links.
  @Test func callsLeadToTheirLinks() throws {
    let program = "fn twice(x) {\n  reshape(x, 99)\n}\ny = zeros(2)\n  |> transpose()\n  |> twice()\n"
    let failure = try #require(TestSession().run(program).diagnostics.first)
    #expect(failure.span?.location.line == 2 && failure.trace.first?.span?.location.line == 6)
    let inLibrary = try #require(TestSession().run("m = zeros(2)\n  |> map(v -> v)\n  |> reduce((a, b) -> a + fail(\"no\"))\n").diagnostics.first)
    #expect(inLibrary.span?.location.line == 3)
  }

  /// Two links of one pipe that fail are two errors.
  @Test func aCheckTellsLinksApart() {
    let errors = TestSession().checking.check("fn a(x) { x |>\n  reshape(2, 2, q=1) }\nfn b(x) {\n  x\n  |> sum(q=1)\n  |> sum(r=1)\n}\n", named: "test").errors
    #expect(errors.map { $0.span?.location.line } == [2, 5])
  }

  @Test func theReportShowsTheLineOfTheLink() {
    let report = TestSession().run("x = zeros(2, 3)\n  |> transpose()\n  |> reshape(4, 5)\n", named: "a.loam").report ?? ""
    #expect(report.hasPrefix("a.loam:3:6: error["))
    #expect(report.contains("\n3 |   |> reshape(4, 5)\n  |      ^^^^^^^^^^^^^\n"))
  }
}

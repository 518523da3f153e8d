import Session
import Testing

/// What is pasted at the prompt: text of an earlier session, several statements at once.
@Suite struct TranscriptTests {
  private func code(_ text: String) -> String? { Transcript.code(in: text) { Session.isIncomplete($0 + "\n") } }

  @Test func promptsAndOutputsAreLeftOut() {
    #expect(code("> 1 + 1\n2\n> x = 3\n> x\n3\n") == "1 + 1\nx = 3\nx")
    // Further lines of a statement carry no prompt on the screen, and may be empty.
    #expect(code("\n> fn f(x) {\n  x * 2\n\n}\n> f(4)\n8\n> ") == "fn f(x) {\n  x * 2\n\n}\nf(4)\n")
    #expect(code("> few = (1, 2)\n  |> map(x -> x)\n> few\n(1, 2)\n") == "few = (1, 2)\n  |> map(x -> x)\nfew")
    #expect(code("> if false { 1 }\nelse { 2 }\n2\nelsewhere\n") == "if false { 1 }\nelse { 2 }")
    // An error and its excerpt are output; what Ctrl-C gave up is left out.
    #expect(code("> x = y\nprompt 1:1:5: error[L0201]: unknown name `y`\n1 | x = y\n  |     ^\n> half^C\n> 2") == "x = y\n2")
  }

  /// Help indents its examples, and has a prompt on each of their lines.
  @Test func examplesOfHelpAreUnderstood() {
    #expect(code("  > fn double(x) {\n  >   2 * x\n  > }\n  > print(double(4))\n  8\n") == "fn double(x) {\n  2 * x\n}\nprint(double(4))")
  }

  @Test(arguments: ["1 + 1\n> 2", "x >= 2", ">= 2", "", "\n", "a\n  > b", ">x"])
  func codeIsLeftAlone(_ text: String) { #expect(code(text) == nil) }

  @Test func statementsOfDifferentLinesRunByThemselves() {
    func pieces(_ text: String) -> [StatementLines.Piece] { StatementLines(text).pieces }
    #expect(
      pieces("a = 1; b = 2\n\n# Two.\nfn f(x) {\n  x\n}  # end\nf(2); 3\nfew\n  |> f\n# last").map(\.text)
        == ["a = 1; b = 2", "\n# Two.\nfn f(x) {\n  x\n}  # end", "f(2); 3", "few\n  |> f\n# last"])
    #expect(pieces("a\nb {\n  c\n}").count == 1)  // It cannot be read.
    #expect(pieces("a\nb\n\nc").map(\.firstLine) == [1, 2, 3])
    #expect(pieces("") == [StatementLines.Piece("", firstLine: 1)])
  }
}

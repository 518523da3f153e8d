import Diagnostics
import Testing

/// What a person reads of an error, on a terminal.
@Suite struct ReportTests {
  private static let id = DiagnosticID("L0000", "test")

  private func report(_ text: String, marking word: String, name: String = "a.loam", message: String = "no") -> [String] {
    let source = Source(name: name, text: text)
    let bytes = Array(text.utf8), wanted = Array(word.utf8)
    let start = bytes.indices.first { bytes[$0...].starts(with: wanted) } ?? 0
    return Report(Diagnostic(Self.id, message, at: Span(source, start, start + wanted.count))).text.split(separator: "\n").map(String.init)
  }

  /// Columns of a terminal, with the widths written out by hand.
  @Test(arguments: [
    ("x = 1 + y", 8, 1), ("\"東京\" + y", 9, 1), ("\"👩‍🚀\" + y", 7, 1), ("\"⭐\" + y", 7, 1), ("\"e\u{301}\" + y", 6, 1), ("\t\ty", 2, 1),
    ("\"한\u{FE0F}\" + y", 7, 1),
    ("\"\u{1B}\" + y", 11, 1), ("\"❤️\" + y", 7, 1),
  ])
  func theMarkStandsUnderTheWord(_ text: String, _ column: Int, _ width: Int) {
    let lines = report(text, marking: "y")
    #expect(lines[2] == "  | " + String(repeating: " ", count: column) + String(repeating: "^", count: width))
  }

  @Test func aWideWordHasAWideMark() {
    #expect(report("x = \"東京\"", marking: "\"東京\"")[2] == "  |     ^^^^^^")
  }

  /// A line of a megabyte is shown around the mark, in no time.
  @Test func ofALongLineAWindowIsShown() {
    let half = String(repeating: "東 + ", count: 100_000)
    let lines = report("x = \(half)y\(half)", marking: "y")
    #expect(lines[1].columnCount <= 110 && lines[1].contains("y東"))
    let place = lines[1].prefix { $0 != "y" }.columnCount
    #expect(lines[2] == "  | " + String(repeating: " ", count: place - 4) + "^")
  }

  @Test func nothingThatIsShownSteersTheTerminal() {
    let evil = "a\u{1B}]0;title\u{7}\u{9B}31m\u{202E}\n.loam"
    let text = Report(
      Diagnostic(Self.id, "`\(evil)`", at: Span(Source(name: evil, text: "x = \"\u{1B}[2J\u{85}\""), 0, 1), hint: evil)
    ).text
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0.value != 0x202E) })
    #expect(text.hasPrefix(#"a\u{1b}]0;title\u{7}\u{9b}31m\u{202e}\u{a}.loam:1:1: error[L0000]: `a\u{1b}]0;"#))
    let plain = Report(Diagnostic(Self.id, "two\nlines", hint: evil)).plain
    #expect(!plain.contains("\n") && plain.hasPrefix(#"error: two lines (a\u{1b}]0;title"#))
  }

  /// Of what a program holds, a message shows the beginning and the end.
  @Test func longMessagesAreCut() {
    let text = Report(Diagnostic(Self.id, "the text `\(String(repeating: "x", count: 1_000_000))` is too long")).text
    #expect(text.utf8.count < 1000 && text.hasPrefix("error[L0000]: the text `xxx") && text.hasSuffix("xxx` is too long"))
  }
}

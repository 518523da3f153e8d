import Diagnostics
import Language
import Testing

/// Programs that are deep or long in any way are read and laid out, or refused at the place where they become too deep:
/// no walk through them ends the process.
@Suite struct DeepProgramTests {
  private static let count = 30_000

  static let programs: [(name: String, text: String)] = [
    ("pipes", "x" + String(repeating: " |> f", count: count)),
    ("sums", "1" + String(repeating: " + 1", count: count)),
    ("comparisons", "1" + String(repeating: " < 1", count: count)),
    ("and", "a" + String(repeating: " and a", count: count)),
    ("calls", "x" + String(repeating: ".f()", count: count)),
    ("elements", "x" + String(repeating: "[0]", count: count) + " = 1"),
    ("powers", "x" + String(repeating: " ^ x", count: count)),
    ("not", String(repeating: "not ", count: count) + "a"),
    ("minus", "x = " + String(repeating: "-", count: count) + "a"),
    ("else if", "if a { 1 }" + String(repeating: " else if a { 1 }", count: count)),
    ("lambdas", String(repeating: "x -> ", count: count) + "1"),
    ("parentheses", String(repeating: "(", count: count) + "1" + String(repeating: ")", count: count)),
    ("brackets", String(repeating: "[", count: count) + "1" + String(repeating: "]", count: count)),
    ("records", String(repeating: "{a: ", count: count) + "1" + String(repeating: "}", count: count)),
    ("blocks", String(repeating: "{ ", count: count) + "1" + String(repeating: " }", count: count)),
    ("loops", String(repeating: "while a { ", count: count) + String(repeating: " }", count: count)),
    ("functions", String(repeating: "fn f() { ", count: count) + String(repeating: " }", count: count)),
    ("tries", String(repeating: "try { ", count: count) + String(repeating: " } catch e { 1 }", count: count)),
    ("texts", String(repeating: "\"{", count: 500) + "1" + String(repeating: "}\"", count: 500)),
    // A chain whose first part is a chain in brackets, and so on: each is short enough by itself.
    ("chains in chains", String(repeating: "(", count: 100) + "1" + String(repeating: String(repeating: " + 1", count: 900) + ")", count: 100)),
    ("pipes in calls", String(repeating: "f(", count: 100) + "1" + String(repeating: String(repeating: " |> g()", count: 900) + ")", count: 100)),
  ]

  @Test(arguments: programs.map(\.name))
  func isReadOrRefused(_ name: String) throws {
    let text = try #require(Self.programs.first { $0.name == name }).text
    let source = Source(name: name, text: text)
    let diagnostics = Parser.parse(source).diagnostics
    let formatted = Formatter.format(source)
    if name == "comparisons" {
      #expect(diagnostics.isEmpty && formatted == text + "\n")
    } else {
      #expect(diagnostics.first?.id == SyntaxErrors.tooDeep && formatted == nil)
      #expect(diagnostics.allSatisfy { !Report($0).text.isEmpty })
    }
  }

  /// Chains up to the limit stay what they are.
  @Test func longChainsAreRead() {
    for text in ["x" + String(repeating: " |> f", count: 1000), "1" + String(repeating: " + 1", count: 1000), "x" + String(repeating: ".f()", count: 490)] {
      #expect(Parser.parse(Source(name: "a", text: text)).diagnostics.isEmpty)
    }
  }
}

import Diagnostics
import Language
import Testing

@Suite struct LexerTests {
  private func kinds(_ text: String) -> [Token.Kind] { Lexer(Source(name: "test", text: text)).tokens.map(\.kind) }

  @Test func numbersAndRanges() {
    #expect(kinds("1..5") == [.integer, .symbol(.range), .integer, .end])
    #expect(kinds("1.5e-3") == [.float, .end])
    #expect(kinds("1_000 0xFF") == [.integer, .integer, .end])
    #expect(kinds("x.1") == [.identifier, .symbol(.dot), .integer, .end])
    #expect(kinds("2x").first == .invalid)
  }

  @Test func stringsHoldStrings() {
    #expect(kinds("\"a {f(\"b\")} c\"") == [.string, .end])
    #expect(kinds("\"{{ }}\"") == [.string, .end])
    #expect(kinds("\"open\nnext").first == .invalid)
  }

  @Test func commentsAreKept() {
    let lexer = Lexer(Source(name: "test", text: "# one\nx ## two\n"))
    #expect(lexer.comments.map(\.isDocumentation) == [false, true])
  }

  /// Tokens tile the text: in order, without overlap, within it.
  @Test func tokensLieInOrder() {
    let text = "x = \"é{1}\" |> f(1..2 by 3) # ünï\n"
    var end = 0
    for token in Lexer(Source(name: "test", text: text)).tokens {
      #expect(token.start >= end && token.end >= token.start)
      end = token.end
    }
    #expect(end == text.utf8.count)
  }
}

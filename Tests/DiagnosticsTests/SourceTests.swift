import Diagnostics
import Testing

/// Places in a text, and texts that are cut for people.
@Suite struct SourceTests {
  @Test func linesAndColumnsCountFromOneInCharacters() {
    let source = Source(name: "a", text: "x = 1\né = \"東\"\r\n\nlast")
    func place(_ word: String) -> [Int] {
      let bytes = Array(source.text.utf8), wanted = Array(word.utf8)
      let place = source.location(of: bytes.indices.first { bytes[$0...].starts(with: wanted) } ?? 0)
      return [place.line, place.column]
    }
    #expect(place("x") == [1, 1] && place("1") == [1, 5] && place("é") == [2, 1] && place("東") == [2, 6] && place("last") == [4, 1])
    // What lies outside is moved to the nearest end.
    #expect(source.location(of: -5) == source.location(of: 0) && source.location(of: 1000).line == 4)
    #expect(Source(name: "a", text: "", firstLine: 7).location(of: 0).line == 7)
  }

  @Test func aSpanHasItsTextAndItsMark() {
    let source = Source(name: "a", text: "x |> sum()")
    let span = Span(source, 0, 10, focus: 5)
    #expect(span.text == "x |> sum()" && span.marked == "sum()" && span.location.column == 6)
    #expect(Span(source, 4, 2).text.isEmpty && Span(source, 8, 100).text == "()")
  }

  @Test func aLongTextIsShownByItsEnds() {
    let text = String(repeating: "a", count: 500) + String(repeating: "b", count: 500)
    let shown = text.excerpt(of: 60)
    #expect(shown.count <= 60 && shown.hasPrefix("aaa") && shown.hasSuffix("bbb") && shown.contains(" … "))
    #expect("short".excerpt(of: 60) == "short")
  }

  @Test func widthsAreColumnsOfATerminal() {
    #expect("東京".columnCount == 4 && "e\u{301}".columnCount == 1 && "⭐".columnCount == 2 && "\u{200B}".columnCount == 0)
    #expect("東京都".shortened(to: 5) == "東京…" && "abc".shortened(to: 3) == "abc")
    #expect("東".padded(to: 4) == "東  " && "long".padded(to: 2) == "long")
  }

  @Test func countsAgreeWithTheirNouns() {
    #expect(counted(1, "image") == "1 image" && counted(0, "image") == "0 images" && counted(2, "class", "classes") == "2 classes")
  }

  @Test func noMachineHoldsEverything() {
    #expect(Memory.holds(0) && Memory.holds(1 << 10) && !Memory.holds(-1) && !Memory.holds(1 << 60))
  }
}

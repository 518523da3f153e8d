import Diagnostics
import Language
import Testing

@Suite struct ParserTests {
  private func parse(_ text: String) -> Parser.Result { Parser.parse(Source(name: "test", text: text)) }

  @Test func eachMistakeIsToldOnce() {
    let result = parse("x = (1, 2\ny = 3\n")
    #expect(result.diagnostics.count == 1)
    let three = parse("a = 1 +\nb = 2 $ 3\nc = [1, 2\n")
    #expect(!three.diagnostics.isEmpty)
    let independent = parse("a = )\nb = 2\nc = ]\n")
    #expect(independent.diagnostics.count == 2)
    #expect(independent.program.statements.count == 3)
  }

  @Test func linesJoinWhereTheyMust() {
    for text in ["a\n  |> f\n  |> g(1)", "x = 1 +\n 2", "f(1,\n 2)", "if a { 1 }\nelse { 2 }", "try { 1 }\ncatch e { 2 }", "[1,\n2\n]"] {
      let result = parse(text)
      #expect(result.diagnostics.isEmpty, "\(text)")
      #expect(result.program.statements.count == 1, "\(text)")
    }
    #expect(parse("a\n-b").program.statements.count == 2)
    #expect(parse("a; b; c").program.statements.count == 3)
  }

  @Test func incompleteTextIsKnown() {
    for text in ["f(1,", "x = ", "fn f(x) {", "a |>", "{a: 1", "[1, 2", "if x {\n 1"] { #expect(parse(text + "\n").isIncomplete, "\(text)") }
    for text in ["f(1)", "x = 1", "a )", "fn f(x) { x }", "\"open"] { #expect(!parse(text + "\n").isIncomplete, "\(text)") }
  }

  @Test func fingerprintsIgnoreSpacingAndComments() {
    let one = parse("x = rand( 3 )   # three\n").fingerprints
    let two = parse("\n\n# a comment\nx=rand(3)\n").fingerprints
    #expect(one == two)
    #expect(parse("x = rand(4)").fingerprints != one)
    // Words stay apart: `a b` is not `ab`.
    #expect(parse("x = ab").fingerprints != parse("x = a; b").fingerprints)
  }

  @Test(arguments: ["(", "[", "{", "-", "not ", "f(", "x -> ", "a[", "if x { ", "2 ^ "])
  func deepNestingIsAnErrorNotACrash(_ opening: String) {
    let result = parse(String(repeating: opening, count: 100_000))
    #expect(result.diagnostics.count == 1)
  }

  @Test func longChainsEnd() {
    #expect(!parse("x = " + String(repeating: "1 + ", count: 50_000) + "1").diagnostics.isEmpty)
    #expect(parse("x = " + String(repeating: "1 + ", count: 500) + "1").diagnostics.isEmpty)
  }

  /// Broken programs of every kind: parsing ends, and every diagnostic has a place within the text.
  @Test(arguments: 0..<60)
  func brokenTextNeverFails(_ seed: Int) {
    let seeds = [
      "model a(b=1) { state s = 2; fn loss(x) { mse(x, x) } }", "for (i, x) in enumerate(xs) { print(\"{x:>3} {i}\") }",
      "x = try { f(1, a=2)[0:3, ..., ::2] } catch e { e.id }", "y = {a: 1, b: [1, 2] @ c} |> f -> g", "import \"a.loam\" as b; expect a == b",
    ]
    var state = UInt64(seed + 7)
    func pick(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % max(count, 1)
    }
    for _ in 0..<200 {
      var bytes = Array(seeds[pick(seeds.count)].utf8)
      for _ in 0..<(1 + pick(6)) {
        switch pick(4) {
        case 0: if !bytes.isEmpty { bytes.remove(at: pick(bytes.count)) }
        case 1: bytes.insert(UInt8(pick(256)), at: pick(bytes.count + 1))
        case 2: bytes += Array(seeds[pick(seeds.count)].utf8.prefix(pick(30)))
        default: bytes = Array(bytes.prefix(pick(bytes.count + 1)))
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      for diagnostic in parse(text).diagnostics {
        let span = diagnostic.span
        #expect(span != nil && span.map { $0.start <= text.utf8.count } == true)
        #expect(!Report(diagnostic).text.isEmpty)
      }
    }
  }

  /// Of a name or a number that goes on and on, a message shows little.
  @Test func messagesAboutLongTokensAreShort() {
    for program in [
      "x = \(String(repeating: "9", count: 100_000))", "\(String(repeating: "a", count: 100_000)) b", "1\(String(repeating: "a", count: 100_000))",
    ] {
      let diagnostics = Parser.parse(Source(name: "a", text: program)).diagnostics
      #expect(diagnostics.count == 1 && diagnostics[0].message.utf8.count < 200)
      #expect(Report(diagnostics[0]).text.utf8.count < 1000)
    }
  }
}

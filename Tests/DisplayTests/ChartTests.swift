import Effects
import Foundation
import Session
import TestSupport
import Testing

/// `plot` and `histogram`: what they say, draw and write, and what they refuse.
@Suite struct ChartTests {
  private static let history = """
    history = ()
    for e in 1..6 { history = append(history, {epoch: e, critic: 1 / e, generator: 2 - 1 / e, note: "fine"}) }

    """

  /// A program's chart as the text of the file that it saves.
  private func svg(_ chart: String) throws -> String {
    let files = MemoryFiles()
    #expect(TestSession(files: files).run("\(Self.history)save(\(chart), \"out/chart.svg\")").report == nil)
    return String(decoding: try files.read("out/chart.svg"), as: UTF8.self)
  }

  /// The texts of the elements, unescaped; records an issue where tags or quotes do not match.
  private func texts(_ svg: String) -> [String] {
    var (open, texts): ([Substring], [String]) = ([], [])
    for piece in svg.split(separator: "<").map({ $0.split(separator: ">", maxSplits: 1, omittingEmptySubsequences: false) }) {
      guard piece.count == 2, let first = piece.first, let name = first.split(separator: " ").first else {
        Issue.record("no tag: \(piece)")
        continue
      }
      #expect(first.count { $0 == "\"" } % 2 == 0, "\(first)")
      if name.hasPrefix("/") {
        #expect(open.popLast() == name.dropFirst())
      } else if !first.hasSuffix("/") {
        open.append(name)
        if name == "text" || name == "title" { texts.append(String(piece[1])) }
      }
    }
    #expect(open.isEmpty)
    return texts.map {
      [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")].reduce($0) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }
  }

  // MARK: SVG

  @Test func theFileHasLegendAxesAndTicks() throws {
    let svg = try svg("plot(history, x=\"epoch\")")
    let texts = texts(svg)
    #expect(texts[0] == "chart of critic, generator over epoch, 5 points")
    for text in ["critic", "generator", "epoch", "0.0", "0.5", "2.0", "1", "5"] { #expect(texts.contains(text), "\(text)") }
    #expect(svg.contains("viewBox=\"0 0 720 420\"") && svg.contains("@media (prefers-color-scheme:dark)"))
    #expect(!svg.contains("href") && !svg.contains("url("))
  }

  /// The number of an epoch is not a line, unless it is asked for.
  @Test(arguments: [
    ("plot(history)", "critic, generator over epoch"), ("plot(history, y=\"critic\")", "critic over epoch"), ("plot(history, y=\"epoch\")", "epoch,"),
  ])
  func countersArePositions(_ chart: String, _ text: String) {
    #expect(TestSession.printed("\(Self.history)print(\(chart))").contains(text))
  }

  @Test func textIsEscaped() throws {
    let title = "a < b & \\\"c\\\" </text>\\n\u{1B}[31m]]>"
    let texts = texts(try svg("plot(({x: 1}, {x: 2}), title=\"\(title)\")"))
    #expect(texts.contains("a < b & \"c\" </text>  [31m]]>"))
  }

  @Test(arguments: [
    "plot((1, float(\"nan\"), 3, float(\"inf\"), 5, 6))", "plot((float(\"nan\"), float(\"nan\")))", "plot((7,))", "plot((2, 2, 2), kind=\"bars\")",
    "plot((1e308, -1e308, 0))", "plot((0, 5e-324))", "plot((1e-300, 1e300), kind=\"points\")", "plot((1e308, -1e308), kind=\"bars\")",
    "plot((1, 2), x=(float(\"nan\"), 1e308), kind=\"bars\")", "plot((1, 2), x=(-1.7e308, 1.7e308), kind=\"points\")", "plot(randn(30, 20))",
    "plot(randn(30, 20), kind=\"bars\")", "plot(randn(30, 20), kind=\"points\")", "histogram((1, 2, float(\"-inf\"), float(\"nan\")))",
    "histogram((-1.7e308, 1.7e308))", "plot((1, nothing, 3))", "plot({a: 0..5, b: (1, 2, 3, 4, 5)}, x=\"a\")", "plot((1, 2), x=(\"ä\", \"愛\"))",
    "plot((-1, -2, -3), kind=\"bars\", x=(1, 1, 1))",
  ])
  func everyChartIsWellFormed(_ chart: String) throws {
    let svg = try svg(chart)
    #expect(!texts(svg).isEmpty)
    let markup = svg.replacing(#/>[^<]*</#, with: "><")
    #expect(!markup.contains("nan") && !markup.contains("inf\""), "\(markup)")
    let drawn = Self.drawn("show(\(chart))")
    #expect(drawn.split(separator: "\n").allSatisfy { $0.count <= 60 }, "\(drawn)")
  }

  @Test func aLongLineStaysASmallFile() throws {
    #expect(try svg("plot(randn(100000))").utf8.count < 100_000)
    #expect(try svg("plot(zeros(100000), kind=\"points\")").utf8.count < 100_000)
  }

  @Test func aGapEndsALine() throws {
    let svg = try svg("plot((1, 2, float(\"nan\"), 4, float(\"nan\"), 6, 7))")
    #expect(svg.matches(of: #/class="line s0" d="M[^M]*M[^M]*"/#).count == 1)
    #expect(svg.matches(of: #/<circle/#).count == 1)
    #expect(texts(svg).contains("2 values not finite"))
  }

  // MARK: On a terminal

  private static func drawn(_ program: String, columns: Int = 60, colours: Bool = false) -> String {
    let screen = RecordingConsole(Terminal(columns: columns, trueColour: true, showsColours: colours))
    let effects = Effects.forTests(console: screen, files: MemoryFiles())
    #expect(Session(effects: effects, threads: 1).run(program, named: "chart").report == nil)
    return screen.output + screen.errors
  }

  @Test(arguments: [
    "lines": "show(plot(history, x=\"epoch\", title=\"Losses\"))",
    "bars": "show(plot({name: (\"vae\", \"gan\", \"wgan\"), score: (2, -1, 3)}, x=\"name\", kind=\"bars\"))",
    "points": "show(plot({a: (1, 2, 3, 4), b: (1, 4, 9, 16)}, x=\"a\", kind=\"points\"))",
    "histogram": "show(histogram((1, 1.5, 1.5, 2, 2.25, 2.5, 4, float(\"nan\")), bins=6))",
  ])
  func drawingsAreAsTheyWere(_ name: String, _ program: String) throws {
    let drawing = Self.drawn(Self.history + program)
    #expect(try Corpus.isKept(drawing, "charts/\(name).txt"), "\(drawing)")
  }

  @Test func coloursTellLinesApart() {
    let drawing = Self.drawn(Self.history + "show(plot(history, x=\"epoch\"))", colours: true)
    #expect(drawing.contains("\u{1B}[38;2;66;133;244m⠤⠤\u{1B}[0m critic") && drawing.contains("\u{1B}[38;2;230;120;20m⠤⠤\u{1B}[0m generator"))
  }

  @Test func aNarrowTerminalHasAChartToo() {
    #expect(Self.drawn("show(plot((1, 2, 3)))", columns: 4).split(separator: "\n").count == 17)
  }

  // MARK: Errors and checks

  @Test(arguments: [
    ("plot(())", "nothing to plot in an empty list"),
    ("plot(history, x=\"epoc\")", "`x`: the data has no field `epoc`"),
    ("plot(history, y=(\"critic\", \"loss\"))", "`y`: the data has no field `loss`"),
    ("plot(history, y=\"note\")", "a line needs numbers, but `note` has strings"),
    ("plot(({a: 1}, {a: \"x\"}))", "`a` of element 1 is string \"x\", but others are numbers"),
    ("plot({a: (1, 2), b: [1, 2, 3]})", "the fields of a chart must have the same length: `a` has 2 values, `b` has 3"),
    ("plot(zeros(2, 2, 2))", "`plot` expects a tensor [n] for one line or [n, k] for k lines, got f32[2, 2, 2]"),
    ("plot(zeros(9, 784))", "a chart can have at most 20 lines, but f32[9, 784] has 784"),
    ("plot(0..10000000000)", "a chart can have at most 10,000,000 points, got 10000000000"),
    ("histogram((1, \"a\"))", "`histogram` counts numbers, but element 1 is string \"a\""),
    ("histogram((float(\"nan\"),))", "nothing to count: all values are nan or infinite"),
    ("save(plot((1, 2)), \"a/loss.png\")", "`save` writes a chart to a file that ends in `.svg`, got `a/loss.png`"),
    ("save(digits()[0:2], \"digits.svg\")", "an .svg file holds a chart, got a data set"),
  ])
  func mistakesAreTold(_ program: String, _ message: String) {
    let outcome = TestSession(files: MemoryFiles()).run(Self.history + program)
    #expect(outcome.diagnostics.map(\.message) == [message])
    #expect(outcome.diagnostics.first?.hint != nil)
  }

  @Test func theLikelyNameIsGiven() {
    #expect(TestSession().run("save(plot((1, 2)), \"a.b/loss.png\")").diagnostics.first?.hint == "name it `a.b/loss.svg`")
    #expect(TestSession().run("save(plot((1, 2)), \"a.b/loss\")").diagnostics.first?.hint == "name it `a.b/loss.svg`")
  }

  @Test func aCheckDrawsNothing() {
    let files = MemoryFiles()
    let test = TestSession(files: files)
    let program = """
      x = randn(100)
      history = ()
      for e in 0..3 { history = append(history, {epoch: e, loss: mean(randn(4) + e)}) }
      c = plot(history, x="epoch")
      save(c, "loss.svg")
      show(histogram(x))
      show(plot(x))
      show(plot({x: x, y: x * 2}, x="x", kind="points"))
      print(plot(zeros(3)))
      """
    #expect(test.checking.check(program, named: "program").errors.map(\.message) == [])
    #expect(test.checking.check("plot(zeros(2, 2, 2))\nplot(({a: 1},), y=\"b\")", named: "program").errors.count == 2)
    #expect(test.console.output.isEmpty && !files.exists("loss.svg"))
  }
}

import Images
import TestSupport
import Testing

/// `report`: its measures, its table, and the files that it becomes.
@Suite struct ReportTests {
  private static let vae = """
    seed(1)
    (few, test) = split(digits()[0:240], 0.5)
    m = train(vae(latent=2, width=2), few, epochs=1)

    """

  private func printed(_ text: String) -> String { TestSession.printed(text) }

  /// Without the line breaks of notes.
  private func words(_ text: String) -> String { text.replacing("\n", with: " ") }

  @Test func theTableNamesEveryMeasure() {
    let text = printed(
      Self.vae + "r = report(m, test, few, count=40, epochs=1, draws=2)\nprint(r)\nprint(type(r), r.precision >= 0, len(r.measures), r.nll > 0)")
    for part in [
      "report of vae(latent=2, width=2)", "value", "95 % interval", "Fréchet distance", "kernel distance", "precision", "recall", "density", "coverage",
      "near to training", "negative log-likelihood", "features of a classifier trained on 40 training examples", "not FID or KID",
      "40 samples and 40 test examples",
    ] { #expect(words(text).contains(part), "\(part)") }
    #expect(!text.contains("accuracy"))
    #expect(text.hasSuffix("report true 9 true\n"))
  }

  @Test func equalSeedsGiveEqualReports() {
    let program = Self.vae + "r = report(m, test, few, count=30, epochs=1, draws=2)\nprint(r.measures)"
    let text = TestSession.printed(program, threads: 1)
    #expect(text.contains("frechet"))
    #expect(TestSession.printed(program, threads: 2) == text)
    #expect(TestSession.printed(program.replacing("seed(1)", with: "seed(2)")) != text)
  }

  /// A generator that returns its training examples has good samples, and is found out.
  @Test func copiesAreFound() {
    let text = printed(
      """
      seed(3)
      (few, test) = split(digits()[0:600], 0.5)
      r = report(few, test, few, count=200, epochs=2)
      print(r.copies > 0.9, r.copies_relative > 0.9, r.precision > 0.7, contains(r.notes[0], "probably copies"))
      fresh = report(digits()[600:800], test, few, count=200, epochs=2)
      print(fresh.copies < 0.2, contains(fresh.notes[0], "no sign of copies"), fresh.accuracy >= 0)
      """)
    #expect(text == "true true true true\ntrue true true\n")
  }

  @Test func labelsAreUsedIfTheGeneratorKnowsThem() {
    let text = printed(
      """
      few = digits()[0:200]
      m = train(gan(labels=true, width=2, latent=2), few, epochs=1)
      r = report(m, digits()[200:300], few, count=50, epochs=1)
      print(r.accuracy <= 1, r.accuracy_ratio >= 0, r.measures[6].reference <= 1)
      """)
    #expect(text == "true true true\n")
  }

  /// Without labels or training examples the features are principal components, and the report says so.
  @Test func withoutTrainingExamples() {
    let text = printed(Self.vae + "r = report(m, test, count=40, draws=2)\nprint(r.frechet > 0)\nprint(r)\nprint(r.copies)")
    #expect(text.hasPrefix("true\n"))
    #expect(words(text).contains("compare the pixels: 64 numbers"))
    let larger = printed("print(report(rand(40, 9, 9, 1), rand(40, 9, 9, 1), count=40))")
    #expect(words(larger).contains("the first 39 principal components of 40 test examples, of the pixels: 39 numbers"))
    #expect(text.contains("Without the training examples nothing says whether samples are copies"))
    #expect(text.contains("has no field `copies`"))
    #expect(printed(Self.vae + "print(report(m, test.images, few.images, count=40, draws=2))").contains("compare the pixels"))
  }

  @Test func aJudgeIsUsed() {
    let text = printed(
      Self.vae + "judge = train(classifier(width=2), few, epochs=1)\nr = report(m, test, few, count=40, draws=2, judge=judge)\nprint(r.notes[2])")
    #expect(text.contains("compare features of the given classifier: 128 numbers"))
  }

  @Test func tablesAreMeasuredByTheirColumns() {
    let text = printed(
      """
      seed(6)
      x = randn(300, 2) @ [[1, 0.5], [0, 200]]
      (few, test) = split(dataset(x, labels=i32(x[:, 0] > 0), names=("low", "high"), columns=("a", "b")), 0.5)
      same_law = dataset(randn(100, 2) @ [[1, 0.5], [0, 200]], labels=i32(zeros(100)), columns=("a", "b"))
      r = report(same_law.rows, test, few, count=100)
      print(r.frechet < 0.3, r.precision > 0.8, r.coverage > 0.8)
      print(r)
      scaled = rescale(few)
      m = train(vae(labels=true, hidden=8, latent=2), scaled, epochs=2)
      q = report(m, rescale(test, like=scaled), scaled, count=60, epochs=3, draws=2)
      print(q.accuracy >= 0)
      """)
    #expect(text.hasPrefix("true true true\nreport of examples\n"))
    #expect(words(text).contains("the columns, standardised by the training examples: 2 numbers"))
    #expect(text.hasSuffix("true\n"))
  }

  // MARK: Files

  @Test func thePageIsComplete() throws {
    let files = MemoryFiles()
    let test = TestSession(files: files)
    #expect(test.run(Self.vae + "save(report(m, test, few, count=40, epochs=1, draws=2), \"card.html\")").report == nil)
    let page = String(decoding: try files.read("card.html"), as: UTF8.self)
    #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
    #expect(!page.contains("http://") && !page.contains("https://") && !page.contains("<script"))
    for part in ["prefers-color-scheme: dark", "<h2>Samples</h2>", "Nearest to the training examples", "Reconstructions", "The seed was 1", "Fréchet distance"]
    {
      #expect(page.contains(part), "\(part)")
    }
    let images = page.matches(of: #/<img src="data:image\/png;base64,([^"]+)" alt="([^"]+)" width="\d+">/#)
    #expect(images.count == 3 && page.components(separatedBy: "<img").count == 4)
  }

  @Test func textIsEscaped() throws {
    let files = MemoryFiles()
    let test = TestSession(files: files)
    let program = """
      few = dataset(rand(60, 8, 8, 1), labels=i32(arange(60) % 2), names=("<b>&", "\\"x\\""))
      m = train(gan(labels=true, width=2, latent=2), few, epochs=1)
      save(report(m, few, few, count=20, epochs=1), "card.html")
      """
    #expect(test.run(program).report == nil)
    let page = String(decoding: try files.read("card.html"), as: UTF8.self)
    #expect(page.contains("&lt;b&gt;&amp;") && page.contains("of &quot;x&quot;") && !page.contains("<b>"))
  }

  @Test func numbersAreSaved() throws {
    let files = MemoryFiles()
    let test = TestSession(files: files)
    let program = "r = report(m, test, few, count=40, epochs=1, draws=2)\nsave(r, \"r.csv\")\nsave(r, \"r.json\")\nprint(r.frechet)"
    #expect(test.run(Self.vae + program).report == nil)
    let lines = String(decoding: try files.read("r.csv"), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 10 && lines[0] == "name,value,low,high,reference,what")
    let frechet = test.console.output.split(separator: "\n")[0]
    #expect(lines[1].hasPrefix("frechet,\(frechet),"))
    let json = String(decoding: try files.read("r.json"), as: UTF8.self)
    #expect(json.contains("{\"name\": \"frechet\", \"value\": \(frechet), ") && json.contains("\"seed\": 1"))
  }

  @Test(arguments: [
    ("report(m, test, count=5)", "`count` must be at least 20, got 5"),
    ("report(m, test[0:5], few)", "report: `test` must have at least 20 examples, got f32[5, 8, 8, 1]"),
    ("report(m, 3)", "`test` must be a data set or a tensor of examples, got int"),
    ("report(3, test)", "`m` must be a model or examples, got int"),
    ("report(m, clothes()[0:30])", "the samples have examples of the shape (8, 8, 1), but `test` of (28, 28, 1)"),
    ("report(m, test, clothes()[0:30])", "`train` has examples of the shape (28, 28, 1), but `test` of (8, 8, 1)"),
    ("report(0 / zeros(30, 8, 8, 1), test)", "report: the samples has the value nan in example 0"),
    ("save(digits()[0:2], \"d.html\")", "a file that ends in `.html` holds a report, got a data set"),
    ("save(report(m, test, count=20, draws=1), \"r.png\")", "`save` writes a report to a file that ends in `.html` or `.csv` or `.json`"),
  ])
  func mistakesAreNamed(_ program: String, _ message: String) {
    let outcome = TestSession(files: MemoryFiles()).run(Self.vae + program)
    #expect(outcome.diagnostics.map(\.message).joined().contains(message), "\(outcome.diagnostics.map(\.message))")
  }

  @Test func aCheckWritesNothing() {
    let files = MemoryFiles()
    let test = TestSession(files: files)
    let program = Self.vae + "r = report(m, test, few)\nprint(r, r.frechet)\nsave(r, \"card.html\")"
    #expect(test.checking.check(program, named: "program").errors.map(\.message) == [])
    #expect(!files.exists("card.html"))
  }
}

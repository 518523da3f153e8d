import Diagnostics
import Language
import TestSupport
import Testing

/// The programs of the corpus with the expectation beside the line that causes it: `#> text` behind a
/// statement is what it prints (`\n` for further lines).
@Suite struct CorpusTests {
  @Test func thereIsACorpus() {
    #expect(Corpus.programs("programs").count >= 8)
    #expect(Corpus.programs("errors").count >= 20)
  }

  @Test(arguments: Corpus.programs("programs"))
  func programsPrintWhatTheySay(_ name: String) {
    let text = Corpus.text("programs/\(name)")
    let test = TestSession(files: MemoryFiles())
    #expect(test.run(text, named: name).report == nil)
    #expect(test.console.output == Corpus.expectedOutput(text))
  }

  /// The same with a collection at every allocation: nothing alive is ever freed.
  @Test(arguments: Corpus.programs("programs"))
  func collectingAlwaysChangesNothing(_ name: String) {
    let text = Corpus.text("programs/\(name)")
    let test = TestSession(collectsAlways: true, files: MemoryFiles())
    #expect(test.run(text, named: name).report == nil)
    #expect(test.console.output == Corpus.expectedOutput(text))
  }

  /// What fuzzing once found: none of it traps, and the layout of what can be read is settled.
  @Test(arguments: Corpus.programs("regression"))
  func whatFuzzingFoundIsMended(_ name: String) throws {
    let text = Corpus.text("regression/\(name)")
    let source = Source(name: name, text: text)
    if Parser.parse(source).diagnostics.isEmpty {
      let formatted = try #require(Formatter.format(source))
      #expect(Formatter.format(Source(name: name, text: formatted)) == formatted)
    }
    _ = TestSession().checking.check(text, named: name)
    let test = TestSession(collectsAlways: true, heapBudget: 8 << 20)
    test.run(text, named: name)
    #expect(test.run("print(\"still here\")").report == nil)
  }

  /// Faulty programs beside their reports. `LOAM_RECORD=1` writes the reports anew.
  @Test(arguments: Corpus.programs("errors"))
  func faultyProgramsGiveTheirReport(_ name: String) throws {
    let text = Corpus.text("errors/\(name)")
    let test = TestSession()
    let report = try #require(test.run(text, named: name).report, "\(name) does not fail") + "\n"
    #expect(try Corpus.isKept(report, "errors/\(name.dropLast(5)).txt"), "\(report)")
    // The session goes on.
    #expect(test.run("print(\"still here\")").report == nil)
    #expect(test.console.output.hasSuffix("still here\n"))
  }
}

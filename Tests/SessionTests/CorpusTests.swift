import Diagnostics
import Foundation
import Language
import Machine
import Session
import Testing

/// Programs in Tests/Corpus with the expectation beside the line that causes it: `#> text` behind a
/// statement is what it prints (`\n` for further lines).
@Suite struct CorpusTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Corpus")

  static func files(_ name: String) -> [String] {
    let path = folder.appendingPathComponent(name).path
    return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { $0.hasSuffix(".loam") }.sorted()
  }

  static func text(_ path: String) -> String {
    (try? Data(contentsOf: folder.appendingPathComponent(path))).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  @Test func thereIsACorpus() {
    #expect(Self.files("programs").count >= 8)
    #expect(Self.files("errors").count >= 20)
  }

  private func expectations(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line in
      line.range(of: "#> ").map { line[$0.upperBound...].replacingOccurrences(of: "\\n", with: "\n") + "\n" }
    }.joined()
  }

  @Test(arguments: files("programs"))
  func programsPrintWhatTheySay(_ name: String) {
    let text = Self.text("programs/\(name)")
    let test = TestSession(files: MemoryFiles())
    #expect(test.run(text, named: name).report == nil)
    #expect(test.console.output == expectations(text))
  }

  /// The same with a collection at every allocation: nothing alive is ever freed.
  @Test(arguments: files("programs"))
  func collectingAlwaysChangesNothing(_ name: String) {
    let text = Self.text("programs/\(name)")
    let test = TestSession(collectsAlways: true, files: MemoryFiles())
    #expect(test.run(text, named: name).report == nil)
    #expect(test.console.output == expectations(text))
  }

  /// What fuzzing once found: none of it traps, and the layout of what can be read is settled.
  @Test(arguments: files("regression"))
  func whatFuzzingFoundIsMended(_ name: String) throws {
    let text = Self.text("regression/\(name)")
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
  @Test(arguments: files("errors"))
  func faultyProgramsGiveTheirReport(_ name: String) throws {
    let text = Self.text("errors/\(name)")
    let test = TestSession()
    let report = try #require(test.run(text, named: name).report, "\(name) does not fail") + "\n"
    let golden = "errors/\(name.dropLast(5)).txt"
    if ProcessInfo.processInfo.environment["LOAM_RECORD"] == "1" {
      try report.write(to: Self.folder.appendingPathComponent(golden), atomically: true, encoding: .utf8)
    }
    #expect(report == Self.text(golden))
    // The session goes on.
    #expect(test.run("print(\"still here\")").report == nil)
    #expect(test.console.output.hasSuffix("still here\n"))
  }
}

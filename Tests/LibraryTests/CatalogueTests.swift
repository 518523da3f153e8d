import Foundation
import Library
import Machine
import TestSupport
import Testing

/// One catalogue: what help lists is what a program can call, and the reference is made from it.
@Suite struct CatalogueTests {
  private static let folder = Repository.root.appendingPathComponent("Docs/Reference")

  private let machine = TestSession().session.machine

  @Test func everyNameOfTheLibraryIsInItOnce() throws {
    let names = try machine.wholeCatalogue().entries.filter { entry in
      // Functions of certain values have the name of another.
      if case .builtin(let builtin) = entry.kind { builtin.subject == nil } else { true }
    }.map(\.name)
    #expect(names.count > 180)
    #expect(names.sorted() == machine.libraryNames().sorted())
  }

  @Test func everyEntryHasASummaryOfOneLine() throws {
    for entry in try machine.wholeCatalogue().entries {
      #expect(!entry.summary.isEmpty && !entry.summary.contains("\n") && !entry.summary.hasSuffix("."), "\(entry.name): \(entry.summary)")
      #expect(entry.summary.count <= 160, "\(entry.name)")
    }
  }

  @Test func everyTopicIsListed() throws {
    let overview = try Help.overview(machine)
    for topic in try machine.wholeCatalogue().topics {
      #expect("\n\(overview)".contains("\n  \(topic.name): "))
      #expect(topic.name != "Other", "the Prelude's names are below a `# Topic:`")
    }
    for name in ["show", "plot", "vae", "gan", "dense", "conv", "grad", "pi"] { #expect(overview.contains(name)) }
    #expect(overview.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  /// Prelude functions have help and examples as built-ins do; the examples are their tests.
  @Test func examplesWrittenInLoamGiveTheirResults() throws {
    var count = 0
    for entry in try machine.wholeCatalogue().entries {
      guard case .loam(_, let documentation) = entry.kind else { continue }
      for example in documentation.examples {
        let test = TestSession(files: MemoryFiles())
        #expect(test.run(example.code, named: entry.name).report == nil, "\(example.code)")
        if let result = example.result { #expect(test.console.output == result + "\n", "\(example.code)") }
        count += 1
      }
    }
    #expect(count >= 35)
  }

  @Test func everyFunctionOfThePreludeHasAnExample() throws {
    let without = try machine.wholeCatalogue().entries.filter { entry in
      if case .loam = entry.kind { entry.examples.isEmpty } else { false }
    }
    #expect(without.map(\.name) == [])
  }

  @Test(arguments: [
    ("rotate images", "rotate"), ("sort a list", "sort"), ("mean squared error", "mse"), ("draw a chart", "plot"), ("random numbers", "rand"),
    ("matrix transpose", "transpose"), ("training a model", "train"), ("batch normalisation", "batch_norm"),
  ])
  func wordsFindFunctions(_ words: String, _ name: String) throws {
    #expect(try machine.wholeCatalogue().search(words).prefix(6).map(\.name).contains(name))
    #expect(try Help.text(named: words, machine).contains("  \(name) "))
  }

  @Test func wordsThatFindNothingAreAnError() {
    #expect(throws: (any Error).self) { try Help.text(named: "qwertyuiop", machine) }
  }

  /// LOAM_RECORD=1 writes the pages.
  @Test func theReferenceIsMadeFromIt() throws {
    let pages = Reference.pages(try machine.wholeCatalogue())
    if ProcessInfo.processInfo.environment["LOAM_RECORD"] == "1" {
      try? FileManager.default.removeItem(at: Self.folder)
      try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
      for page in pages { try page.text.write(to: Self.folder.appendingPathComponent(page.file), atomically: true, encoding: .utf8) }
    }
    let kept = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
    #expect(kept == pages.map(\.file).sorted())
    for page in pages {
      let text = try String(contentsOf: Self.folder.appendingPathComponent(page.file), encoding: .utf8)
      #expect(text == page.text, "\(page.file): LOAM_RECORD=1 writes it again")
    }
  }
}

import Diagnostics
import Effects
import Foundation
import Notebook
import Session
import TestSupport
import Testing

/// Every example of the specification, Docs/Language, runs: what it prints stands behind `#>`, and a
/// cell marked `fails L0201` ends in that error. `file=NAME` cells are files for the cells after them.
@Suite struct SpecificationTests {
  static let pages = Repository.paths(in: "Docs/Language", ending: ".md")

  @Test func thereIsASpecification() { #expect(Self.pages.count >= 9) }

  @Test(arguments: pages)
  func everyExampleRuns(_ page: String) throws {
    let lesson = Lesson(try String(contentsOf: Repository.root.appendingPathComponent(page), encoding: .utf8))
    let (console, files) = (RecordingConsole(), MemoryFiles())
    let session = Session(effects: .forTests(console: console, files: files), threads: 1)
    session.rollsBackFailedStatements = true
    for cell in lesson.cells {
      if let file = cell.attributes.first(where: { $0.hasPrefix("file=") })?.dropFirst(5) {
        files.files[String(file)] = Array(cell.code.utf8)
        continue
      }
      let place: Comment = "\(page), line \(cell.line)"
      console.clear()
      let outcome = session.run(cell.code, named: page)
      var codes: [String] = []
      if case .failed(let diagnostics) = outcome { codes = diagnostics.map(\.id.code) }
      if let fails = cell.attributes.firstIndex(of: "fails") {
        #expect(codes.first == cell.attributes.dropFirst(fails + 1).first, place)
      } else if case .failed(let diagnostics) = outcome {
        Issue.record("\(page), line \(cell.line): \(diagnostics.map { Report($0).text }.joined(separator: "\n"))")
      }
      #expect(console.output == Corpus.expectedOutput(cell.code), place)
    }
  }
}

extension SpecificationTests {
  /// Docs/Errors.md is the catalogue; LOAM_RECORD=1 writes it.
  @Test func theCatalogueIsAPage() throws {
    let path = Repository.root.appendingPathComponent("Docs/Errors.md")
    let page = ErrorCatalogue.page(ErrorCatalogue.all + LessonErrors.all)
    if ProcessInfo.processInfo.environment["LOAM_RECORD"] == "1" { try page.write(to: path, atomically: true, encoding: .utf8) }
    #expect(try String(contentsOf: path, encoding: .utf8) == page)
  }
}

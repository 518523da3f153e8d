import CKernels
import Diagnostics
import Effects
import Foundation
import Notebook
import Session
import Testing

/// Every example of the specification, Docs/Language, runs: what it prints stands behind `#>`, and a
/// cell marked `fails L0201` ends in that error. `file=NAME` cells are files for the cells after them.
@Suite struct SpecificationTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Docs/Language")

  static let pages: [String] = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".md") }.sorted()

  /// The files that a page's cells write down.
  private final class PageFiles: FileAccess {
    var contents: [String: [UInt8]] = [:]
    func read(_ path: String) throws -> [UInt8] {
      guard let bytes = contents[path] else { throw Fault(FileErrors.missing, "there is no file `\(path)`") }
      return bytes
    }
    func write(_ bytes: [UInt8], to path: String) throws { contents[path] = bytes }
    func makeFolder(_ path: String) throws {}
    func list(_ folder: String) throws -> [String] { [] }
    func exists(_ path: String) -> Bool { contents[path] != nil }
    func isFolder(_ path: String) -> Bool { false }
  }

  private func expectations(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line in
      line.range(of: "#> ").map { line[$0.upperBound...].replacingOccurrences(of: "\\n", with: "\n") + "\n" }
    }.joined()
  }

  @Test func thereIsASpecification() { #expect(Self.pages.count >= 9) }

  @Test(arguments: pages)
  func everyExampleRuns(_ page: String) throws {
    let lesson = Lesson(try String(contentsOf: Self.folder.appendingPathComponent(page), encoding: .utf8))
    let (console, files) = (Recorder(), PageFiles())
    let effects = Effects(console: console, files: files, clock: SystemClock(), cancellation: .never(), progress: Silence())
    let session = Session(effects: effects, threads: 1)
    session.rollsBackFailedStatements = true
    for cell in lesson.cells {
      if let file = cell.attributes.first(where: { $0.hasPrefix("file=") })?.dropFirst(5) {
        files.contents[String(file)] = Array(cell.code.utf8)
        continue
      }
      let place: Comment = "\(page), line \(cell.line)"
      console.output = ""
      let outcome = session.run(cell.code, named: page)
      var codes: [String] = []
      if case .failed(let diagnostics) = outcome { codes = diagnostics.map(\.id.code) }
      if let fails = cell.attributes.firstIndex(of: "fails") {
        #expect(codes.first == cell.attributes.dropFirst(fails + 1).first, place)
      } else if case .failed(let diagnostics) = outcome {
        Issue.record("\(page), line \(cell.line): \(diagnostics.map { Report($0).text }.joined(separator: "\n"))")
      }
      #expect(console.output == expectations(cell.code), place)
    }
  }
}

extension SpecificationTests {
  /// Docs/Errors.md is the catalogue; LOAM_RECORD=1 writes it anew.
  @Test func theCatalogueIsAPage() throws {
    let path = Self.folder.deletingLastPathComponent().appendingPathComponent("Errors.md")
    let page = ErrorCatalogue.page(ErrorCatalogue.all + LessonErrors.all)
    if ProcessInfo.processInfo.environment["LOAM_RECORD"] == "1" { try page.write(to: path, atomically: true, encoding: .utf8) }
    #expect(try String(contentsOf: path, encoding: .utf8) == page)
  }
}

import Diagnostics
import Effects
import Foundation
import Machine
import Session
import Testing

/// Files that live in memory, so that the catalogue's programs may write and break some. Two folders,
/// which no program could write as text, are there from the start: a set of two images in the form of
/// MNIST, and one whose download was cut short.
final class MemoryFiles: FileAccess {
  private var contents: [String: [UInt8]] = [
    "whole/train-images-idx3-ubyte": [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 255, 0, 255, 255, 0, 255, 0],
    "whole/train-labels-idx1-ubyte": [0, 0, 8, 1, 0, 0, 0, 2, 3, 7],
    "cut-short/train-images-idx3-ubyte.gz": [0x1F, 0x8B, 8],
  ]
  private var folders: Set<String> = []

  private func plain(_ path: String) -> String { path.hasSuffix("/") ? String(path.dropLast()) : path }

  private func missing(_ path: String) -> Fault {
    Fault(FileErrors.missing, "no such file or folder: `\(path)`", hint: "paths are relative to the folder you started loam in")
  }

  func read(_ path: String) throws -> [UInt8] {
    if let bytes = contents[path] { return bytes }
    if isFolder(path) { throw Fault(FileErrors.unreadable, "`\(path)` is a folder, not a file", hint: "give the path of a file in it") }
    throw missing(path)
  }
  func write(_ bytes: [UInt8], to path: String) throws {
    guard !isFolder(path) else { throw Fault(FileErrors.unwritable, "`\(path)` is a folder, not a file", hint: "add the name of a file in it") }
    contents[path] = bytes
  }
  func remove(_ path: String) throws {
    guard contents.removeValue(forKey: path) != nil else { throw missing(path) }
  }
  func makeFolder(_ path: String) throws { folders.insert(plain(path)) }
  func list(_ folder: String) throws -> [String] {
    let start = plain(folder) + "/"
    let names = Set(contents.keys.filter { $0.hasPrefix(start) }.map { $0.dropFirst(start.count).split(separator: "/")[0] })
    guard !names.isEmpty || isFolder(folder) else { throw missing(folder) }
    return names.map { isFolder(start + $0) ? $0 + "/" : String($0) }.sorted()
  }
  func exists(_ path: String) -> Bool { contents[path] != nil || isFolder(path) }
  func isFolder(_ path: String) -> Bool {
    folders.contains(plain(path)) || contents.keys.contains { $0.hasPrefix(plain(path) + "/") }
  }
}

/// Each kind of error has a page with a wrong program, which ends in it, and a right one, which does
/// not. The reports are kept beside each other in Tests/Corpus/catalogue.
@Suite struct ErrorCatalogueTests {
  /// What no program alone can bring about: a person's Ctrl-C.
  private static let without: Set<String> = ["L0226"]

  @Test func codesAndNamesAreUnique() {
    #expect(ErrorCatalogue.all.count >= 59)
    #expect(Set(ErrorCatalogue.all.map(\.code)).count == ErrorCatalogue.all.count)
    #expect(Set(ErrorCatalogue.all.map(\.name)).count == ErrorCatalogue.all.count)
  }

  @Test(arguments: ErrorCatalogue.all.map(\.code))
  func wrongProgramsEndInTheirErrorAndRightOnesDoNot(_ code: String) throws {
    let id = try #require(ErrorCatalogue.find(code))
    #expect(id.meaning.count > 40)
    guard !Self.without.contains(code) else { return }
    #expect(!id.wrong.isEmpty && !id.right.isEmpty && id.wrong != id.right)
    let budget = code == "L0215" ? 64 << 20 : 4 << 30
    let outcome = TestSession(files: MemoryFiles(), heapBudget: budget).run(id.wrong)
    #expect(outcome.diagnostics.first?.id == id)
    let golden = "catalogue/\(code).txt"
    let report = (outcome.report ?? "") + "\n"
    if ProcessInfo.processInfo.environment["LOAM_RECORD"] == "1" {
      try report.write(to: CorpusTests.folder.appendingPathComponent(golden), atomically: true, encoding: .utf8)
    }
    #expect(report == CorpusTests.text(golden))
    #expect(TestSession(files: MemoryFiles(), heapBudget: budget).run(id.right).report == nil)
  }
}

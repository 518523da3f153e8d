import Diagnostics
import Session
import TestSupport
import Testing

/// Each kind of error has a page with a wrong program, which ends in it, and a right one, which does
/// not. The reports are kept beside each other in the corpus, `catalogue`.
@Suite struct ErrorCatalogueTests {
  /// What no program alone can bring about: Ctrl-C, what only `loam grow` reports, a system without random bits, and a table
  /// larger than memory.
  private static let without: Set<String> = ["L0226", "L0440", "L0441", "L0442", "L0443", "L0444", "L0445", "L0446", "L0509", "L0514"]

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
    let outcome = TestSession(files: MemoryFiles.holdingIDX(), heapBudget: budget).run(id.wrong)
    #expect(outcome.diagnostics.first?.id == id)
    let report = (outcome.report ?? "") + "\n"
    #expect(try Corpus.isKept(report, "catalogue/\(code).txt"), "\(report)")
    #expect(TestSession(files: MemoryFiles.holdingIDX(), heapBudget: budget).run(id.right).report == nil)
  }
}

import Foundation
import TestSupport
import Testing

/// Docs/Language/Growing.md shows every image operation, before and after; `Scripts/gallery` makes the pictures.
@Suite struct GalleryTests {
  private static let pictures = Repository.root.appendingPathComponent("Docs/Pictures")

  @Test func everyOperationHasAPicture() throws {
    let page = try String(contentsOf: Repository.root.appendingPathComponent("Docs/Language/Growing.md"), encoding: .utf8)
    let topic = try #require(try TestSession().session.machine.wholeCatalogue().topics.first { $0.name == "Growing images" })
    // Those that take images; `why` and others are about them.
    let operations = topic.entries.filter { $0.signature.contains("(x=nothing") }
    #expect(operations.count > 50)
    for entry in operations {
      let path = Self.pictures.appendingPathComponent("growing/\(entry.name).png").path
      #expect(FileManager.default.fileExists(atPath: path), "add `\(entry.name)` to Docs/Examples/gallery.loam and run Scripts/gallery")
      #expect(page.contains("](../Pictures/growing/\(entry.name).png)"), "\(entry.name)")
    }
  }

  @Test func picturesAreSmall() throws {
    let files = try FileManager.default.contentsOfDirectory(at: Self.pictures.appendingPathComponent("growing"), includingPropertiesForKeys: [.fileSizeKey])
    let bytes = try files.reduce(0) { try $0 + ($1.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0) }
    #expect(bytes > 0 && bytes < 1_500_000)
  }
}

import DataSets
import Diagnostics
import Engine
import Foundation
import Images
import Testing

/// Runs of `loam grow` that cannot begin, and what follows them.
@Suite struct GrowBeginningTests {
  private let fixture: GrowFixture

  init() throws { fixture = try GrowFixture() }

  private func recipe(_ operation: GeometryOperation) -> Recipe { Recipe([RecipeStep(operation, key: RandomKey(bits: 7), place: 0)]) }
  private func scale(_ factor: Double) -> Recipe { recipe(.scale(.constant(factor), about: .spot(.center))) }
  private var crop: Recipe { recipe(.crop(height: .pixels(10), width: .pixels(10), at: .spot(.center))) }

  /// A recipe that fits only some pictures leaves out the others; one that fits none is an error.
  @Test func recipesThatFitNoPictureAreErrors() throws {
    try fixture.addPictures(4) { $0 == 2 ? (12, 12) : (9, 11) }
    let fault = try #require(throws: Fault.self) { try fixture.grow(fixture.settings(.png), to: "out", recipe: scale(0), skipsBroken: true) }
    #expect(fault.diagnostic.id == ImageErrors.badGeometry && fault.diagnostic.message.hasPrefix("all pictures were left out; the first one because "))
    #expect(try fixture.grow(fixture.settings(.png), to: "out").made == 12)
    let alone = try #require(throws: Fault.self) { try fixture.grow(fixture.settings(.png), to: "other", recipe: scale(0)) }
    #expect(alone.diagnostic.id == ImageErrors.badGeometry && alone.diagnostic.hint?.contains("on-error") != true)
    #expect(try fixture.grow(fixture.settings(.png), to: "some", recipe: crop, skipsBroken: true).made == 3)
    let small = try #require(throws: Fault.self) { try fixture.grow(fixture.settings(.png), to: "all", recipe: crop) }
    #expect(small.diagnostic.id == ImageErrors.cropTooLarge && small.diagnostic.hint?.contains("--on-error skip") == true)
  }

  /// Nothing is left of a run that has not made anything, so that a corrected recipe can follow.
  @Test(arguments: [GrowSettings.Format.png, .tar, .npz, .idx])
  func aCorrectedRecipeFollows(_ format: GrowSettings.Format) throws {
    try fixture.addPictures(4)
    let output = format.isOneFile ? "out.\(format.rawValue)" : "out"
    var settings = fixture.settings(format)
    settings.recipe = "scale(0)"
    #expect(throws: Fault.self) { try fixture.grow(settings, to: output, recipe: scale(0), threads: 1) }
    let files = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path)
    #expect(files.filter { $0.hasPrefix("out.") }.isEmpty)
    #expect(try fixture.grow(fixture.settings(format), to: output).made == 12)
  }

  /// Results remain, and their settings are required.
  @Test func resultsAreKept() throws {
    try fixture.addPictures(4) { $0 == 3 ? (9, 9) : (12, 12) }
    var settings = fixture.settings(.png)
    settings.recipe = "crop(10, 10)"
    #expect(throws: Fault.self) { try fixture.grow(settings, to: "out", recipe: crop, threads: 1) }
    #expect(try !fixture.tree("out").isEmpty)
    let fault = try #require(throws: Fault.self) { try fixture.grow(fixture.settings(.png), to: "out", resumes: true) }
    #expect(fault.diagnostic.id == ShardErrors.otherRun && fault.diagnostic.hint?.contains("delete") == true)
  }

  @Test func anArrayThatIsGoneIsMadeAgain() throws {
    try fixture.addPictures(4)
    try fixture.grow(fixture.settings(.npz), to: "a.npz")
    let bytes = try fixture.bytes("a.npz")
    try fixture.files.remove(fixture.path("a.npz"))
    #expect(try fixture.grow(fixture.settings(.npz), to: "a.npz", resumes: true).made == 12)
    #expect(try fixture.bytes("a.npz") == bytes)
  }

  @Test func deeperFoldersAreNamed() throws {
    try fixture.files.write(PNG.encodeFast(GrowFixture.dot), to: fixture.path("in/train/cat/0.png"))
    let fault = try #require(throws: Fault.self) { try FolderSource(fixture.path("in"), fixture.files) }
    #expect(fault.diagnostic.id == DataErrors.empty && fault.diagnostic.message.contains("in/train/cat/"))
    try fixture.files.write(PNG.encodeFast(GrowFixture.dot), to: fixture.path("in/dog/0.png"))
    let source = try FolderSource(fixture.path("in"), fixture.files)
    #expect(source.count == 1 && source.deeperFolder?.hasSuffix("in/train/cat/") == true)
  }
}

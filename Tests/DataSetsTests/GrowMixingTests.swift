import DataSets
import Diagnostics
import Effects
import Engine
import Foundation
import Images
import Tensors
import Testing

// Recipes that mix pictures: a result is that of a data set of all pictures in memory.
extension GrowAnnotationTests {
  enum Mixture: CaseIterable {
    case mosaic, turned, nested

    var recipe: Recipe {
      func step(_ operation: any ImageOperation, _ key: UInt64) -> RecipeStep { RecipeStep(operation, key: RandomKey(bits: key), place: 0) }
      switch self {
      case .mosaic: return Recipe([step(Mosaic(), 11)])
      case .turned: return Recipe(GrowFixture.recipe.steps + [step(CutMix(alpha: 1), 12)])
      case .nested:
        let flip = GeometryOperation.flip(vertical: false, horizontal: true, chance: 0.5)
        return Recipe([step(Mosaic(), 11), step(flip, 14), step(MixUp(alpha: 1), 13)])
      }
    }
  }

  private func pixels(_ folder: String) throws -> [[UInt8]] {
    let set = try Readers.folder(fixture.path(folder), fixture.files)
    return try set.source.items(Array(0..<set.count), engine).map { picture in (0..<picture.count).map { UInt8(picture[$0]) } }
  }

  @Test(arguments: [Kind.yolo, .pascalBeside, .coco, .cocoInFolder, .masks], Mixture.allCases)
  func mixedResultsAreThoseOfADataSet(_ kind: Kind, _ mixture: Mixture) throws {
    try write(kind)
    try fixture.grow(fixture.settings(.png), to: "out", from: source(), recipe: mixture.recipe)
    let hasKeypoints = kind == .coco || kind == .cocoInFolder
    let (set, wanted) = (try read(kind, "out"), try expected(keypoints: hasKeypoints, recipe: mixture.recipe))
    try Writers.folder(wanted, to: fixture.path("wanted") + "/", fixture.files, engine)
    #expect(set.count == 3 * Self.count && set.labels == nil)
    let folder = kind == .yolo || kind == .cocoInFolder ? "out/images" : "out"
    #expect(try pixels(folder) == pixels("wanted"))
    for index in 0..<set.count {
      switch kind {
      case .masks: break
      case .pascal, .pascalBeside: #expect(try isClose(#require(try set.boxes(index)), #require(try wanted.boxes(index)), within: 0.51))
      case .yolo, .yoloBeside: #expect(try isClose(#require(try set.boxes(index)), #require(try wanted.boxes(index)), within: 1e-9))
      case .coco, .cocoInFolder:
        #expect(try isClose(#require(try set.boxes(index)), #require(try wanted.boxes(index)), within: 0))
        #expect(try set.boxes(index)?.map(\.visible) == wanted.boxes(index)?.map(\.visible))
        func points(_ set: DataSet) throws -> [String] { try #require(try set.keypoints(index)).map { "\($0.point) \($0.name ?? -1) \($0.isSeen)" }.sorted() }
        #expect(try points(set) == points(wanted))
      }
      guard kind == .masks || kind == .cocoInFolder else { continue }
      let (a, b) = (try #require(try set.mask(index, engine)), try #require(try wanted.mask(index, engine)))
      #expect(a.shape == b.shape && (0..<a.count).allSatisfy { a[$0] == b[$0] })
    }
    // Boxes of other pictures appear.
    #expect(try kind == .masks || (0..<set.count).contains { try set.boxes($0)?.count ?? 0 > 2 })
  }

  /// A result whose own picture, or one that it is mixed with, is broken is left out, whoever makes it.
  @Test(arguments: [GrowSettings.Format.png, .tar, .npz], [true, false])
  func bytesOfMixedResultsDoNotDependOnTheDivisionOfTheWork(_ format: GrowSettings.Format, hasHeader: Bool) throws {
    try write(.cocoInFolder)
    let whole = try PNG.encodeFast(picture(4))
    let broken = hasHeader ? Array(whole.prefix(whole.count / 2)) : Array("no picture".utf8)
    try fixture.files.write(broken, to: fixture.path("in/images/4.png"))
    let (settings, recipe, source) = (fixture.settings(format), Mixture.turned.recipe, try source())
    let ending = format == .npz ? ".npz" : ""
    func output(_ name: String) throws -> [String: Data] {
      format == .npz ? ["array": try fixture.bytes(name + ending), "record": try fixture.bytes(name + ending + ".grow.csv")] : try fixture.tree(name)
    }
    let outcome = try fixture.grow(settings, to: "one" + ending, from: source, recipe: recipe, threads: 1, skipsBroken: true)
    #expect(outcome.skipped.count > 3 && outcome.made > 8 && outcome.made + outcome.skipped.count == 3 * Self.count)
    #expect(outcome.skipped.allSatisfy { $0.problem.contains("4.png") })
    try fixture.grow(settings, to: "two" + ending, from: source, recipe: recipe, threads: 3, skipsBroken: true)
    let one = try output("one")
    #expect(try one == output("two"))
    for made in [1, 5, 7] {
      #expect(throws: Interrupted.self) {
        try fixture.grow(settings, to: "late\(made)" + ending, from: source, recipe: recipe, threads: 1, skipsBroken: true, interruptAfter: made)
      }
      try fixture.grow(settings, to: "late\(made)" + ending, from: source, recipe: recipe, resumes: true, skipsBroken: true)
      #expect(try one == output("late\(made)"), "\(made)")
    }
    let fault = try #require(throws: Fault.self) { try fixture.grow(settings, to: "stop" + ending, from: source, recipe: recipe) }
    #expect(fault.diagnostic.message.contains("4.png"))
    guard format != .npz else { return }
    for part in [2, 3, 1] { try fixture.grow(settings, to: "parts", from: source, recipe: recipe, part: (part, 3), skipsBroken: true) }
    #expect(try one == output("parts"))
  }

  private func writeClasses(size: (Int) -> (Int, Int) = { _ in (9, 11) }) throws { try fixture.addPictures(6, size: size) }

  /// Labels are shares of classes in shards and arrays; a folder of classes has no place for them.
  @Test(arguments: Mixture.allCases)
  func labelsOfMixedPictures(_ mixture: Mixture) throws {
    try writeClasses()
    let recipe = mixture.recipe
    let wanted = try Readers.folder(fixture.path("in"), fixture.files).applying(Array(recipe.steps), copies: 3)
    try fixture.grow(fixture.settings(.tar), to: "shards", recipe: recipe)
    let shards = try Readers.folder(fixture.path("shards"), fixture.files)
    #expect(shards.target == wanted.target && shards.names == ["cat", "dog"])
    let arrays = try fixture.grow(fixture.settings(.npz), to: "a.npz", recipe: recipe)
    #expect(arrays.made == 18)
    let found = try Dictionary(uniqueKeysWithValues: NPZ.decode(Array(fixture.bytes("a.npz")), name: "a.npz").map { ($0.name, $0.content) })
    guard case .tensor(let labels)? = found["labels"], case .tensor(let images)? = found["images"] else { throw CocoaError(.fileReadUnknown) }
    #expect(try Labels(soft: labels) == wanted.target)
    try Writers.folder(wanted, to: fixture.path("wanted") + "/", fixture.files, engine)
    #expect(try pixels("wanted").joined().elementsEqual((0..<images.count).map { UInt8(images[$0]) }))
    let folder = try #require(throws: Fault.self) { try fixture.grow(fixture.settings(.png), to: "out", recipe: recipe) }
    #expect(folder.diagnostic.id == ShardErrors.badChoice && folder.diagnostic.hint?.contains("--format tar") == true)
    let idx = try #require(throws: Fault.self) { try fixture.grow(fixture.settings(.idx), to: "a.idx", recipe: recipe) }
    #expect(idx.diagnostic.id == ShardErrors.noPlace)
    var settings = fixture.settings(.tar)
    settings.keepsOriginals = true
    #expect(try #require(throws: Fault.self) { try fixture.grow(settings, to: "kept", recipe: recipe) }.diagnostic.id == ShardErrors.badChoice)
  }

  /// Soft labels are mixed, too, and grey pictures are mixed with colour as in a data set.
  @Test func softLabelsAndGreyPicturesAreMixed() throws {
    let images = try (0..<4).map { image in try Tensor(dtype: .u8, shape: [6, 8, image == 2 ? 3 : 1]) { Double(($0 * 9 + image * 50) % 256) } }
    let set = try DataSet(.ragged(images), target: .soft([0.25, 0.75, 1, 0, 0.1, 0.9, 0.5, 0.5], classes: 2))
    try Writers.folder(set, to: fixture.path("in") + "/", fixture.files, engine)
    let recipe = Mixture.nested.recipe
    try fixture.grow(fixture.settings(.tar), to: "shards", recipe: recipe)
    let wanted = try Readers.folder(fixture.path("in"), fixture.files).applying(Array(recipe.steps), copies: 3)
    try Writers.folder(wanted, to: fixture.path("wanted") + "/", fixture.files, engine)
    #expect(try Readers.folder(fixture.path("shards"), fixture.files).target == wanted.target)
    #expect(try pixels("shards") == pixels("wanted") && pixels("wanted")[0].count == 6 * 8 * 3)
  }

  @Test func picturesThatChangeAreErrors() throws {
    try writeClasses()
    let (source, recipe) = (try source(), Mixture.mosaic.recipe)
    let plan = try GrowPlan(source, fixture.settings(.tar), mixing: GrowMixing(source, recipe))
    try fixture.files.write(PNG.encodeFast(GrowFixture.dot), to: fixture.path("in/dog/5.png"))
    let fault = try #require(throws: Fault.self) { try GrowRun(plan, recipe, engine, fixture.files).run(to: fixture.path("out")) }
    #expect(fault.diagnostic.message.contains("dog/5.png` has changed since its header was read"))
  }

  @Test func whatCannotBeMixed() throws {
    try writeClasses { $0 == 3 ? (12, 11) : (9, 11) }
    let recipe = Mixture.mosaic.recipe
    let sizes = try #require(throws: Fault.self) { try fixture.grow(fixture.settings(.tar), to: "a", recipe: recipe) }
    #expect(sizes.diagnostic.id == ImageErrors.mixedSizes && sizes.diagnostic.message.contains("9×11 and"))
    #expect(sizes.diagnostic.message.contains("dog/3.png` is then 12×11"))
    let resized = Recipe([RecipeStep(GeometryOperation.resize(height: 8, width: 8), key: RandomKey(bits: 1), place: 0)] + recipe.steps)
    try fixture.grow(fixture.settings(.tar), to: "b", recipe: resized)
    #expect(try GrowMixing(ShardSource([fixture.path("b/000000.tar")]), GrowFixture.recipe) == nil)
    let packed = try compressed("b/000000.tar")
    let fault = try #require(throws: Fault.self) { try GrowMixing(ShardSource([packed]), recipe) }
    #expect(fault.diagnostic.id == ShardErrors.badChoice && fault.diagnostic.message.contains("`\(packed)` is compressed"))
  }

  /// A copy of a tar file, compressed by gzip.
  private func compressed(_ path: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/gzip")
    process.arguments = ["-k", fixture.path(path)]
    try process.run()
    process.waitUntilExit()
    return fixture.path(path) + ".gz"
  }

  /// The samples of shards are mixed as the pictures of the folder that they were made of, with boxes, masks and keypoints.
  @Test(arguments: Mixture.allCases, [Kind.cocoInFolder, .masks])
  func shardsAreMixedAsFolders(_ mixture: Mixture, _ kind: Kind) throws {
    try write(kind)
    var plain = fixture.settings(.tar)
    (plain.copies, plain.shardSize) = (1, 2)
    try fixture.grow(plain, to: "shards", from: source(), recipe: Recipe())
    let shards = try Readers.shards(in: fixture.path("shards"), fixture.files)
    #expect(shards.count > 2)
    try fixture.grow(fixture.settings(.tar), to: "wanted", from: source(), recipe: mixture.recipe)
    let samples = try ShardSource(shards, classes: ShardClasses.names(beside: shards[0], fixture.files))
    try fixture.grow(fixture.settings(.tar), to: "mixed", from: samples, recipe: mixture.recipe, threads: 3)
    let (set, wanted) = (try Readers.folder(fixture.path("mixed"), fixture.files), try Readers.folder(fixture.path("wanted"), fixture.files))
    #expect(try pixels("mixed") == pixels("wanted") && set.count == 3 * Self.count && set.target == wanted.target)
    for index in 0..<set.count {
      #expect(try set.boxes(index) == wanted.boxes(index) && set.keypoints(index) == wanted.keypoints(index))
      guard let mask = try wanted.mask(index, engine) else { continue }
      let own = try #require(try set.mask(index, engine))
      #expect(own.shape == mask.shape && (0..<mask.count).allSatisfy { own[$0] == mask[$0] })
    }
  }

  /// Labels of shards are mixed, classes and shares of classes.
  @Test func labelsOfShardsAreMixed() throws {
    try writeClasses()
    var plain = fixture.settings(.tar)
    plain.copies = 1
    try fixture.grow(plain, to: "shards", recipe: Recipe())
    func source(_ folder: String) throws -> ShardSource {
      let shards = try Readers.shards(in: fixture.path(folder), fixture.files)
      return try ShardSource(shards, classes: ShardClasses.names(beside: shards[0], fixture.files))
    }
    let recipe = Mixture.nested.recipe
    try fixture.grow(fixture.settings(.tar), to: "wanted", recipe: recipe)
    try fixture.grow(fixture.settings(.tar), to: "mixed", from: source("shards"), recipe: recipe)
    #expect(try Readers.folder(fixture.path("mixed"), fixture.files).target == Readers.folder(fixture.path("wanted"), fixture.files).target)
    // Mixed once more.
    try fixture.grow(plain, to: "again", from: source("mixed"), recipe: recipe)
    let again = try Readers.folder(fixture.path("mixed"), fixture.files).applying(Array(recipe.steps), copies: 1)
    #expect(try Readers.folder(fixture.path("again"), fixture.files).target == again.target)
  }
}

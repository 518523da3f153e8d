import DataSets
import Diagnostics
import Effects
import Engine
import Foundation
import Images
import Tensors
import TestSupport
import Testing

// `loam grow` to tar shards and arrays carries over what it carries to a folder.
extension GrowAnnotationTests {
  private func shards(_ folder: String) throws -> DataSet { try Readers.folder(fixture.path(folder), fixture.files) }

  private func arrays(_ file: String) throws -> DataSet {
    let arrays = try Dictionary(uniqueKeysWithValues: NPZ.decode(Array(fixture.bytes(file)), name: file).map { ($0.name, $0.content) })
    guard case .tensor(let images)? = arrays["images"] else { throw CocoaError(.fileReadUnknown) }
    var target: Labels?
    if case .tensor(let labels)? = arrays["labels"] {
      target = labels.type.rank == 2 ? try Labels(soft: labels) : .classes((0..<labels.count).map { Int32(labels[$0]) })
    }
    var names: [String] = []
    if case .strings(let found)? = arrays["names"] { names = found }
    return try DataSet(.dense(images), target: target, names: names, annotations: Annotations(arrays: arrays, count: images.shape[0]))
  }

  private func expectSame(_ set: DataSet, _ wanted: DataSet, _ kind: Kind) throws {
    #expect(set.count == wanted.count && set.names == (kind == .masks ? [] : Self.classes))
    for index in 0..<min(set.count, wanted.count) {
      let (pixels, others) = (try set.example(index, engine), try wanted.example(index, engine))
      #expect((0..<pixels.count).allSatisfy { abs(pixels[$0] - others[$0]) < 0.003 })
      switch kind {
      case .masks: #expect(try set.boxes(index) == nil)
      case .pascal, .pascalBeside: #expect(try set.boxes(index) == wanted.boxes(index))
      case .yolo, .yoloBeside: #expect(try isClose(#require(try set.boxes(index)), #require(try wanted.boxes(index)), within: 1e-9))
      case .coco, .cocoInFolder:
        #expect(try isClose(#require(try set.boxes(index)), #require(try wanted.boxes(index)), within: 0))
        #expect(try set.boxes(index)?.map(\.visible) == wanted.boxes(index)?.map(\.visible))
        #expect(try set.keypoints(index)?.map(\.point) == wanted.keypoints(index)?.map(\.point))
        #expect(try set.keypoints(index)?.map(\.name) == wanted.keypoints(index)?.map(\.name))
      }
      guard kind == .masks || kind == .cocoInFolder else { continue }
      let (a, b) = (try #require(try set.mask(index, engine)), try #require(try wanted.mask(index, engine)))
      #expect(a.shape == b.shape && (0..<a.count).allSatisfy { a[$0] == b[$0] })
    }
  }

  @Test(arguments: Kind.allCases)
  func shardsAndArraysHoldAnnotations(_ kind: Kind) throws {
    try write(kind)
    let wanted = try expected(keypoints: kind == .coco || kind == .cocoInFolder)
    try fixture.grow(fixture.settings(.tar), to: "shards", from: source())
    try expectSame(shards("shards"), wanted, kind)
    try fixture.grow(fixture.settings(.npz), to: "a.npz", from: source())
    try expectSame(arrays("a.npz"), wanted, kind)
    // From shards that hold the pictures as they are.
    var plain = fixture.settings(.tar, copies: 1)
    plain.copies = 1
    let convert = try GrowPlan(source(), plain)
    _ = try GrowRun(convert, Recipe(), engine, fixture.files).run(to: fixture.path("plain"))
    let names = [fixture.path("plain/000000.tar")]
    let again = try ShardSource(names, classes: ShardClasses.names(beside: names[0], fixture.files))
    #expect(try again.kinds == source().kinds)
    try fixture.grow(fixture.settings(.tar), to: "again", from: again)
    try expectSame(shards("again"), wanted, kind)
    try fixture.grow(fixture.settings(.npz), to: "again.npz", from: again)
    #expect(try fixture.bytes("again.npz") == fixture.bytes("a.npz"))
  }

  @Test(arguments: [Kind.cocoInFolder, .yolo, .pascal, .masks], [GrowSettings.Format.tar, .npz, .idx])
  func bytesOfSamplesDoNotDependOnTheDivisionOfTheWork(_ kind: Kind, _ format: GrowSettings.Format) throws {
    guard format != .idx || kind == .masks else { return }
    try write(kind)
    try fixture.breakPicture(kind == .yolo || kind == .cocoInFolder ? "images/4.png" : kind == .pascal ? "JPEGImages/4.png" : "4.png")
    let (settings, source) = (fixture.settings(format), try source())
    let ending = format.isOneFile ? "." + format.rawValue : ""
    func output(_ name: String) throws -> [String: Data] {
      guard format.isOneFile else { return try fixture.tree(name) }
      return try Dictionary(
        uniqueKeysWithValues: [ending, "-labels.idx", "-masks.idx", ending + ".grow.csv"].compactMap { ending in
          fixture.files.exists(fixture.path(name + ending)) ? (ending, try fixture.bytes(name + ending)) : nil
        })
    }
    try fixture.grow(settings, to: "one" + ending, from: source, threads: 1, skipsBroken: true)
    try fixture.grow(settings, to: "two" + ending, from: source, threads: 3, skipsBroken: true)
    let one = try output("one")
    #expect(try one == output("two") && !one.isEmpty)
    for made in [1, 4, 8, 14] {
      #expect(throws: Interrupted.self) {
        try fixture.grow(settings, to: "late\(made)" + ending, from: source, threads: 1, skipsBroken: true, interruptAfter: made)
      }
      try fixture.grow(settings, to: "late\(made)" + ending, from: source, resumes: true, skipsBroken: true)
      #expect(try one == output("late\(made)"), "\(made)")
    }
    guard !format.isOneFile else { return }
    for part in [2, 3, 1] { try fixture.grow(settings, to: "parts", from: source, part: (part, 3), skipsBroken: true) }
    #expect(try one == output("parts"))
  }

  /// A run that is killed may leave any of the files of an array longer than the others.
  @Test(arguments: ["images", "masks", "boxes", "box_offsets", "keypoints", "keypoint_offsets", "keypoint-names"])
  func filesOfDifferentLengthsAreBroughtToOne(_ name: String) throws {
    try write(.cocoInFolder)
    let settings = fixture.settings(.npz)
    try fixture.grow(settings, to: "whole.npz", from: source())
    #expect(throws: Interrupted.self) { try fixture.grow(settings, to: "part.npz", from: source(), threads: 1, interruptAfter: 8) }
    let file = fixture.folder.appendingPathComponent("part.npz.grow/\(name)")
    var content = try Data(contentsOf: file)
    #expect(!content.isEmpty)
    if name == "images" { content.removeLast(content.count / 2) } else if name != "keypoint-names" { content.append(contentsOf: [1, 2, 3, 4, 5]) }
    try content.write(to: file)
    try fixture.grow(settings, to: "part.npz", from: source(), resumes: true)
    #expect(try fixture.bytes("part.npz") == fixture.bytes("whole.npz"))
  }

  /// Soft labels, image classes and masks of a folder that `save` wrote.
  @Test func softLabelsAreCarriedOver() throws {
    let images = try Tensor(dtype: .u8, shape: [3, 4, 5, 1]) { Double($0 % 200) }
    let set = try DataSet(.dense(images), target: .soft([0.25, 0.75, 1, 0, 0.1, 0.9], classes: 2))
    try Writers.folder(set, to: fixture.path("in") + "/", fixture.files, engine)
    #expect(try source().hasSoftLabels)
    let wanted = try set.applying(Array(GrowFixture.recipe.steps), copies: 2)
    try fixture.grow(fixture.settings(.tar, copies: 2), to: "shards", from: source())
    #expect(try shards("shards").target == wanted.target)
    try fixture.grow(fixture.settings(.npz, copies: 2), to: "a.npz", from: source())
    #expect(try arrays("a.npz").target == wanted.target)
    let fault = try #require(throws: Fault.self) { try fixture.grow(fixture.settings(.idx), to: "a.idx", from: source()) }
    #expect(fault.diagnostic.id == ShardErrors.noPlace)
  }

  /// Classes of pictures and of boxes are in one list.
  @Test func theClassesOfPicturesAndBoxesAreJoined() throws {
    let picture = try PNG.encodeFast(Tensor(dtype: .u8, shape: [16, 24, 1]) { _ in 1 })
    for folder in ["dog", "owl"] { try fixture.files.write(picture, to: fixture.path("in/\(folder)/0.png")) }
    let images = "{\"id\": 1, \"file_name\": \"dog/0.png\"}, {\"id\": 2, \"file_name\": \"owl/0.png\"}"
    let boxes = "{\"image_id\": 1, \"category_id\": 5, \"bbox\": [1, 1, 5, 5]}, {\"image_id\": 2, \"category_id\": 6, \"bbox\": [1, 1, 5, 5]}"
    let categories = "{\"id\": 5, \"name\": \"cat\"}, {\"id\": 6, \"name\": \"dog\"}"
    try write("{\"images\": [\(images)], \"annotations\": [\(boxes)], \"categories\": [\(categories)]}", "annotations.json")
    var settings = fixture.settings(.tar, copies: 1)
    settings.keepsOriginals = true
    try fixture.grow(settings, to: "shards", from: source())
    let set = try shards("shards")
    #expect(set.names == ["dog", "owl", "cat"] && set.labels == [0, 0, 1, 1])
    #expect(try (0..<4).map { try set.boxes($0)?.first?.label } == [2, 2, 0, 0])
  }

  /// What a pipeline has put into a sample stays in it.
  @Test func otherMembersAreKept() throws {
    let picture = try PNG.encodeFast(Tensor(dtype: .u8, shape: [6, 8, 1]) { Double($0) })
    let ours =
      "{\"caption\": \"a \\\"cat\\\"\", \"loam\": 1, \"boxes\": [{\"top\": 1, \"left\": 2, \"bottom\": 5, \"right\": 6, \"name\": \"x\", \"label\": 3}], \"n\": [1.50]}"
    let members: [(String, [UInt8])] = [
      ("a.png", picture), ("a.txt", Array("a cat on a mat".utf8)), ("a.json", Array("{\"id\":  7}".utf8)), ("b.json", Array(ours.utf8)), ("b.png", picture),
      ("b.txt", Array("another".utf8)),
    ]
    try TarFixture.write(members, to: fixture.files.writer(fixture.path("in.tar")))
    try fixture.grow(fixture.settings(.tar, copies: 2), to: "out", from: ShardSource([fixture.path("in.tar")]))
    let out = try ShardSource([fixture.path("out/000000.tar")])
    func text(_ sample: Int, _ ending: String) throws -> String {
      String(decoding: try #require(out.open(sample)().others.first { $0.ending == ending }).content, as: UTF8.self)
    }
    #expect(try (0..<4).map { try text($0, "txt") } == ["a cat on a mat", "a cat on a mat", "another", "another"])
    #expect(try text(0, "json") == "{\"id\":  7}" && text(1, "json") == "{\"id\":  7}")
    let json = try text(3, "json")
    #expect(json.hasPrefix("{\"caption\": \"a \\\"cat\\\"\", \"loam\": 1, \"boxes\": [{\"top\": ") && json.hasSuffix(", \"n\": [1.50]}"), "\(json)")
    #expect(json.contains("\"label\": 3, \"name\": \"x\", \"visible\": ") && !json.contains("\"top\": 1.0"))
    #expect(!fixture.files.exists(fixture.path("out/classes.txt")))
  }
}

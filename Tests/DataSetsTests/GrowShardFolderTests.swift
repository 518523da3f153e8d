import DataSets
import Diagnostics
import Effects
import Engine
import Foundation
import Images
import Tensors
import Testing

// `loam grow` from tar shards to a folder carries over what annotates the samples.
extension GrowAnnotationTests {
  private static let samples = 7

  /// The first sample has no boxes and keypoints, the others list the names of keypoints in two orders; box 1 of sample 4 is rotated.
  private func json(_ image: Int) -> String? {
    guard image > 0 else { return nil }
    let names = image % 2 == 0 ? ["left_ear", "right_ear"] : ["tail", "left_ear"]
    var boxes = boxes(image).map { box in
      let bounds = box.bounds
      let edges = "\"top\": \(bounds.top), \"left\": \(bounds.left), \"bottom\": \(bounds.bottom), \"right\": \(bounds.right)"
      return "{\(edges), \"label\": \(box.label ?? 0), \"name\": \"\(Self.classes[Int(box.label ?? 0)])\", \"object\": \(image), \"visible\": 0.9}"
    }
    if image == 4 { boxes[1] = "{\"row\": 8, \"column\": 12, \"height\": 6, \"width\": 9, \"angle\": 25, \"label\": 2, \"name\": \"owl\"}" }
    let points = names.enumerated().map { place, name in
      "{\"row\": \(5 + place), \"column\": \(7 + 3 * place), \"name\": \"\(name)\", \"object\": \(image), \"seen\": \(place == 0)}"
    }
    let lists = "\"boxes\": [\(boxes.joined(separator: ", "))], \"keypoints\": [\(points.joined(separator: ", "))]"
    return "{\"caption\": \"a\", \"loam\": 1, \"min_visible\": 0.3, \(lists)}"
  }

  private func shards(broken: Int? = nil, hasMasks: Bool = true, maskless: Int? = nil) throws -> (source: ShardSource, paths: [String]) {
    let parts = [0..<3, 3..<Self.samples]
    let paths = parts.indices.map { fixture.path("shards-\(broken ?? -1)-\(hasMasks)-\(maskless ?? -1)/\($0).tar") }
    try fixture.files.makeFolder(String(paths[0].dropLast(5)))
    for (range, path) in zip(parts, paths) {
      var members: [(String, [UInt8])] = []
      for image in range {
        members.append(("s\(image).png", image == broken ? [1, 2, 3] : try PNG.encodeFast(picture(image))))
        members.append(("s\(image).cls", Array(Self.classes[image % 2].utf8)))
        if let json = json(image) { members.append(("s\(image).json", Array(json.utf8))) }
        if hasMasks, image != maskless { members.append(("s\(image).mask.png", try ClassPNG.encode(mask(image)))) }
      }
      try TarFixture.write(members, to: fixture.files.writer(path))
    }
    return (try ShardSource(paths), paths)
  }

  private func named(_ set: DataSet, _ position: Int) throws -> [String] {
    let names = set.annotations.keypointNames.names
    return try #require(try set.keypoints(position)).map { "\($0.point) \(names[Int($0.name ?? -1)]) \($0.object ?? -1) \($0.isSeen)" }.sorted()
  }

  /// The folder is the data set that the same recipe makes of the shards in memory.
  @Test(arguments: [false, true])
  func shardsGrowIntoAFolder(keepsOriginals: Bool) throws {
    let (source, paths) = try shards()
    var settings = fixture.settings(.png)
    settings.keepsOriginals = keepsOriginals
    try fixture.grow(settings, to: "out", from: source)
    let grown = try Readers.folder(fixture.path("out"), fixture.files)
    let wanted = try Readers.shards(paths, fixture.files).applying(Array(GrowFixture.recipe.steps), copies: 3, keep: keepsOriginals)
    #expect(grown.count == wanted.count && grown.labels == wanted.labels && grown.names == ["cat", "dog", "owl"] && wanted.names == grown.names)
    #expect(grown.annotations.minVisible == 0.3 && grown.annotations.keypointNames.names == ["tail", "left_ear", "right_ear"])
    var dropped = 0
    for index in 0..<grown.count {
      #expect(try grown.boxes(index) == wanted.boxes(index), "\(index)")
      #expect(try named(grown, index) == named(wanted, index), "\(index)")
      let (a, b) = (try #require(try grown.mask(index, engine)), try #require(try wanted.mask(index, engine)))
      #expect(a.shape == b.shape && (0..<a.count).allSatisfy { a[$0] == b[$0] })
      let (pixels, others) = (try grown.example(index, engine), try wanted.example(index, engine))
      #expect((0..<pixels.count).allSatisfy { abs(pixels[$0] - others[$0]) < 0.003 })
      if try grown.boxes(index)?.isEmpty == true { dropped += 1 }
    }
    #expect(dropped >= 2 * 3 && dropped < grown.count)
    #expect(try grown.boxes(grown.count - 1)?.isEmpty == false)
  }

  @Test(arguments: [GrowSettings.Format.png, .jpg], [1, 20])
  func bytesOfAFolderFromShardsDoNotDependOnTheDivisionOfTheWork(_ format: GrowSettings.Format, copies: Int) throws {
    let (source, _) = try shards(broken: 5)
    let settings = fixture.settings(format, copies: copies)
    try fixture.grow(settings, to: "one", from: source, threads: 1, skipsBroken: true)
    try fixture.grow(settings, to: "two", from: source, threads: 3, skipsBroken: true)
    for part in [2, 3, 1] { try fixture.grow(settings, to: "parts", from: source, part: (part, 3), skipsBroken: true) }
    #expect(throws: Interrupted.self) { try fixture.grow(settings, to: "late", from: source, threads: 1, skipsBroken: true, interruptAfter: 4) }
    try fixture.grow(settings, to: "late", from: source, resumes: true, skipsBroken: true)
    let one = try fixture.tree("one")
    let json = String(decoding: try #require(one["annotations.json"]), as: UTF8.self)
    #expect(!json.contains("000005-1.") && json.contains("000006-\(copies).\(format.rawValue)"))
    #expect(one["masks/000006-\(copies).png"] != nil && one["masks/000005-1.png"] == nil)
    for other in ["two", "parts", "late"] { #expect(try one == fixture.tree(other), "\(other)") }
  }

  @Test func samplesOfAFolderAllHaveMasksOrNone() throws {
    try fixture.grow(fixture.settings(.png), to: "none", from: shards(hasMasks: false).source)
    #expect(try Readers.folder(fixture.path("none"), fixture.files).annotations.masks == nil)
    #expect(try !fixture.tree("none").keys.contains { $0.hasPrefix("masks") })
    let fault = try #require(throws: Fault.self) { try fixture.grow(fixture.settings(.png), to: "some", from: shards(maskless: 2).source) }
    #expect(fault.diagnostic.id == ShardErrors.badSample && fault.diagnostic.message.contains("s2` has no mask, but others have one"))
    try fixture.grow(fixture.settings(.tar), to: "tar", from: shards(maskless: 2).source)
  }

  /// In an array, too, a sample without boxes has none.
  @Test func arraysOfSamplesWithoutBoxes() throws {
    let (source, paths) = try shards()
    try fixture.grow(fixture.settings(.npz), to: "a.npz", from: source)
    let arrays = try Dictionary(uniqueKeysWithValues: NPZ.decode(Array(fixture.bytes("a.npz")), name: "a.npz").map { ($0.name, $0.content) })
    let found = try Annotations(arrays: arrays, count: 3 * Self.samples)
    let wanted = try Readers.shards(paths, fixture.files).applying(Array(GrowFixture.recipe.steps), copies: 3)
    for index in 0..<3 * Self.samples { #expect(try found.boxes?[index] == wanted.boxes(index)) }
  }
}

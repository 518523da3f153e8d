import DataSets
import Diagnostics
import Effects
import Engine
import Foundation
import Images
import Tensors
import TestSupport
import Testing

/// What annotates the pictures of tar shards and arrays comes back as it was.
@Suite struct SampleTests {
  private let engine = Engine(threads: 1)

  private static func annotations(minVisible: Double = 0.1) throws -> Annotations {
    let masks = try Masks(tensors: [Tensor(dtype: .u8, shape: [3, 6, 8]) { Double($0 % 5) }], isDense: true)
    let boxes = [
      [
        Box(.upright(top: 0.1, left: 1.0 / 3, bottom: 5, right: 7.7), label: 2, object: 4, visible: 0.3),
        Box(.rotated(row: 2, column: 3, height: 1.5, width: 2.5, angle: -33.3), label: 0),
      ], [], [Box(.upright(top: 0, left: 0, bottom: 6, right: 8))],
    ]
    let keypoints = [
      [], [Keypoint(ImagePoint(row: 1e-9, column: 7), name: 1, object: 4), Keypoint(ImagePoint(row: -40, column: 2), name: 0, isSeen: false)],
      [Keypoint(ImagePoint(row: 3, column: 3))],
    ]
    return Annotations(masks: masks, boxes: boxes, keypoints: keypoints, keypointNames: ["left ear", "right \"ear\"", "unused"], minVisible: minVisible)
  }

  private static func pixels(_ type: DType = .u8) throws -> Tensor { try Tensor(dtype: type, shape: [3, 6, 8, 3]) { Double($0 % (type == .u8 ? 256 : 2)) } }

  enum Kind: String, CaseIterable { case all, soft, masks, boxes, keypoints, labels, named, plain, share }

  private func set(_ kind: Kind, _ type: DType = .u8) throws -> DataSet {
    let all = try Self.annotations(minVisible: kind == .share ? 0.75 : 0.1)
    let source = DataSet.Source.dense(try Self.pixels(type))
    let names = ["cat", "dog", "emu"]
    switch kind {
    case .all, .share: return try DataSet(source, labels: [2, 0, 2], names: names, annotations: all)
    case .soft: return try DataSet(source, target: .soft([0.1, 0.7, 0.2, 1, 0, 0, 1.0 / 3, 1.0 / 3, 1.0 / 3], classes: 3), annotations: all)
    case .masks: return try DataSet(source, names: names, annotations: Annotations(masks: all.masks))
    case .boxes: return try DataSet(source, annotations: Annotations(boxes: all.boxes))
    case .keypoints: return try DataSet(source, annotations: Annotations(keypoints: all.keypoints, keypointNames: all.keypointNames.names))
    case .labels: return try DataSet(source, labels: [7, 0, 3])
    case .named: return try DataSet(source, labels: [0, 1, 0], names: names)
    case .plain: return try DataSet(source)
    }
  }

  @Test(arguments: Kind.allCases)
  func aShardComesBack(_ kind: Kind) throws {
    let (files, set) = (MemoryFiles(), try set(kind))
    try Writers.shard(set, to: "a/b.tar", files, engine)
    let read = try Readers.shards(["a/b.tar"], files)
    #expect(try read.isSame(as: set, engine) && read.names == set.names && read.target == set.target)
    // The same bytes each time, and for any number of threads.
    let bytes = try #require(files.files["a/b.tar"])
    try Writers.shard(set, to: "a/b.tar", files, Engine(threads: 3))
    #expect(files.files["a/b.tar"] == bytes)
  }

  @Test(arguments: Kind.allCases)
  func arraysComeBack(_ kind: Kind) throws {
    let set = try set(kind, .f32)
    let bytes = try NPZ.encode([("images", .tensor(set.examples(engine)))] + set.annotationArrays(engine), name: "a.npz")
    let arrays = try Dictionary(uniqueKeysWithValues: NPZ.decode(bytes, name: "a.npz").map { ($0.name, $0.content) })
    guard case .tensor(let images)? = arrays["images"] else { throw CocoaError(.fileReadUnknown) }
    let read = try DataSet(.dense(images), target: set.target, names: set.names, annotations: Annotations(arrays: arrays, count: 3))
    #expect(try read.isSame(as: set, engine))
  }

  /// Every array that is left out, or has another shape, is an error or means that there is nothing of its kind.
  @Test func damagedArraysAreFaults() throws {
    let arrays = try Dictionary(uniqueKeysWithValues: set(.all, .f32).annotationArrays(engine).map { ($0.name, $0.content) })
    #expect(arrays.count == 13, "\(arrays.keys.sorted())")
    #expect(throws: Fault.self) { try Annotations(arrays: arrays, count: 2) }
    for name in arrays.keys.sorted() {
      var changed = arrays
      changed[name] = .tensor(try Tensor(dtype: .f64, shape: [2, 2, 2, 2]) { _ in .nan })
      if !name.hasSuffix("names") { #expect(throws: Fault.self, "\(name)") { try Annotations(arrays: changed, count: 3) } }
      guard case .tensor(let tensor)? = arrays[name], name.hasSuffix("offsets") else { continue }
      for wrong in [-1.0, 0.5, 99, .nan] {
        changed[name] = .tensor(try Tensor(dtype: .f64, shape: tensor.shape) { $0 == 1 ? wrong : tensor[$0] })
        #expect(throws: Fault.self, "\(name) \(wrong)") { try Annotations(arrays: changed, count: 3) }
      }
    }
    var named = arrays
    named["keypoint_names"] = nil
    #expect(throws: Fault.self) { try Annotations(arrays: named, count: 3) }
  }

  /// Files with changed bytes give a data set or a fault, never a crash.
  @Test func changedBytesAreNoCrash() throws {
    let (files, set) = (MemoryFiles(), try set(.all, .u8))
    try Writers.shard(set, to: "a.tar", files, engine)
    let tar = try #require(files.files["a.tar"])
    for position in stride(from: 0, to: tar.count, by: 7) {
      var changed = tar
      changed[position] = changed[position] &+ UInt8(1 + position % 9)
      files.files["a.tar"] = changed
      guard let read = try? Readers.shards(["a.tar"], files) else { continue }
      for index in 0..<read.count { _ = (try? read.boxes(index), try? read.keypoints(index), try? read.mask(index, engine)) }
    }
    let npz = try NPZ.encode(set.annotationArrays(engine), name: "a.npz")
    for position in stride(from: 0, to: npz.count, by: 7) {
      var changed = npz
      changed[position] = changed[position] &+ UInt8(1 + position % 9)
      guard let arrays = try? NPZ.decode(changed, name: "a.npz") else { continue }
      let named = Dictionary(arrays.map { ($0.name, $0.content) }) { first, _ in first }
      guard let annotations = try? Annotations(arrays: named, count: 3) else { continue }
      _ = try? DataSet(.dense(Self.pixels()), annotations: annotations)
    }
  }

  @Test func masksOfManyClassesDoNotFitInAShard() throws {
    let masks = try Masks(tensors: [Tensor(dtype: .i32, shape: [3, 6, 8]) { Double($0 * 10) }], isDense: true)
    let set = try DataSet(.dense(Self.pixels()), annotations: Annotations(masks: masks))
    let files = MemoryFiles()
    let fault = try #require(throws: Fault.self) { try Writers.shard(set, to: "a.tar", files, engine) }
    #expect(fault.diagnostic.id == AnnotationErrors.badMask && files.files.isEmpty)
  }

  // MARK: Files of others

  private func tar(_ members: [(String, String)], _ files: MemoryFiles = MemoryFiles()) throws -> DataSet {
    let picture = try PNG.encodeFast(Tensor(dtype: .u8, shape: [4, 4, 1]) { _ in 0 })
    let file = try files.writer("x.tar")
    try TarFixture.write(members.map { ($0, $1 == "png" ? picture : Array($1.utf8)) }, to: file)
    return try Readers.shards(["x.tar"], files)
  }

  @Test func textsAreClassesOrCaptions() throws {
    func read(_ texts: [String], classes: String? = nil) throws -> ([Int32]?, [String]) {
      let files = MemoryFiles()
      if let classes { files.files["classes.txt"] = Array(classes.utf8) }
      let set = try tar(texts.enumerated().flatMap { [("\($0).png", "png"), ("\($0).txt", $1)] }, files)
      return (set.labels, set.names)
    }
    #expect(try read(["dog", "cat\n", "dog", "cat"]) == ([1, 0, 1, 0], ["cat", "dog"]))
    #expect(try read(["a dog", "a cat", "two dogs", "a cat"]) == (nil, []))
    #expect(try read(["a\nb", "a\nb"]) == (nil, []))
    #expect(try read(["", ""]) == (nil, []))
    #expect(try read(["dog", "cat"], classes: "dog\ncat\nemu\n") == ([0, 1], ["dog", "cat", "emu"]))
    #expect(try read(["dog", "cow"], classes: "dog\ncat\n") == (nil, ["dog", "cat"]))
    let both = try tar([("a.png", "png"), ("a.txt", "x"), ("a.cls", "1"), ("b.png", "png"), ("b.txt", "x"), ("b.cls", "0")])
    #expect(both.labels == [1, 0])
    // Words in `.cls` have the order of the list.
    let files = MemoryFiles(["x-classes.txt": Array("dog\ncat\n".utf8), "classes.txt": Array("no\n".utf8)])
    #expect(try tar([("a.png", "png"), ("a.cls", "cat"), ("b.png", "png"), ("b.cls", "dog")], files).labels == [1, 0])
  }

  @Test func recordsOfOtherFormsAreNotRead() throws {
    for json in ["{}", "{\"boxes\": [[1, 2, 3, 4]]}", "not JSON", "[\"loam\"]", "{\"loam\": 2, \"boxes\": 3}", "{\"loam\": \"x\"}", ""] {
      #expect(try tar([("a.png", "png"), ("a.json", json)]).annotations.isEmpty, "\(json)")
    }
    let set = try tar([
      ("a.png", "png"), ("a.json", "{\"loam\": 1, \"boxes\": [{\"top\": 1, \"left\": 0, \"bottom\": 3, \"right\": 4, \"label\": 1, \"name\": \"dog\"}]}"),
      ("b.png", "png"), ("b.json", "{\"loam\": 1.0, \"keypoints\": [{\"row\": 1, \"column\": 2, \"name\": \"nose\"}]}"), ("c.png", "png"),
    ])
    #expect(set.names == ["0", "dog"] && set.annotations.boxes?.map(\.count) == [1, 0, 0] && set.annotations.keypoints?.map(\.count) == [0, 1, 0])
    #expect(set.annotations.keypointNames.names == ["nose"])
  }

  @Test(arguments: [
    ("\"boxes\": 3", "`boxes` is not a list"), ("\"boxes\": [3]", "`boxes` is not a list of objects"),
    ("\"boxes\": [{\"top\": 1}]", "box 0 has no number `left`"),
    ("\"boxes\": [{\"top\": 3, \"left\": 0, \"bottom\": 1, \"right\": 4}]", "x.tar/a`, box 0: top 3 is not above bottom 1"),
    ("\"boxes\": [{\"row\": 3, \"column\": 0, \"height\": 1, \"angle\": 4}]", "box 0 has no number `width`"),
    ("\"boxes\": [{\"top\": 1, \"left\": 0, \"bottom\": 9, \"right\": 4}]", "is outside the image"),
    ("\"boxes\": [{\"top\": 1, \"left\": 0, \"bottom\": 3, \"right\": 4, \"label\": -1}]", "`label` of box 0 is not an integer from 0"),
    ("\"boxes\": [{\"top\": 1, \"left\": 0, \"bottom\": 3, \"right\": 4, \"label\": 1e30}]", "`label` of box 0 is not an integer from 0"),
    ("\"boxes\": [{\"top\": 1, \"left\": 0, \"bottom\": 3, \"right\": 4, \"visible\": 2}]", "`visible` is 2"),
    ("\"boxes\": [{\"top\": 1, \"left\": 0, \"bottom\": 3, \"right\": 4, \"name\": \"dog\"}]", "the class `dog`, which is not listed"),
    ("\"boxes\": [{\"top\": 1, \"left\": 0, \"bottom\": 3, \"right\": 4, \"outlines\": 3}]", "`outlines` of box 0 are not lists"),
    ("\"boxes\": [{\"top\": 1, \"left\": 0, \"bottom\": 3, \"right\": 4, \"outlines\": [[1, 2, 3]]}]", "`outlines` of box 0 are not lists"),
    ("\"boxes\": [{\"top\": 1, \"left\": 0, \"bottom\": 3, \"right\": 4, \"outlines\": [[[1, 2], [3, 4]]]}]", "`outlines` of box 0 are not lists"),
    ("\"boxes\": [{\"top\": 1, \"left\": 0, \"bottom\": 3, \"right\": 4, \"outlines\": [[[1, 2], [3, 4], [5, null]]]}]", "`outlines` of box 0 are not lists"),
    ("\"boxes\": [{\"top\": 1, \"left\": 0, \"bottom\": 3, \"right\": 4, \"pixels\": 3}]", "the `pixels` of box 0: `size` is not"),
    ("\"boxes\": [{\"top\": 1, \"left\": 0, \"bottom\": 3, \"right\": 4, \"pixels\": {\"size\": [4, 5]}}]", "the `pixels` of box 0: there are no `counts`"),
    (
      "\"boxes\": [{\"top\": 1, \"left\": 0, \"bottom\": 3, \"right\": 4, \"pixels\": {\"size\": [4, 6], \"counts\": [20, 4]}}]",
      "its `pixels` are 4×6, but the picture is"
    ),
    ("\"keypoints\": [{\"row\": 1}]", "keypoint 0 has no number `column`"), ("\"keypoints\": [{\"row\": 1, \"column\": 99}]", "is outside the image"),
    ("\"keypoint_names\": [1]", "not a list of strings"), ("\"soft_label\": [0.5, 0.6]", "sum to 1"), ("\"soft_label\": []", "sum to 1"),
    ("\"min_visible\": 3", "from 0 to 1"),
  ])
  func damagedRecordsAreErrors(_ member: String, _ text: String) throws {
    let fault = try #require(throws: Fault.self) { try tar([("a.png", "png"), ("a.json", "{\"loam\": 1, \(member)}")]) }
    #expect(fault.diagnostic.message.contains(text) && fault.diagnostic.message.contains("x.tar/a"), "\(fault.diagnostic.message)")
  }

  @Test func whatOnlySomeSamplesHaveIsAnError() throws {
    let mask = try ClassPNG.encode(Tensor(dtype: .u8, shape: [4, 4]) { _ in 1 })
    let wrong = try ClassPNG.encode(Tensor(dtype: .u8, shape: [4, 5]) { _ in 1 })
    let picture = try PNG.encodeFast(Tensor(dtype: .u8, shape: [4, 4, 1]) { _ in 0 })
    func read(_ members: [(String, [UInt8])]) throws -> DataSet {
      let files = MemoryFiles()
      try TarFixture.write(members, to: files.writer("x.tar"))
      return try Readers.shards(["x.tar"], files)
    }
    #expect(try read([("a.mask.png", mask), ("a.png", picture)]).mask(0, engine)?.shape == [4, 4])
    let some = try #require(throws: Fault.self) { try read([("a.png", picture), ("a.mask.png", mask), ("b.png", picture)]) }
    #expect(some.diagnostic.message == "the sample `x.tar/b` has no mask, but others have one")
    #expect(throws: Fault.self) { try read([("a.png", picture), ("a.mask.png", wrong)]) }
    #expect(throws: Fault.self) { try read([("a.mask.png", mask)]) }
    #expect(throws: Fault.self) { try tar([("a.png", "png"), ("a.json", "{\"loam\": 1, \"soft_label\": [1]}"), ("b.png", "png")]) }
  }

  @Test func membersOfARecordStayAsTheyAreWritten() {
    let text = " { \"a\" : [1, {\"b\": \"}\\\"],\"}] , \"c\\\"d\":\"x,y\", \"e\": 1.50 ,\"f\":{} }\n"
    let members = JSONMembers.members(of: Array(text.utf8))
    #expect(members.map(\.name) == ["a", "c\\\"d", "e", "f"])
    #expect(members.map(\.text) == ["[1, {\"b\": \"}\\\"],\"}]", "\"x,y\"", "1.50", "{}"])
    for text in ["{}", "", "{", "[]", "{\"a\"", "{\"a\":", "{\"a\": 1", "\"", "{\"a\": \"\\"] {
      #expect(JSONMembers.members(of: Array(text.utf8)).isEmpty, "\(text)")
    }
  }
}

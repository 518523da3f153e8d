import DataSets
import Diagnostics
import Effects
import Engine
import Foundation
import Images
import Tensors
import Testing

/// `loam grow` on annotated folders: what annotates a picture moves with it, and the bytes do not depend on how the work is
/// divided.
@Suite struct GrowAnnotationTests {
  let fixture: GrowFixture
  let engine = Engine(threads: 1)

  init() throws { fixture = try GrowFixture() }

  static let count = 7
  static let classes = ["cat", "dog"]

  /// In image 2 nothing is annotated, and the box of image 3 leaves the frame when it is turned.
  func boxes(_ image: Int) -> [Box] {
    if image == 2 { return [] }
    if image == 3 { return [Box(.upright(top: 0, left: 0, bottom: 1, right: 1), label: 1)] }
    return [
      Box(.upright(top: 4, left: 6, bottom: 12, right: 10), label: Int32(image % 2)), Box(.upright(top: 1, left: 2, bottom: 15, right: 20), label: 0),
    ]
  }

  func picture(_ image: Int) throws -> Tensor { try Tensor(dtype: .u8, shape: [16, 24, 3]) { Double(($0 * 7 + image * 31) % 256) } }
  func mask(_ image: Int) throws -> Tensor { try Tensor(dtype: .u8, shape: [16, 24]) { Double(($0 / 24 / 4 + $0 % 24 / 6 + image) % 5) } }

  func write(_ text: String, _ path: String) throws { try fixture.files.write(Array(text.utf8), to: fixture.path("in/\(path)")) }
  func writePictures(_ folder: String = "") throws {
    for image in 0..<Self.count { try fixture.files.write(PNG.encodeFast(picture(image)), to: fixture.path("in/\(folder)\(image).png")) }
  }
  func writeMasks() throws {
    for image in 0..<Self.count { try fixture.files.write(ClassPNG.encode(mask(image)), to: fixture.path("in/masks/\(image).png")) }
  }
  func yolo(_ image: Int) -> String {
    boxes(image).map { box in
      (["\(box.label ?? 0)"] + BoxFormat.yolo.numbers(box, in: [16, 24]).map { "\($0)" }).joined(separator: " ") + "\n"
    }.joined()
  }
  func pascal(_ image: Int) -> String {
    let objects = boxes(image).map { box in
      let (top, left, bottom, right) = box.bounds
      let edges = "<xmin>\(Int(left) + 1)</xmin><ymin>\(Int(top) + 1)</ymin><xmax>\(Int(right))</xmax><ymax>\(Int(bottom))</ymax>"
      return "<object><name>\(Self.classes[Int(box.label ?? 0)])</name><bndbox>\(edges)</bndbox></object>"
    }
    return "<annotation><size><width>24</width><height>16</height></size>\(objects.joined())</annotation>"
  }
  func coco(_ folder: String = "") -> String {
    let images = (0..<Self.count).map { "{\"id\": \($0 * 3), \"file_name\": \"\(folder)\($0).png\", \"height\": 16, \"width\": 24}" }
    let annotations = (0..<Self.count).flatMap { image in
      boxes(image).map { box in
        let numbers = BoxFormat.coco.numbers(box, in: []).map { "\($0)" }.joined(separator: ", ")
        let points = image == 1 && box.label == 1 ? ", \"keypoints\": [7, 5, 2, 9, 5, 2]" : ""
        return "{\"image_id\": \(image * 3), \"category_id\": \(box.label == 0 ? 17 : 18), \"bbox\": [\(numbers)]\(points)}"
      }
    }
    let categories = "{\"id\": 18, \"name\": \"dog\", \"keypoints\": [\"left_ear\", \"right_ear\"]}, {\"id\": 17, \"name\": \"cat\"}"
    return "{\"images\": [\(images.joined(separator: ", "))], \"annotations\": [\(annotations.joined(separator: ", "))], \"categories\": [\(categories)]}"
  }

  /// All results of a data set of the same pictures in memory, in the order of files.
  func expected(copies: Int = 3, keypoints: Bool = false, recipe: Recipe = GrowFixture.recipe) throws -> DataSet {
    let points = (0..<Self.count).map { image in
      image == 1 ? [Keypoint(ImagePoint(row: 5, column: 7), name: 0, object: 0), Keypoint(ImagePoint(row: 5, column: 9), name: 1, object: 0)] : []
    }
    let masks = try Masks(tensors: (0..<Self.count).map { try mask($0) }, isDense: false)
    var boxes = (0..<Self.count).map { self.boxes($0) }
    // Keypoints belong to a box.
    if keypoints { boxes[1][0].object = 0 }
    let annotations = Annotations(
      masks: masks, boxes: boxes, keypoints: keypoints ? points : nil, keypointNames: keypoints ? ["left_ear", "right_ear"] : [])
    return try DataSet(.ragged((0..<Self.count).map { try picture($0) }), names: Self.classes, annotations: annotations)
      .applying(Array(recipe.steps), copies: copies)
  }

  func source() throws -> FolderSource { try FolderSource(fixture.path("in"), fixture.files) }

  func isClose(_ a: [Box], _ b: [Box], within tolerance: Double) -> Bool {
    a.count == b.count
      && zip(a, b).allSatisfy { a, b in
        let (p, q) = (a.bounds, b.bounds)
        return a.label == b.label && [p.top - q.top, p.left - q.left, p.bottom - q.bottom, p.right - q.right].allSatisfy { abs($0) <= tolerance }
      }
  }

  enum Kind: String, CaseIterable { case yolo, yoloBeside, pascal, pascalBeside, coco, cocoInFolder, masks }

  func write(_ kind: Kind) throws {
    switch kind {
    case .yolo:
      try writePictures("images/")
      for image in 0..<Self.count where image != 2 { try write(yolo(image), "labels/\(image).txt") }
      try write("names: [cat, dog]", "data.yaml")
    case .yoloBeside:
      try writePictures()
      for image in 0..<Self.count { try write(yolo(image), "\(image).txt") }
      try write("cat\ndog\n", "classes.txt")
    case .pascal:
      try writePictures("JPEGImages/")
      for image in 0..<Self.count { try write(pascal(image), "Annotations/\(image).xml") }
    case .pascalBeside:
      try writePictures()
      for image in 0..<Self.count where image != 2 { try write(pascal(image), "\(image).xml") }
    case .coco:
      try writePictures()
      try write(coco(), "annotations.json")
    case .cocoInFolder:
      try writePictures("images/")
      try write(coco(), "annotations.json")
      try writeMasks()
    case .masks:
      try writePictures()
      try writeMasks()
    }
  }

  func read(_ kind: Kind, _ output: String) throws -> DataSet {
    let path = fixture.path(output)
    switch kind {
    case .yolo, .yoloBeside: return try Readers.yolo(path, part: nil, minVisible: 0.1, fixture.files)
    case .pascal, .pascalBeside: return try Readers.pascal(path, part: nil, minVisible: 0.1, fixture.files)
    case .coco, .cocoInFolder, .masks: return try Readers.folder(path, fixture.files)
    }
  }

  @Test(arguments: Kind.allCases)
  func annotationsMoveWithTheirPictures(_ kind: Kind) throws {
    try write(kind)
    try fixture.grow(fixture.settings(.png), to: "out", from: source())
    let (set, wanted) = (try read(kind, "out"), try expected(keypoints: kind == .coco || kind == .cocoInFolder))
    #expect(set.count == 3 * Self.count && set.labels == nil && set.names == (kind == .masks ? [] : Self.classes))
    for index in 0..<set.count {
      let (pixels, others) = (try set.source.items([index], engine)[0], try wanted.example(index, engine))
      #expect((0..<pixels.count).allSatisfy { abs(pixels[$0] / 255 - others[$0]) < 0.003 })
      switch kind {
      case .masks: break
      // Whole pixels.
      case .pascal, .pascalBeside: #expect(try isClose(#require(try set.boxes(index)), #require(try wanted.boxes(index)), within: 0.51))
      case .yolo, .yoloBeside: #expect(try isClose(#require(try set.boxes(index)), #require(try wanted.boxes(index)), within: 1e-9))
      case .coco, .cocoInFolder:
        #expect(try isClose(#require(try set.boxes(index)), #require(try wanted.boxes(index)), within: 0))
        #expect(try set.boxes(index)?.map(\.visible) == wanted.boxes(index)?.map(\.visible))
        #expect(try set.keypoints(index)?.map(\.point) == wanted.keypoints(index)?.map(\.point))
      }
      guard kind == .masks || kind == .cocoInFolder else { continue }
      let (a, b) = (try #require(try set.mask(index, engine)), try #require(try wanted.mask(index, engine)))
      #expect(a.shape == b.shape && (0..<a.count).allSatisfy { a[$0] == b[$0] })
    }
    // The boxes of image 3 are dropped in some results, and not in all pictures.
    #expect(try kind == .masks || (0..<set.count).contains { try set.boxes($0)?.isEmpty == false })
  }

  @Test(arguments: Kind.allCases)
  func bytesDoNotDependOnTheDivisionOfTheWork(_ kind: Kind) throws {
    try write(kind)
    try fixture.breakPicture(kind == .yolo || kind == .cocoInFolder ? "images/4.png" : kind == .pascal ? "JPEGImages/4.png" : "4.png")
    let settings = fixture.settings(.png)
    let source = try source()
    try fixture.grow(settings, to: "one", from: source, threads: 1, skipsBroken: true)
    try fixture.grow(settings, to: "two", from: source, threads: 3, skipsBroken: true)
    for part in [2, 3, 1] { try fixture.grow(settings, to: "parts", from: source, part: (part, 3), skipsBroken: true) }
    #expect(throws: Interrupted.self) { try fixture.grow(settings, to: "late", from: source, threads: 1, skipsBroken: true, interruptAfter: 8) }
    try fixture.grow(settings, to: "late", from: source, resumes: true, skipsBroken: true)
    let one = try fixture.tree("one")
    #expect(!one.keys.contains { $0.contains("/4-") || $0.hasPrefix("4-") })
    for other in ["two", "parts", "late"] { #expect(try one == fixture.tree(other), "\(other)") }
    if kind == .coco {
      let json = String(decoding: try #require(one["annotations.json"]), as: UTF8.self)
      #expect(!json.contains("\"4-1.png\"") && json.contains("\"5-1.png\""))
    }
  }

  /// Categories keep their ids, originals their numbers, and grown folders grow again.
  @Test func categoriesKeepTheirIDs() throws {
    try write(.coco)
    var settings = fixture.settings(.jpg, copies: 1)
    settings.keepsOriginals = true
    try fixture.grow(settings, to: "out", from: source())
    let json = try #require(JSONSerialization.jsonObject(with: fixture.bytes("out/annotations.json")) as? [String: Any])
    let (categories, images) = (try #require(json["categories"] as? [[String: Any]]), try #require(json["images"] as? [[String: Any]]))
    #expect(categories.map { $0["id"] as? Int } == [17, 18] && categories.map { $0["name"] as? String } == ["cat", "dog"])
    #expect(images.count == 2 * Self.count && images[0]["file_name"] as? String == "0-0.jpg" && images[1]["file_name"] as? String == "0-1.jpg")
    let first = try #require((json["annotations"] as? [[String: Any]])?.first)
    #expect(first["bbox"] as? [Double] == [6, 4, 4, 8] && first["category_id"] as? Int == 17 && first["image_id"] as? Int == 1)
    // A file elsewhere.
    try fixture.files.write(Array(coco().utf8), to: fixture.path("instances.json"))
    try fixture.files.remove(fixture.path("in/annotations.json"))
    #expect(try source().annotations == nil)
    try fixture.grow(settings, to: "other", from: FolderSource(fixture.path("in"), coco: fixture.path("instances.json"), fixture.files))
    #expect(try fixture.tree("other") == fixture.tree("out"))
    #expect(throws: Fault.self) { try FolderSource(fixture.path("in"), coco: fixture.path("nothing.json"), fixture.files) }
    try fixture.grow(fixture.settings(.png, copies: 1), to: "again", from: FolderSource(fixture.path("out"), fixture.files))
    #expect(try Readers.folder(fixture.path("again"), fixture.files).boxes(0)?.count == 2)
  }

  /// The order of the classes is kept, even if a class has no box in the results.
  @Test func theListOfClassesIsKept() throws {
    try write(.pascal)
    try write("zebra\ndog\ncat\n", "classes.txt")
    try fixture.grow(fixture.settings(.png), to: "out", from: source())
    #expect(try read(.pascal, "out").names == ["zebra", "dog", "cat"])
  }

  /// A folder that `save` wrote, with classes, masks and boxes.
  @Test func savedFoldersGrow() throws {
    let images = try Tensor(dtype: .u8, shape: [4, 8, 10, 1]) { Double($0 % 200) }
    let masks = try Masks(tensors: [Tensor(dtype: .u8, shape: [4, 8, 10]) { Double($0 % 7) }], isDense: true)
    let boxes = (0..<4).map { [Box(.upright(top: 1, left: Double($0), bottom: 5, right: 6), label: 2)] }
    let set = try DataSet(.dense(images), labels: [1, 0, 1, 0], names: ["a", "b", "c"], annotations: Annotations(masks: masks, boxes: boxes, minVisible: 0.3))
    try Writers.folder(set, to: fixture.path("in") + "/", fixture.files, engine)
    try fixture.grow(fixture.settings(.png, copies: 2), to: "out", from: source())
    let grown = try Readers.folder(fixture.path("out"), fixture.files)
    #expect(grown.names == ["a", "b", "c"] && grown.count == 8 && grown.annotations.minVisible == 0.3)
    let wanted = try Readers.folder(fixture.path("in"), fixture.files).applying(Array(GrowFixture.recipe.steps), copies: 2)
    for index in 0..<8 {
      #expect(try grown.labels?[index] == wanted.labels?[index] && grown.boxes(index) == wanted.boxes(index))
      let (a, b) = (try #require(try grown.mask(index, engine)), try #require(try wanted.mask(index, engine)))
      #expect((0..<a.count).allSatisfy { a[$0] == b[$0] })
    }
  }

  @Test func boxesAreDroppedBelowTheShare() throws {
    try write(.yoloBeside)
    var settings = fixture.settings(.png)
    settings.minVisible = 0.999
    try fixture.grow(settings, to: "strict", from: source())
    settings.minVisible = 0
    try fixture.grow(settings, to: "all", from: source())
    func count(_ name: String) throws -> Int {
      let set = try read(.yoloBeside, name)
      return try (0..<set.count).reduce(0) { try $0 + (set.boxes($1)?.count ?? 0) }
    }
    #expect(try count("strict") < count("all") && count("all") <= 33)
    settings.minVisible = 2
    #expect(throws: Fault.self) { try fixture.grow(settings, to: "none", from: source()) }
    settings.minVisible = 0.5
    let fault = try #require(throws: Fault.self) { try fixture.grow(settings, to: "all", from: source(), resumes: true) }
    #expect(fault.diagnostic.id == ShardErrors.otherRun && fault.diagnostic.message.contains("visible share"))
  }

  /// Pictures in a sub-folder that is grown by itself, with their annotations beside it.
  @Test func foldersOfAPartGrow() throws {
    try writePictures("images/train/")
    for image in 0..<Self.count { try write(yolo(image), "labels/train/\(image).txt") }
    try write("names: [cat, dog]", "data.yaml")
    try writePictures("JPEGImages/")
    for image in 0..<Self.count { try write(pascal(image), "Annotations/\(image).xml") }
    for (folder, formats) in [("in/images/train", ["yolo"]), ("in/JPEGImages", ["pascal"])] {
      let source = try FolderSource(fixture.path(folder), fixture.files)
      #expect(source.annotations?.formats == formats && source.count == Self.count)
      try fixture.grow(fixture.settings(.png), to: formats[0], from: source)
      let (set, wanted) = (try read(formats == ["yolo"] ? .yolo : .pascal, formats[0]), try expected())
      #expect(set.names == Self.classes && set.count == 3 * Self.count)
      for index in 0..<set.count { #expect(try isClose(#require(try set.boxes(index)), #require(try wanted.boxes(index)), within: 0.51)) }
    }
  }

  @Test func damagedAnnotationsStopTheRunOrAreLeftOut() throws {
    try write(.pascal)
    try write("<annotation>", "Annotations/3.xml")
    let fault = try #require(throws: Fault.self) { try fixture.grow(fixture.settings(.png), to: "stop", from: source()) }
    #expect(fault.diagnostic.id == AnnotationErrors.badPascal && fault.diagnostic.message.contains("Annotations/3.xml`, line 1"))
    #expect(try fixture.grow(fixture.settings(.png), to: "skip", from: source(), skipsBroken: true).made == 18)
    #expect(try !fixture.tree("skip").keys.contains { $0.contains("3-") })
  }

  @Test func annotationsOfOtherPicturesAreErrors() throws {
    try write(.masks)
    try fixture.files.write(ClassPNG.encode(Tensor(dtype: .u8, shape: [24, 16]) { _ in 1 }), to: fixture.path("in/masks/1.png"))
    let mask = try #require(throws: Fault.self) { try fixture.grow(fixture.settings(.png), to: "a", from: source()) }
    #expect(mask.diagnostic.message.contains("masks/1.png` is 24×16, but"))
    try writeMasks()
    try write(coco("elsewhere/"), "annotations.json")
    #expect(try #require(throws: Fault.self) { try source() }.diagnostic.message.contains("describes none of the pictures"))
    try write(coco().replacingOccurrences(of: "\"height\": 16", with: "\"height\": 17"), "annotations.json")
    let size = try #require(throws: Fault.self) { try fixture.grow(fixture.settings(.png), to: "b", from: source()) }
    #expect(size.diagnostic.id == AnnotationErrors.badCOCO && size.diagnostic.message.contains("17×24"))
  }

  /// Text beside pictures without a list of classes.
  @Test func textsWithoutAListOfClassesAreNotLabels() throws {
    try write(.yoloBeside)
    #expect(try source().annotations?.formats == ["yolo"])
    try fixture.files.remove(fixture.path("in/classes.txt"))
    #expect(try source().annotations == nil)
  }
}

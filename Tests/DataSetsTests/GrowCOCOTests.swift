import DataSets
import Diagnostics
import Effects
import Engine
import Foundation
import Images
import TestSupport
import Testing

// What only COCO's format has: outlines of objects, polygons and run-length encodings, crowds, and categories.
extension GrowAnnotationTests {
  static let mixtures: [Recipe] = [GrowFixture.recipe, Mixture.mosaic.recipe, Mixture.turned.recipe]

  /// Polygons move with their boxes, and are cut where other pictures cover them: the masks that they give are the moved masks, except
  /// at their edges.
  @Test(arguments: mixtures.indices)
  func polygonsMove(_ mixture: Int) throws {
    let recipe = Self.mixtures[mixture]
    try writePictures()
    let objects = (0..<Self.count).map { image in
      "{\"image_id\": \(image * 3), \"category_id\": 18, \"bbox\": [3, 2, 18, 12], \"segmentation\": [[3, 2, 21, 2, 21, 14, 9, 14, 9, 8, 3, 8], [3, 10, 6, 10, 6, 14, 3, 14]]}"
    }
    let runs = "{\"size\": [16, 24], \"counts\": [0, 32, 352]}"
    let crowd = "{\"image_id\": 0, \"category_id\": 17, \"bbox\": [0, 0, 2, 16], \"iscrowd\": 1, \"segmentation\": \(runs)}"
    try write(replacingAnnotations(of: coco(), with: objects + [crowd]), "annotations.json")
    var settings = settings(recipe)
    let (grown, wanted) = try grownAndWanted(recipe, settings)
    for index in 0..<grown.count {
      let (a, b) = (try #require(try grown.mask(index, engine)), try #require(try wanted.mask(index, engine)))
      let different = (0..<a.count).count { a[$0] != b[$0] }
      #expect(different <= (recipe.mixes ? 16 : index % 4 == 0 ? 0 : 12), "\(index): \(different)")
      #expect((0..<a.count).count { a[$0] == 2 } > 100)
    }
    // By way of tar shards, and mixed again from them.
    settings.format = .tar
    try fixture.grow(settings, to: "shards", from: source(), recipe: recipe)
    var plain = fixture.settings(.png, copies: 1)
    plain.minVisible = 0
    try fixture.grow(plain, to: "copied", from: shards("shards"), recipe: Recipe())
    // A corner on the edge of a picture may be there twice, since polygons are cut again; the areas are the same.
    func withoutCorners(_ text: String) -> String { text.replacingOccurrences(of: "\"segmentation\": [^\"]*", with: "", options: .regularExpression) }
    #expect(try withoutCorners(annotations("copied")) == withoutCorners(annotations("out")))
    #expect(try annotations("out").contains("segmentation"))
    plain.format = .tar
    try fixture.grow(plain, to: "plain", from: source(), recipe: Recipe())
    settings.format = .png
    try fixture.grow(settings, to: "again", from: shards("plain"), recipe: recipe)
    #expect(try annotations("again") == annotations("out"))
  }

  /// The part of `annotations.json` that does not name files. Shards do not keep the ids of categories.
  private func annotations(_ folder: String) throws -> String {
    let text = try String(decoding: fixture.bytes(folder + "/annotations.json"), as: UTF8.self)
    let (start, end) = (try #require(text.range(of: "\"annotations\": [")), try #require(text.range(of: "\"categories\"")))
    return String(text[start.lowerBound..<end.lowerBound]).replacingOccurrences(of: "\"category_id\": [0-9]+", with: "", options: .regularExpression)
  }

  private func settings(_ recipe: Recipe) -> GrowSettings {
    var settings = fixture.settings(.png)
    settings.keepsOriginals = !recipe.mixes
    settings.minVisible = 0
    return settings
  }

  /// The results with masks of their outlines, and the moved masks of the input.
  private func grownAndWanted(_ recipe: Recipe, _ settings: GrowSettings) throws -> (DataSet, DataSet) {
    try fixture.grow(settings, to: "out", from: source(), recipe: recipe)
    func masks(_ folder: String) throws -> DataSet {
      try Readers.coco(fixture.path(folder + "/annotations.json"), images: fixture.path(folder), minVisible: 0, masks: true, fixture.files)
    }
    let (grown, wanted) = (try masks("out"), try masks("in").applying(Array(recipe.steps), copies: 3, keep: !recipe.mixes))
    #expect(grown.count == (recipe.mixes ? 3 : 4) * Self.count && wanted.count == grown.count)
    return (grown, wanted)
  }

  private func replacingAnnotations(of json: String, with objects: [String]) throws -> String {
    let start = try #require(json.range(of: "\"annotations\": [")).upperBound
    let end = try #require(json.range(of: "], \"categories\"")).lowerBound
    return json.replacingCharacters(in: start..<end, with: objects.joined(separator: ", "))
  }

  private func shards(_ name: String) throws -> ShardSource {
    let files = try Readers.shards(in: fixture.path(name), fixture.files)
    return try ShardSource(files, classes: ShardClasses.names(beside: files[0], fixture.files))
  }

  /// Run-length encodings move as masks do, to the pixel.
  @Test(arguments: mixtures.indices)
  func runsMove(_ mixture: Int) throws {
    let recipe = Self.mixtures[mixture]
    try writePictures()
    // An object, and a crowd to the right of it: where they overlap, the smaller one is on top, which depends on what is visible of them.
    let objects = (0..<Self.count).flatMap { image in
      [(17, 0, 0), (18, 1, 112)].map { category, crowd, start in
        let counts = "[\(start + 16 * image), 70, 10, 20, \(384 - 100 - start - 16 * image)]"
        let runs = "{\"size\": [16, 24], \"counts\": \(counts)}"
        return "{\"image_id\": \(image * 3), \"category_id\": \(category), \"bbox\": [0, 0, 24, 16], \"iscrowd\": \(crowd), \"segmentation\": \(runs)}"
      }
    }
    try write(replacingAnnotations(of: coco(), with: objects), "annotations.json")
    var settings = settings(recipe)
    let (grown, wanted) = try grownAndWanted(recipe, settings)
    var pixels = 0
    for index in 0..<grown.count {
      let (a, b) = (try #require(try grown.mask(index, engine)), try #require(try wanted.mask(index, engine)))
      #expect((0..<a.count).allSatisfy { a[$0] == b[$0] }, "\(index)")
      pixels += (0..<a.count).count { a[$0] > 0 }
    }
    #expect(pixels > 100 * grown.count)
    let text = try annotations("out")
    let height = try grown.shape(of: 0)[0]
    #expect(text.contains("\"iscrowd\": 1") && text.contains("\"size\": [\(height), "))
    // The same by way of tar shards, in which a data set has no crowds.
    settings.format = .tar
    try fixture.grow(settings, to: "shards", from: source(), recipe: recipe)
    var plain = fixture.settings(.png, copies: 1)
    plain.minVisible = 0
    try fixture.grow(plain, to: "copied", from: shards("shards"), recipe: Recipe())
    #expect(try annotations("copied") == text)
    let set = try Readers.shards(Readers.shards(in: fixture.path("shards"), fixture.files), fixture.files)
    let boxes = try (0..<set.count).flatMap { try set.boxes($0) ?? [] }
    #expect(set.count == grown.count && boxes.count >= Self.count && boxes.allSatisfy { $0.label == 0 })
    // Nor has an array.
    settings.format = .npz
    try fixture.grow(settings, to: "a.npz", from: source(), recipe: recipe)
    let arrays = try Dictionary(uniqueKeysWithValues: NPZ.decode(Array(fixture.bytes("a.npz")), name: "a.npz").map { ($0.name, $0.content) })
    guard case .tensor(let labels)? = arrays["box_labels"] else { throw CocoaError(.fileReadUnknown) }
    #expect(labels.count == boxes.count && (0..<labels.count).allSatisfy { labels[$0] == 0 })
  }

  /// What is written of an object that does not move is what pycocotools writes: segmentations.txt by Tests/Reference/segmentations.py.
  @Test func runsAreWrittenAsByPycocotools() throws {
    let lines = try String(contentsOf: Repository.reference.appendingPathComponent("segmentations.txt"), encoding: .utf8).split(separator: "\n")
    var (images, objects, wanted): ([String], [String], [String]) = ([], [], [])
    for line in lines where line.contains("counts") {
      let parts = line.split(separator: "\t").map(String.init)
      // An object without pixels has no outline.
      guard parts[3].contains("1") else { continue }
      let size = parts[2].split(separator: " ").compactMap { Int($0) }
      let png = try PNG.encode([UInt8](repeating: 0, count: size[0] * size[1]), height: size[0], width: size[1], channels: 1)
      let number = wanted.count
      // In the order of names.
      let name = "\(number + 100).png"
      try fixture.files.write(png, to: fixture.path("in/\(name)"))
      images.append("{\"id\": \(number), \"file_name\": \"\(name)\"}")
      let box = "[0, 0, \(size[1]), \(size[0])]"
      objects.append("{\"image_id\": \(number), \"category_id\": 3, \"bbox\": \(box), \"segmentation\": \(parts[1])}")
      // A list of counts follows the same counts as a string.
      wanted.append(parts[1].contains("\"counts\": [") ? try #require(wanted.last) : parts[1])
    }
    let file = "{\"images\": [\(images.joined(separator: ", "))], \"annotations\": [\(objects.joined(separator: ", "))]"
    try write(file + ", \"categories\": [{\"id\": 3, \"name\": \"cat\"}]}", "annotations.json")
    try fixture.grow(fixture.settings(.png, copies: 1), to: "out", from: source(), recipe: Recipe())
    let json = try #require(JSONSerialization.jsonObject(with: fixture.bytes("out/annotations.json")) as? [String: Any])
    let written = try #require(json["annotations"] as? [[String: Any]]).map { try #require($0["segmentation"] as? NSDictionary) }
    #expect(written.count == wanted.count && written.count > 30)
    for (own, theirs) in zip(written, wanted) { #expect(try own == JSONSerialization.jsonObject(with: Data(theirs.utf8)) as? NSDictionary) }
  }

  /// An object that fills a corner of its box leaves the frame before the box does. One without a box gets the box around its outline.
  @Test func boxesFollowOutlines() throws {
    try writePictures()
    let objects = [
      "{\"image_id\": 0, \"category_id\": 17, \"bbox\": [0, 0, 24, 16], \"segmentation\": [[0, 0, 24, 0, 0, 16]]}",
      "{\"image_id\": 0, \"category_id\": 18, \"segmentation\": [[12, 8, 20, 8, 20, 16, 12, 16]]}",
      "{\"image_id\": 3, \"category_id\": 18, \"segmentation\": {\"size\": [16, 24], \"counts\": [17, 3, 13, 3, 348]}}",
    ]
    try write(replacingAnnotations(of: coco(), with: objects), "annotations.json")
    let crop = Recipe([RecipeStep(GeometryOperation.crop(height: .pixels(6), width: .pixels(8), at: .spot(.bottomRight)), key: RandomKey(bits: 7), place: 0)])
    try fixture.grow(fixture.settings(.png, copies: 1), to: "out", from: source(), recipe: crop)
    let set = try read(.coco, "out")
    #expect(try set.boxes(0) == [Box(.upright(top: 0, left: 0, bottom: 6, right: 4), label: 1, visible: 0.375)])
    try fixture.grow(fixture.settings(.png, copies: 1), to: "whole", from: source(), recipe: Recipe())
    #expect(try read(.coco, "whole").boxes(1)?.map(\.bounds.bottom) == [4] && read(.coco, "whole").boxes(0)?.count == 2)
  }

  @Test func picturesAreDescribedOnce() throws {
    try writePictures()
    let twice = coco().replacingOccurrences(of: "\"1.png\"", with: "\"0.png\"")
    try write(twice, "annotations.json")
    let fault = try #require(throws: Fault.self) { try source() }
    #expect(fault.diagnostic.id == AnnotationErrors.badCOCO && fault.diagnostic.message.contains("images 0 and 1 have the same `file_name`, `0.png`"))
    try write(coco().replacingOccurrences(of: "\"id\": 3,", with: "\"id\": 0,"), "annotations.json")
    #expect(try #require(throws: Fault.self) { try source() }.diagnostic.message.contains("images 0 and 1 have the same id 0"))
    try fixture.files.remove(fixture.path("in/5.png"))
    try write(coco(), "annotations.json")
    #expect(try source().annotations?.missingPictures == 1)
  }

  /// What an operation moves out of all bounds is gone.
  @Test(arguments: [GeometryOperation.shear(horizontal: .constant(90), vertical: .constant(0)), .shift(down: .constant(1e20), right: .constant(0))])
  func whatIsFarAwayIsDropped(_ operation: GeometryOperation) throws {
    try write(.coco)
    let recipe = Recipe([RecipeStep(operation, key: RandomKey(bits: 7), place: 0)])
    try fixture.grow(fixture.settings(.png, copies: 1), to: "out", from: source(), recipe: recipe)
    let set = try read(.coco, "out")
    #expect(try (0..<set.count).allSatisfy { try set.boxes($0)?.isEmpty == true })
  }

  /// Categories keep the names of their own keypoints and how they are joined, and keypoints go with their boxes.
  @Test func categoriesHaveTheirOwnKeypoints() throws {
    try writePictures()
    let objects = [
      "{\"image_id\": 0, \"category_id\": 18, \"bbox\": [0, 0, 8, 8], \"keypoints\": [1, 1, 2, 3, 4, 1]}",
      "{\"image_id\": 0, \"category_id\": 17, \"bbox\": [16, 0, 8, 8], \"keypoints\": [17, 1, 2]}",
    ]
    let categories = "{\"id\": 18, \"name\": \"dog\", \"supercategory\": \"animal\", \"keypoints\": [\"nose\", \"tail\"], \"skeleton\": [[1, 2]]}"
    let cat = "{\"id\": 17, \"name\": \"cat\", \"keypoints\": [\"tail\"]}, {\"id\": 3, \"name\": \"tree\"}"
    let json = try replacingAnnotations(of: coco(), with: objects)
    let start = try #require(json.range(of: "\"categories\": [")).upperBound
    try write(String(json[..<start]) + categories + ", " + cat + "]}", "annotations.json")
    let crop = Recipe([RecipeStep(GeometryOperation.crop(height: .pixels(16), width: .pixels(12), at: .spot(.topLeft)), key: RandomKey(bits: 7), place: 0)])
    try fixture.grow(fixture.settings(.png, copies: 1), to: "all", from: source(), recipe: Recipe())
    try fixture.grow(fixture.settings(.png, copies: 1), to: "left", from: source(), recipe: crop)
    func annotations(_ folder: String) throws -> (objects: [NSDictionary], categories: [NSDictionary]) {
      let json = try #require(JSONSerialization.jsonObject(with: fixture.bytes(folder + "/annotations.json")) as? [String: Any])
      return (try #require(json["annotations"] as? [NSDictionary]), try #require(json["categories"] as? [NSDictionary]))
    }
    let all = try annotations("all")
    #expect(all.objects.map { $0["keypoints"] as? [Int] } == [[1, 1, 2, 3, 4, 1], [17, 1, 2]])
    #expect(all.categories.count == 3 && all.categories[0] == ["id": 3, "name": "tree"])
    #expect(all.categories[1] == ["id": 17, "name": "cat", "keypoints": ["tail"], "skeleton": []])
    #expect(all.categories[2] == ["id": 18, "name": "dog", "supercategory": "animal", "keypoints": ["nose", "tail"], "skeleton": [[1, 2]]])
    let left = try annotations("left")
    #expect(left.objects.map { $0["category_id"] as? Int } == [18] && left.categories == all.categories)
  }
}

import DataSets
import Diagnostics
import Engine
import Foundation
import Images
import Tensors
import TestSupport
import Testing

/// Masks from segmentations in COCO's format, against those of pycocotools: segmentations.txt by
/// Tests/Reference/segmentations.py.
@Suite struct SegmentationTests {
  private let engine = Engine(threads: 1)

  private func masks(_ annotations: String, height: Int, width: Int, categories: String = #"{"id": 3, "name": "cat"}, {"id": 1, "name": "dog"}"#) throws
    -> DataSet
  {
    let png = try PNG.encode([UInt8](repeating: 0, count: height * width), height: height, width: width, channels: 1)
    let json = "{\"images\": [{\"id\": 1, \"file_name\": \"a.png\"}], \"annotations\": [\(annotations)], \"categories\": [\(categories)]}"
    return try Readers.coco("a.json", images: "set", minVisible: 0.1, masks: true, MemoryFiles(["a.json": Array(json.utf8), "set/a.png": png]))
  }

  private func pixels(_ set: DataSet) throws -> [Int] {
    let mask = try #require(try set.mask(0, engine))
    return (0..<mask.count).map { Int(mask[$0]) }
  }

  /// The distance of a pixel's centre from the outline of polygons.
  private func distance(_ row: Int, _ column: Int, _ polygons: [[Double]]) -> Double {
    let (x, y) = (Double(column) + 0.5, Double(row) + 0.5)
    var nearest = Double.infinity
    for polygon in polygons {
      for index in stride(from: 0, to: polygon.count, by: 2) {
        let next = (index + 2) % polygon.count
        let (dx, dy) = (polygon[next] - polygon[index], polygon[next + 1] - polygon[index + 1])
        let share = min(1, max(0, ((x - polygon[index]) * dx + (y - polygon[index + 1]) * dy) / max(dx * dx + dy * dy, 1e-12)))
        nearest = min(nearest, hypot(x - polygon[index] - share * dx, y - polygon[index + 1] - share * dy))
      }
    }
    return nearest
  }

  @Test func pixelsAreThoseOfPycocotools() throws {
    let lines = try String(contentsOf: Repository.reference.appendingPathComponent("segmentations.txt"), encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 92)
    for line in lines {
      let parts = line.split(separator: "\t").map(String.init)
      let size = parts[2].split(separator: " ").compactMap { Int($0) }
      let theirs = parts[3].utf8.map { Int($0) - 48 }
      let ours = try pixels(masks("{\"image_id\": 1, \"category_id\": 1, \"segmentation\": \(parts[1])}", height: size[0], width: size[1]))
      let different = zip(ours, theirs).enumerated().filter { $1.0 != $1.1 }.map(\.offset)
      if parts[0] == "exact" {
        #expect(different.isEmpty, "\(parts[1])")
        continue
      }
      let polygons = try #require(try JSONSerialization.jsonObject(with: Data(parts[1].utf8)) as? [[Double]])
      for pixel in different { #expect(distance(pixel / size[1], pixel % size[1], polygons) < 0.25, "\(parts[1]), pixel \(pixel)") }
    }
  }

  private static func square(_ start: Int, _ end: Int) -> String { "[[\(start), 0, \(end), 0, \(end), 1, \(start), 1]]" }

  @Test func smallerObjectsAreOnTop() throws {
    let set = try masks(
      """
      {"image_id": 1, "category_id": 3, "bbox": [4, 0, 2, 1], "segmentation": \(Self.square(4, 6))},
      {"image_id": 1, "category_id": 1, "segmentation": {"size": [1, 12], "counts": [1, 10, 1]}, "iscrowd": 1, "bbox": [1, 0, 10, 1]},
      {"image_id": 1, "category_id": 1, "segmentation": [[7, 0, 9, 0, 9, 1, 7, 1], [7, 0, 9, 0, 9, 1, 7, 1]]},
      {"image_id": 1, "category_id": 3, "segmentation": \(Self.square(8, 10))},
      {"image_id": 1, "category_id": 3, "bbox": [1, 0, 2, 1], "segmentation": []}
      """, height: 1, width: 12)
    // The dog is label 0, the cat label 1. An object of repeated polygons has the area of one.
    #expect(try pixels(set) == [0, 1, 1, 1, 2, 2, 1, 1, 2, 2, 1, 0] && set.names == ["dog", "cat"])
    #expect(try set.boxes(0)?.count == 2)
    let moved = try set.applying([RecipeStep(.flip(vertical: false, horizontal: true, chance: 1), key: RandomKey(bits: 1), place: 0)])
    #expect(try pixels(moved) == pixels(set).reversed())
    // More classes than a byte holds.
    let many = (0..<300).map { "{\"id\": \($0), \"name\": \"c\($0)\"}" }.joined(separator: ", ")
    let large = try masks("{\"image_id\": 1, \"category_id\": 299, \"segmentation\": \(Self.square(0, 2))}", height: 1, width: 3, categories: many)
    #expect(try pixels(large) == [300, 300, 0] && large.annotations.masks?.dtype == .i32)
  }

  private static let damaged: [(String, String)] = [
    ("3", "expected polygons"), ("[3]", "a polygon is not"), ("[[1, 2, 3]]", "a polygon is not"), ("[[1, 2, \"3\", 4]]", "a polygon is not"),
    ("[[1, 2, 3, 4, 5, 1e300]]", "a corner of a polygon"), ("{\"counts\": [12]}", "`size`"), ("{\"size\": [0, 12], \"counts\": []}", "`size`"),
    ("{\"size\": [60000, 60000], \"counts\": [1]}", "`size`"), ("{\"size\": [1, 12]}", "no `counts`"),
    ("{\"size\": [1, 12], \"counts\": [5, 6]}", "sum to 11"), ("{\"size\": [1, 12], \"counts\": [13, -1]}", "a count is -1"),
    ("{\"size\": [1, 12], \"counts\": [1.5]}", "a count is 1.5"), ("{\"size\": [1, 12], \"counts\": \"a b\"}", "not a run-length encoding"),
    ("{\"size\": [1, 12], \"counts\": \"oooooooooooo\"}", "not a run-length encoding"), ("{\"size\": [1, 12], \"counts\": \"<l\"}", "truncated"),
    ("{\"size\": [1, 12], \"counts\": \"O\"}", "a count is -1"), ("{\"size\": [12, 1], \"counts\": [12]}", "12×1, but the image is 1×12"),
    ("{\"size\": [1, 12], \"counts\": \"\"}", "sum to 0"),
  ]

  @Test(arguments: damaged.indices)
  func damagedSegmentationsAreErrors(_ index: Int) throws {
    let (segmentation, what) = Self.damaged[index]
    let fault = try #require(throws: Fault.self) {
      try masks("{\"image_id\": 1, \"category_id\": 1, \"segmentation\": \(segmentation)}", height: 1, width: 12)
    }
    #expect(fault.diagnostic.id == AnnotationErrors.badCOCO && fault.diagnostic.message.contains(what), "\(fault.diagnostic.message)")
  }

  @Test func whatIsFarOutsideHasNoPixels() throws {
    for polygon in [
      "[[-9e6, -9e6, -9e6, -8e6, -8e6, -8e6]]", "[[20, 0, 30, 0, 30, 1]]", "[[0, 5, 9, 5, 9, 9]]", "[[1, 0.6, 9, 0.6, 9, 0.9, 1, 0.9]]", "[[1, 1, 2, 2]]",
    ] {
      #expect(
        try pixels(masks("{\"image_id\": 1, \"category_id\": 1, \"segmentation\": \(polygon)}", height: 1, width: 12)).allSatisfy { $0 == 0 }, "\(polygon)")
    }
    let whole = try masks("{\"image_id\": 1, \"category_id\": 1, \"segmentation\": [[-9e6, -9e6, 9e6, -9e6, 9e6, 9e6, -9e6, 9e6]]}", height: 2, width: 3)
    #expect(try pixels(whole) == [1, 1, 1, 1, 1, 1])
    #expect(throws: Fault.self) { try masks("{\"image_id\": 1, \"segmentation\": \(Self.square(1, 2))}", height: 1, width: 12) }
  }
}

import DataSets
import Diagnostics
import Effects
import Engine
import Images
import Tensors
import TestSupport
import Testing

/// Annotations in the formats of other programs, and in folders of our own: whole, damaged, and back again.
@Suite struct AnnotationFileTests {
  private let engine = Engine(threads: 1)

  private func png(_ height: Int, _ width: Int, _ value: UInt8 = 0) throws -> [UInt8] {
    try PNG.encode([UInt8](repeating: value, count: height * width), height: height, width: width, channels: 1)
  }

  private func files(_ json: String) throws -> MemoryFiles {
    MemoryFiles(["a.json": Array(json.utf8), "set/one.png": try png(40, 60), "set/two.png": try png(30, 30)])
  }

  private func coco(_ json: String) throws -> DataSet { try Readers.coco("a.json", images: "set", minVisible: 0.1, files(json)) }

  private static let images = #""images": [{"id": 7, "file_name": "two.png", "height": 30, "width": 30}, {"id": 3, "file_name": "one.png"}]"#
  private static let categories = #""categories": [{"id": 18, "name": "dog"}, {"id": 2, "name": "cat", "keypoints": ["left_ear", "right_ear", "nose"]}]"#

  @Test func instancesAndKeypoints() throws {
    let set = try coco(
      """
      {"info": {"a": [1, {"b": null}]}, \(Self.images), \(Self.categories), "annotations": [
        {"id": 1, "image_id": 3, "category_id": 18, "bbox": [10, 5.5, 20, 30], "iscrowd": 0, "segmentation": [[1, 2, 3, 4, 5, 6]]},
        {"id": 2, "image_id": 3, "category_id": 2, "bbox": [59, 0, 5, 10], "keypoints": [1, 2, 2, 0, 0, 0, 7, 8, 1]},
        {"id": 3, "image_id": 7, "category_id": 2, "bbox": [40, 0, 5, 10]},
        {"id": 4, "image_id": 7, "category_id": 2, "bbox": [4, 4, 0, 10]},
        {"id": 5, "image_id": 7, "category_id": 2, "bbox": [15, 15, 10, 4, 30]},
        {"id": 6, "image_id": 7, "category_id": 2, "bbox": [0, 0, 9, 9], "iscrowd": 1}
      ]}
      """)
    #expect(set.names == ["cat", "dog"] && set.count == 2)
    #expect(try set.shape(of: 0) == [30, 30, 1])
    // Boxes outside and without an area are left out, the crowd too.
    #expect(try set.boxes(0)?.map(\.shape) == [.rotated(row: 15, column: 15, height: 4, width: 10, angle: 30)])
    let boxes = try #require(try set.boxes(1))
    #expect(boxes.map(\.shape) == [.upright(top: 5.5, left: 10, bottom: 35.5, right: 30), .upright(top: 0, left: 59, bottom: 10, right: 60)])
    #expect(boxes.map(\.label) == [1, 0])
    let points = try #require(try set.keypoints(1))
    #expect(points.map(\.point) == [ImagePoint(row: 2, column: 1), ImagePoint(row: 8, column: 7)])
    #expect(points.map(\.isSeen) == [true, false] && points.map(\.name) == [0, 2] && points.allSatisfy { $0.object == boxes[1].object })
  }

  private static let damaged: [(String, String)] = [
    ("{\"images\": [", "JSON"), ("", "JSON"), ("[1, 2]", "object"), (String(repeating: "[", count: 5000), "JSON"), ("{\"images\": 3}", "images"),
    ("{\"images\": [], \"annotations\": []}", "empty"), ("{\"images\": [{\"id\": \"x\"}], \"annotations\": []}", "image 0"),
    ("{\"images\": [{\"id\": 1}], \"annotations\": []}", "file_name"),
    ("{\"images\": [{\"id\": 1, \"file_name\": \"one.png\"}, {\"id\": 1, \"file_name\": \"two.png\"}], \"annotations\": []}", "same id"),
    ("{\(images), \(categories), \"annotations\": [{\"image_id\": 9}]}", "image 9"),
    ("{\(images), \(categories), \"annotations\": [{\"image_id\": 7, \"category_id\": 5}]}", "category 5"),
    ("{\(images), \(categories), \"annotations\": [{\"image_id\": 7, \"category_id\": 2, \"bbox\": [1, 2]}]}", "bbox"),
    ("{\(images), \(categories), \"annotations\": [{\"image_id\": 7, \"category_id\": 2, \"bbox\": [1, 2, \"3\", 4]}]}", "bbox"),
    ("{\(images), \(categories), \"annotations\": [{\"image_id\": 7, \"category_id\": 2, \"bbox\": [1, 2, 1e999, 4]}]}", "JSON"),
    ("{\(images), \(categories), \"annotations\": [{\"image_id\": 7, \"category_id\": 2, \"keypoints\": [1, 2, 2]}]}", "names 3"),
    ("{\"images\": [{\"id\": 1, \"file_name\": \"one.png\", \"height\": 60, \"width\": 40}], \"annotations\": []}", "60×40"),
  ]

  @Test(arguments: damaged.indices)
  func damagedFilesSayWhat(_ index: Int) throws {
    let fault = try #require(throws: Fault.self) { try coco(Self.damaged[index].0) }
    #expect(fault.diagnostic.id == AnnotationErrors.badCOCO && fault.diagnostic.message.contains(Self.damaged[index].1), "\(fault.diagnostic.message)")
  }

  /// No cut of a file crashes.
  @Test func everyPrefixIsAnErrorOrADataSet() throws {
    let json = "{\(Self.images), \(Self.categories), \"annotations\": [{\"image_id\": 3, \"category_id\": 2, \"bbox\": [1, 2, 3, 4]}]}"
    for length in 0..<json.utf8.count { #expect(throws: Fault.self) { try coco(String(json.prefix(length))) } }
    #expect(try coco(json).boxes(1)?.count == 1)
  }

  @Test func aMissingPictureIsNamed() throws {
    let fault = try #require(throws: Fault.self) { try coco("{\"images\": [{\"id\": 1, \"file_name\": \"no.png\"}], \"annotations\": []}") }
    #expect(fault.diagnostic.message.contains("set/no.png"))
  }

  @Test func labelsOfYOLO() throws {
    let files = MemoryFiles([
      "set/images/a.png": try png(40, 60), "set/images/b.png": try png(40, 60), "set/labels/a.txt": Array("1 0.5 0.25 0.1 0.5\r\n\n0 0.5 0.5 1 1 0.9\n".utf8),
      "set/data.yaml": Array("train: images\nnc: 2\nnames:\n  0: person # people\n  1: 'red car'\n".utf8),
    ])
    let set = try Readers.yolo("set", part: nil, minVisible: 0.1, files)
    #expect(set.names == ["person", "red car"])
    #expect(
      try set.boxes(0) == [Box(.upright(top: 0, left: 27, bottom: 20, right: 33), label: 1), Box(.upright(top: 0, left: 0, bottom: 40, right: 60), label: 0)])
    #expect(try set.boxes(1) == [])
    for (text, part) in [
      ("1 0.5 0.5", "3 numbers"), ("x 0.5 0.5 0.1 0.1", "class"), ("-1 0.5 0.5 0.1 0.1", "class"), ("2 0.5 0.5 0.1 0.1", "class 2"),
      ("0 0.5 0.5 0.1 nan", "nan"), ("0 30 20 10 5", "30"), ("0 0.5 0.5 0.1 0.1 0.1 0.1", "7 numbers"),
    ] {
      files.files["set/labels/b.txt"] = Array("\n\(text)".utf8)
      let fault = try #require(throws: Fault.self) { try Readers.yolo("set", part: nil, minVisible: 0.1, files) }
      #expect(fault.diagnostic.message.contains("`set/labels/b.txt`, line 2") && fault.diagnostic.message.contains(part), "\(fault.diagnostic.message)")
    }
    // Corners of a box of 6 × 8 pixels that is turned by a quarter.
    files.files["set/labels/b.txt"] = Array("0 0.5 0.4 0.5 0.6 0.6 0.6 0.6 0.4".utf8)
    guard
      case .rotated(let row, let column, let height, let width, let angle) = try #require(
        try Readers.yolo("set", part: nil, minVisible: 0.1, files).boxes(1)?.first
      ).shape
    else { return }
    #expect([row, column, height, width, abs(angle)].elementsEqual([20, 33, 6, 8, 90]) { abs($0 - $1) < 1e-9 })
  }

  @Test func layoutsOfYOLO() throws {
    let line = Array("0 0.5 0.5 0.5 0.5".utf8)
    let parts = MemoryFiles([
      "set/images/train/a.png": try png(8, 8), "set/labels/train/a.txt": line, "set/images/val/b.png": try png(8, 8),
      "set/classes.txt": Array("cat\ndog\n".utf8),
    ])
    let set = try Readers.yolo("set/", part: "train", minVisible: 0.1, parts)
    #expect(try set.names == ["cat", "dog"] && set.boxes(0)?.count == 1)
    let fault = try #require(throws: Fault.self) { try Readers.yolo("set/", part: nil, minVisible: 0.1, parts) }
    #expect(fault.diagnostic.hint?.contains("train") == true)
    let beside = MemoryFiles(["set/a.png": try png(8, 8), "set/a.txt": line, "set/data.yaml": Array("names: ['cat', \"dog\"]".utf8)])
    #expect(try Readers.yolo("set", part: nil, minVisible: 0.1, beside).names == ["cat", "dog"])
  }

  /// Everything, of images in one size.
  private func annotated(_ soft: Bool) throws -> DataSet {
    let images = try Tensor(dtype: .u8, shape: [3, 20, 30, 1]) { Double($0 * 13 % 256) }
    let masks = try Masks(tensors: [Tensor(dtype: .u8, shape: [3, 20, 30]) { Double($0 * 7 % 256) }], isDense: true)
    let boxes = [
      [Box(.upright(top: 0.1, left: 1, bottom: 2.3, right: 3), label: 1, object: 4), Box(.rotated(row: 8, column: 9, height: 2, width: 7, angle: 31))],
      [], [Box(.upright(top: 3, left: 1, bottom: 12, right: 13), label: 0, visible: 0.75)],
    ]
    let keypoints = [
      [Keypoint(ImagePoint(row: 1, column: 2.5), name: 0, object: 4), Keypoint(ImagePoint(row: 1.1, column: 2), name: 1, object: 4, isSeen: false)],
      [Keypoint(ImagePoint(row: 1, column: 2))], [Keypoint(ImagePoint(row: 4, column: 2), name: 1)],
    ]
    let annotations = Annotations(masks: masks, boxes: boxes, keypoints: keypoints, keypointNames: ["left", "right"], minVisible: 0.25)
    let shares = try Labels(soft: Tensor([0.5, 0.5, 1, 0, 0.25, 0.75] as [Float], shape: [3, 2]))
    return try DataSet(.dense(images), target: soft ? shares : .classes([0, 1, 0]), names: ["cat", "masks"], annotations: annotations)
  }

  @Test(arguments: [false, true])
  func foldersComeBack(_ soft: Bool) throws {
    let (set, files) = (try annotated(soft), MemoryFiles())
    try Writers.folder(set, to: "out/", files, engine)
    let read = try Readers.folder("out", files)
    #expect(try read.isSame(as: set, engine))
    let grown = try set.applying(
      [
        RecipeStep(.rotate(.uniform(-30, 30), about: .spot(.center)), key: RandomKey(bits: 5), place: 0),
        RecipeStep(.crop(height: 14, width: 16, at: .random), key: RandomKey(bits: 5), place: 1),
      ], copies: 3)
    try Writers.folder(grown, to: "out/", files, engine)
    let again = try Readers.folder("out/", files)
    #expect(again.count == 9 && again.target == grown.target)
    for index in 0..<9 {
      #expect(try again.boxes(index) == grown.boxes(index) && again.keypoints(index) == grown.keypoints(index))
      let (a, b) = (try #require(try again.mask(index, engine)), try #require(try grown.mask(index, engine)))
      #expect(a.shape == b.shape && (0..<a.count).allSatisfy { a[$0] == b[$0] })
    }
    // What is not saved again is removed.
    let plain = try DataSet(.dense(Tensor(dtype: .u8, shape: [1, 4, 4, 1]) { _ in 9 }))
    try Writers.folder(plain, to: "out/", files, engine)
    #expect(files.files.keys.sorted() == ["out/00000.png", "out/saved.csv"])
  }

  @Test func foldersOfYOLOComeBack() throws {
    let images = try Tensor(dtype: .u8, shape: [2, 32, 64, 1]) { Double($0 % 251) }
    let boxes = [
      [
        Box(.upright(top: 2, left: 4, bottom: 20, right: 36), label: 1),
        Box(.rotated(row: 20, column: 30, height: 8, width: 20, angle: 30), label: 0),
      ], [],
    ]
    let set = try DataSet(.dense(images), names: ["a \"b\"", "c"], annotations: Annotations(boxes: boxes))
    let files = MemoryFiles()
    for part in [set, set.selecting([0])] {
      try Writers.yolo(part, to: "out", files, engine)
      let read = try Readers.yolo("out", part: nil, minVisible: 0.1, files)
      #expect(read.count == part.count && read.names == set.names)
      #expect(try read.boxes(0)?.first == boxes[0][0])
      guard case .rotated(let row, let column, let height, let width, let angle) = try #require(try read.boxes(0)?.last).shape else { return }
      #expect([row, column, height, width, angle].elementsEqual([20, 30, 8, 20, 30]) { abs($0 - $1) < 1e-9 })
    }
    #expect(files.files.count == 3)
    files.files["mine/data.yaml"] = Array("names: [a]".utf8)
    let fault = try #require(throws: Fault.self) { try Writers.yolo(set, to: "mine/", files, engine) }
    #expect(fault.diagnostic.id == DataErrors.mixedFolder)
  }

  @Test func masksBesideImages() throws {
    let files = MemoryFiles([
      "set/images/a.png": try png(4, 4), "set/images/b.png": try png(4, 6), "set/masks/a.png": try png(4, 4, 5), "set/masks/b.png": try png(4, 6),
    ])
    let set = try Readers.folder("set", files)
    #expect(set.count == 2 && set.labels == nil)
    #expect(try set.mask(0, engine).map { ($0.shape, $0[3]) } ?? ([], 0) == ([4, 4], 5))
    files.files["set/masks/b.png"] = try png(6, 4)
    let size = try #require(throws: Fault.self) { try Readers.folder("set", files) }
    #expect(size.diagnostic.message == "mask 1 is 6×4, but image 1 is 4×6")
    files.files["set/masks/b.png"] = nil
    let missing = try #require(throws: Fault.self) { try Readers.folder("set", files) }
    #expect(missing.diagnostic.message.contains("`set/images/b.png` has no mask"))
    // A class may be called masks.
    let classes = MemoryFiles(["set/faces/a.png": try png(4, 4), "set/masks/a.png": try png(4, 4)])
    #expect(try Readers.folder("set", classes).names == ["faces", "masks"])
  }

  @Test func masksInColourAreRefused() throws {
    let colour = try PNG.encode([UInt8](repeating: 9, count: 48), height: 4, width: 4, channels: 3)
    let files = MemoryFiles(["set/images/a.png": try png(4, 4), "set/masks/a.png": colour])
    let fault = try #require(throws: Fault.self) { try Readers.folder("set", files) }
    #expect(fault.diagnostic.message.contains("`set/masks/a.png` is not a mask"))
  }

  @Test func classesBeyondBytesAreRefusedBeforeAnythingIsWritten() throws {
    let images = try Tensor(dtype: .u8, shape: [1, 4, 4, 1]) { _ in 0 }
    let masks = try Masks(tensors: [Tensor(dtype: .i32, shape: [1, 4, 4]) { _ in 300 }], isDense: true)
    let files = MemoryFiles()
    let fault = try #require(throws: Fault.self) {
      try Writers.folder(DataSet(.dense(images), annotations: Annotations(masks: masks)), to: "out/", files, engine)
    }
    #expect(fault.diagnostic.message.contains("class 300") && files.files.isEmpty)
  }
}

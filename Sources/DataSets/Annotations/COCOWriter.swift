import Images
import Tables

/// Writes boxes, outlines and keypoints in COCO's format, so that `COCO` reads them back as they were.
struct COCOWriter {
  private var text = ""
  private var number = 1
  private let names: [String]
  /// By label. The ids of others are one more than their label, and they have all keypoints.
  private let categories: [COCOCategory]
  private let keypointNames: [String]
  /// Of a category that is not listed: all of them.
  private let allKeypoints: [Int32]
  /// Of what has no label.
  private let unlabelled: COCOCategory
  private var hasUnlabelled = false
  private var highest = -1

  init(names: [String], categories: [COCOCategory] = [], keypointNames: [String]) {
    (self.names, self.categories, self.keypointNames) = (names, categories, keypointNames)
    allKeypoints = keypointNames.indices.map { Int32($0) }
    let ids = categories.map(\.id)
    unlabelled = COCOCategory(id: ids.contains(0) ? (ids.max() ?? 0) + 1 : 0, name: "object", keypoints: allKeypoints, isUnlabelled: true)
  }

  /// `files` are the paths of the images, in order.
  static func bytes(_ set: DataSet, files: [String]) throws -> [UInt8] {
    let annotations = set.annotations
    var writer = COCOWriter(names: set.names, keypointNames: annotations.keypointNames.names)
    writer.text = imagesStart
    writer.text += try files.enumerated().map { image($0 + 1, $1, try set.shape(of: $0)) }.joined(separator: ",\n") + annotationsStart
    for index in files.indices { writer.add(try set.boxes(index) ?? [], try set.keypoints(index) ?? [], image: index + 1) }
    writer.end(hasBoxes: annotations.boxes != nil, hasKeypoints: annotations.keypoints != nil, minVisible: annotations.minVisible)
    return writer.taken()
  }

  /// What has been written since the last call.
  mutating func taken() -> [UInt8] {
    defer { text = "" }
    return Array(text.utf8)
  }

  // MARK: The parts of a file, in order

  static let imagesStart = "{\n\"images\": [\n"

  /// `number` is counted from 1. Images are separated by commas.
  static func image(_ number: Int, _ file: String, _ shape: [Int]) -> String {
    "{\"id\": \(number), \"file_name\": \(JSONText.string(file)), \"height\": \(shape[0]), \"width\": \(shape[1])}"
  }

  static let annotationsStart = "\n],\n\"annotations\": ["

  /// An annotation for each box, with the keypoints of its object, then one for each object without a box. `outlines` are those
  /// of each box, or none at all.
  mutating func add(_ boxes: [Box], outlines: [ObjectOutline?] = [], _ keypoints: [Keypoint], image: Int) {
    var waiting = keypoints
    func take(_ object: Int32?) -> [Keypoint] {
      let taken = waiting.filter { $0.object == object }
      waiting.removeAll { $0.object == object }
      return taken
    }
    for (index, box) in boxes.enumerated() {
      highest = max(highest, Int(box.label ?? -1))
      add(box, outlines.isEmpty ? nil : outlines[index], box.object == nil ? [] : take(box.object), object: box.object, image)
    }
    while let first = waiting.first { add(nil, nil, take(first.object), object: first.object, image) }
  }

  mutating func end(hasBoxes: Bool, hasKeypoints: Bool, minVisible: Double) {
    text += "\n],\n\"categories\": [\n"
    var all = (0..<max(names.count, highest + 1)).map { category(Int32($0)) }
    if hasUnlabelled || all.isEmpty { all.append(category(nil)) }
    text += all.map { $0.text(keypointNames) }.joined(separator: ",\n") + "\n],\n"
    text += "\"loam\": {\"boxes\": \(hasBoxes), \"keypoints\": \(hasKeypoints), \"names\": \(!names.isEmpty), "
    text += "\"min_visible\": \(minVisible)}\n}\n"
  }

  private func category(_ label: Int32?) -> COCOCategory {
    guard let place = label.map(Int.init) else { return unlabelled }
    if categories.indices.contains(place) { return categories[place] }
    return COCOCategory(id: place + 1, name: names.indices.contains(place) ? names[place] : "\(place)", keypoints: allKeypoints)
  }

  private mutating func add(_ box: Box?, _ outline: ObjectOutline?, _ keypoints: [Keypoint], object: Int32?, _ image: Int) {
    let category = category(box?.label)
    text += (number == 1 ? "\n" : ",\n") + "{\"id\": \(number), \"image_id\": \(image), \"category_id\": \(category.id)"
    text += ", \"iscrowd\": \(box?.isCrowd == true ? 1 : 0)"
    number += 1
    hasUnlabelled = hasUnlabelled || box?.label == nil
    if let box {
      let (numbers, bounds) = (BoxFormat.coco.numbers(box, in: []), box.bounds)
      text += ", \"bbox\": \(COCOWriter.list(numbers)), \"area\": \(outline?.area ?? box.outline.area)"
      switch outline {
      case .polygons(let polygons): text += ", \"segmentation\": [\(polygons.map(COCOWriter.polygon).joined(separator: ", "))]"
      case .pixels(let pixels): text += ", \"segmentation\": \(pixels.text)"
      case nil: break
      }
      if case .rotated(let row, let column, let height, let width, let angle) = box.shape {
        text += ", \"rotated_bbox\": \(COCOWriter.list([column, row, width, height, angle]))"
      } else if numbers[0] + numbers[2] != bounds.right || numbers[1] + numbers[3] != bounds.bottom {
        // A width does not give the right edge back to the last digit.
        text += ", \"edges\": \(COCOWriter.list([bounds.left, bounds.top, bounds.right, bounds.bottom]))"
      }
      if box.visible != 1 { text += ", \"visible\": \(box.visible)" }
    } else {
      text += ", \"area\": 0"
    }
    if let object { text += ", \"object\": \(object)" }
    if !keypoints.isEmpty { add(keypoints, names: category.keypoints) }
    text += "}"
  }

  /// `names` are those of the category, in order.
  private mutating func add(_ keypoints: [Keypoint], names: [Int32]) {
    var (slots, others): ([Double], [Double]) = ([Double](repeating: 0, count: 3 * names.count), [])
    var count = 0
    for keypoint in keypoints {
      let place = [keypoint.point.column, keypoint.point.row, keypoint.isSeen ? 2 : 1]
      if let name = keypoint.name, let slot = names.firstIndex(of: name), slots[3 * slot + 2] == 0 {
        slots.replaceSubrange(3 * slot..<3 * slot + 3, with: place)
        count += 1
      } else {
        others += place + [Double(keypoint.name ?? -1)]
      }
    }
    if !names.isEmpty { text += ", \"keypoints\": \(COCOWriter.list(slots)), \"num_keypoints\": \(count)" }
    if !others.isEmpty { text += ", \"other_keypoints\": \(COCOWriter.list(others))" }
  }

  /// In hundredths of a pixel, as files of COCO have it.
  private static func polygon(_ polygon: Polygon) -> String {
    list(polygon.corners.flatMap { [($0.column * 100).rounded() / 100, ($0.row * 100).rounded() / 100] })
  }

  private static func list(_ numbers: [Double]) -> String { "[" + numbers.map { Int(exactly: $0).map { "\($0)" } ?? "\($0)" }.joined(separator: ", ") + "]" }
}

import Diagnostics
import Images
import Tables

/// What annotates a picture in the `.json` file of its sample: an object with `"loam": 1`, whose members `boxes` and `keypoints`
/// are lists of the records that a program sees, `keypoint_names` the names of all keypoints, and `soft_label` the share of each
/// class. Other members are the user's, and stay as they are.
enum SampleJSON {
  /// In the tar file.
  static let ending = "json"
  static let maskEnding = "mask.png"
  private static let version = 1
  private static let mark = "loam"

  // MARK: Writing

  /// The text of a file. `given` is the text of the sample's own file, whose other members are kept.
  static func text(_ annotations: SampleAnnotations, names: [String], after given: [(name: String, text: String)]) -> [UInt8] {
    var members = given
    func put(_ name: String, _ text: String?) {
      guard let text else { return members.removeAll { $0.name == name } }
      if let place = members.firstIndex(where: { $0.name == name }) { members[place].text = text } else { members.append((name, text)) }
    }
    put(mark, "\(version)")
    let outlines = annotations.objects.outlines
    put(
      "boxes",
      annotations.objects.boxes.map { boxes in
        list(boxes.indices.map { box(boxes[$0], outlines.isEmpty ? nil : outlines[$0], names, annotations.boxNames) })
      })
    put("keypoints", annotations.objects.keypoints.map { list($0.map { keypoint($0, annotations.keypointNames) }) })
    put("keypoint_names", annotations.objects.keypoints == nil ? nil : list(annotations.keypointNames.map(JSONText.string)))
    put("min_visible", annotations.minVisible.map { "\($0)" })
    put("soft_label", annotations.softLabel.map { list($0.map(number)) })
    return object(members)
  }

  static func object(_ members: [(name: String, text: String)]) -> [UInt8] {
    Array("{\(members.map { "\"\($0.name)\": \($0.text)" }.joined(separator: ", "))}".utf8)
  }

  private static func list(_ items: [String]) -> String { "[\(items.joined(separator: ", "))]" }

  /// In few digits, if they give the same number back.
  private static func number(_ share: Float) -> String { Double("\(share)").map { Float($0) } == share ? "\(share)" : "\(Double(share))" }

  private static func box(_ box: Box, _ outline: ObjectOutline?, _ names: [String], _ others: [Int32: String]) -> String {
    var fields: [(String, String)] =
      switch box.shape {
      case .upright(let top, let left, let bottom, let right): [("top", "\(top)"), ("left", "\(left)"), ("bottom", "\(bottom)"), ("right", "\(right)")]
      case .rotated(let row, let column, let height, let width, let angle):
        [("row", "\(row)"), ("column", "\(column)"), ("height", "\(height)"), ("width", "\(width)"), ("angle", "\(angle)")]
      }
    if let label = box.label {
      fields.append(("label", "\(label)"))
      if let name = names.indices.contains(Int(label)) ? names[Int(label)] : others[label] { fields.append(("name", JSONText.string(name))) }
    }
    if let object = box.object { fields.append(("object", "\(object)")) }
    fields.append(("visible", "\(box.visible)"))
    if box.isCrowd { fields.append(("crowd", "true")) }
    switch outline {
    case .polygons(let polygons): fields.append(("outlines", list(polygons.map { list($0.corners.map { "[\($0.row), \($0.column)]" }) })))
    case .pixels(let pixels): fields.append(("pixels", pixels.text))
    case nil: break
    }
    return record(fields)
  }

  private static func keypoint(_ keypoint: Keypoint, _ names: [String]) -> String {
    var fields = [("row", "\(keypoint.point.row)"), ("column", "\(keypoint.point.column)")]
    if let name = keypoint.name { fields.append(("name", JSONText.string(names[Int(name)]))) }
    if let object = keypoint.object { fields.append(("object", "\(object)")) }
    fields.append(("seen", "\(keypoint.isSeen)"))
    return record(fields)
  }

  private static func record(_ fields: [(String, String)]) -> String { "{\(fields.map { "\"\($0)\": \($1)" }.joined(separator: ", "))}" }

  // MARK: Reading

  /// Nil if the file has another form, which is the user's own. `file` is its name, for errors, and `names` those of the classes.
  static func read(_ bytes: [UInt8], file: String, names: [String]) throws -> SampleAnnotations? {
    guard mentionsMark(bytes), let document = try? JSONDocument(bytes, name: file, ShardErrors.badSample), document.root["loam"]?.int == version else {
      return nil
    }
    let reader = Reader(file: file, names: names)
    return try reader.annotations(document.root)
  }

  private static func mentionsMark(_ bytes: [UInt8]) -> Bool {
    let text = Array("\"\(mark)\"".utf8)
    return bytes.indices.contains { bytes[$0] == text[0] && bytes[$0...].starts(with: text) }
  }

  private struct Reader {
    let file: String
    let names: [String]

    func broken(_ what: String) -> Fault {
      Fault(ShardErrors.badSample, "`\(file)`: \(what)", hint: "without the member \"loam\", the file is only copied")
    }

    func annotations(_ root: JSONValue) throws -> SampleAnnotations {
      var result = SampleAnnotations()
      if let value = root["keypoint_names"] {
        try value.forEach { name in
          guard let text = name.string else { throw broken("`keypoint_names` is not a list of strings") }
          result.keypointNames.append(text)
        }
      }
      if let value = root["boxes"] {
        var (boxes, outlines): ([Box], [ObjectOutline?]) = ([], [])
        try elements(of: value, "boxes") { element in
          outlines.append(try outline(element, "box \(boxes.count)"))
          boxes.append(try box(element, "box \(boxes.count)", &result.boxNames))
        }
        result.objects.boxes = boxes
        if outlines.contains(where: { $0 != nil }) { result.objects.outlines = outlines }
      }
      if let value = root["keypoints"] {
        var keypoints: [Keypoint] = []
        try elements(of: value, "keypoints") { try keypoints.append(keypoint($0, "keypoint \(keypoints.count)", &result.keypointNames)) }
        result.objects.keypoints = keypoints
      }
      if let value = root["soft_label"] {
        guard let shares = value.numbers, !shares.isEmpty, shares.allSatisfy({ $0 >= 0 && $0 <= 1 }), abs(shares.reduce(0, +) - 1) <= 1e-4 else {
          throw broken("`soft_label` is not a list of shares that sum to 1")
        }
        result.softLabel = shares.map { Float($0) }
      }
      if let value = root["min_visible"] {
        guard let share = value.number, (0...1).contains(share) else { throw broken("`min_visible` is not a number from 0 to 1") }
        result.minVisible = share
      }
      return result
    }

    private func elements(of value: JSONValue, _ name: String, _ body: (JSONValue) throws -> Void) throws {
      guard value.isArray else { throw broken("`\(name)` is not a list") }
      try value.forEach { element in
        guard element.isObject else { throw broken("`\(name)` is not a list of objects") }
        try body(element)
      }
    }

    private func number(_ value: JSONValue, _ name: StaticString, _ place: String) throws -> Double {
      guard let number = value[name]?.number else { throw broken("\(place) has no number `\(name)`") }
      return number
    }

    private func index(_ value: JSONValue, _ name: StaticString, _ place: String) throws -> Int32? {
      guard let given = value[name] else { return nil }
      guard let index = given.int.flatMap({ Int32(exactly: $0) }), index >= 0 else { throw broken("`\(name)` of \(place) is not an integer from 0") }
      return index
    }

    private func box(_ value: JSONValue, _ place: String, _ boxNames: inout [Int32: String]) throws -> Box {
      let shape: Box.Shape =
        value["angle"] == nil
        ? .upright(
          top: try number(value, "top", place), left: try number(value, "left", place), bottom: try number(value, "bottom", place),
          right: try number(value, "right", place))
        : .rotated(
          row: try number(value, "row", place), column: try number(value, "column", place), height: try number(value, "height", place),
          width: try number(value, "width", place), angle: try number(value, "angle", place))
      var box = Box(shape, label: try index(value, "label", place), object: try index(value, "object", place))
      if value["visible"] != nil { box.visible = try number(value, "visible", place) }
      box.isCrowd = value["crowd"]?.boolean ?? false
      guard let name = value["name"]?.string else { return box }
      if let label = box.label {
        boxNames[label] = name
      } else {
        guard let label = names.firstIndex(of: name) else {
          throw broken("\(place) has the class `\(name)`, which is not listed in `\(ClassFile.name)`, and no `label`")
        }
        box.label = Int32(label)
      }
      return box
    }

    private func outline(_ value: JSONValue, _ place: String) throws -> ObjectOutline? {
      guard let pixels = value["pixels"] else { return ObjectOutline(try polygons(value, place)) }
      do { return .pixels(try ObjectPixels(pixels)) } catch let problem as Segmentation.Problem { throw broken("the `pixels` of \(place): \(problem.what)") }
    }

    /// The outlines of a box: lists of corners, each a row and a column.
    private func polygons(_ value: JSONValue, _ place: String) throws -> [Polygon] {
      guard let value = value["outlines"] else { return [] }
      let broken = broken("`outlines` of \(place) are not lists of at least three corners, such as [[[0, 0], [0, 5], [5, 5]]]")
      guard value.isArray else { throw broken }
      var polygons: [Polygon] = []
      try value.forEach { outline in
        guard outline.isArray else { throw broken }
        var corners: [ImagePoint] = []
        try outline.forEach { corner in
          guard let numbers = corner.numbers, numbers.count == 2 else { throw broken }
          corners.append(ImagePoint(row: numbers[0], column: numbers[1]))
        }
        guard corners.count >= 3 else { throw broken }
        polygons.append(Polygon(corners))
      }
      return polygons
    }

    private func keypoint(_ value: JSONValue, _ place: String, _ names: inout [String]) throws -> Keypoint {
      var keypoint = Keypoint(ImagePoint(row: try number(value, "row", place), column: try number(value, "column", place)))
      keypoint.object = try index(value, "object", place)
      keypoint.isSeen = value["seen"]?.boolean ?? true
      guard let name = value["name"]?.string else { return keypoint }
      if !names.contains(name) { names.append(name) }
      keypoint.name = names.firstIndex(of: name).map { Int32($0) }
      return keypoint
    }
  }
}

import DataSets
import Diagnostics
import Engine
import Images
import Machine
import Tensors

/// The arguments of `dataset` for annotations.
enum AnnotationArguments {
  static let masks = Parameter(
    "masks", optional: .any, "the class of each pixel: integers from 0, [count, height, width], or a list of [height, width]")
  static let boxes = Parameter(
    "boxes", optional: .any, "a list for each image of records {top, left, bottom, right, label} or {row, column, height, width, angle, label}")
  static let keypoints = Parameter("keypoints", optional: .any, "a list for each image of records {row, column, name, seen}")
  static let format = Parameter(
    "box_format", optional: .string, "how boxes are written as lists of four numbers and perhaps a label", shown: "records",
    choices: BoxFormat.allCases.map(\.rawValue))
  static let minVisible = Parameter(
    "min_visible", .number, "a box that an operation moves is dropped if less than this share of it stays visible", default: Annotations.defaultMinVisible,
    in: 0...1)

  static let all: [any AnyParameter] = [masks, boxes, keypoints, format, minVisible]

  /// For images of shape [count, height, width, channels], of which a check may know no more.
  static func read(_ call: Call, _ shape: [Int], names: [String]) throws -> Annotations {
    var annotations = Annotations(minVisible: try call[minVisible])
    if let given = try call[masks] { annotations.masks = try readMasks(call, given) }
    if let given = try call[boxes] { annotations.boxes = try readBoxes(call, given, Array(shape.dropFirst()), names) }
    if let given = try call[keypoints] {
      let (keypoints, names) = try readKeypoints(call, given)
      (annotations.keypoints, annotations.keypointNames) = (keypoints, KeypointNames(names))
    }
    guard shape.count == 4 || annotations.isEmpty else {
      throw call.refuse("`dataset`: rows of numbers have no masks, boxes or keypoints", hint: "annotations belong to images, [count, height, width, channels]")
    }
    return annotations
  }

  private static func readMasks(_ call: Call, _ value: Value) throws -> Masks {
    func plain(_ value: Value, _ rank: Int) throws -> Tensor {
      guard value.tag == .tensor else { throw call.wrong(masks, expected: "a tensor [count, height, width], or a list of tensors [height, width]") }
      var shape = value.node.shape
      if shape.count == rank + 1, shape.last == 1 { shape.removeLast() }
      guard shape.count == rank, shape.suffix(2).allSatisfy({ $0 > 0 }) else {
        throw call.wrong(
          masks, expected: "\(rank == 3 ? "[count, height, width]" : "[height, width] for each image")",
          hint: "a mask has one integer for each pixel")
      }
      // A check knows the size of a mask, but not its numbers.
      if value.node.isUnknown { return try Tensor(uninitialized: TensorType(.u8, shape)) }
      return try call.engine.value(value.node).reshaped(shape)
    }
    if value.tag == .list { return try Masks(tensors: value.listItems.map { try plain($0, 2) }, isDense: false) }
    let tensor = try plain(value, 3)
    return value.node.isUnknown ? Masks(.dense(tensor)) : try Masks(tensors: [tensor], isDense: true)
  }

  private static func lists(_ call: Call, _ parameter: Parameter<Value?>, _ value: Value) throws -> [[Value]] {
    if value.tag == .unknown { throw UnknownValue() }
    guard let images = try items(call, value) else { throw call.wrong(parameter, expected: "a list with a list for each image") }
    return try images.enumerated().map { image, list in
      if list.tag == .unknown { throw UnknownValue() }
      if list.tag == .nothing { return [] }
      guard let records = try items(call, list) else {
        throw Fault(
          MachineErrors.badArgument, "`dataset`: `\(parameter.name)` of image \(image) must be a list, got \(call.machine.describe(list))",
          hint: "a list of one is written (x,), an empty one ()")
      }
      return records
    }
  }

  /// Of a list, or the rows of a tensor.
  private static func items(_ call: Call, _ value: Value) throws -> [Value]? {
    if value.tag == .list { return value.listItems.map { $0 } }
    guard value.tag == .tensor, value.node.type.rank > 0 else { return nil }
    return try call.machine.elements(of: value)
  }

  private static func readBoxes(_ call: Call, _ value: Value, _ image: [Int], _ names: [String]) throws -> [[Box]] {
    let values = AnnotationValues(call.machine)
    let format = try call[format].flatMap(BoxFormat.init)
    return try lists(call, boxes, value).enumerated().map { index, list in
      try call.machine.checkpoint()
      return try list.enumerated().map { place, box in
        let place = "image \(index), box \(place)"
        guard let format else { return try values.box(box, names: names, place) }
        return try Self.box(call, box, format, image, names, place)
      }
    }
  }

  /// Four numbers and perhaps a label.
  private static func box(_ call: Call, _ value: Value, _ format: BoxFormat, _ image: [Int], _ names: [String], _ place: String) throws -> Box {
    let parts = value.tag == .list || value.tag == .tensor ? try items(call, value) : nil
    guard let parts, parts.count == 4 || parts.count == 5 else {
      throw Fault(AnnotationErrors.badBox, "\(place) must be a list of four numbers and perhaps a label, got \(call.machine.describe(value))")
    }
    let numbers = try parts.prefix(4).map { part in
      guard let number = try call.machine.scalar(part).number else {
        throw Fault(AnnotationErrors.badBox, "\(place): expected a number, got \(call.machine.describe(part))")
      }
      return number
    }
    let label = parts.count == 5 ? try AnnotationValues(call.machine).label(parts[4], names, place) : nil
    return Box(format.shape(numbers, in: image), label: label)
  }

  private static func readKeypoints(_ call: Call, _ value: Value) throws -> (keypoints: [[Keypoint]], names: [String]) {
    let values = AnnotationValues(call.machine)
    var (names, indices): ([String], [String: Int32]) = ([], [:])
    let keypoints = try lists(call, keypoints, value).enumerated().map { index, list in
      try call.machine.checkpoint()
      return try list.enumerated().map { try values.keypoint($1, names: &names, &indices, "image \(index), keypoint \($0)") }
    }
    return (keypoints, names)
  }
}

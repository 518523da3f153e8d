import DataSets
import Diagnostics
import Engine
import Images
import Machine
import Tensors

/// Boxes and keypoints as records of the language, and back.
struct AnnotationValues {
  let machine: Machine

  init(_ machine: Machine) { self.machine = machine }

  // MARK: To records

  func list(_ boxes: [Box], _ names: [String]) -> Value { list(boxes) { record($0, names) } }

  func list(_ keypoints: [Keypoint], _ names: KeypointNames) -> Value { list(keypoints) { record($0, names) } }

  /// A list of lists, one for each image.
  func perImage(_ count: Int, _ make: (Int) throws -> Value) throws -> Value {
    machine.make(
      list: try (0..<count).map {
        try machine.checkpoint()
        return try make($0)
      }, sharing: true)
  }

  /// The records of one image, which only their list protects from collection.
  private func list<Element>(_ elements: [Element], _ record: (Element) -> Value) -> Value {
    let mark = machine.keptCount
    let list = machine.make(list: elements.map(record))
    machine.releaseKept(after: mark)
    return machine.keep(list)
  }

  private func record(_ box: Box, _ names: [String]) -> Value {
    var fields: [(name: String, value: Value)] =
      switch box.shape {
      case .upright(let top, let left, let bottom, let right):
        [("top", Value(top)), ("left", Value(left)), ("bottom", Value(bottom)), ("right", Value(right))]
      case .rotated(let row, let column, let height, let width, let angle):
        [("row", Value(row)), ("column", Value(column)), ("height", Value(height)), ("width", Value(width)), ("angle", Value(angle))]
      }
    if let label = box.label {
      fields.append(("label", Value(Int(label))))
      if names.indices.contains(Int(label)) { fields.append(("name", machine.make(string: names[Int(label)]))) }
    }
    if let object = box.object { fields.append(("object", Value(Int(object)))) }
    fields.append(("visible", Value(box.visible)))
    return machine.make(record: fields)
  }

  private func record(_ keypoint: Keypoint, _ names: KeypointNames) -> Value {
    var fields: [(name: String, value: Value)] = [("row", Value(keypoint.point.row)), ("column", Value(keypoint.point.column))]
    if let name = keypoint.name { fields.append(("name", machine.make(string: names.names[Int(name)]))) }
    if let object = keypoint.object { fields.append(("object", Value(Int(object)))) }
    fields.append(("seen", Value(keypoint.isSeen)))
    return machine.make(record: fields)
  }

  // MARK: From records

  private static let edges = ["top", "left", "bottom", "right"]
  private static let middle = ["row", "column", "height", "width", "angle"]
  private static let others = ["label", "name", "object", "visible"]

  /// `place` describes the box in errors, as in "image 3, box 0".
  func box(_ value: Value, names: [String], _ place: String) throws -> Box {
    let isRotated = field("angle", of: value) != nil
    let (required, optional) = (isRotated ? AnnotationValues.middle : AnnotationValues.edges, AnnotationValues.others)
    try check(value, required, optional, AnnotationErrors.badBox, place, "{top, left, bottom, right, label}")
    let numbers = try required.map { try number($0, of: value, AnnotationErrors.badBox, place) }
    let shape: Box.Shape =
      isRotated
      ? .rotated(row: numbers[0], column: numbers[1], height: numbers[2], width: numbers[3], angle: numbers[4])
      : .upright(top: numbers[0], left: numbers[1], bottom: numbers[2], right: numbers[3])
    let visible = try field("visible", of: value).map { _ in try number("visible", of: value, AnnotationErrors.badBox, place) }
    return Box(
      shape, label: try field("label", of: value).flatMap { try label($0, names, place) },
      object: try index("object", of: value, AnnotationErrors.badBox, place),
      visible: visible ?? 1)
  }

  /// A number, or a class by its name.
  func label(_ value: Value, _ names: [String], _ place: String) throws -> Int32? {
    if value.tag == .unknown { throw UnknownValue() }
    if value.tag == .nothing { return nil }
    if value.tag == .string {
      if let index = names.firstIndex(of: value.string) { return Int32(index) }
      throw Fault(
        AnnotationErrors.badBox, "\(place): there is no class named \(Machine.quote(value.string))",
        hint: names.isEmpty ? "give the names of the classes: `names=(\"cat\", \"dog\")`" : Suggestion.hint(for: value.string, among: names))
    }
    guard let number = try machine.scalar(value).number, let label = Int32(exactly: number) else {
      throw Fault(AnnotationErrors.badBox, "\(place): `label` must be an integer or the name of a class, got \(machine.describe(value))")
    }
    return label
  }

  /// `names` collects the names of keypoints, in order of appearance.
  func keypoint(_ value: Value, names: inout [String], _ indices: inout [String: Int32], _ place: String) throws -> Keypoint {
    let id = AnnotationErrors.badKeypoint
    try check(value, ["row", "column"], ["name", "object", "seen"], id, place, "{row, column, name}")
    var keypoint = Keypoint(ImagePoint(row: try number("row", of: value, id, place), column: try number("column", of: value, id, place)))
    keypoint.object = try index("object", of: value, id, place)
    if let seen = field("seen", of: value) {
      guard let isSeen = try? machine.boolean(seen) else { throw Fault(id, "\(place): `seen` must be a boolean, got \(machine.describe(seen))") }
      keypoint.isSeen = isSeen
    }
    if let name = field("name", of: value), name.tag != .nothing {
      guard name.tag == .string else { throw Fault(id, "\(place): `name` must be a string, got \(machine.describe(name))") }
      let text = name.string
      if indices[text] == nil {
        indices[text] = Int32(names.count)
        names.append(text)
      }
      keypoint.name = indices[text]
    }
    return keypoint
  }

  func field(_ name: String, of value: Value) -> Value? { machine.symbols.existing(name).flatMap { value.recordField($0) } }

  private func check(_ value: Value, _ required: [String], _ optional: [String], _ id: DiagnosticID, _ place: String, _ form: String) throws {
    if value.tag == .unknown { throw UnknownValue() }
    guard value.tag == .record else { throw Fault(id, "\(place) must be a record \(form), got \(machine.describe(value))") }
    let given = (0..<value.recordCount).map { machine.symbols.name(value.recordKey($0)) }
    let known = required + optional
    if let unknown = given.first(where: { !known.contains($0) }) {
      throw Fault(
        id, "\(place): unknown field `\(unknown)`", hint: Suggestion.hint(for: unknown, among: known) ?? "the fields are \(known.joined(separator: ", "))")
    }
    if let missing = required.first(where: { !given.contains($0) }) { throw Fault(id, "\(place) has no `\(missing)`", hint: "a record \(form) is expected") }
  }

  private func number(_ name: String, of value: Value, _ id: DiagnosticID, _ place: String) throws -> Double {
    guard let field = field(name, of: value) else { return 0 }
    if field.tag == .unknown { throw UnknownValue() }
    let single = field.tag == .tensor && field.node.type.count == 1 ? try machine.scalar(field) : field
    guard let number = single.number else { throw Fault(id, "\(place): `\(name)` must be a number, got \(machine.describe(field))") }
    return number
  }

  private func index(_ name: String, of value: Value, _ id: DiagnosticID, _ place: String) throws -> Int32? {
    guard let field = field(name, of: value), field.tag != .nothing else { return nil }
    guard let index = Int32(exactly: try number(name, of: value, id, place)), index >= 0 else {
      throw Fault(id, "\(place): `\(name)` must be an integer from 0, got \(machine.describe(field))")
    }
    return index
  }
}

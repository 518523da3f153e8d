import DataSets
import Diagnostics
import Engine
import Images
import Machine
import Tensors

/// The annotations of one example of a data set, a record with an image, so that an operation moves them with it.
struct AnnotatedExample {
  private let machine: Machine
  private let image: Value
  let annotations: Annotations
  private let present: [String]
  /// The names of box labels that appear.
  private let names: [String]

  /// Nil if the record has no annotations.
  init?(_ record: Value, _ image: Value, _ machine: Machine) throws {
    let values = AnnotationValues(machine)
    let fields = ["mask", "boxes", "keypoints"].compactMap { name in values.field(name, of: record).map { (name: name, value: $0) } }
    guard !fields.isEmpty, image.tag == .tensor else { return nil }
    self.machine = machine
    self.image = image
    present = fields.map(\.name)
    var annotations = Annotations()
    var names: [String] = []
    if !image.node.isUnknown, machine.policy.readsData {
      for field in fields {
        if field.value.tag == .unknown { throw UnknownValue() }
        switch field.name {
        case "mask" where field.value.tag == .tensor && field.value.node.type.rank == 2:
          annotations.masks = try Masks(tensors: [machine.engine.value(field.value.node)], isDense: false)
        case "boxes" where field.value.tag == .list:
          annotations.boxes = [try field.value.listItems.enumerated().map { try values.box($1, names: [], "box \($0)") }]
          names = AnnotatedExample.names(of: field.value, values)
        case "keypoints" where field.value.tag == .list:
          var (keypointNames, indices): ([String], [String: Int32]) = ([], [:])
          annotations.keypoints = [
            try field.value.listItems.enumerated().map { try values.keypoint($1, names: &keypointNames, &indices, "keypoint \($0)") }
          ]
          annotations.keypointNames = KeypointNames(keypointNames)
        default: break
        }
      }
      if let value = values.field(AnnotatedExample.minVisible, of: record) { annotations.minVisible = try AnnotatedExample.share(value, machine) }
    }
    self.annotations = annotations
    self.names = names
  }

  /// The field for the share of a box that must stay visible.
  static let minVisible = "min_visible"

  private static func share(_ value: Value, _ machine: Machine) throws -> Double {
    if value.tag == .unknown { throw UnknownValue() }
    guard let share = try machine.scalar(value).number, (0...1).contains(share) else {
      throw Fault(
        MachineErrors.badArgument, "`min_visible` must be a number from 0 to 1, got \(machine.describe(value))",
        hint: "a box is dropped if less than this share of it stays visible")
    }
    return share
  }

  /// Of boxes, by label.
  private static func names(of boxes: Value, _ values: AnnotationValues) -> [String] {
    var names: [Int: String] = [:]
    for box in boxes.listItems {
      if let label = values.field("label", of: box), label.tag == .int, let name = values.field("name", of: box), name.tag == .string {
        names[label.bits] = name.string
      }
    }
    guard let highest = names.keys.max(), highest < 1 << 16 else { return [] }
    return (0...highest).map { names[$0] ?? "" }
  }

  /// The changed fields: for several results, a list of each.
  func applying(_ steps: [RecipeStep], copies: Int, keep: Bool) throws -> [String: Value] {
    guard !image.node.isUnknown, machine.policy.readsData else { return Dictionary(present.map { ($0, Value.unknown) }) { first, _ in first } }
    // An image has one picture, whose random numbers are those of the first picture of a batch.
    let picture = try ImageBatch(machine.engine.value(image.node)).tensor
    guard picture.shape[0] == 1 else { return [:] }
    let set = try DataSet(.dense(picture), annotations: annotations).applying(steps, copies: copies, keep: keep)
    let values = AnnotationValues(machine)
    func all(_ make: (Int) throws -> Value) throws -> Value { set.count == 1 && !keep ? try make(0) : try values.perImage(set.count, make) }
    var fields: [String: Value] = [:]
    if set.annotations.masks != nil {
      fields["mask"] =
        set.count == 1 && !keep
        ? try set.mask(0, machine.engine).map { machine.make(tensor: $0) } : try set.masks(machine.engine).map { machine.make(tensor: $0) }
    }
    if set.annotations.boxes != nil { fields["boxes"] = try all { values.list(try set.boxes($0) ?? [], names) } }
    if set.annotations.keypoints != nil { fields["keypoints"] = try all { values.list(try set.keypoints($0) ?? [], annotations.keypointNames) } }
    return fields
  }
}

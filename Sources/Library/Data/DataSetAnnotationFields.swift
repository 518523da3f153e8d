import DataSets
import Engine
import Machine
import Tensors

// The fields of a data set, and of an example of it, for annotations.
extension DataSetValue {
  /// `.masks`, `.boxes` or `.keypoints`: nothing if there are none.
  func annotations(_ name: String, _ machine: Machine) throws -> Value? {
    let values = AnnotationValues(machine)
    switch name {
    case "masks":
      guard let type = try set.maskType() else { return .nothing }
      return machine.make(node: try machine.policy.data(type, machine.engine) { try set.masks(machine.engine) ?? Tensor(uninitialized: type) })
    case "boxes":
      guard set.annotations.boxes != nil else { return .nothing }
      guard machine.policy.readsData else { return .unknown }
      return try values.perImage(set.count) { values.list(try set.boxes($0) ?? [], set.names) }
    case "keypoints":
      guard set.annotations.keypoints != nil else { return .nothing }
      guard machine.policy.readsData else { return .unknown }
      return try values.perImage(set.count) { values.list(try set.keypoints($0) ?? [], set.annotations.keypointNames) }
    default: return nil
    }
  }

  /// `.mask`, `.boxes` and `.keypoints` of an example, as far as there are any; and the share of a box that must stay visible,
  /// unless it is the usual one.
  func annotationFields(_ index: Int, _ machine: Machine) throws -> [(name: String, value: Value)] {
    let values = AnnotationValues(machine)
    var fields: [(name: String, value: Value)] = []
    if let mask = try set.mask(index, machine.engine) { fields.append(("mask", machine.make(tensor: mask))) }
    if let boxes = try set.boxes(index) { fields.append(("boxes", values.list(boxes, set.names))) }
    if set.annotations.boxes != nil, set.annotations.minVisible != Annotations.defaultMinVisible {
      fields.append((AnnotatedExample.minVisible, Value(set.annotations.minVisible)))
    }
    if let keypoints = try set.keypoints(index) { fields.append(("keypoints", values.list(keypoints, set.annotations.keypointNames))) }
    return fields
  }
}

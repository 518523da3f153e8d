import DataSets
import Images
import Machine
import Tensors

/// What is annotated in one image, to be shown.
package struct ImageAnnotations {
  /// [height, width]
  package var mask: Tensor?
  package var boxes: [Box] = []
  package var keypoints: [Keypoint] = []

  /// For each image of a data set, or for one example of one; nil if nothing is annotated.
  package static func all(_ call: Call, _ value: Value) throws -> [ImageAnnotations]? {
    if let set = value.foreign(as: DataSetValue.self)?.set {
      guard !set.annotations.isEmpty else { return nil }
      return try (0..<set.count).map { position in
        try call.machine.checkpoint()
        return ImageAnnotations(
          mask: try set.mask(position, call.engine), boxes: try set.boxes(position) ?? [], keypoints: try set.keypoints(position) ?? [])
      }
    }
    guard value.tag == .record, let image = call.machine.symbols.existing("image").flatMap({ value.recordField($0) }) else { return nil }
    guard let annotations = try AnnotatedExample(value, image, call.machine)?.annotations, !annotations.isEmpty else { return nil }
    let mask = try annotations.masks?.items([0], call.engine).first
    return [ImageAnnotations(mask: mask, boxes: annotations.boxes?.first ?? [], keypoints: annotations.keypoints?.first ?? [])]
  }
}

import Engine
import Tensors

// Annotations as arrays for NumPy.
extension DataSet {
  /// `masks`; `boxes`, a row for each: image, top, left, bottom, right, label (-1 if there is none), of a rotated box of the
  /// box around it; `keypoints`: image, row, column, seen, the position in `keypoint_names` (-1 if there is none).
  package func annotationArrays(_ engine: Engine) throws -> [NPZ.Entry] {
    var arrays: [NPZ.Entry] = []
    if let masks = try masks(engine) { arrays.append(("masks", .tensor(masks))) }
    if annotations.boxes != nil {
      var rows: [Double] = []
      for image in 0..<count {
        for box in try boxes(image) ?? [] {
          let bounds = box.bounds
          rows += [Double(image), bounds.top, bounds.left, bounds.bottom, bounds.right, Double(box.label ?? -1)]
        }
      }
      arrays.append(("boxes", .tensor(try Tensor(dtype: .f64, shape: [rows.count / 6, 6]) { rows[$0] })))
    }
    if annotations.keypoints != nil {
      var rows: [Double] = []
      for image in 0..<count {
        for keypoint in try keypoints(image) ?? [] {
          rows += [Double(image), keypoint.point.row, keypoint.point.column, keypoint.isSeen ? 1 : 0, Double(keypoint.name ?? -1)]
        }
      }
      arrays.append(("keypoints", .tensor(try Tensor(dtype: .f64, shape: [rows.count / 5, 5]) { rows[$0] })))
      let names = annotations.keypointNames.names
      if !names.isEmpty { arrays.append(("keypoint_names", .strings(names))) }
    }
    return arrays
  }
}

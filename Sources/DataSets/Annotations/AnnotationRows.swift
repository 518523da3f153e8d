import Images
import Tensors

/// Boxes and keypoints as rows of numbers, and the arrays that their columns are in files for NumPy.
struct AnnotationRows {
  struct Column {
    let name: String
    let type: DType
    let places: Range<Int>
    /// Left out if all its numbers are this one.
    var usual: Double?
  }

  let width: Int
  let columns: [Column]
  /// The array of the positions at which the rows of each image begin, and the last ones end.
  let offsets: String

  static let boxes = AnnotationRows(
    width: 12,
    columns: [
      Column(name: "boxes", type: .f64, places: 0..<4), Column(name: "rotated_boxes", type: .f64, places: 4..<9, usual: .nan),
      Column(name: "box_labels", type: .i32, places: 9..<10), Column(name: "box_visible", type: .f64, places: 10..<11, usual: 1),
      Column(name: "box_objects", type: .i32, places: 11..<12, usual: -1),
    ], offsets: "box_offsets")

  static let keypoints = AnnotationRows(
    width: 5,
    columns: [
      Column(name: "keypoints", type: .f64, places: 0..<2), Column(name: "keypoint_seen", type: .bool, places: 2..<3),
      Column(name: "keypoint_labels", type: .i32, places: 3..<4), Column(name: "keypoint_objects", type: .i32, places: 4..<5, usual: -1),
    ], offsets: "keypoint_offsets")

  static let keypointNames = "keypoint_names"
  static let masks = "masks"
  static let minVisible = "min_visible"

  /// Of a rotated box the one around it, then the rotated one.
  static func row(_ box: Box) -> [Double] {
    let bounds = box.bounds
    var row = [bounds.top, bounds.left, bounds.bottom, bounds.right]
    if case .rotated(let r, let column, let height, let width, let angle) = box.shape {
      row += [r, column, height, width, angle]
    } else {
      row += [Double](repeating: .nan, count: 5)
    }
    return row + [Double(box.label ?? -1), box.visible, Double(box.object ?? -1)]
  }

  /// `name` is the position in the list of all names.
  static func row(_ keypoint: Keypoint, name: Int32?) -> [Double] {
    [keypoint.point.row, keypoint.point.column, keypoint.isSeen ? 1 : 0, Double(name ?? -1), Double(keypoint.object ?? -1)]
  }

  static func box(_ row: [Double]) -> Box {
    let shape: Box.Shape =
      row[4].isNaN
      ? .upright(top: row[0], left: row[1], bottom: row[2], right: row[3])
      : .rotated(row: row[4], column: row[5], height: row[6], width: row[7], angle: row[8])
    return Box(shape, label: index(row[9]), object: index(row[11]), visible: row[10])
  }

  static func keypoint(_ row: [Double]) -> Keypoint {
    Keypoint(ImagePoint(row: row[0], column: row[1]), name: index(row[3]), object: index(row[4]), isSeen: row[2] != 0)
  }

  private static func index(_ number: Double) -> Int32? { number < 0 ? nil : Int32(exactly: number) }

  /// Whether a column of these rows must be written.
  static func isNeeded(_ column: Column, _ rows: [Double], width: Int) -> Bool {
    guard let usual = column.usual else { return true }
    return stride(from: 0, to: rows.count, by: width).contains { start in
      column.places.contains { rows[start + $0] != usual && !(usual.isNaN && rows[start + $0].isNaN) }
    }
  }

  /// [rows, numbers], or [rows] of a single number.
  func shape(_ column: Column, count: Int) -> [Int] { column.places.count == 1 ? [count] : [count, column.places.count] }

  func tensor(_ column: Column, _ rows: [Double]) throws -> Tensor {
    let (count, size, first) = (rows.count / width, column.places.count, column.places.lowerBound)
    return try Tensor(dtype: column.type, shape: shape(column, count: count)) { rows[$0 / size * width + first + $0 % size] }
  }
}

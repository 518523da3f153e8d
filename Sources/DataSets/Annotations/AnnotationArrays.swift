import Diagnostics
import Engine
import Tensors

// Annotations as arrays for NumPy.
extension DataSet {
  /// `masks`; the columns of `AnnotationRows`, and `keypoint_names`; `min_visible`, unless it is the usual one.
  package func annotationArrays(_ engine: Engine) throws -> [NPZ.Entry] {
    var arrays: [NPZ.Entry] = []
    if let masks = try masks(engine) { arrays.append((AnnotationRows.masks, .tensor(masks))) }
    guard !annotations.hasNoObjects else { return arrays }
    let all = try (0..<count).map { try objects($0) }
    if annotations.boxes != nil { try AnnotationRows.boxes.add(all.map { ($0.boxes ?? []).map(AnnotationRows.row) }, to: &arrays) }
    if annotations.keypoints != nil {
      try AnnotationRows.keypoints.add(all.map { ($0.keypoints ?? []).map { AnnotationRows.row($0, name: $0.name) } }, to: &arrays)
      let names = annotations.keypointNames.names
      if !names.isEmpty { arrays.append((AnnotationRows.keypointNames, .strings(names))) }
    }
    if annotations.minVisible != Annotations.defaultMinVisible {
      arrays.append((AnnotationRows.minVisible, .tensor(try Tensor(dtype: .f64, shape: []) { _ in annotations.minVisible })))
    }
    return arrays
  }
}

extension AnnotationRows {
  /// The arrays of the rows of each image.
  fileprivate func add(_ images: [[[Double]]], to arrays: inout [NPZ.Entry]) throws {
    let rows = images.flatMap { $0.flatMap { $0 } }
    for column in columns where AnnotationRows.isNeeded(column, rows, width: width) { arrays.append((column.name, .tensor(try tensor(column, rows)))) }
    let ends = images.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    arrays.append((offsets, .tensor(try Tensor(dtype: .i32, shape: [ends.count]) { Double(ends[$0]) })))
  }

  /// The rows of each image, from arrays by name; nil if there are none.
  fileprivate func rows(_ arrays: [String: NPY.Content], images count: Int) throws -> [[[Double]]]? {
    guard case .tensor(let main)? = arrays[columns[0].name] else { return nil }
    func wrong(_ name: String, _ expected: String, _ got: String) -> Fault {
      Fault(DataErrors.badArrays, "the array `\(name)` must be \(expected), got \(got)", hint: "`save(data, \"set.npz\")` writes such arrays")
    }
    let all = main.type.rank == 2 ? main.shape[0] : 0
    let parts = try columns.map { column -> Tensor? in
      guard case .tensor(let part)? = arrays[column.name] else { return nil }
      guard part.shape == shape(column, count: all) else { throw wrong(column.name, shape(column, count: all).shapeText, part.shape.shapeText) }
      return part
    }
    guard case .tensor(let ends)? = arrays[offsets], ends.shape == [count + 1] else {
      throw wrong(offsets, "\(count + 1) numbers: where the \(columns[0].name) of each image begin", arrays[offsets] == nil ? "none" : "other ones")
    }
    let starts = (0...count).map { ends[$0] }
    guard starts.first == 0, starts.last == Double(all), zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 && $0 == $0.rounded() }) else {
      throw wrong(offsets, "positions from 0 to \(all) in order", "other numbers")
    }
    return (0..<count).map { image in
      (Int(starts[image])..<Int(starts[image + 1])).map { row in
        zip(columns, parts).flatMap { column, part in
          let size = column.places.count
          return (0..<size).map { part?[row * size + $0] ?? column.usual ?? -1 }
        }
      }
    }
  }
}

extension Annotations {
  /// From arrays by name, as `annotationArrays` makes them, of `count` images.
  package init(arrays: [String: NPY.Content], count: Int) throws {
    self.init()
    if case .tensor(let given)? = arrays[AnnotationRows.masks] {
      guard given.type.rank == 3, given.shape[0] == count else {
        throw Fault(
          AnnotationErrors.badMask, "the array `\(AnnotationRows.masks)` has the shape \(given.shape.shapeText), expected [\(count), height, width]",
          hint: "a mask has one class for each pixel of its image")
      }
      masks = try Masks(tensors: [given], isDense: true)
    }
    boxes = try AnnotationRows.boxes.rows(arrays, images: count).map { $0.map { $0.map(AnnotationRows.box) } }
    keypoints = try AnnotationRows.keypoints.rows(arrays, images: count).map { $0.map { $0.map(AnnotationRows.keypoint) } }
    if keypoints != nil, case .strings(let names)? = arrays[AnnotationRows.keypointNames] { keypointNames = KeypointNames(names) }
    if let large = (keypoints ?? []).joined().compactMap(\.name).max(), Int(large) >= keypointNames.names.count {
      throw Fault(
        DataErrors.badArrays, "a keypoint has name \(large), but `\(AnnotationRows.keypointNames)` has \(counted(keypointNames.names.count, "name"))",
        hint: "`keypoint_labels` are positions in `keypoint_names`, or -1")
    }
    if case .tensor(let share)? = arrays[AnnotationRows.minVisible], share.count == 1 {
      guard (0...1).contains(share[0]) else { throw Fault(DataErrors.badArrays, "`min_visible` is \(share[0].brief), expected a number from 0 to 1") }
      minVisible = share[0]
    }
  }
}

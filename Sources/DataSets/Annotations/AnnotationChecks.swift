import Diagnostics
import Images

// What is wrong with annotations, before they are part of a data set.
extension Annotations {
  /// Throws unless everything fits `count` pictures of these shapes and this number of classes, which is 0 if unknown.
  func check(_ count: Int, classes: Int, shape: (Int) -> [Int]) throws {
    func requireEqual(_ what: String, _ own: Int) throws {
      guard own != count else { return }
      throw Fault(
        DataErrors.counts, "got \(counted(count, "image")) but \(what) for \(counted(own, "image"))",
        hint: "give one entry for each image, if need be an empty one")
    }
    if let masks {
      try requireEqual("masks", masks.count)
      for index in 0..<count where masks.shape(index) != Array(shape(index).prefix(2)) {
        let (mask, image) = (masks.shape(index), shape(index))
        throw Fault(
          AnnotationErrors.badMask, "mask \(index) is \(mask[0])×\(mask[1]), but image \(index) is \(image[0])×\(image[1])",
          hint: "a mask has one class for each pixel of its image")
      }
    }
    if let boxes {
      try requireEqual("boxes", boxes.count)
      for (image, list) in boxes.enumerated() {
        for (index, box) in list.enumerated() {
          guard let problem = box.problem(in: shape(image), classes: classes) else { continue }
          throw Fault(AnnotationErrors.badBox, "image \(image), box \(index): \(problem)", hint: Box.hint)
        }
      }
    }
    if let keypoints {
      try requireEqual("keypoints", keypoints.count)
      for (image, list) in keypoints.enumerated() {
        for (index, keypoint) in list.enumerated() {
          guard let problem = keypoint.problem(in: shape(image)) else { continue }
          throw Fault(AnnotationErrors.badKeypoint, "image \(image), keypoint \(index): \(problem)", hint: Keypoint.hint)
        }
      }
    }
  }
}

extension Double {
  /// As a message shows it: an integer without a point, and no more digits than a Float has.
  var brief: String { Int(exactly: self).map { "\($0)" } ?? (isNaN ? "nan" : Float(self).isFinite ? "\(Float(self))" : "\(self)") }
}

extension Box {
  static let hint = "boxes are in pixels from the image's outer corner, as in {top: 2, left: 3, bottom: 10, right: 8}"

  /// Coordinates of other programs may pass the edge by the pixel that they count differently.
  static let tolerance = 1.0

  /// What is wrong with it in an image of this shape; nil if nothing is.
  func problem(in shape: [Int], classes: Int) -> String? {
    let (height, width) = (Double(shape[0]), Double(shape[1]))
    let size = "the image, which is \(shape[0])×\(shape[1])"
    if let label, label < 0 || (classes > 0 && Int(label) >= classes) {
      return classes > 0 ? "label \(label) has no name: there are names for \(counted(classes, "class", "classes"))" : "label \(label) is negative"
    }
    guard visible >= 0, visible <= 1 else { return "`visible` is \(visible.brief), expected a share from 0 to 1" }
    switch self.shape {
    case .upright(let top, let left, let bottom, let right):
      for (name, value) in [("top", top), ("left", left), ("bottom", bottom), ("right", right)] where !value.isFinite {
        return "`\(name)` is \(value.brief), expected a finite number"
      }
      guard top < bottom else { return "top \(top.brief) is not above bottom \(bottom.brief)" }
      guard left < right else { return "left \(left.brief) is not to the left of right \(right.brief)" }
      let limit = Box.tolerance
      guard top >= -limit, left >= -limit, bottom <= height + limit, right <= width + limit, top < height, left < width, bottom > 0, right > 0 else {
        return "(\([top, left, bottom, right].map(\.brief).joined(separator: ", "))) is outside \(size)"
      }
    case .rotated(let row, let column, let height, let width, let angle):
      for (name, value) in [("row", row), ("column", column), ("height", height), ("width", width), ("angle", angle)] where !value.isFinite {
        return "`\(name)` is \(value.brief), expected a finite number"
      }
      guard height > 0, width > 0 else { return "a size of \(height.brief)×\(width.brief) is not positive" }
      guard height < 1e9, width < 1e9 else { return "a size of \(height.brief)×\(width.brief) is too large" }
      // A moved box may reach beyond the frame.
      guard outline.clipped(toHeight: Double(shape[0]), width: Double(shape[1])).area > 0 else {
        return "the box around (\(row.brief), \(column.brief)) is outside \(size)"
      }
    }
    return nil
  }

  /// Without the part that passes an edge of the image by rounding.
  func clipped(to shape: [Int]) -> Box {
    guard case .upright(let top, let left, let bottom, let right) = self.shape else { return self }
    var box = self
    box.shape = .upright(top: max(0, top), left: max(0, left), bottom: min(Double(shape[0]), bottom), right: min(Double(shape[1]), right))
    return box
  }
}

extension Keypoint {
  static let hint = "keypoints are in pixels from the image's outer corner, as in {row: 2, column: 3, name: \"nose\"}"

  func problem(in shape: [Int]) -> String? {
    for (name, value) in [("row", point.row), ("column", point.column)] where !value.isFinite {
      return "`\(name)` is \(value.brief), expected a finite number"
    }
    let limit = Box.tolerance
    let isInside = (-limit...Double(shape[0]) + limit).contains(point.row) && (-limit...Double(shape[1]) + limit).contains(point.column)
    guard isInside || !isSeen else {
      return "(\(point.row.brief), \(point.column.brief)) is outside the image, which is \(shape[0])×\(shape[1])"
    }
    return nil
  }
}

/// How other programs write an upright box as four numbers.
package enum BoxFormat: String, CaseIterable, Sendable {
  /// Left, top, width, height, in pixels.
  case coco
  /// Left, top, right, bottom, in pixels.
  case pascal
  /// Column and row of the centre, width, height, as shares of the image's width and height.
  case yolo

  /// In an image of this shape, [height, width, ...].
  package func shape(_ numbers: [Double], in image: [Int]) -> Box.Shape {
    let (a, b, c, d) = (numbers[0], numbers[1], numbers[2], numbers[3])
    switch self {
    case .coco: return .upright(top: b, left: a, bottom: b + d, right: a + c)
    case .pascal: return .upright(top: b, left: a, bottom: d, right: c)
    case .yolo:
      let (height, width) = (Double(image[0]), Double(image[1]))
      return .upright(top: (b - d / 2) * height, left: (a - c / 2) * width, bottom: (b + d / 2) * height, right: (a + c / 2) * width)
    }
  }

  /// Of a rotated box, the upright box around it.
  package func numbers(_ box: Box, in image: [Int]) -> [Double] {
    let (top, left, bottom, right) = box.bounds
    switch self {
    case .coco: return [left, top, right - left, bottom - top]
    case .pascal: return [left, top, right, bottom]
    case .yolo:
      let (height, width) = (Double(image[0]), Double(image[1]))
      return [(left + right) / 2 / width, (top + bottom) / 2 / height, (right - left) / width, (bottom - top) / height]
    }
  }
}

extension Box {
  /// The upright box around it.
  package var bounds: (top: Double, left: Double, bottom: Double, right: Double) {
    if case .upright(let top, let left, let bottom, let right) = shape { return (top, left, bottom, right) }
    return outline.bounds
  }
}

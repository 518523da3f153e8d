import Glibc
import Images

/// A box around an object, in pixels from the outer corner of its image.
package struct Box: Equatable, Sendable {
  package enum Shape: Equatable, Sendable {
    case upright(top: Double, left: Double, bottom: Double, right: Double)
    /// By its centre; `angle` is that of its width, in degrees, counter-clockwise as displayed.
    case rotated(row: Double, column: Double, height: Double, width: Double, angle: Double)
  }

  package var shape: Shape
  /// Its class; nil if it has none.
  package var label: Int32?
  /// The object that it belongs to, shared with keypoints; nil if unknown.
  package var object: Int32?
  /// The share of the annotated box that is inside the frame.
  package var visible: Double
  /// Whether it is around a crowd of objects that are not annotated one by one. A data set has no such boxes.
  var isCrowd = false

  package init(_ shape: Shape, label: Int32? = nil, object: Int32? = nil, visible: Double = 1) {
    self.shape = shape
    self.label = label
    self.object = object
    self.visible = visible
  }

  /// Its corners, clockwise from the upper left one.
  package var outline: Polygon {
    switch shape {
    case .upright(let top, let left, let bottom, let right):
      return Polygon([
        ImagePoint(row: top, column: left), ImagePoint(row: top, column: right), ImagePoint(row: bottom, column: right),
        ImagePoint(row: bottom, column: left),
      ])
    case .rotated(let row, let column, let height, let width, let angle):
      let (sine, cosine) = (sin(angle * .pi / 180), cos(angle * .pi / 180))
      return Polygon(
        [(-1, -1), (-1, 1), (1, 1), (1, -1)].map { (down: Double, right: Double) in
          let (v, u) = (down * height / 2, right * width / 2)
          return ImagePoint(row: row + v * cosine - u * sine, column: column + v * sine + u * cosine)
        })
    }
  }

  /// The box in an image whose points have moved: upright, tight around the visible part of the moved box; rotated, around
  /// all of it. Nil if less than `minVisible` of it, or nothing, is inside the frame.
  func moved(by map: PointMap, minVisible: Double) -> Box? {
    let frame = Polygon(outline.corners.compactMap { map($0) })
    let outline = map.isAffine ? frame : map(outline)
    let inside = outline.clipped(toHeight: Double(map.height), width: Double(map.width))
    guard var box = sharing(inside.area / outline.area, minVisible) else { return nil }
    switch shape {
    case .upright:
      let bounds = inside.bounds
      box.shape = .upright(top: bounds.top, left: bounds.left, bottom: bounds.bottom, right: bounds.right)
      // Clipping leaves rounding errors.
      box = box.clipped(to: [map.height, map.width])
    case .rotated:
      guard frame.corners.count == 4, let around = outline.enclosingRectangle(along: frame) else { return nil }
      box.shape = .rotated(row: around.center.row, column: around.center.column, height: around.height, width: around.width, angle: around.angle)
    }
    return box
  }

  /// With a share of what was visible of it; nil if less than `minVisible`, or nothing, remains.
  func sharing(_ share: Double, _ minVisible: Double) -> Box? {
    guard share.isFinite else { return nil }
    // The share does not exceed 1 by rounding.
    let share = min(1, share)
    guard share > 1e-9, share * visible >= minVisible - 1e-9 else { return nil }
    var box = self
    box.visible = share > 1 - 1e-9 ? visible : share * visible
    return box
  }
}

import Glibc

/// A polygon in an image, by its corners in order; in either direction.
package struct Polygon: Equatable, Sendable {
  package var corners: [ImagePoint]

  package init(_ corners: [ImagePoint]) { self.corners = corners }

  private func edges(_ body: (ImagePoint, ImagePoint) -> Void) {
    for index in corners.indices { body(corners[index], corners[(index + 1) % corners.count]) }
  }

  package var area: Double {
    guard let origin = corners.first else { return 0 }
    var twice = 0.0
    // Relative to a corner, which loses fewer digits far from the origin.
    edges { a, b in twice += (a.row - origin.row) * (b.column - origin.column) - (b.row - origin.row) * (a.column - origin.column) }
    return abs(twice) / 2
  }

  /// Top, left, bottom and right of the upright rectangle around it.
  package var bounds: (top: Double, left: Double, bottom: Double, right: Double) {
    var bounds = (top: Double.infinity, left: Double.infinity, bottom: -Double.infinity, right: -Double.infinity)
    for corner in corners {
      bounds = (min(bounds.top, corner.row), min(bounds.left, corner.column), max(bounds.bottom, corner.row), max(bounds.right, corner.column))
    }
    return bounds
  }

  /// The part inside a frame of this size. I. Sutherland, G. Hodgman, "Reentrant polygon clipping", CACM 17, 1974.
  package func clipped(toHeight height: Double, width: Double) -> Polygon { clipped(toRows: 0...height, columns: 0...width) }

  /// The part inside an upright rectangle.
  package func clipped(toRows rows: ClosedRange<Double>, columns: ClosedRange<Double>) -> Polygon {
    keeping { $0.row - rows.lowerBound }.keeping { rows.upperBound - $0.row }
      .keeping { $0.column - columns.lowerBound }.keeping { columns.upperBound - $0.column }
  }

  /// The part where `distance`, which is linear, is not negative.
  private func keeping(_ distance: (ImagePoint) -> Double) -> Polygon {
    var kept: [ImagePoint] = []
    edges { a, b in
      let (from, to) = (distance(a), distance(b))
      if from >= 0 { kept.append(a) }
      if (from >= 0) != (to >= 0) {
        let share = from / (from - to)
        kept.append(ImagePoint(row: a.row + share * (b.row - a.row), column: a.column + share * (b.column - a.column)))
      }
    }
    return Polygon(kept)
  }

  /// The smallest rectangle around it with the direction of one of the edges of `frame`, which has four corners: its centre,
  /// its size, and the angle of its width in degrees, counter-clockwise as displayed, above -90 and at most 90. The first edge
  /// of `frame` is a width, unless another edge saves area. The smallest rectangle around four points has the direction of an
  /// edge: H. Freeman, R. Shapira, "Determining the minimum-area encasing rectangle", CACM 18, 1975.
  package func enclosingRectangle(along frame: Polygon) -> (center: ImagePoint, height: Double, width: Double, angle: Double)? {
    var best: (center: ImagePoint, height: Double, width: Double, angle: Double)?
    var isWidth = true
    frame.edges { a, b in
      defer { isWidth.toggle() }
      var (down, right) = (b.row - a.row, b.column - a.column)
      let length = (down * down + right * right).squareRoot()
      guard length > 0 else { return }
      (down, right) = (down / length, right / length)
      // Every other edge is a height, which leads down if the width leads right.
      if !isWidth { (down, right) = (-right, down) }
      let along = corners.map { $0.row * down + $0.column * right }
      let across = corners.map { $0.row * right - $0.column * down }
      guard let low = along.min(), let high = along.max(), let first = across.min(), let last = across.max() else { return }
      if let best, (high - low) * (last - first) >= best.height * best.width * (1 - 1e-9) { return }
      let (u, v) = ((low + high) / 2, (first + last) / 2)
      best = (ImagePoint(row: u * down + v * right, column: u * right - v * down), last - first, high - low, Polygon.angle(down, right))
    }
    return best
  }

  private static func angle(_ down: Double, _ right: Double) -> Double {
    let angle = atan2(-down, right) * 180 / .pi
    return angle > 90 ? angle - 180 : angle <= -90 ? angle + 180 : angle
  }
}

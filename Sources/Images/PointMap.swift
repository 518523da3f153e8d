import Diagnostics

/// A point of an image, in pixels from its outer corner: the centre of the first pixel is at (0.5, 0.5).
package struct ImagePoint: Equatable, Sendable {
  package var row: Double
  package var column: Double

  package init(row: Double, column: Double) {
    self.row = row
    self.column = column
  }
}

/// The new positions of an image's points when its pixels are sampled through maps, one after the other. The maps of
/// sampling lead from a pixel of the result to the source; this one leads from the source to the result.
package struct PointMap: Sendable {
  private let inverses: [AffineMap]
  /// Whether left and right are exchanged.
  package let mirrors: Bool
  /// The size of the result.
  package let height: Int
  package let width: Int

  /// For an image of this size, sampled through `frames` in order.
  package init(_ frames: [Recipe.Framed], height: Int, width: Int) throws {
    self.height = frames.last?.height ?? height
    self.width = frames.last?.width ?? width
    inverses = try frames.map { framed in
      // An exact map moves pixels without rounding errors, so points are moved without them too.
      guard let inverse = (framed.map.isExact ? framed.map.rounded : framed.map).inverse else {
        throw Fault(ImageErrors.badGeometry, "the operation flattens the image to a line or a point", hint: "draw its parameters from other ranges")
      }
      return inverse
    }
    mirrors = inverses.count { $0.determinant < 0 } % 2 == 1
  }

  package func callAsFunction(_ point: ImagePoint) -> ImagePoint {
    inverses.reduce(point) { point, map in
      // The maps are between pixel centres.
      let (row, column) = (point.row - 0.5, point.column - 0.5)
      return ImagePoint(row: map.a * row + map.b * column + map.c + 0.5, column: map.d * row + map.e * column + map.f + 0.5)
    }
  }
}

extension AffineMap {
  package var determinant: Double { a * e - b * d }

  /// Nil if the map is not invertible.
  package var inverse: AffineMap? {
    let scale = 1 / determinant
    guard scale.isFinite, [a, b, c, d, e, f].allSatisfy(\.isFinite) else { return nil }
    // Adding 0 turns -0 into 0.
    return AffineMap(
      a: e * scale + 0, b: -b * scale + 0, c: (b * f - e * c) * scale + 0, d: -d * scale + 0, e: a * scale + 0, f: (d * c - a * f) * scale + 0)
  }
}

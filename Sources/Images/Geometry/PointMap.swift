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
  private let inverses: [InverseMap]
  /// Whether left and right are exchanged.
  package let mirrors: Bool
  /// Whether straight lines stay straight, and ratios of areas are kept.
  package let isAffine: Bool
  /// The size of the result.
  package let height: Int
  package let width: Int

  /// For an image of this size, sampled through `maps` in order.
  package init(_ maps: [Framed], height: Int, width: Int) throws {
    self.height = maps.last?.height ?? height
    self.width = maps.last?.width ?? width
    isAffine = maps.allSatisfy { $0.map.bends.isEmpty }
    inverses = try maps.map { framed in
      guard let inverse = InverseMap(framed.map) else {
        throw Fault(ImageErrors.badGeometry, "the operation flattens the image to a line or a point", hint: "draw its parameters from other ranges")
      }
      return inverse
    }
    mirrors = inverses.count { $0.mirrors } % 2 == 1
  }

  /// Nil for a point beyond the horizon of a perspective map.
  package func callAsFunction(_ point: ImagePoint) -> ImagePoint? {
    // The maps are between pixel centres.
    var place = (row: point.row - 0.5, column: point.column - 0.5)
    for inverse in inverses {
      guard let next = inverse.result(row: place.row, column: place.column) else { return nil }
      place = next
    }
    return ImagePoint(row: place.row + 0.5, column: place.column + 0.5)
  }

  /// A polygon after the map. Where lines bend, each edge is followed at `steps` points.
  package func callAsFunction(_ polygon: Polygon, steps: Int = 16) -> Polygon {
    if isAffine { return Polygon(polygon.corners.compactMap { self($0) }) }
    var moved: [ImagePoint] = []
    for (index, a) in polygon.corners.enumerated() {
      let b = polygon.corners[(index + 1) % polygon.corners.count]
      for step in 0..<steps {
        let share = Double(step) / Double(steps)
        if let point = self(ImagePoint(row: a.row + share * (b.row - a.row), column: a.column + share * (b.column - a.column))) { moved.append(point) }
      }
    }
    return Polygon(moved)
  }
}

import Glibc

/// An affine map of the plane, from a pixel of the result to a point of the source, both as (row, column) relative to
/// pixel centres: row' = a row + b column + c, column' = d row + e column + f.
package struct AffineMap: Equatable, Sendable {
  package var a, b, c, d, e, f: Double

  package init(a: Double, b: Double, c: Double, d: Double, e: Double, f: Double) {
    (self.a, self.b, self.c) = (a, b, c)
    (self.d, self.e, self.f) = (d, e, f)
  }

  package static let identity = AffineMap(a: 1, b: 0, c: 0, d: 0, e: 1, f: 0)

  package func applied(row: Double, column: Double) -> (row: Double, column: Double) { (a * row + b * column + c, d * row + e * column + f) }

  /// The composition: first `inner`, then this map.
  package func after(_ inner: AffineMap) -> AffineMap {
    AffineMap(
      a: a * inner.a + b * inner.d, b: a * inner.b + b * inner.e, c: a * inner.c + b * inner.f + c,
      d: d * inner.a + e * inner.d, e: d * inner.b + e * inner.e, f: d * inner.c + e * inner.f + f)
  }

  /// Counter-clockwise as displayed, about a point measured from the outer corner. Rows run downwards, so the source of
  /// a point is at row + sin column, column - sin row.
  package static func rotation(degrees: Double, aboutRow row: Double, column: Double) -> AffineMap {
    let (sine, cosine) = sineAndCosine(degrees)
    return linear(cosine, sine, -sine, cosine, aboutRow: row, column: column)
  }

  /// Exact at multiples of 90 degrees.
  private static func sineAndCosine(_ degrees: Double) -> (Double, Double) {
    let turn = fmod(degrees, 360)
    let positive = turn < 0 ? turn + 360 : turn
    switch positive {
    case 0: return (0, 1)
    case 90: return (1, 0)
    case 180: return (0, -1)
    case 270: return (-1, 0)
    default: return (sin(positive * .pi / 180), cos(positive * .pi / 180))
    }
  }

  /// Mirrors a frame of this size.
  package static func flip(vertical: Bool, horizontal: Bool, height: Int, width: Int) -> AffineMap {
    AffineMap(
      a: vertical ? -1 : 1, b: 0, c: vertical ? Double(height - 1) : 0,
      d: 0, e: horizontal ? -1 : 1, f: horizontal ? Double(width - 1) : 0)
  }

  package static func shift(row: Double, column: Double) -> AffineMap { AffineMap(a: 1, b: 0, c: row, d: 0, e: 1, f: column) }

  /// Rows become columns.
  package static let transposition = AffineMap(a: 0, b: 1, c: 0, d: 1, e: 0, f: 0)

  /// A linear map (row, column) -> (a row + b column, d row + e column) about a point measured from the outer corner.
  package static func linear(_ a: Double, _ b: Double, _ d: Double, _ e: Double, aboutRow row: Double, column: Double) -> AffineMap {
    let (r, x) = (row - 0.5, column - 0.5)
    return AffineMap(a: a, b: b, c: r - a * r - b * x, d: d, e: e, f: x - d * r - e * x)
  }

  /// From a frame of `to` pixels to one of `from`, aligned at the edges.
  package static func scaling(fromHeight: Double, _ fromWidth: Double, toHeight: Int, _ toWidth: Int) -> AffineMap {
    let (v, h) = (fromHeight / Double(toHeight), fromWidth / Double(toWidth))
    return AffineMap(a: v, b: 0, c: (v - 1) / 2, d: 0, e: h, f: (h - 1) / 2)
  }

  /// Whether there is no rotation: rows depend only on rows, columns only on columns.
  package var isAxisAligned: Bool { b == 0 && d == 0 }

  /// Whether every pixel of the result is at a pixel of the source's grid, up to rounding of the composition, and near
  /// enough for integers.
  package var isExact: Bool {
    guard abs(c) < 1e9, abs(f) < 1e9 else { return false }
    let linear = [a, b, d, e].allSatisfy { near($0, 0) || near(abs($0), 1) }
    let turns = near(abs(a) + abs(b), 1) && near(abs(d) + abs(e), 1) && near(abs(a) + abs(d), 1)
    return linear && turns && near(c, c.rounded()) && near(f, f.rounded())
  }

  /// With all entries rounded to integers, if the map is exact.
  package var rounded: AffineMap {
    AffineMap(a: a.rounded(), b: b.rounded(), c: c.rounded(), d: d.rounded(), e: e.rounded(), f: f.rounded())
  }

  private func near(_ x: Double, _ y: Double) -> Bool { abs(x - y) < 1e-9 * max(1, abs(x)) }
}

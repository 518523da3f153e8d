import Engine

/// A map of the plane, from a pixel of the result to a point of the source, both as (row, column) relative to pixel
/// centres: affine, with perspective or elastic maps in between.
package struct ImageMap: Equatable, Sendable {
  /// Applied first to a pixel of the result.
  package private(set) var affine = AffineMap.identity
  /// Applied after it, the last one first: each a bend, then an affine map.
  package private(set) var bends: [(bend: Bend, then: AffineMap)] = []

  package init(_ affine: AffineMap = .identity) { self.affine = affine }

  /// The composition: first `inner`, then this map.
  package func after(_ inner: AffineMap) -> ImageMap {
    var result = self
    result.affine = affine.after(inner)
    return result
  }

  /// The composition: first this map, then `outer`.
  package func followed(by outer: AffineMap) -> ImageMap {
    var result = self
    if bends.isEmpty { result.affine = outer.after(affine) } else { result.bends[0].then = outer.after(bends[0].then) }
    return result
  }

  /// The composition: first `bend`, then this map.
  package func bent(_ bend: Bend) -> ImageMap {
    var result = self
    result.bends.append((bend, affine))
    result.affine = .identity
    return result
  }

  /// The point of the source for a point of the result.
  package func source(row: Double, column: Double) -> (row: Double, column: Double) {
    var point = affine.applied(row: row, column: column)
    for (bend, then) in bends.reversed() {
      point = bend.applied(row: point.row, column: point.column)
      point = then.applied(row: point.row, column: point.column)
    }
    return point
  }

  package static func == (a: ImageMap, b: ImageMap) -> Bool {
    a.affine == b.affine && a.bends.count == b.bends.count && zip(a.bends, b.bends).allSatisfy { $0.bend == $1.bend && $0.then == $1.then }
  }

  /// Whether it is affine and every pixel of the result is at a pixel of the source's grid.
  package var isExact: Bool { bends.isEmpty && affine.isExact }

  /// Whether it is affine without rotation.
  package var isAxisAligned: Bool { bends.isEmpty && affine.isAxisAligned }

  package enum Bend: Equatable, Sendable {
    /// A projective map: row' = (a row + b column + c) / w, column' = (d row + e column + f) / w, w = g row + h column + i.
    case perspective([Double])
    case elastic(ElasticGrid)

    func applied(row: Double, column: Double) -> (row: Double, column: Double) {
      switch self {
      case .perspective(let m):
        let w = m[6] * row + m[7] * column + m[8]
        return ((m[0] * row + m[1] * column + m[2]) / w, (m[3] * row + m[4] * column + m[5]) / w)
      case .elastic(let grid): return grid.applied(row: row, column: column)
      }
    }
  }
}

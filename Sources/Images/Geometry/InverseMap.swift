import Glibc

/// The inverse of a map: from a point of the source to the pixel of the result that shows it.
struct InverseMap: Sendable {
  /// The inverse of `map.affine`.
  private let affine: AffineMap
  /// In the order in which they are inverted: the affine map after a bend, then the bend.
  private let bends: [(then: AffineMap, bend: Unbend)]
  let mirrors: Bool

  private enum Unbend {
    /// The inverse matrix.
    case perspective([Double])
    case elastic(ElasticGrid)
  }

  /// Nil if the map is not invertible.
  init?(_ map: ImageMap) {
    // An exact map moves pixels without rounding errors, so points are moved without them too.
    guard let affine = (map.isExact ? map.affine.rounded : map.affine).inverse else { return nil }
    var bends: [(then: AffineMap, bend: Unbend)] = []
    var isMirrored = affine.determinant < 0
    for (bend, then) in map.bends {
      guard let inverse = then.inverse else { return nil }
      if inverse.determinant < 0 { isMirrored.toggle() }
      switch bend {
      case .elastic(let grid): bends.append((inverse, .elastic(grid)))
      case .perspective(let matrix):
        guard let inverted = InverseMap.inverted(matrix) else { return nil }
        bends.append((inverse, .perspective(inverted.matrix)))
        if inverted.determinant < 0 { isMirrored.toggle() }
      }
    }
    self.affine = affine
    self.bends = bends
    mirrors = isMirrored
  }

  /// Nil for a point beyond the horizon of a perspective map.
  func result(row: Double, column: Double) -> (row: Double, column: Double)? {
    var point = (row: row, column: column)
    for (then, bend) in bends {
      point = then.applied(row: point.row, column: point.column)
      switch bend {
      case .perspective(let m):
        let w = m[6] * point.row + m[7] * point.column + m[8]
        guard w > 1e-9 else { return nil }
        point = ((m[0] * point.row + m[1] * point.column + m[2]) / w, (m[3] * point.row + m[4] * point.column + m[5]) / w)
      case .elastic(let grid): point = InverseMap.undo(grid, point)
      }
    }
    return affine.applied(row: point.row, column: point.column)
  }

  /// The point that `grid` moves to `target`: Newton's method with halved steps, from the target itself. A displacement that
  /// folds the image shows some points several times; then it is one of these.
  private static func undo(_ grid: ElasticGrid, _ target: (row: Double, column: Double)) -> (row: Double, column: Double) {
    func error(_ p: (row: Double, column: Double)) -> (row: Double, column: Double, square: Double) {
      let moved = grid.applied(row: p.row, column: p.column)
      let (r, c) = (moved.row - target.row, moved.column - target.column)
      return (r, c, r * r + c * c)
    }
    var point = target
    var now = error(point)
    let h = 1e-3
    for _ in 0..<50 where now.square > 1e-18 {
      let (down, right) = (error((point.row + h, point.column)), error((point.row, point.column + h)))
      let (a, b, d, e) = ((down.row - now.row) / h, (right.row - now.row) / h, (down.column - now.column) / h, (right.column - now.column) / h)
      let determinant = a * e - b * d
      // Where the map is nearly singular, a step of the fixed-point iteration moves on.
      var step = abs(determinant) > 1e-6 ? ((e * now.row - b * now.column) / determinant, (a * now.column - d * now.row) / determinant) : (now.row, now.column)
      for _ in 0..<20 {
        let next = (point.row - step.0, point.column - step.1)
        let after = error(next)
        if after.square < now.square {
          (point, now) = (next, after)
          break
        }
        step = (step.0 / 2, step.1 / 2)
      }
    }
    return point
  }

  /// The inverse of a 3 × 3 matrix, by its cofactors.
  private static func inverted(_ m: [Double]) -> (matrix: [Double], determinant: Double)? {
    let cofactors = [
      m[4] * m[8] - m[5] * m[7], m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
      m[5] * m[6] - m[3] * m[8], m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
      m[3] * m[7] - m[4] * m[6], m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3],
    ]
    let determinant = m[0] * cofactors[0] + m[1] * cofactors[3] + m[2] * cofactors[6]
    guard determinant != 0, determinant.isFinite else { return nil }
    return (cofactors.map { $0 / determinant }, determinant)
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

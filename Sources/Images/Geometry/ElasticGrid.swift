import Glibc
import Tensors

/// A smooth displacement: a cubic B-spline over a grid of control points, two numbers each, in pixels (D. Rueckert and
/// others, "Nonrigid registration using free-form deformations", 1999).
package struct ElasticGrid: Equatable, Sendable {
  /// f32[rows, columns, 2]; the first control point is one spacing outside of the frame.
  package let displacements: Tensor
  /// Pixels between control points.
  package let spacing: Double

  package var rows: Int { displacements.shape[0] }
  package var columns: Int { displacements.shape[1] }

  package static func == (a: ElasticGrid, b: ElasticGrid) -> Bool {
    a.spacing == b.spacing && a.displacements.type == b.displacements.type
      && memcmp(a.displacements.storage.bytes, b.displacements.storage.bytes, a.displacements.type.byteCount) == 0
  }

  /// The number of control points along a side of `length` pixels.
  package static func count(length: Int, spacing: Double) -> Int { Int((Double(length) / spacing).rounded(.up)) + 3 }

  func applied(row: Double, column: Double) -> (row: Double, column: Double) {
    let (rowIndex, rowWeights) = ElasticGrid.spline(row, spacing, rows)
    let (columnIndex, columnWeights) = ElasticGrid.spline(column, spacing, columns)
    let grid = displacements.floats()
    var (down, right) = (0.0, 0.0)
    for (i, rowWeight) in rowWeights.enumerated() {
      for (j, columnWeight) in columnWeights.enumerated() {
        let place = 2 * ((rowIndex + i) * columns + columnIndex + j)
        down += rowWeight * columnWeight * Double(grid[place])
        right += rowWeight * columnWeight * Double(grid[place + 1])
      }
    }
    return (row + down, column + right)
  }

  /// The first of four control points, and their weights.
  private static func spline(_ position: Double, _ spacing: Double, _ count: Int) -> (first: Int, weights: [Double]) {
    let scaled = min(max(position / spacing, 0), Double(count - 3))
    let cell = min(scaled.rounded(.down), Double(count - 4))
    let t = scaled - cell, u = 1 - t
    return (Int(cell), [u * u * u / 6, (3 * t * t * t - 6 * t * t + 4) / 6, (3 * u * u * u - 6 * u * u + 4) / 6, t * t * t / 6])
  }
}

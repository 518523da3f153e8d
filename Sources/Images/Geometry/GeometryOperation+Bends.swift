import Diagnostics
import Engine
import Tensors

extension GeometryOperation {
  /// As torchvision's `RandomPerspective`: each corner of the image is shown somewhere within a rectangle at that corner.
  func perspective(_ strength: Distribution, _ height: Int, _ width: Int, _ draws: Draws) throws -> ImageMap.Bend {
    let share = draws.value(strength, named: "strength")
    guard share >= 0, share < 1 else {
      throw Fault(ImageErrors.badGeometry, "the strength of a perspective must be at least 0 and below 1, got \(share)", hint: "as in 0..0.3")
    }
    let (bottom, right) = (Double(height) - 0.5, Double(width) - 0.5)
    let corners = [(-0.5, -0.5), (-0.5, right), (bottom, right), (bottom, -0.5)]
    let shown = corners.enumerated().map { index, corner in
      let (down, across) = draws.uniforms(index + 1)
      let (dy, dx) = (down * share * Double(height) / 2, across * share * Double(width) / 2)
      return (corner.0 < 0 ? corner.0 + dy : corner.0 - dy, corner.1 < 0 ? corner.1 + dx : corner.1 - dx)
    }
    return .perspective(try Homography.matrix(from: shown, to: corners))
  }

  func elastic(_ strength: Distribution, _ spacing: Double?, _ height: Int, _ width: Int, _ draws: Draws) throws -> ImageMap.Bend {
    let amount = draws.value(strength, named: "strength")
    let step = max(1, spacing ?? Double(min(height, width)) / 4)
    let (rows, columns) = (ElasticGrid.count(length: height, spacing: step), ElasticGrid.count(length: width, spacing: step))
    let grid = try Tensor(uninitialized: TensorType(.f32, [rows, columns, 2]))
    let (numbers, key) = (grid.floats(), draws.key)
    for point in 0..<rows * columns {
      let (down, right) = key.uniforms(UInt32(truncatingIfNeeded: point), 0, 0, 0)
      numbers[2 * point] = Float(amount * (2 * down - 1))
      numbers[2 * point + 1] = Float(amount * (2 * right - 1))
    }
    return .elastic(ElasticGrid(displacements: grid, spacing: step))
  }
}

/// Projective maps of the plane.
enum Homography {
  /// The map, as nine numbers, that takes four points to four others; throws if three of them are on a line.
  static func matrix(from: [(Double, Double)], to: [(Double, Double)]) throws -> [Double] {
    // Two equations for each pair: row' (g row + h column + 1) = a row + b column + c, and the same for the column.
    var rows: [[Double]] = []
    for ((r, c), (y, x)) in zip(from, to) {
      rows.append([r, c, 1, 0, 0, 0, -y * r, -y * c, y])
      rows.append([0, 0, 0, r, c, 1, -x * r, -x * c, x])
    }
    for column in 0..<8 {
      let pivot = (column..<8).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
      guard abs(rows[pivot][column]) > 1e-12 else {
        throw Fault(ImageErrors.badGeometry, "three of the four corners are on one line", hint: "use a smaller strength")
      }
      rows.swapAt(column, pivot)
      for row in 0..<8 where row != column {
        let factor = rows[row][column] / rows[column][column]
        for index in column..<9 { rows[row][index] -= factor * rows[column][index] }
      }
    }
    return (0..<8).map { rows[$0][8] / rows[$0][$0] } + [1]
  }
}

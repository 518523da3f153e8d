/// Where a rectangle of one of several mixed images is in the result.
package struct MixPart: Sendable {
  /// 0 is the image itself, the others follow.
  package let image: Int
  /// The rectangle, in its image.
  package let rows: Range<Int>
  package let columns: Range<Int>
  /// Its place in the result.
  package let row: Int
  package let column: Int
}

extension Mix.Layout {
  /// The parts of the result in the order in which they are drawn, for images of this size; none if they are blended.
  package func parts(height: Int, width: Int) -> [MixPart] {
    switch self {
    case .blend: return []
    case .paste(let rows, let columns):
      return [
        MixPart(image: 0, rows: 0..<height, columns: 0..<width, row: 0, column: 0),
        MixPart(image: 1, rows: rows, columns: columns, row: rows.lowerBound, column: columns.lowerBound),
      ]
    case .corners(let middle, let center):
      // Each image shows its part next to the point: the one above it its lower part.
      return (0..<4).map { image in
        let (isBelow, isRight) = (image >= 2, image % 2 == 1)
        return MixPart(
          image: image, rows: isBelow ? 0..<height - middle : height - middle..<height, columns: isRight ? 0..<width - center : width - center..<width,
          row: isBelow ? middle : 0, column: isRight ? center : 0)
      }
    }
  }

  /// Of blended images, the one with the greater weight; else nil.
  package var heavier: Int? { if case .blend(let weight) = self { weight >= 0.5 ? 0 : 1 } else { nil } }
}

extension ImagePlan {
  /// What moves the points of an image.
  package enum Move {
    /// Geometry, one map after the other.
    case maps([Framed])
    case mix(Mix)
  }

  /// All geometry and all mixing, in order.
  package var moves: [Move] {
    var moves: [Move] = []
    for stage in stages {
      switch stage {
      case .sample(let framed):
        if case .maps(let before)? = moves.last { moves[moves.count - 1] = .maps(before + [framed]) } else { moves.append(.maps([framed])) }
      case .mix(let mix): moves.append(.mix(mix))
      case .points, .area, .sum: break
      }
    }
    return moves
  }
}

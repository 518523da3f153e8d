import Diagnostics

/// What mixes an image with others of its data set.
package struct Mix: Sendable {
  package enum Layout: Sendable {
    /// weight × image + (1 - weight) × the other.
    case blend(Float)
    /// A rectangle of the other image replaces the same part.
    case paste(rows: Range<Int>, columns: Range<Int>)
    /// Four images meet at a point: this one is above and to the left, then the others row by row.
    case corners(row: Int, column: Int)

    /// Whether every pixel of the result is one of an image.
    var copies: Bool { if case .blend = self { false } else { true } }
  }

  package let layout: Layout
  package let others: [Other]

  package struct Other: Sendable {
    /// The index of its picture in the source of the data set.
    package let item: Int
    package let plan: ImagePlan
  }
}

/// How the labels of a mixed image are made up.
package struct MixShare: Sendable {
  /// The step of the recipe that mixes.
  package let step: Int
  package let own: Float
  /// Positions in the data set that the step was applied to.
  package let others: [(position: Int, weight: Float, shares: [MixShare])]
}

/// The other images that an operation may mix with.
package enum Neighbours: Sendable {
  /// A single image, or a batch.
  case none
  /// Only the size of the result matters.
  case unknown
  case available(count: Int, get: @Sendable (_ position: Int) throws -> (item: Int, plan: ImagePlan))

  /// The plans of `count` random others; nil if only the size matters. Throws if there are none.
  func draw(_ count: Int, for operation: String, _ plan: ImagePlan, _ draws: Draws) throws -> [(position: Int, item: Int, plan: ImagePlan)]? {
    switch self {
    case .unknown: return nil
    case .none:
      throw Fault(
        ImageErrors.noNeighbours, "`\(operation)` mixes images of a data set, got a single image or a batch",
        hint: "apply it to a data set: `dataset(images, labels=...) |> \(operation)()`")
    case .available(let total, let get):
      return try (0..<count).map { index in
        let position = draws.integer(below: total, 1000 + index)
        let (item, other) = try get(position)
        guard other.height == plan.height, other.width == plan.width, other.channels == plan.channels else {
          throw ImageErrors.mixed("`\(operation)` got \(plan.height)×\(plan.width) and \(other.height)×\(other.width)")
        }
        draws.note("with image \(position)")
        return (position, item, other)
      }
    }
  }
}

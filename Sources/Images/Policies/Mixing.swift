/// The weighted mean of two images; the weight is drawn from Beta(alpha, alpha) (H. Zhang and others, "mixup: beyond
/// empirical risk minimization", arXiv:1710.09412).
package struct MixUp: ImageOperation {
  private let alpha: Double

  package init(alpha: Double) { self.alpha = alpha }

  package var isRandom: Bool { true }
  package var mixes: Bool { true }

  package func apply(to plan: inout ImagePlan, _ draws: Draws) throws {
    guard let other = try plan.neighbours.draw(1, for: "mixup", plan, draws)?.first else { return }
    let weight = Float(BetaDistribution.symmetric(alpha, draws.key))
    draws.note("weight", Double(weight))
    plan.mix(.blend(weight), own: weight, with: [(other.position, 1 - weight, other.item, other.plan)])
  }
}

/// A rectangle of another image, of 1 - Beta(alpha, alpha) of the area (S. Yun and others, "CutMix: regularization strategy
/// to train strong classifiers with localizable features", arXiv:1905.04899).
package struct CutMix: ImageOperation {
  private let alpha: Double

  package init(alpha: Double) { self.alpha = alpha }

  package var isRandom: Bool { true }
  package var mixes: Bool { true }

  package func apply(to plan: inout ImagePlan, _ draws: Draws) throws {
    guard let other = try plan.neighbours.draw(1, for: "cutmix", plan, draws)?.first else { return }
    let side = (1 - BetaDistribution.symmetric(alpha, draws.key)).squareRoot()
    let (down, right) = draws.uniforms(1)
    func range(_ length: Int, _ share: Double) -> Range<Int> {
      let (center, half) = (share * Double(length), side * Double(length) / 2)
      return max(0, Int((center - half).rounded()))..<min(length, max(0, Int((center + half).rounded())))
    }
    let (rows, columns) = (range(plan.height, down), range(plan.width, right))
    let share = Float(rows.count * columns.count) / Float(plan.height * plan.width)
    draws.note("\(rows.count)×\(columns.count) at (\(rows.lowerBound), \(columns.lowerBound))")
    plan.mix(.paste(rows: rows, columns: columns), own: 1 - share, with: [(other.position, share, other.item, other.plan)])
  }
}

/// Four images that meet at a random point (A. Bochkovskiy and others, "YOLOv4: optimal speed and accuracy of object
/// detection", arXiv:2004.10934); each shows the part next to that point.
package struct Mosaic: ImageOperation {
  package init() {}

  package var isRandom: Bool { true }
  package var mixes: Bool { true }

  package func apply(to plan: inout ImagePlan, _ draws: Draws) throws {
    guard let others = try plan.neighbours.draw(3, for: "mosaic", plan, draws) else { return }
    let (down, right) = draws.uniforms(1)
    func place(_ length: Int, _ share: Double) -> Int { Int((Double(length) * (0.25 + 0.5 * share)).rounded()) }
    let (row, column) = (place(plan.height, down), place(plan.width, right))
    let area = Float(plan.height * plan.width)
    let (below, beside) = (plan.height - row, plan.width - column)
    let shares = [row * beside, below * column, below * beside].map { Float($0) / area }
    draws.note("at (\(row), \(column))")
    plan.mix(
      .corners(row: row, column: column), own: Float(row * column) / area,
      with: zip(others, shares).map { ($0.position, $1, $0.item, $0.plan) })
  }
}

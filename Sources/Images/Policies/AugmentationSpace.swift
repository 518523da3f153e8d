import Glibc

/// The operations that random policies choose from, by strength from 0 to 1: those of S. Müller and F. Hutter,
/// "TrivialAugment: tuning-free yet state-of-the-art data augmentation", arXiv:2103.10158, table 1.
enum AugmentationSpace {
  /// The operation for a strength; `sign` is 1 or -1, for those with two directions.
  typealias Make = @Sendable (_ strength: Double, _ sign: Double) -> [any ImageOperation]

  static let all: [(name: String, make: Make)] = [
    ("identity", { _, _ in [] }),
    ("shear", { [GeometryOperation.shear(horizontal: .constant(44 * $0 * $1), vertical: .constant(0))] }),
    ("shear", { [GeometryOperation.shear(horizontal: .constant(0), vertical: .constant(44 * $0 * $1))] }),
    ("affine", { [affine(down: 0, right: 0.5 * $0 * $1)] }),
    ("affine", { [affine(down: 0.5 * $0 * $1, right: 0)] }),
    ("rotate", { [GeometryOperation.rotate(.constant(135 * $0 * $1), about: .spot(.center))] }),
    ("brightness", { [ColourOperation.brightness(.constant(1 + 0.99 * $0 * $1))] }),
    ("saturation", { [ColourOperation.saturation(.constant(1 + 0.99 * $0 * $1))] }),
    ("contrast", { [ColourOperation.contrast(.constant(1 + 0.99 * $0 * $1), about: 0.5)] }),
    ("posterize", { strength, _ in [ColourOperation.posterize(.constant((8 - 6 * strength).rounded()))] }),
    ("solarize", { strength, _ in [ColourOperation.solarize(.constant(1 - strength))] }),
    ("sharpen", { [BlurOperation.sharpen(amount: .constant(0.99 * $0 * $1), sigma: .constant(1))] }),
    ("autocontrast", { _, _ in [LevelOperation.autocontrast(cutoff: .constant(0))] }),
    ("equalize", { _, _ in [LevelOperation.equalize] }),
  ]

  private static func affine(down: Double, right: Double) -> GeometryOperation {
    .affine(rotate: .constant(0), down: .constant(down), right: .constant(right), scale: .constant(1), shear: .constant(0))
  }

  /// Applies a random operation; draws with `index` and the one after.
  static func apply(_ strength: Double, to plan: inout ImagePlan, _ draws: Draws, _ index: Int) throws {
    let (name, make) = all[draws.integer(below: all.count, index)]
    let sign = draws.uniforms(index + 1).0 < 0.5 ? -1.0 : 1.0
    draws.note("\(name) \(sign < 0 ? "-" : "")\(DrawLog.text(strength))")
    for operation in make(strength, sign) { try operation.apply(to: &plan, draws) }
  }
}

/// E. Cubuk and others, "RandAugment: practical automated data augmentation with a reduced search space",
/// arXiv:1909.13719; TrivialAugment is one operation of any strength.
package struct RandomOperations: ImageOperation {
  private let count: Int
  private let strength: Distribution

  package init(count: Int, strength: Distribution) {
    self.count = count
    self.strength = strength
  }

  package var isRandom: Bool { true }

  package func apply(to plan: inout ImagePlan, _ draws: Draws) throws {
    for place in 0..<count {
      let strength = try draws.value(strength, 3 * place + 100, named: "strength", in: 0...1)
      try AugmentationSpace.apply(strength, to: &plan, draws, 3 * place + 101)
    }
  }
}

/// D. Hendrycks and others, "AugMix: a simple data processing method to improve robustness and uncertainty",
/// arXiv:1912.02781: three chains of one to three operations, mixed with random weights, then mixed with the image.
package struct AugMix: ImageOperation {
  private let strength: Distribution

  package init(strength: Distribution) { self.strength = strength }

  package var isRandom: Bool { true }

  package func apply(to plan: inout ImagePlan, _ draws: Draws) throws {
    let strength = try draws.value(strength, 100, named: "strength", in: 0...1)
    // Dirichlet(1, 1, 1) and Beta(1, 1).
    let portions = (0..<3).map { -DrawnNumbers.logarithm(draws.uniforms($0).0) }
    let kept = draws.uniforms(3).0
    draws.note("kept", kept)
    let total = portions.reduce(0, +)
    var branches = [(weight: Float(kept), plan: ImagePlan(height: plan.height, width: plan.width, channels: plan.channels))]
    for (chain, portion) in portions.enumerated() {
      var branch = ImagePlan(height: plan.height, width: plan.width, channels: plan.channels)
      for place in 0...draws.integer(below: 3, 10 + chain) {
        try AugmentationSpace.apply(strength, to: &branch, draws, 200 + 20 * chain + 2 * place)
      }
      branches.append((Float((1 - kept) * portion / total), branch))
    }
    plan.add(branches)
  }
}

enum DrawnNumbers {
  /// Of a number in [0, 1), finite.
  static func logarithm(_ uniform: Double) -> Double { log(max(1 - uniform, 0x1p-53)) }
}

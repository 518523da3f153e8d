import Engine

/// Blurs, which also spread the opacity, and sharpening, which does not. As written; see `Blur` for one image.
package enum BlurOperation: ImageOperation {
  case gaussian(sigma: Distribution)
  case box(radius: Distribution)
  case motion(length: Distribution, angle: Distribution)
  case sharpen(amount: Distribution, sigma: Distribution)

  package static let sigmas = 0.0...1000
  package static let radii = 0.0...1000
  package static let lengths = 1.0...1000
  package static let angles = -1e6...1e6
  /// A negative amount blurs.
  package static let amounts = -1.0...100

  package var isRandom: Bool {
    switch self {
    case .gaussian(let parameter), .box(let parameter): [parameter].areRandom
    case .motion(let first, let second), .sharpen(let first, let second): [first, second].areRandom
    }
  }

  package func apply(to plan: inout ImagePlan, _ draws: Draws) throws {
    switch self {
    case .gaussian(let sigma): plan.add(Blur.gaussian(sigma: try draws.value(sigma, 0, named: "sigma", in: Self.sigmas)))
    case .box(let radius): plan.add(Blur.box(radius: Int(try draws.value(radius, 0, named: "radius", in: Self.radii).rounded())))
    case .motion(let length, let angle):
      plan.add(
        Blur.motion(
          length: try draws.value(length, 0, named: "length", in: Self.lengths), degrees: try draws.value(angle, 1, named: "angle", in: Self.angles)))
    case .sharpen(let amount, let sigma):
      plan.add(
        Blur.sharpen(
          amount: try draws.value(amount, 0, named: "amount", in: Self.amounts), sigma: try draws.value(sigma, 1, named: "sigma", in: Self.sigmas)))
    }
  }
}

import Engine

/// An operation on the colours of single pixels. Values stay between 0 and 1, except for `normalize`; a fourth channel is
/// opacity and is kept.
package enum ColourOperation: ImageOperation {
  /// Multiplies.
  case brightness(Distribution)
  /// Multiplies the distance from `about`.
  case contrast(Distribution, about: Double)
  /// Raises to a power.
  case gamma(Distribution)
  /// 0 is grey, 1 leaves the image.
  case saturation(Distribution)
  /// By degrees of the colour circle.
  case hue(Distribution)
  case greyscale(chance: Double)
  case invert(chance: Double)
  /// Keeps this number of bits of 8.
  case posterize(Distribution)
  /// Inverts values from the threshold on.
  case solarize(Distribution)
  case shuffleChannels
  /// Each channel becomes 0 with this probability, but at least one is kept.
  case dropChannels(chance: Double)
  /// (x - mean) / deviation, by channel; one number is for all.
  case normalize(mean: [Double], deviation: [Double])

  package var isRandom: Bool {
    switch self {
    case .brightness(let by), .contrast(let by, _), .gamma(let by), .saturation(let by), .hue(let by), .posterize(let by), .solarize(let by): [by].areRandom
    case .greyscale(let chance), .invert(let chance), .dropChannels(let chance): chance > 0 && chance < 1
    case .shuffleChannels: true
    case .normalize: false
    }
  }

  package var leavesRange: Bool { if case .normalize = self { true } else { false } }

  package func apply(to plan: inout ImagePlan, _ draws: Draws) throws {
    switch self {
    case .brightness(let factor):
      plan.add(ColourOperation.linear(try draws.value(factor, named: "factor", in: 0...1_000), 0))
    case .contrast(let factor, let about):
      let scale = try draws.value(factor, named: "factor", in: 0...1_000)
      plan.add(ColourOperation.linear(scale, about * (1 - scale)))
    case .gamma(let power): plan.add(.power(Float(try draws.value(power, named: "power", in: 0...1_000))))
    case .saturation(let factor):
      let rows = ColourMatrix.saturation(try draws.value(factor, named: "factor", in: 0...1_000))
      plan.add(.matrix(rows.0, rows.1, rows.2))
    case .hue(let degrees):
      let rows = ColourMatrix.hue(degrees: draws.value(degrees, named: "degrees"))
      plan.add(.matrix(rows.0, rows.1, rows.2))
    case .greyscale(let chance):
      guard draws.happens(chance) else { return }
      let rows = ColourMatrix.saturation(0)
      plan.add(.matrix(rows.0, rows.1, rows.2))
    case .invert(let chance):
      guard draws.happens(chance) else { return }
      plan.add(ColourOperation.linear(-1, 1))
    case .posterize(let bits):
      let kept = try draws.value(bits, named: "bits", in: 1...8).rounded(.down)
      plan.add(.levels(Float(1 << (8 - Int(kept)))))
    case .solarize(let threshold): plan.add(.solarize(Float(draws.value(threshold, named: "threshold"))))
    case .shuffleChannels:
      guard plan.channels >= 3 else { return }
      let order = draws.key.permutation(3)
      draws.note("channels \(order.map(String.init).joined(separator: ", "))")
      plan.add(.order([Float(order[0]), Float(order[1]), Float(order[2]), 3]))
    case .dropChannels(let chance): dropChannels(chance, &plan, draws)
    case .normalize(let mean, let deviation):
      let channels = plan.channels
      guard [mean.count, deviation.count].allSatisfy({ $0 == 1 || $0 == channels }) else {
        throw ImageErrors.outside("`normalize` needs one number, or one for each of \(channels) channels, got \(mean.count) and \(deviation.count)")
      }
      var (scale, offset) = (SIMD4<Float>.one, SIMD4<Float>.zero)
      for channel in 0..<min(4, channels) {
        let (center, width) = (mean[channel % mean.count], deviation[channel % deviation.count])
        (scale[channel], offset[channel]) = (Float(1 / width), Float(-center / width))
      }
      plan.add(.linear(scale: scale, offset: offset, isBounded: false))
    }
  }

  private func dropChannels(_ chance: Double, _ plan: inout ImagePlan, _ draws: Draws) {
    let colours = min(3, plan.channels)
    guard colours > 1 else { return }
    var order: SIMD4<Float> = [0, 1, 2, 3]
    let kept = draws.integer(below: colours)
    for channel in 0..<colours where channel != kept && draws.uniforms(channel + 1).0 < chance {
      order[channel] = -1
      draws.note("without channel \(channel)")
    }
    plan.add(.order(order))
  }

  /// scale x + offset for colours.
  static func linear(_ scale: Double, _ offset: Double) -> PointOperation {
    let (scale, offset) = (Float(scale), Float(offset))
    return .linear(scale: [scale, scale, scale, 1], offset: [offset, offset, offset, 0])
  }
}

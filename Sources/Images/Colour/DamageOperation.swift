import Engine

/// Damage to single pixels: noise, and parts that are missing.
package enum DamageOperation: ImageOperation {
  /// Adds normal noise.
  case noise(Distribution)
  /// Multiplies by 1 plus normal noise.
  case speckle(Distribution)
  /// This share of the pixels becomes black or white, half of them each.
  case saltAndPepper(Distribution)
  /// Rectangles of so much of the area and of such an aspect, width by height (Z. Zhong and others, "Random erasing data
  /// augmentation", arXiv:1708.04896).
  case erase(area: Distribution, aspect: Distribution, count: Int, Filling)
  /// Squares around random pixels, partly outside (T. DeVries, G. Taylor, "Improved regularization of convolutional neural
  /// networks with cutout", arXiv:1708.04552).
  case cutout(size: Distribution, count: Int, Filling)
  /// Squares in a regular grid at a random position, which are this share of its period wide (P. Chen and others,
  /// "GridMask data augmentation", arXiv:2001.04086).
  case grid(period: Distribution, share: Distribution, Filling)

  package enum Filling: Equatable, Sendable {
    /// One number for all channels, or one for each.
    case colour([Double])
    case random
  }

  package var isRandom: Bool { true }

  package func apply(to plan: inout ImagePlan, _ draws: Draws) throws {
    switch self {
    case .noise(let deviation):
      plan.add(.noise(deviation: Float(try draws.value(deviation, named: "deviation", in: 0...1_000)), isSpeckle: false, draws.key))
    case .speckle(let deviation):
      plan.add(.noise(deviation: Float(try draws.value(deviation, named: "deviation", in: 0...1_000)), isSpeckle: true, draws.key))
    case .saltAndPepper(let share):
      let half = Float(try draws.value(share, named: "share", in: 0...1) / 2)
      plan.add(.impulses(dark: half, light: half, draws.key))
    case .erase(let area, let aspect, let count, let filling): try erase(area, aspect, count, filling, &plan, draws)
    case .cutout(let size, let count, let filling):
      let (colour, key) = try filling.resolved(plan.channels, draws)
      for index in 0..<count {
        let side = Int(try draws.value(size, 2 * index, named: "size", in: 1...32_768))
        let (down, right) = draws.uniforms(2 * index + 1)
        let (row, column) = (Int(down * Double(plan.height)) - side / 2, Int(right * Double(plan.width)) - side / 2)
        plan.add(.fill(rows: row..<row + side, columns: column..<column + side, colour, key))
      }
    case .grid(let period, let share, let filling):
      let (colour, key) = try filling.resolved(plan.channels, draws)
      let step = Int(try draws.value(period, named: "period", in: 2...32_768))
      let side = Int((Double(step) * (try draws.value(share, 1, named: "share", in: 0...1))).rounded())
      let (down, right) = draws.uniforms(2)
      guard side > 0 else { return }
      plan.add(.grid(side: side, period: step, row: Int(down * Double(step)) - step, column: Int(right * Double(step)) - step, colour, key))
    }
  }

  private func erase(_ area: Distribution, _ aspect: Distribution, _ count: Int, _ filling: Filling, _ plan: inout ImagePlan, _ draws: Draws) throws {
    let (colour, key) = try filling.resolved(plan.channels, draws)
    let (height, width) = (Double(plan.height), Double(plan.width))
    for index in 0..<count {
      let pixels = try draws.value(area, 3 * index, named: "area", in: 0...1) * height * width
      let ratio = try draws.value(aspect, 3 * index + 1, named: "aspect", in: 0.001...1_000)
      let h = min(height, (pixels / ratio).squareRoot().rounded()), w = min(width, (pixels * ratio).squareRoot().rounded())
      let place = draws.uniforms(3 * index + 2)
      let (row, column) = (Int(place.0 * (height - h + 1)), Int(place.1 * (width - w + 1)))
      draws.note("\(Int(h))×\(Int(w)) at (\(row), \(column))")
      plan.add(.fill(rows: row..<row + Int(h), columns: column..<column + Int(w), colour, key))
    }
  }
}

extension DamageOperation.Filling {
  fileprivate func resolved(_ channels: Int, _ draws: Draws) throws -> (SIMD4<Float>, RandomKey?) {
    switch self {
    case .random: return (.zero, draws.key)
    case .colour(let values):
      guard values.count == 1 || values.count == channels || (channels == 4 && values.count == 3) else {
        throw ImageErrors.outside("`fill` needs one number, or one for each of \(channels) channels, got \(values.count)")
      }
      var colour = SIMD4<Float>.zero
      for channel in 0..<min(4, channels) { colour[channel] = Float(values[channel % values.count]) }
      return (colour, nil)
    }
  }
}

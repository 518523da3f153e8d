import Glibc

/// Half of a symmetric filter: the weights of the centre, of distance 1 and so on.
package struct SymmetricFilter: Equatable, Sendable {
  package let weights: [Double]

  init(_ weights: [Double]) { self.weights = weights }

  /// A Gaussian, cut at three and a half standard deviations; the rest is less than half a thousandth. For a line of `length`
  /// pixels it is short enough: what reaches around a mirrored line, which repeats after 2 (length - 1) pixels, is added up.
  package static func gaussian(sigma: Double, length: Int) -> SymmetricFilter {
    let period = 2 * max(0, length - 1)
    guard sigma > 0, period > 0 else { return SymmetricFilter([1]) }
    // A Gaussian as wide as the period covers it evenly, with an error below 1e-8.
    guard sigma < Double(period) else { return SymmetricFilter([Double](repeating: 1, count: period / 2 + 1)).folded(period).normalized }
    let reach = Int((3.5 * sigma).rounded())
    return SymmetricFilter((0...reach).map { exp(-Double($0 * $0) / (2 * sigma * sigma)) }).folded(period).normalized
  }

  package static func box(radius: Int, length: Int) -> SymmetricFilter {
    let period = 2 * max(0, length - 1)
    guard period > 0 else { return SymmetricFilter([1]) }
    return SymmetricFilter([Double](repeating: 1, count: radius + 1)).folded(period).normalized
  }

  /// With no distance greater than half the period.
  private func folded(_ period: Int) -> SymmetricFilter {
    guard weights.count > period / 2 else { return self }
    var sums = [Double](repeating: 0, count: period)
    for (distance, weight) in weights.enumerated() {
      sums[distance % period] += weight
      if distance > 0 { sums[(period - distance % period) % period] += weight }
    }
    // The farthest pixel is on both sides.
    return SymmetricFilter(sums.prefix(period / 2) + [sums[period / 2] / 2])
  }

  private var normalized: SymmetricFilter {
    let total = weights[0] + 2 * weights.dropFirst().reduce(0, +)
    return SymmetricFilter(weights.map { $0 / total })
  }

  var floats: [Float] { weights.map { Float($0) } }
}

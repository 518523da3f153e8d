import Glibc

/// The normal distribution on the whole numbers: k has a probability proportional to exp(-k² / 2σ²). Samples are exact, since all
/// decisions are made with whole numbers: rounded noise of floating point would reveal what it hides (C. Canonne, G. Kamath,
/// T. Steinke, The discrete Gaussian for differential privacy, NeurIPS 2020, algorithms 1 to 3).
package struct DiscreteGaussian: Sendable, Equatable {
  /// σ² is a fraction with this denominator.
  package static let denominator: UInt128 = 1024
  private let numerator: UInt128
  private let scale: UInt128

  /// The least noise that makes a count a matter of `rho` (zero-concentrated differential privacy): σ² = 1 / 2ρ, rounded up.
  package init(rho: Double) {
    let variance = (Double(DiscreteGaussian.denominator) / (2 * rho)).rounded(.up)
    numerator = UInt128(max(variance, 1))
    scale = UInt128(max(1, (Double(numerator) / Double(DiscreteGaussian.denominator)).squareRoot())) + 1
  }

  package var variance: Double { Double(numerator) / Double(DiscreteGaussian.denominator) }
  package var deviation: Double { variance.squareRoot() }
  /// What a measurement with this noise costs.
  package var rho: Double { 1 / (2 * variance) }

  package func sample(_ bits: inout NoiseBits) -> Int {
    while true {
      let candidate = DiscreteGaussian.laplace(scale, &bits)
      // (|y| - σ²/t)² / 2σ², as a fraction of whole numbers.
      let (a, b) = (UInt128(candidate.magnitude) * scale * DiscreteGaussian.denominator, numerator)
      let distance = a > b ? a - b : b - a
      if DiscreteGaussian.exponential(distance * distance, 2 * numerator * DiscreteGaussian.denominator * scale * scale, &bits) { return candidate }
    }
  }

  /// The discrete Laplace distribution: k has a probability proportional to exp(-|k| / scale).
  package static func laplace(_ scale: UInt128, _ bits: inout NoiseBits) -> Int {
    while true {
      let low = bits.below(scale)
      guard exponential(low, scale, &bits) else { continue }
      var high: UInt128 = 0
      while exponential(1, 1, &bits) { high += 1 }
      let size = Int(low + scale * high)
      let isNegative = bits.flag()
      if isNegative, size == 0 { continue }
      return isNegative ? -size : size
    }
  }

  /// True with a probability of exp(-numerator / denominator).
  package static func exponential(_ numerator: UInt128, _ denominator: UInt128, _ bits: inout NoiseBits) -> Bool {
    let (whole, rest) = numerator.quotientAndRemainder(dividingBy: denominator)
    for _ in 0..<whole where !exponentialOfFraction(1, 1, &bits) { return false }
    return exponentialOfFraction(rest, denominator, &bits)
  }

  private static func exponentialOfFraction(_ numerator: UInt128, _ denominator: UInt128, _ bits: inout NoiseBits) -> Bool {
    var round: UInt128 = 1
    while bits.bernoulli(numerator, denominator), bits.bernoulli(1, round) { round += 1 }
    return round % 2 == 1
  }

  // MARK: The tail

  /// The least number that the noise reaches with a probability of at most `share`.
  package func quantile(above share: Double) -> Int {
    // Less than beyond this is negligible beside every share that can be asked for.
    let end = Int((40 * deviation).rounded(.up)) + 2
    func weight(_ number: Int) -> Double { exp(-Double(number) * Double(number) / (2 * variance)) }
    // The small terms first.
    let total = 1 + 2 * (1...end).reversed().reduce(0) { $0 + weight($1) }
    // Rounding errors are much less than what is added.
    var sum = 0.0
    for number in (1...end).reversed() {
      sum += weight(number)
      if sum / total * (1 + 1e-9) > share { return number + 1 }
    }
    return 1
  }
}

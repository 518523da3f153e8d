/// Expectations under a normal distribution by seven points (M. Abramowitz, I. Stegun, Handbook of mathematical functions, 1964,
/// table 25.10, for the weight exp(-x²)).
enum GaussHermite {
  private static let points: [(x: Double, weight: Double)] = [
    (0, 0.8102646175568), (0.816287882858965, 0.4256072526101), (1.673551628767471, 0.05451558281913), (2.651961356835233, 0.0009717812450995),
  ]

  static func expectation(_ mean: Double, _ deviation: Double, _ function: (Double) -> Double) -> Double {
    var sum = 0.0
    for (x, weight) in points {
      let step = 2.0.squareRoot() * deviation * x
      sum += weight * (x == 0 ? function(mean) : function(mean + step) + function(mean - step))
    }
    return sum / Double.pi.squareRoot()
  }
}

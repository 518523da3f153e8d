import Glibc
import Privacy
import Testing

/// The accounting of steps on random parts of the examples. References: Tests/Reference/privacy.py.
@Suite struct SubsampledGaussianTests {
  @Test func divergencesAreTheirIntegrals() {
    let lines = NoiseTests.lines("renyi")
    #expect(lines.count == 25)
    for line in lines {
      let found = SubsampledGaussian.divergence(order: Int(line[0]), rate: line[1], noise: line[2])
      #expect(abs(found - line[3]) <= 1e-8 * line[3] + 1e-13, "\(line): \(found)")
    }
    #expect(SubsampledGaussian.divergence(order: 7, rate: 1, noise: 3) == 7.0 / 18)
  }

  /// Between whole orders there are slightly better ones.
  @Test func epsilonsAreThoseOfTheBestOrder() {
    let lines = NoiseTests.lines("sampled")
    #expect(lines.count == 5)
    for line in lines {
      let found = SubsampledGaussian(rate: line[0], noise: line[1]).epsilon(delta: line[3], steps: Int(line[2]))
      #expect(found <= line[4] * (1 + 1e-9) && found > 0.93 * line[4], "\(line): \(found)")
    }
  }

  @Test(arguments: [0.1, 1, 3, 10, 100]) func theNoiseIsJustEnough(_ epsilon: Double) throws {
    for (rate, steps) in [(0.001, 5000), (0.05, 400), (1.0, 30)] {
      let enough = try #require(SubsampledGaussian(epsilon: epsilon, delta: 1e-5, rate: rate, steps: steps))
      let less = SubsampledGaussian(rate: rate, noise: enough.noise * 0.999)
      #expect(enough.epsilon(delta: 1e-5, steps: steps) <= epsilon && less.epsilon(delta: 1e-5, steps: steps) > epsilon, "\(rate), \(steps)")
      #expect(enough.epsilon(delta: 1e-5, steps: 0) == 0)
    }
    #expect(SubsampledGaussian(epsilon: 1e-9, delta: 1e-15, rate: 1, steps: 1_000_000) == nil)
  }
}

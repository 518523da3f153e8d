import Glibc
import Privacy
import TestSupport
import Testing

/// The random bits and noise of private models. The accounting against Tests/Reference/privacy.py.
@Suite("Noise of private models") struct NoiseTests {
  static let key = NoiseKey(words: (0..<8).map { UInt32($0) &* 0x9E37_79B9 })

  struct Line: Sendable {
    let name: String
    let numbers: [Double]
  }

  static let reference: [Line] = {
    let text = (try? String(contentsOf: Repository.reference.appendingPathComponent("privacy.txt"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map { line in
      let parts = line.split(separator: "\t")
      return Line(name: String(parts[0]), numbers: parts.dropFirst().map { Double($0) ?? .nan })
    }
  }()

  static func lines(_ name: String) -> [[Double]] { reference.filter { $0.name == name }.map(\.numbers) }

  @Test func thereAreReferences() { #expect(NoiseTests.reference.count > 100) }

  // MARK: Random bits

  /// RFC 8439, section 2.3.2.
  @Test func chaCha20() {
    let cipher = ChaCha20(key: (0..<8).map { (index: UInt32) in (0..<4).reduce(0) { $0 | (4 * index + $1) << (8 * $1) } })
    #expect(
      cipher.block(1, (0x0900_0000, 0x4a00_0000, 0)) == [
        0xe4e7_f110, 0x1559_3bd1, 0x1fdd_0f50, 0xc471_20a3, 0xc7f4_d1c7, 0x0368_c033, 0x9aaa_2204, 0x4e6c_d4c3, 0x4664_82d2, 0x09aa_9f07, 0x05d7_c214,
        0xa202_8bd9, 0xd19c_12b5, 0xb94e_16de, 0xe883_d0cb, 0x4e3c_50a2,
      ])
  }

  /// FIPS 180-4 and its examples.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
    (String(repeating: "a", count: 1000), "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"),
  ]) func sha256(_ text: String, _ expected: String) {
    var (whole, parts) = (SHA256(), SHA256())
    whole.add(Array(text.utf8))
    for byte in text.utf8 { parts.add([byte]) }
    func hexadecimal(_ words: [UInt32]) -> String {
      words.map { word in
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
      }.joined()
    }
    #expect(hexadecimal(whole.finished()) == expected && hexadecimal(parts.finished()) == expected)
  }

  @Test func bitsAreFunctionsOfTheirPlace() {
    var (a, b, c, d) = (
      NoiseTests.key.bits(measurement: 1, place: 2), NoiseTests.key.bits(measurement: 1, place: 2), NoiseTests.key.bits(measurement: 2, place: 2),
      NoiseTests.key.bits(measurement: 1, place: 3)
    )
    let numbers = [a.below(1 << 100), b.below(1 << 100), c.below(1 << 100), d.below(1 << 100)]
    #expect(numbers[0] == numbers[1] && Set(numbers).count == 3)
  }

  @Test(arguments: [1, 3, 6, 7, 1 << 70, 3 << 100] as [UInt128]) func evenNumbers(_ limit: UInt128) {
    var bits = NoiseTests.key.bits(measurement: 9, place: 0)
    var thirds = [0, 0, 0]
    for _ in 0..<3000 {
      let number = bits.below(limit)
      #expect(number < limit)
      if limit % 3 == 0 { thirds[Int(number % 3)] += 1 }
    }
    if limit % 3 == 0 { #expect(chiSquare(thirds, [1000, 1000, 1000]) < 13.8) }
  }

  private func chiSquare(_ counts: [Int], _ expected: [Double]) -> Double {
    zip(counts, expected).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) / $1.1 }
  }

  // MARK: Noise

  /// Pearson's test of samples against exact probabilities, at a level of about 1 in 1000. With one key, the result is always the same.
  @Test(arguments: [0.25, 1, 7.5, 1000]) func discreteGaussian(_ variance: Double) {
    let noise = DiscreteGaussian(rho: 1 / (2 * variance))
    #expect(noise.variance == variance)
    let count = variance > 100 ? 3000 : 6000
    let samples = (0..<count).map { place -> Int in
      var bits = NoiseTests.key.bits(measurement: 1, place: place)
      return noise.sample(&bits)
    }
    // Groups as wide as a third of the deviation, with at least eight expected samples each.
    let step = max(1, Int(noise.deviation / 3))
    let total = (-400...400).reduce(0.0) { $0 + exp(-pow(Double($1), 2) / (2 * variance)) }
    func probability(_ range: Range<Int>) -> Double { range.reduce(0) { $0 + exp(-pow(Double($1), 2) / (2 * variance)) } / total }
    let groups = (-40..<40).map { $0 * step..<($0 + 1) * step }.filter { probability($0) * Double(count) >= 8 }
    let statistic = chiSquare(groups.map { group in samples.count { group.contains($0) } }, groups.map { probability($0) * Double(count) })
    let freedom = Double(groups.count - 1)
    #expect(statistic < freedom + 3.3 * (2 * freedom).squareRoot() + 4, "\(statistic) of \(freedom)")
    let mean = samples.reduce(0.0) { $0 + Double($1) } / Double(count)
    #expect(abs(mean) < 4 * noise.deviation / Double(count).squareRoot())
  }

  @Test func largeNoise() {
    let noise = DiscreteGaussian(rho: 1 / (2 * 4e6 * 4e6))
    let samples = (0..<400).map { place -> Double in
      var bits = NoiseTests.key.bits(measurement: 5, place: place)
      return Double(noise.sample(&bits)) / noise.deviation
    }
    let square = samples.reduce(0) { $0 + $1 * $1 } / 400
    #expect(abs(square - 1) < 0.3 && abs(samples.reduce(0, +) / 400) < 0.2)
  }

  @Test(arguments: [1, 3, 20]) func discreteLaplace(_ scale: Int) {
    let samples = (0..<4000).map { place -> Int in
      var bits = NoiseTests.key.bits(measurement: 2, place: place)
      return DiscreteGaussian.laplace(UInt128(scale), &bits)
    }
    for line in NoiseTests.lines("laplace") where line[0] == Double(scale) {
      let (place, probability) = (Int(line[1]), line[2])
      let expected = 4000 * probability
      for sign in [1, -1] {
        #expect(abs(Double(samples.count { $0 == sign * place }) - expected) < 4 * expected.squareRoot() + 3)
      }
    }
  }

  @Test func exponentialChances() {
    for (numerator, denominator) in [(1, 3), (1, 1), (7, 2), (0, 5)] as [(UInt128, UInt128)] {
      let hits = (0..<2000).count { place in
        var bits = NoiseTests.key.bits(measurement: 3, place: place)
        return DiscreteGaussian.exponential(numerator, denominator, &bits)
      }
      let share = exp(-Double(numerator) / Double(denominator))
      #expect(abs(Double(hits) - 2000 * share) <= 4 * (2000 * share * (1 - share)).squareRoot())
    }
  }

  @Test func tails() {
    for line in NoiseTests.lines("tail") where line[1] >= 1 {
      let noise = DiscreteGaussian(rho: 1 / (2 * line[0]))
      let number = Int(line[1])
      // Just above the probability of the tail it is enough, and just below it is not.
      #expect(noise.quantile(above: line[2] * (1 + 1e-6)) == number)
      #expect(noise.quantile(above: line[2] * (1 - 1e-6)) == number + 1)
    }
    // Never less noise than was asked for.
    for rho in [0.001, 0.3, 1.7, 40] { #expect(DiscreteGaussian(rho: rho).rho <= rho && DiscreteGaussian(rho: rho).rho > 0.85 * rho) }
  }

  // MARK: Accounting

  @Test func conversions() {
    for line in NoiseTests.lines("delta") {
      let delta = ZeroConcentrated.delta(rho: line[0], epsilon: line[1])
      // Near 1, where there is no guarantee, it is not computed exactly.
      #expect(delta >= line[2] * (1 - 1e-9) && (delta <= line[2] * (1 + 1e-6) || line[2] > 0.5), "\(line): \(delta)")
    }
    for line in NoiseTests.lines("rho") {
      let rho = ZeroConcentrated.rho(epsilon: line[0], delta: line[1])
      #expect(rho <= line[2] && rho > line[2] * (1 - 1e-6), "\(line): \(rho)")
    }
    for line in NoiseTests.lines("census") {
      let (low, high) = (ZeroConcentrated.rho(epsilon: line[2] - 0.03, delta: line[1]), ZeroConcentrated.rho(epsilon: line[2] + 0.2, delta: line[1]))
      #expect(low < line[0] + 0.005 && line[0] - 0.005 < high)
    }
  }
}

import Engine
import Glibc
import Tensors
import Testing

/// Gradients where a slope is zero, infinite or one of several.
@Suite struct SingularGradientTests {
  private func tensor(_ numbers: [Double], _ shape: [Int]? = nil) throws -> Tensor { try Tensor(dtype: .f64, shape: shape ?? [numbers.count]) { numbers[$0] } }

  /// The gradient of the sum of what `build` gives, and that of the gradient's weighted sum.
  private func gradients(_ x: [Double], _ build: (Term) throws -> Term) throws -> (first: [Double], second: [Double]) {
    let engine = Engine(threads: 1)
    return try engine.recording {
      let leaf = engine.leaf(try tensor(x))
      let output = try build(engine.term(leaf))
      let first = try engine.gradients(of: output.sum(Array(0..<output.type.rank)).node, withRespectTo: [leaf])[0]
      let weights = engine.term(engine.leaf(try tensor(x.indices.map { 1 + Double($0) / 4 })))
      let second = try engine.gradients(of: (engine.term(first) * weights).sum([0]).node, withRespectTo: [leaf])[0]
      let (a, b) = (try engine.value(first), try engine.value(second))
      return (x.indices.map { a[$0] }, x.indices.map { b[$0] })
    }
  }

  /// Products are polynomials, whose gradients finite differences give at zero too.
  @Test(arguments: [[2, 0, 3], [0, 0, 3], [0, 0, 0], [0], [1.5, 2.5, -1, 0.5], [0, 2, 0, 4, 5]] as [[Double]])
  func productsWithZeros(_ x: [Double]) throws {
    let got = try gradients(x) { try $0.reduce(.product, [0]) }
    func product(_ x: [Double]) -> Double { x.reduce(1, *) }
    func slope(_ x: [Double]) -> [Double] { x.indices.map { skipped in x.indices.filter { $0 != skipped }.map { x[$0] }.reduce(1, *) } }
    let weights = x.indices.map { 1 + Double($0) / 4 }
    for index in x.indices {
      func moved(_ by: Double) -> [Double] { x.enumerated().map { $0.offset == index ? $0.element + by : $0.element } }
      let first = (product(moved(1e-3)) - product(moved(-1e-3))) / 2e-3
      #expect(abs(got.first[index] - first) < 1e-9)
      func weighted(_ by: Double) -> Double { zip(slope(moved(by)), weights).reduce(0) { $0 + $1.0 * $1.1 } }
      let second = (weighted(1e-3) - weighted(-1e-3)) / 2e-3
      #expect(abs(got.second[index] - second) < 1e-9)
    }
  }

  @Test func productAlongAnAxis() throws {
    let engine = Engine(threads: 1)
    try engine.recording {
      let leaf = engine.leaf(try tensor([1, 0, 3, 4, 5, 6], [2, 3]))
      let output = try engine.term(leaf).reduce(.product, [0])
      let gradient = try engine.value(engine.gradients(of: output.sum([0]).node, withRespectTo: [leaf])[0])
      #expect((0..<6).map { gradient[$0] } == [4, 5, 6, 1, 0, 3])
    }
  }

  /// The subgradient at zero of what has none, and what no branch takes.
  @Test func masksAndSubgradients() throws {
    let x: [Double] = [0, 4]
    let norm = try gradients([0, 0]) { try $0.applying(.square).sum([0]).applying(.squareRoot) }
    #expect(norm.first == [0, 0] && norm.second.allSatisfy { !$0.isNaN })
    #expect(try gradients([0, 0]) { try ($0 * $0).sum([0]).applying(.squareRoot) }.first == [0, 0])
    let away = try gradients([3, 4]) { try ($0 * $0).sum([0]).applying(.squareRoot) }.first
    #expect(abs(away[0] - 0.6) < 1e-15 && abs(away[1] - 0.8) < 1e-15)
    #expect(try gradients(x) { try $0.applying(.squareRoot) }.first == [.infinity, 0.25])
    typealias Branch = @Sendable (Term) throws -> Term
    let branches: [(Branch, Double, Double)] = [
      ({ try $0.applying(.squareRoot) }, 0.25, -1.0 / 32), ({ try $0.applying(.log) }, 0.25, -1.0 / 16),
      ({ try $0.applying(.reciprocal) }, -1.0 / 16, 1.0 / 32),
      ({ try $0.constant(1) / $0 }, -1.0 / 16, 1.0 / 32), ({ try $0 / $0 }, 0, 0), ({ try $0.applying(.power, $0.constant(-1)) }, -1.0 / 16, 1.0 / 32),
      ({ try $0.applying(.power, $0.constant(0.5)) }, 0.25, -1.0 / 32), ({ try $0 * $0.applying(.reciprocal) }, 0, 0),
      ({ try $0.applying(.log) * $0 }, 1 + log(4.0), 0.25), ({ try ($0 - 1).applying(.log1p) }, 0.25, -1.0 / 16),
    ]
    for (index, (branch, first, second)) in branches.enumerated() {
      let got = try gradients(x) { try $0.constant(0).applying(.less, $0).select(branch($0), $0.constant(0).broadcast([2])) }
      #expect(got.first[0] == 0 && abs(got.first[1] - first) < 1e-12, "branch \(index): \(got.first)")
      #expect(got.second[0] == 0 && abs(got.second[1] - second * 1.25) < 1e-12, "branch \(index): \(got.second)")
    }
    // exp overflows where it is not taken.
    let exponential = try gradients([1000, 1]) { try $0.applying(.less, $0.constant(10)).select($0.applying(.exp), $0.constant(0).broadcast([2])) }
    #expect(exponential.first[0] == 0 && abs(exponential.first[1] - exp(1.0)) < 1e-12 && exponential.second[0] == 0)
    // Data that is not a number, masked.
    let masked = try gradients([.nan, 2]) { try $0.applying(.isFinite).select(($0 - 1).applying(.square), $0.constant(0).broadcast([2])) }
    #expect(masked.first == [0, 2])
  }

  @Test func tiesAndKinks() throws {
    #expect(try gradients([2, 5, 5]) { try $0.reduce(.max, [0]) }.first == [0, 0.5, 0.5])
    #expect(try gradients([0, 0]) { try $0.applying(.absolute) }.first == [0, 0])
    #expect(try gradients([-1, 0, 2]) { try $0.applying(.relu) }.first == [0, 0, 1])
    #expect(try gradients([1, 3]) { try $0.applying(.maximum, $0.constant(1)) }.first == [0.5, 1])
    // An infinite gradient from above goes to the winner alone.
    #expect(try gradients([0, 3]) { try $0.applying(.maximum, $0.constant(-1)).applying(.squareRoot) }.first[0] == .infinity)
    #expect(try gradients([0]) { try $0.constant(0).broadcast([1]).applying(.power, $0) }.first == [0])
    #expect(try gradients([0]) { try $0.applying(.power, $0.constant(0)) }.first == [0])
    #expect(try gradients([0]) { try $0.applying(.power, $0.constant(1)) }.first == [1])
  }
}

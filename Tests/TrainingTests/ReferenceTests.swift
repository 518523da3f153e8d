import Engine
import Foundation
import Library
import Machine
import Tensors
import TestSupport
import Testing
import Training

/// The MLP VAE and GAN against PyTorch in float64: fixtures by Tests/Reference/make.py.
@Suite struct ReferenceTests {
  /// The hash that make.py calls `number`.
  static func number(_ shape: [Int], _ salt: UInt64, _ scale: Double) throws -> Tensor {
    try Tensor(dtype: .f32, shape: shape) { index in
      let mask: UInt64 = 0xFFFF_FFFF
      let i = UInt64(index) &+ salt &* 0x9E37_79B9
      var h = (i &* 2_654_435_761) & mask
      h = ((h ^ (h >> 15)) &* 2_246_822_519) & mask
      h = ((h ^ (h >> 13)) &* 3_266_489_917) & mask
      h ^= h >> 16
      return (Double(h >> 8) / Double(1 << 23) - 1) * scale
    }
  }

  struct Fixture {
    private var values: [String: [Double]] = [:]

    init(_ name: String) throws {
      let table = try String(contentsOf: Repository.reference.appendingPathComponent(name + ".txt"), encoding: .utf8)
      let bytes = [UInt8](try Data(contentsOf: Repository.reference.appendingPathComponent(name + ".bin")))
      var offset = 0
      for line in table.split(separator: "\n") {
        let words = line.split(separator: " ")
        let isSample = line.contains(".sample")
        let size = isSample ? 4 : 8
        values[String(words[0])] = (0..<(Int(words[1]) ?? 0)).map { index in
          let at = offset + index * size
          return bytes.withUnsafeBytes {
            isSample ? Double($0.loadUnaligned(fromByteOffset: at, as: Float.self)) : $0.loadUnaligned(fromByteOffset: at, as: Double.self)
          }
        }
        offset += (Int(words[1]) ?? 0) * size
      }
    }

    func callAsFunction(_ name: String) throws -> [Double] { try #require(values[name]) }
  }

  /// The design's measure for one tensor, over every 13th element, and the sums over all of them.
  private func check(_ got: Tensor, _ name: String, _ fixture: Fixture) throws {
    let (sample, sums) = (try fixture(name + ".sample"), try fixture(name + ".sums"))
    let scale = sums[0]
    var worst = 0.0
    for (index, want) in sample.enumerated() { worst = max(worst, abs(got[index * 13] - want)) }
    #expect(worst / scale < 1e-5, "\(name): \(worst / scale)")
    let all = (0..<got.count).map { got[$0] }
    #expect(abs((all.map { abs($0) }.max() ?? 0) - scale) / scale < 1e-5, "\(name)")
    let root = Double(got.count).squareRoot()
    #expect(abs(all.reduce(0, +) - sums[1]) / (scale * root) < 1e-5, "\(name)")
    #expect(abs(all.reduce(0) { $0 + $1 * $1 } - sums[2]) / sums[2] < 1e-4, "\(name)")
  }

  private func global(_ test: TestSession, _ name: String, _ tensor: Tensor) {
    test.session.machine.setGlobal(name, test.session.machine.make(tensor: tensor))
  }

  private func tensor(_ test: TestSession, _ name: String, _ field: String? = nil) throws -> Tensor {
    let machine = test.session.machine
    var value = try #require(machine.global(name))
    if let field { value = try machine.field(value, machine.symbols.intern(field)) }
    return try machine.engine.value(value.node)
  }

  @Test func vaeLossAndGradients() throws {
    let fixture = try Fixture("vae")
    let test = TestSession()
    let x = try Self.number([32, 784], 1, 1)
    global(test, "x", try Tensor(dtype: .f32, shape: [32, 784]) { (x[$0] + 1) / 2 })
    global(test, "noise", try Self.number([32, 20], 2, 2))
    let sizes: [(String, [Int], Double)] = [
      ("w1", [784, 400], 1 / 16), ("b1", [400], 1 / 16), ("w2", [400, 20], 1 / 8), ("b2", [20], 1 / 16), ("w3", [400, 20], 1 / 32),
      ("b3", [20], 1 / 16), ("w4", [20, 400], 1 / 4), ("b4", [400], 1 / 16), ("w5", [400, 784], 1 / 16), ("b5", [784], 1 / 16),
    ]
    for (index, size) in sizes.enumerated() { global(test, size.0, try Self.number(size.1, UInt64(10 + index), size.2)) }
    let outcome = test.run(
      """
      fn loss(w) {
        h = relu(x @ w.w1 + w.b1)
        (mean, log_variance) = (h @ w.w2 + w.b2, h @ w.w3 + w.b3)
        z = mean + exp(log_variance / 2) * noise
        logits = relu(z @ w.w4 + w.b4) @ w.w5 + w.b5
        sum(bce_logits(logits, x)) + sum(kl_normal(mean, log_variance))
      }
      weights = {w1: w1, b1: b1, w2: w2, b2: b2, w3: w3, b3: b3, w4: w4, b4: b4, w5: w5, b5: b5}
      (value, slopes) = value_and_grad(loss)(weights)
      """)
    #expect(outcome.report == nil)
    let want = try fixture("loss")[0]
    #expect(abs(try tensor(test, "value")[0] - want) / want < 1e-5)
    for size in sizes { try check(tensor(test, "slopes", size.0), size.0, fixture) }
  }

  @Test(arguments: ["critic", "generator", "minimax"])
  func ganLossesAndGradients(_ game: String) throws {
    let fixture = try Fixture("gan")
    let test = TestSession()
    global(test, "x", try Self.number([32, 784], 3, 1))
    global(test, "z", try Self.number([32, 100], 4, 2))
    func network(_ name: String, _ sizes: [Int], _ salt: Int) throws {
      for (index, pair) in zip(sizes, sizes.dropFirst()).enumerated() {
        global(test, "\(name)\(2 * index)", try Self.number([pair.0, pair.1], UInt64(salt + 2 * index), 1 / 8))
        global(test, "\(name)\(2 * index + 1)", try Self.number([pair.1], UInt64(salt + 2 * index + 1), 1 / 16))
      }
    }
    try network("g", [100, 256, 512, 1024, 784], 40)
    try network("d", [784, 1024, 512, 256, 1], 60)
    let outcome = test.run(
      """
      fn run(w, h) {
        for i in 0..4 {
          h = h @ w[2 * i] + w[2 * i + 1]
          if i < 3 { h = leaky_relu(h) }
        }
        h
      }
      g = (g0, g1, g2, g3, g4, g5, g6, g7)
      d = (d0, d1, d2, d3, d4, d5, d6, d7)
      fake = tanh(run(g, z))
      games = {
        critic: d -> mean(softplus(-run(d, x))) + mean(softplus(run(d, fake))),
        generator: g -> mean(softplus(-run(d, tanh(run(g, z))))),
        minimax: g -> -mean(softplus(run(d, tanh(run(g, z))))),
      }
      (value, slopes) = value_and_grad(games.\(game))(\(game == "critic" ? "d" : "g"))
      """)
    #expect(outcome.report == nil)
    let want = try fixture("\(game).loss")[0]
    #expect(abs(try tensor(test, "value")[0] - want) / abs(want) < 1e-5)
    let slopes = try #require(test.session.machine.global("slopes"))
    for index in 0..<8 {
      try check(test.session.machine.engine.value(slopes.listItem(index).node), "\(game).\(index)", fixture)
    }
  }

  /// Three updates fed with the fixture's gradient, through the buffers and the step of a training.
  @Test func adamUpdates() throws {
    let fixture = try Fixture("vae")
    let (want, gradient) = (try fixture("adam.sample"), try fixture("adam.gradient.sample"))
    let start = try Self.number([784, 400], 10, 1 / 16)
    let own = try Tensor(dtype: .f32, shape: [want.count]) { start[$0 * 13] }
    let buffer = try ParameterBuffer([(path: "w", part: "w", type: own.type)])
    let engine = Engine(threads: 1)
    try buffer.fill([engine.leaf(own)], engine)
    let step = OptimizerStep(Optimizer.standard, buffer, 0..<buffer.count, updates: 0, engine)
    for factor in [1.0, -0.5, 0.25] {
      for index in want.indices { buffer.gradients.bind(Float.self)[index] = Float(gradient[index] * factor) }
      step.run(squaredNorm: 0)
    }
    let got = buffer.tensors(in: buffer.values)[0]
    let scale = want.map { abs($0) }.max() ?? 1
    var worst = 0.0
    for index in want.indices { worst = max(worst, abs(got[index] - want[index])) }
    #expect(worst / scale < 1e-5)
    // The move itself, which is small beside the weight.
    #expect((0..<want.count).contains { abs(want[$0] - own[$0]) > 5e-4 })
  }
}

import Diagnostics
import Engine
import Glibc
import Machine
import Tensors

/// `normal(m, s)`: a distribution to draw from.
package final class NormalDistribution: Foreign {
  package let mean: Double
  package let deviation: Double

  package init(mean: Double, deviation: Double) {
    self.mean = mean
    self.deviation = deviation
  }

  package var typeName: String { "distribution" }
  package var text: String { "normal(\(mean), \(deviation))" }

  package func isEqual(to other: any Foreign, _ machine: Machine) -> Bool {
    guard let other = other as? NormalDistribution else { return false }
    return other.mean == mean && other.deviation == deviation
  }
}

// Counted randomness: see the Randomness page of Docs/Language.
extension Library {
  static let randomness: [Builtin] = [
    Builtin(
      "seed", "Starts all random numbers anew from a number", [Parameter("n", .int, "any whole number")],
      examples: [Example("fn noise() { rand(3) }\nseed(1)\nx = noise()\ny = x\nseed(1)\nx = noise()\nprint(same(x, y))", "true")],
      references: ["Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC 2011"]
    ) { call in
      call.machine.reseed(UInt64(bitPattern: Int64(try call.int(0))))
      return .nothing
    },
    Builtin(
      "rand", "Random numbers, uniform from 0 up to 1", [.rest("shape", .shape, "the sizes, as numbers or as one list")],
      examples: [Example("x = rand(1000)\nprint(all(x >= 0), all(x < 1))", "true true")]
    ) { call in try drawn(call, .uniform) },
    Builtin(
      "randn", "Random numbers, normal with mean 0 and deviation 1", [.rest("shape", .shape, "the sizes, as numbers or as one list")],
      examples: [Example("x = randn(10000)\nprint(abs(mean(x)) < 0.05, abs(std(x) - 1) < 0.05)", "true true")],
      references: ["G. Box, M. Muller, A note on the generation of random normal deviates, 1958"]
    ) { call in try drawn(call, .normal) },
    Builtin(
      "normal", "A normal distribution, to draw from or to give to an image operation",
      [Parameter("mean", .number, "its centre"), Parameter("deviation", .number, "its spread")],
      examples: [Example("print(normal(0, 2))", "normal(0.0, 2.0)")]
    ) { call in
      let deviation = try call.number(1)
      guard deviation >= 0, deviation.isFinite else { throw call.refuse("the deviation of a normal distribution is not negative, this is \(deviation)") }
      return call.machine.make(foreign: NormalDistribution(mean: try call.number(0), deviation: deviation))
    },
    Builtin(
      "draw", "A tensor of numbers drawn from a distribution",
      [
        Parameter("from", .distribution, "a range (uniform), a range with `by` (its steps), a list of choices, or normal(m, s)"),
        Parameter("shape", .shape, "the shape of the result", default: "()"),
      ],
      examples: [Example("x = draw(-1..1, (2, 3))\nprint(x.shape, all(abs(x) <= 1))", "(2, 3) true"), Example("print(all(draw((5, 7), 10) >= 5))", "true")]
    ) { call in
      let shape = try checkedShape(call, call.has(1) ? call.shape(1) : [], .f32)
      return call.result(try draw(call, call[0], shape))
    },
    Builtin(
      "shuffle", "The elements of a list, a data set, or a tensor along its first axis, in random order",
      [Parameter("x", .any, "a list, a tensor or a data set")],
      examples: [Example("print(sort(shuffle((3, 1, 2))))", "(1, 2, 3)")]
    ) { call in try shuffled(call) },
  ]

  private static func drawn(_ call: Call, _ kind: RandomSample.Kind) throws -> Value {
    let shape = try checkedShape(call, shape(call, call.rest), .f32)
    return call.machine.make(node: try call.machine.stream.draw(kind, TensorType(.f32, shape), call.engine))
  }

  private static func draw(_ call: Call, _ from: Value, _ shape: [Int]) throws -> Term {
    let machine = call.machine
    let type = TensorType(.f32, shape)
    func uniform() throws -> Term { call.term(of: try machine.stream.draw(.uniform, type, call.engine)) }
    switch from.tag {
    case .range:
      let (low, high, step) = from.rangeBounds
      let (a, b) = (low.number ?? 0, high.number ?? 0)
      if !from.rangeHasStep { return try uniform() * (b - a) + a }
      let count = try machine.rangeCount(from)
      guard count > 0 else { throw call.refuse("there is nothing to draw from an empty range") }
      return try (uniform() * Double(count)).applying(.floor) * (step.number ?? 1) + a
    case .list:
      let choices = try machine.tensor(from: from)
      guard choices.tag == .tensor, from.listCount > 0 else { throw call.refuse("a tensor is drawn from a list of numbers") }
      let positions = try (uniform() * Double(from.listCount)).applying(.floor).cast(.i32)
      return try call.term(of: choices.node).applying(Gather(), positions)
    case .foreign:
      guard let normal = from.foreign(as: NormalDistribution.self) else { throw call.wrong(0) }
      return try call.term(of: machine.stream.draw(.normal, type, call.engine)) * normal.deviation + normal.mean
    default: return try call.term(0).cast(.f32).broadcast(shape)
    }
  }
}

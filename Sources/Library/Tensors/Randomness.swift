import Diagnostics
import Engine
import Images
import Machine
import Tensors

// Counter-based random numbers: see the Randomness page of Docs/Language.
extension Library {
  private static let number = Parameter("n", .int, "any integer")
  private static let sizes = Rest("shape", "the sizes, as integers or as one list", kind: "an integer, or a list of integers")
  private static let mean = Parameter("mean", .number, "the mean")
  private static let deviation = Parameter("deviation", .number, "the standard deviation", in: 0...)
  private static let source = Parameter(
    "from", .drawSource, "a range (uniform), a range with `by` (its elements), a list of choices, or normal(mean, deviation)")
  private static let shape = Parameter("shape", .shape, "the shape of the result", default: [])
  private static let shuffledValue = Parameter("x", .any, "a list, a tensor or a data set")

  static let randomness: [Builtin] = [
    Builtin(
      "seed", "Restarts all random numbers from a seed", [number],
      examples: [Example("fn noise() { rand(3) }\nseed(1)\nx = noise()\ny = x\nseed(1)\nx = noise()\nprint(same(x, y))", "true")],
      references: ["Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC 2011"]
    ) { call in
      call.machine.reseed(UInt64(bitPattern: Int64(try call[number])))
      return .nothing
    },
    Builtin(
      "rand", "Random numbers, uniform in [0, 1)", [sizes],
      examples: [Example("x = rand(1000)\nprint(all(x >= 0), all(x < 1))", "true true")]
    ) { call in try random(call, .uniform) },
    Builtin(
      "randn", "Random numbers, normal with mean 0 and standard deviation 1", [sizes],
      examples: [Example("x = randn(10000)\nprint(abs(mean(x)) < 0.05, abs(std(x) - 1) < 0.05)", "true true")],
      references: ["G. Box, M. Muller, A note on the generation of random normal deviates, 1958"]
    ) { call in try random(call, .normal) },
    Builtin(
      "normal", "Normal distribution, for `draw` or an image operation", [mean, deviation],
      examples: [Example("print(normal(0, 2))", "normal(0.0, 2.0)")]
    ) { call in
      let spread = try call[deviation]
      guard spread.isFinite else { throw call.wrong(deviation, expected: "finite") }
      return call.machine.make(foreign: NormalDistribution(mean: try call[mean], deviation: spread))
    },
    Builtin(
      "draw", "Tensor of numbers drawn from a distribution", [source, shape],
      examples: [Example("x = draw(-1..1, (2, 3))\nprint(x.shape, all(abs(x) <= 1))", "(2, 3) true"), Example("print(all(draw((5, 7), 10) >= 5))", "true")]
    ) { call in call.result(try drawn(call, checkedShape(call, call[shape], .f32))) },
    Builtin(
      "shuffle", "Elements of a list, a data set, or a tensor along its first axis, in random order", [shuffledValue],
      examples: [Example("print(sort(shuffle((3, 1, 2))))", "(1, 2, 3)")]
    ) { call in try shuffled(call) },
  ]

  private static func random(_ call: Call, _ kind: RandomSample.Kind) throws -> Value {
    let shape = try checkedShape(call, shape(call, call[sizes]), .f32)
    return call.machine.make(node: try call.machine.stream.draw(kind, TensorType(.f32, shape), call.engine))
  }

  private static func drawn(_ call: Call, _ shape: [Int]) throws -> Term {
    let (machine, given) = (call.machine, call.value(source))
    func random(_ kind: RandomSample.Kind) throws -> Term { call.term(of: try machine.stream.draw(kind, TensorType(.f32, shape), call.engine)) }
    switch try call[source] {
    case .numbers(.uniform(let low, let high)): return try random(.uniform) * (high - low) + low
    case .numbers(.steps(let low, let step, let count)): return try (random(.uniform) * Double(count)).applying(.floor) * step + low
    case .numbers(.normal(let mean, let deviation)): return try random(.normal) * deviation + mean
    // Of the values themselves, so that an integer which f32 cannot represent is an error.
    case .numbers(.choice), .choices:
      let positions = try (random(.uniform) * Double(given.listCount)).applying(.floor).cast(.i32)
      return try call.term(of: machine.tensor(from: given).node).applying(Gather(), positions)
    case .numbers(.constant): return try call.term(of: machine.weak(given, for: .f32, .refused)).cast(.f32).broadcast(shape)
    case .tensor: return try call.term(of: given.node).cast(.f32).broadcast(shape)
    }
  }
}

/// What `draw` draws from.
private enum DrawSource {
  case numbers(Distribution)
  /// A list of booleans or of equally shaped tensors.
  case choices
  /// Broadcast to the result.
  case tensor
}

extension Kind where Content == DrawSource {
  fileprivate static var drawSource: Kind {
    let numbers = Kind<Distribution>.distribution
    return Kind(numbers.text) { value, machine in
      value.tag == .tensor || numbers.accepts(value, machine)
    } read: { value, machine in
      if value.tag == .tensor { return .tensor }
      if value.tag == .list, !value.listItems.allSatisfy(\.isNumber) { return .choices }
      return try numbers.read(value, machine).map { .numbers($0) }
    }
  }
}

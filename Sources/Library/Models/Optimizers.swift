import Diagnostics
import Machine
import Tensors
import Training

/// An optimiser as a value: its settings, and, once it has made steps, what it carries from step to step.
package final class OptimizerValue: Foreign {
  package let optimizer: Optimizer
  package let state: OptimizerState?

  package init(_ optimizer: Optimizer, state: OptimizerState? = nil) {
    self.optimizer = optimizer
    self.state = state
  }

  package var typeName: String { "optimizer" }
  package var text: String { optimizer.text + (state.map { " after \($0.updates) steps" } ?? "") }
  package func isEqual(to other: any Foreign, _ machine: Machine) -> Bool {
    guard let other = other as? OptimizerValue else { return false }
    return other.optimizer == optimizer && other.state === state
  }
  package var byteCount: Int { state.map { ($0.first + $0.second).reduce(0) { $0 + $1.type.byteCount } } ?? 0 }
}

/// Both moments of each weight, in the model's order.
package final class OptimizerState: Sendable {
  package let updates: Int
  package let first: [Tensor]
  package let second: [Tensor]

  package init(updates: Int, first: [Tensor], second: [Tensor]) {
    self.updates = updates
    self.first = first
    self.second = second
  }
}

/// A learning rate that changes from step to step.
package final class ScheduleValue: Foreign {
  package let schedule: LearningRateSchedule

  package init(_ schedule: LearningRateSchedule) { self.schedule = schedule }

  package var typeName: String { "schedule" }
  package var text: String { schedule.text }
  package func isEqual(to other: any Foreign, _ machine: Machine) -> Bool { (other as? ScheduleValue)?.schedule == schedule }

  /// Called with the number of a step, it gives the rate there.
  package func call(_ arguments: [Value], _ machine: Machine) throws -> Value? {
    guard arguments.count == 1, arguments[0].isNumber, let step = try machine.integer(arguments[0]), step >= 0 else {
      throw Fault(MachineErrors.badArgument, "a schedule tells the learning rate of a step, counted from 0", hint: "as in `rate(100)`")
    }
    return Value(schedule.rate(at: step))
  }
}

extension Library {
  private static func rate(_ text: String) -> Parameter {
    Parameter("rate", .any, "the learning rate: a number, or a schedule such as cosine(1e-3, 1000)", default: text)
  }
  private static let clip = Parameter("clip", .number, "a gradient longer than this is scaled down to it", default: "none")

  private static func checkedRate(_ call: Call, _ rate: Double) throws -> Double {
    guard rate > 0, rate.isFinite else { throw call.refuse("a learning rate is positive, this is \(call.machine.numberText(rate))") }
    return rate
  }

  private static func schedule(_ call: Call, _ index: Int, or fallback: Double) throws -> LearningRateSchedule {
    guard call.has(index) else { return .constant(fallback) }
    if let value = call[index].foreign(as: ScheduleValue.self) { return value.schedule }
    guard call[index].isNumber || (call[index].tag == .tensor && call[index].node.type.count == 1) else { throw call.wrong(index) }
    return .constant(try checkedRate(call, call.number(index)))
  }

  /// A factor from 0 up to 1.
  private static func factor(_ call: Call, _ index: Int, or fallback: Double) throws -> Double {
    let factor = try call.number(index, or: fallback)
    guard factor >= 0, factor < 1 else {
      throw call.refuse("`\(call.builtin.name)` takes factors from 0 up to 1, this is \(call.machine.numberText(factor))")
    }
    return factor
  }

  private static func clipNorm(_ call: Call, _ index: Int) throws -> Double? {
    guard call.has(index) else { return nil }
    let clipNorm = try call.number(index)
    guard clipNorm > 0 else { throw call.refuse("`clip` is the greatest length of a gradient, above 0, this is \(call.machine.numberText(clipNorm))") }
    return clipNorm
  }

  private static func made(_ call: Call, _ rule: Optimizer.Rule, rate: Double, clip: Int) throws -> Value {
    call.machine.make(foreign: OptimizerValue(Optimizer(rule, rate: try schedule(call, 0, or: rate), clipNorm: try clipNorm(call, clip))))
  }

  private static func adam(_ call: Call, decay: Double, clip: Int) throws -> Value {
    let rule = Optimizer.Rule.adam(
      beta1: try factor(call, 1, or: 0.9), beta2: try factor(call, 2, or: 0.999), epsilon: try call.number(3, or: 1e-8), decay: decay)
    return try made(call, rule, rate: 1e-3, clip: clip)
  }

  private static let adamParameters = [
    rate("1e-3"),
    Parameter("beta1", .number, "how slowly the mean of the gradient follows", default: "0.9"),
    Parameter("beta2", .number, "how slowly the mean of its square follows", default: "0.999"),
    Parameter("epsilon", .number, "keeps the division away from zero", default: "1e-8"),
  ]

  static let optimizers: [Builtin] = [
    Builtin(
      "adam", "The optimiser Adam: steps scaled by running means of the gradient and of its square", adamParameters + [clip],
      examples: [
        Example("print(adam(1e-4, beta1=0.5))", "adam(0.0001, beta1=0.5, beta2=0.999)"),
        Example("print(adam(cosine(1e-3, 500), clip=1))", "adam(cosine(0.001, 500, warm_up=0, least=0.0), beta1=0.9, beta2=0.999, clip=1.0)"),
      ],
      references: ["D. Kingma, J. Ba, Adam: a method for stochastic optimization, ICLR 2015"]
    ) { call in try adam(call, decay: 0, clip: 4) },
    Builtin(
      "adamw", "Adam with decoupled weight decay",
      adamParameters + [Parameter("decay", .number, "how much of each weight is lost in a step, times the rate", default: "0.01"), clip],
      examples: [Example("print(adamw(1e-3))", "adamw(0.001, beta1=0.9, beta2=0.999, decay=0.01)")],
      references: ["I. Loshchilov, F. Hutter, Decoupled weight decay regularization, ICLR 2019"]
    ) { call in try adam(call, decay: try call.number(4, or: 0.01), clip: 5) },
    Builtin(
      "sgd", "Gradient descent, with momentum if asked for",
      [
        rate("0.01"), Parameter("momentum", .number, "how much of the last step is kept", default: "0"),
        Parameter("decay", .number, "weight decay", default: "0"), clip,
      ],
      examples: [Example("print(sgd(0.1, momentum=0.9))", "sgd(0.1, momentum=0.9)")]
    ) { call in
      try made(call, .sgd(momentum: factor(call, 1, or: 0), decay: call.number(2, or: 0)), rate: 0.01, clip: 3)
    },
    Builtin(
      "rmsprop", "Steps scaled by a running mean of the gradient's square",
      [
        rate("0.01"), Parameter("keep", .number, "how slowly the mean follows", default: "0.99"),
        Parameter("epsilon", .number, "keeps the division away from zero", default: "1e-8"),
        Parameter("momentum", .number, "how much of the last step is kept", default: "0"), clip,
      ],
      examples: [Example("print(rmsprop(1e-3))", "rmsprop(0.001, keep=0.99, momentum=0.0)")],
      references: ["G. Hinton, Neural networks for machine learning, lecture 6e, 2012"]
    ) { call in
      try made(
        call, .rmsprop(decay: factor(call, 1, or: 0.99), epsilon: call.number(2, or: 1e-8), momentum: factor(call, 3, or: 0)), rate: 0.01, clip: 4)
    },
  ]

  private static let peak = Parameter("rate", .number, "the highest learning rate")

  static let schedules: [Builtin] = [
    Builtin(
      "cosine", "A learning rate that falls along half a wave of the cosine, after a rise if asked for",
      [
        peak, Parameter("steps", .int, "updates until it is at its least"), Parameter("warm_up", .int, "updates of a straight rise before", default: "0"),
        Parameter("least", .number, "the rate at the end", default: "0"),
      ],
      examples: [Example("rate = cosine(0.1, 100)\nprint(rate(0), rate(50), rate(100))", "0.1 0.05 0.0")],
      references: ["I. Loshchilov, F. Hutter, SGDR: stochastic gradient descent with warm restarts, ICLR 2017"]
    ) { call in
      let (updates, warmUp) = (try call.int(1, in: 1...(1 << 40)), try call.int(2, or: 0, in: 0...(1 << 40)))
      guard warmUp < updates else { throw call.refuse("`warm_up` is less than the \(updates) steps of the schedule, this is \(warmUp)") }
      return call.machine.make(
        foreign: ScheduleValue(.cosine(rate: try checkedRate(call, call.number(0)), updates: updates, warmUp: warmUp, least: try call.number(3, or: 0))))
    },
    Builtin(
      "step_decay", "A learning rate that is multiplied by a factor every so many updates",
      [peak, Parameter("every", .int, "updates between"), Parameter("factor", .number, "what it is multiplied by", default: "0.1")],
      examples: [Example("rate = step_decay(1, every=10, factor=0.5)\nprint(rate(9), rate(10), rate(20))", "1.0 0.5 0.25")]
    ) { call in
      call.machine.make(
        foreign: ScheduleValue(
          .steps(rate: try checkedRate(call, call.number(0)), every: try call.int(1, in: 1...(1 << 40)), factor: try checkedRate(call, call.number(2, or: 0.1)))
        ))
    },
    Builtin(
      "warm_up", "A learning rate that rises straight to its height, and stays there", [peak, Parameter("steps", .int, "updates of the rise")],
      examples: [Example("rate = warm_up(1, 4)\nprint(rate(0), rate(3), rate(9))", "0.25 1.0 1.0")],
      references: ["P. Goyal and others, Accurate, large minibatch SGD, arXiv:1706.02677"]
    ) { call in
      call.machine.make(foreign: ScheduleValue(.warmUp(rate: try checkedRate(call, call.number(0)), updates: try call.int(1, in: 1...(1 << 40)))))
    },
  ]
}

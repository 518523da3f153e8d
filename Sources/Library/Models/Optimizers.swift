import Diagnostics
import Machine
import Tensors
import Training

/// An optimiser as a value: its settings and, after the first step, its moments.
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

/// The first and second moments of each weight, in the model's order.
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

  /// Called with the number of a step, it returns the rate there.
  package func call(_ arguments: [Value], _ machine: Machine) throws -> Value? {
    guard arguments.count == 1, arguments[0].isNumber, let step = try machine.integer(arguments[0]), step >= 0 else {
      throw Fault(MachineErrors.badArgument, "a schedule takes the number of a step, counted from 0", hint: "for example `rate(100)`")
    }
    return Value(schedule.rate(at: step))
  }
}

extension Kind where Content == LearningRateSchedule {
  /// A positive number, or a schedule.
  fileprivate static var rate: Kind {
    Kind("a positive number, or a schedule such as cosine(1e-3, 1000)") { value, machine in
      value.foreign(as: ScheduleValue.self) != nil || Kind<Double>.number.accepts(value, machine)
    } read: { value, machine in
      if let schedule = value.foreign(as: ScheduleValue.self) { return schedule.schedule }
      return try machine.scalar(value).number.flatMap { $0 > 0 && $0.isFinite ? .constant($0) : nil }
    }
  }
}

extension LearningRateSchedule: Literal {
  package var literal: String { if case .constant(let rate) = self { rate.literal } else { text } }
}

extension Library {
  private static func rate(_ value: Double) -> Parameter<LearningRateSchedule> {
    Parameter("rate", .rate, "the learning rate: a number, or a schedule such as cosine(1e-3, 1000)", default: .constant(value))
  }
  private static let adamRate = rate(1e-3)
  private static let rate = rate(0.01)
  private static let beta1 = Parameter("beta1", .number, "decay of the mean of the gradients", default: 0.9, in: 0..<1)
  private static let beta2 = Parameter("beta2", .number, "decay of the mean of their squares", default: 0.999, in: 0..<1)
  private static let epsilon = Parameter("epsilon", .number, "added to the denominator, which may be zero", default: 1e-8, in: 0...)
  private static let weightDecay = Parameter(
    "weight_decay", .number, "fraction of each weight that is subtracted in a step, times the rate", default: 0.01, in: 0...)
  private static let gradientDecay = Parameter("weight_decay", .number, "multiple of each weight that is added to its gradient", default: 0, in: 0...)
  private static let decay = Parameter("decay", .number, "decay of the mean of the squared gradients", default: 0.99, in: 0..<1)
  private static let momentum = Parameter("momentum", .number, "fraction of the last step that is added to the next", default: 0, in: 0..<1)
  private static let clip = Parameter("clip", optional: .number, "maximum norm of the gradient; a larger gradient is scaled down to it")

  private static func optimizer(_ call: Call, _ rule: Optimizer.Rule, _ rate: Parameter<LearningRateSchedule>) throws -> Value {
    let norm = try call[clip]
    if let norm, !(norm > 0) { throw call.wrong(clip, expected: "greater than 0") }
    return call.machine.make(foreign: OptimizerValue(Optimizer(rule, rate: try call[rate], clipNorm: norm)))
  }

  private static func adam(_ call: Call, decay: Double) throws -> Value {
    try optimizer(call, .adam(beta1: call[beta1], beta2: call[beta2], epsilon: call[epsilon], decay: decay), adamRate)
  }

  static let optimizers: [Builtin] = [
    Builtin(
      "adam", "The optimiser Adam: steps scaled by running means of the gradient and of its square", [adamRate, beta1, beta2, epsilon, clip],
      examples: [
        Example("print(adam(1e-4, beta1=0.5))", "adam(0.0001, beta1=0.5, beta2=0.999)"),
        Example("print(adam(cosine(1e-3, 500), clip=1))", "adam(cosine(0.001, 500, warm_up=0, least=0.0), beta1=0.9, beta2=0.999, clip=1.0)"),
      ],
      references: ["D. Kingma, J. Ba, Adam: a method for stochastic optimization, ICLR 2015"]
    ) { call in try adam(call, decay: 0) },
    Builtin(
      "adamw", "Adam with decoupled weight decay", [adamRate, beta1, beta2, epsilon, weightDecay, clip],
      examples: [Example("print(adamw(1e-3))", "adamw(0.001, beta1=0.9, beta2=0.999, weight_decay=0.01)")],
      references: ["I. Loshchilov, F. Hutter, Decoupled weight decay regularization, ICLR 2019"]
    ) { call in try adam(call, decay: call[weightDecay]) },
    Builtin(
      "sgd", "Stochastic gradient descent, with optional momentum", [rate, momentum, gradientDecay, clip],
      examples: [Example("print(sgd(0.1, momentum=0.9))", "sgd(0.1, momentum=0.9)")]
    ) { call in try optimizer(call, .sgd(momentum: call[momentum], decay: call[gradientDecay]), rate) },
    Builtin(
      "rmsprop", "Steps scaled by a running mean of the gradient's square", [rate, decay, epsilon, momentum, clip],
      examples: [Example("print(rmsprop(1e-3))", "rmsprop(0.001, decay=0.99, momentum=0.0)")],
      references: ["G. Hinton, Neural networks for machine learning, lecture 6e, 2012"]
    ) { call in try optimizer(call, .rmsprop(decay: call[decay], epsilon: call[epsilon], momentum: call[momentum]), rate) },
  ]

  private static let peak = Parameter("rate", .number, "the highest learning rate", in: Above(0.0))
  private static let duration = Parameter("steps", .int, "updates until the final rate", in: 1...1 << 40)
  private static let rise = Parameter("warm_up", .int, "updates of a linear warm-up at the start", default: 0, in: 0...1 << 40)
  private static let least = Parameter("least", .number, "the final rate", default: 0)
  private static let every = Parameter("every", .int, "updates between two changes", in: 1...1 << 40)
  private static let factor = Parameter("factor", .number, "the factor of each change", default: 0.1, in: Above(0.0))
  private static let halving = Parameter("steps", .int, "updates until half of the rate", in: 1...1 << 40)
  private static let rising = Parameter("steps", .int, "updates until the peak rate", in: 1...1 << 40)

  static let schedules: [Builtin] = [
    Builtin(
      "cosine", "A learning rate that falls along half a cosine wave, after an optional linear warm-up", [peak, duration, rise, least],
      examples: [Example("rate = cosine(0.1, 100)\nprint(rate(0), rate(50), rate(100))", "0.1 0.05 0.0")],
      references: ["I. Loshchilov, F. Hutter, SGDR: stochastic gradient descent with warm restarts, ICLR 2017"]
    ) { call in
      let (updates, warmUp) = (try call[duration], try call[rise])
      guard warmUp < updates else { throw call.wrong(rise, expected: "less than the \(updates) steps of the schedule") }
      return call.machine.make(foreign: ScheduleValue(.cosine(rate: try call[peak], updates: updates, warmUp: warmUp, least: try call[least])))
    },
    Builtin(
      "step_decay", "A learning rate that is multiplied by a factor at regular intervals", [peak, every, factor],
      examples: [Example("rate = step_decay(1, every=10, factor=0.5)\nprint(rate(9), rate(10), rate(20))", "1.0 0.5 0.25")]
    ) { call in
      call.machine.make(foreign: ScheduleValue(.steps(rate: try call[peak], every: try call[every], factor: try call[factor])))
    },
    Builtin(
      "warm_up", "A learning rate that rises linearly to its peak and stays there", [peak, rising],
      examples: [Example("rate = warm_up(1, 4)\nprint(rate(0), rate(3), rate(9))", "0.25 1.0 1.0")],
      references: ["P. Goyal and others, Accurate, large minibatch SGD, arXiv:1706.02677"]
    ) { call in
      call.machine.make(foreign: ScheduleValue(.warmUp(rate: try call[peak], updates: try call[rising])))
    },
    Builtin(
      "inverse_decay", "A learning rate that falls as 1 / (1 + update / steps), for trainings whose end is not known; after an optional warm-up",
      [peak, halving, rise], examples: [Example("rate = inverse_decay(1, 100)\nprint(rate(0), rate(100), rate(300))", "1.0 0.5 0.25")],
      references: ["L. Bottou, Stochastic gradient descent tricks, 2012, section 5.2"]
    ) { call in
      call.machine.make(foreign: ScheduleValue(.inverse(rate: try call[peak], updates: try call[halving], warmUp: try call[rise])))
    },
  ]
}

import Machine
import Training

package final class OptimizerValue: Foreign {
  package let optimizer: Optimizer

  package init(_ optimizer: Optimizer) { self.optimizer = optimizer }

  package var typeName: String { "optimizer" }
  package var text: String { optimizer.text }
  package func isEqual(to other: any Foreign) -> Bool { (other as? OptimizerValue)?.optimizer == optimizer }
}

extension Library {
  private static func rate(_ text: String) -> Parameter { Parameter("rate", .number, "the learning rate", default: text) }

  /// A positive rate, and factors from 0 up to 1.
  private static func checked(_ call: Call, rate: Double, factors: [Double]) throws {
    guard rate > 0, rate.isFinite else { throw call.refuse("a learning rate is positive, this is \(rate)") }
    for factor in factors where !(factor >= 0 && factor < 1) {
      throw call.refuse("`\(call.builtin.name)` takes factors from 0 up to 1, this is \(factor)")
    }
  }

  private static func adam(_ call: Call, decay: Double) throws -> Value {
    let (rate, beta1, beta2) = (try call.number(0, or: 1e-3), try call.number(1, or: 0.9), try call.number(2, or: 0.999))
    try checked(call, rate: rate, factors: [beta1, beta2])
    let rule = Optimizer.Rule.adam(beta1: beta1, beta2: beta2, epsilon: try call.number(3, or: 1e-8), decay: decay)
    return call.machine.make(foreign: OptimizerValue(Optimizer(rule, rate: rate)))
  }

  private static let adamParameters = [
    rate("1e-3"),
    Parameter("beta1", .number, "how slowly the mean of the gradient follows", default: "0.9"),
    Parameter("beta2", .number, "how slowly the mean of its square follows", default: "0.999"),
    Parameter("epsilon", .number, "keeps the division away from zero", default: "1e-8"),
  ]

  static let optimizers: [Builtin] = [
    Builtin(
      "adam", "The optimiser Adam: steps scaled by running means of the gradient and of its square", adamParameters,
      examples: [Example("print(adam(1e-4, beta1=0.5))", "adam(0.0001, beta1=0.5, beta2=0.999)")],
      references: ["D. Kingma, J. Ba, Adam: a method for stochastic optimization, ICLR 2015"]
    ) { call in try adam(call, decay: 0) },
    Builtin(
      "adamw", "Adam with decoupled weight decay",
      adamParameters + [Parameter("decay", .number, "how much of each weight is lost in a step, times the rate", default: "0.01")],
      examples: [Example("print(adamw(1e-3))", "adamw(0.001, beta1=0.9, beta2=0.999, decay=0.01)")],
      references: ["I. Loshchilov, F. Hutter, Decoupled weight decay regularization, ICLR 2019"]
    ) { call in try adam(call, decay: try call.number(4, or: 0.01)) },
    Builtin(
      "sgd", "Gradient descent, with momentum if asked for",
      [
        rate("0.01"), Parameter("momentum", .number, "how much of the last step is kept", default: "0"),
        Parameter("decay", .number, "weight decay", default: "0"),
      ],
      examples: [Example("print(sgd(0.1, momentum=0.9))", "sgd(0.1, momentum=0.9)")]
    ) { call in
      let (rate, momentum) = (try call.number(0, or: 0.01), try call.number(1, or: 0))
      try checked(call, rate: rate, factors: [momentum])
      let rule = Optimizer.Rule.descent(momentum: momentum, decay: try call.number(2, or: 0))
      return call.machine.make(foreign: OptimizerValue(Optimizer(rule, rate: rate)))
    },
  ]
}

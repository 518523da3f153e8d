import CKernels
import Engine
import Glibc
import Tensors

/// How weights follow their gradients.
package struct Optimizer: Equatable, Sendable {
  package enum Rule: Equatable, Sendable {
    /// D. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015; with `decay`
    /// AdamW (I. Loshchilov, F. Hutter, ICLR 2019).
    case adam(beta1: Double, beta2: Double, epsilon: Double, decay: Double)
    /// Gradient descent with momentum, as PyTorch's SGD counts it.
    case descent(momentum: Double, decay: Double)
  }

  package let rule: Rule
  package let rate: Double

  package init(_ rule: Rule, rate: Double) {
    self.rule = rule
    self.rate = rate
  }

  package static let standard = Optimizer(.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0), rate: 1e-3)

  package var text: String {
    switch rule {
    case .adam(let beta1, let beta2, _, let decay):
      decay == 0 ? "adam(\(rate), beta1=\(beta1), beta2=\(beta2))" : "adamw(\(rate), beta1=\(beta1), beta2=\(beta2), decay=\(decay))"
    case .descent(let momentum, _): "sgd(\(rate), momentum=\(momentum))"
    }
  }
}

/// One pass of an optimiser over a stretch of the flat buffers, made once and run at every step.
package final class OptimizerStep {
  private let optimizer: Optimizer
  private let step: Step
  private let engine: Engine
  private let adam: UnsafeMutablePointer<LoamAdam>
  /// Updates so far, for Adam's correction of the moments' start at zero.
  var updates: Int

  package init(_ optimizer: Optimizer, _ buffer: ParameterBuffer, _ range: Range<Int>, updates: Int, _ engine: Engine) {
    self.optimizer = optimizer
    self.engine = engine
    self.updates = updates
    adam = .allocate(capacity: 1)
    let (p, g) = (buffer.values.bind(Float.self) + range.lowerBound, buffer.gradients.bind(Float.self) + range.lowerBound)
    let (m, v) = (buffer.first.bind(Float.self) + range.lowerBound, buffer.second.bind(Float.self) + range.lowerBound)
    let count = Int64(range.count)
    switch optimizer.rule {
    case .adam(let beta1, let beta2, let epsilon, let decay):
      adam.initialize(
        to: LoamAdam(
          count: count, parameters: p, gradients: g, first: m, second: v, rate: Float(optimizer.rate),
          beta1: Float(beta1), beta2: Float(beta2), epsilon: Float(epsilon), decay: Float(decay), correction1: 1, correction2: 1))
      let (arguments, kernel) = (adam, engine.kernels.adam)
      step = Step("adam", 0, units: range.count, grain: 16_384) { _, begin, end in
        kernel?(arguments, Int64(begin), Int64(end))
      }
    case .descent(let momentum, let decay):
      adam.initialize(to: LoamAdam())
      let kernel = engine.kernels.descent
      let arguments = LoamDescent(
        count: count, parameters: p, gradients: g, velocity: m, rate: Float(optimizer.rate), momentum: Float(momentum), decay: Float(decay))
      step = Step("sgd", arguments, units: range.count, grain: 16_384) { kernel?($0, Int64($1), Int64($2)) }
    }
  }

  deinit { adam.deallocate() }

  package func run() {
    updates += 1
    if case .adam(let beta1, let beta2, _, _) = optimizer.rule {
      adam.pointee.correction1 = Float(1 - pow(beta1, Double(updates)))
      adam.pointee.correction2 = Float(1 - pow(beta2, Double(updates)))
    }
    engine.pool.run(step)
  }
}

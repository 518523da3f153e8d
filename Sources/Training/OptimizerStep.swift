import CKernels
import Engine
import Glibc
import Tensors

/// An optimiser update of a range of the flat buffers. Built once and run at every step.
package final class OptimizerStep {
  private let optimizer: Optimizer
  private let step: Step
  private let engine: Engine
  private let gradients: UnsafePointer<Float>
  private let count: Int
  /// The arguments of the kernel; rate, scale and corrections change from step to step.
  private let arguments: UnsafeMutablePointer<LoamUpdate>
  /// Number of updates so far, for schedules and for Adam's bias correction.
  package var updates: Int

  package init(_ optimizer: Optimizer, _ buffer: ParameterBuffer, _ range: Range<Int>, updates: Int, _ engine: Engine) {
    self.optimizer = optimizer
    self.engine = engine
    self.updates = updates
    count = range.count
    func start(_ storage: Storage) -> UnsafeMutablePointer<Float> { storage.bind(Float.self) + range.lowerBound }
    gradients = UnsafePointer(start(buffer.gradients))
    var update = LoamUpdate()
    update.count = Int64(range.count)
    update.parameters = start(buffer.values)
    update.gradients = gradients
    update.first = start(buffer.first)
    update.second = start(buffer.second)
    update.scale = 1
    (update.correction1, update.correction2) = (1, 1)
    let kernels = engine.kernels
    let kernel: (@convention(c) (UnsafePointer<LoamUpdate>?, Int64, Int64) -> Void)?
    switch optimizer.rule {
    case .adam(let beta1, let beta2, let epsilon, let decay):
      (update.beta1, update.beta2, update.epsilon, update.decay) = (Float(beta1), Float(beta2), Float(epsilon), Float(decay))
      kernel = kernels.adam
    case .sgd(let momentum, let decay):
      (update.beta1, update.decay) = (Float(momentum), Float(decay))
      kernel = kernels.descent
    case .rmsprop(let keep, let epsilon, let momentum):
      (update.beta1, update.beta2, update.epsilon) = (Float(momentum), Float(keep), Float(epsilon))
      kernel = kernels.rms
    }
    arguments = .allocate(capacity: 1)
    arguments.initialize(to: update)
    step = Step("update", UnsafePointer(arguments), units: range.count, grain: 16_384) { kernel?($0.pointee, Int64($1), Int64($2)) }
  }

  deinit { arguments.deallocate() }

  /// The squared norm of the gradient; finite only if every element is.
  package var squaredNorm: Double { engine.kernels.square_sum(gradients, Int64(count)) }

  package func run(squaredNorm: Double) {
    arguments.pointee.rate = Float(optimizer.rate.rate(at: updates))
    updates += 1
    if let clipNorm = optimizer.clipNorm, squaredNorm > clipNorm * clipNorm {
      arguments.pointee.scale = Float(clipNorm / squaredNorm.squareRoot())
    } else {
      arguments.pointee.scale = 1
    }
    if case .adam(let beta1, let beta2, _, _) = optimizer.rule {
      arguments.pointee.correction1 = Float(1 - pow(beta1, Double(updates)))
      arguments.pointee.correction2 = Float(1 - pow(beta2, Double(updates)))
    }
    engine.pool.run(step)
  }
}

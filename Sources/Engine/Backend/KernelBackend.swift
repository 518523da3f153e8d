import CKernels
import Tensors

/// What both back ends of this processor share: they call the kernels of a table.
package protocol KernelBackend: Backend {
  var kernels: LoamKernels { get }
}

extension KernelBackend {
  package func squaredSum(_ numbers: UnsafePointer<Float>, count: Int) -> Double { kernels.square_sum(numbers, Int64(count)) }

  package func spin(rounds: Int) { _ = kernels.peak(Int64(rounds)) }
  package var operationsPerRound: Int { Int(LOAM_PEAK_OPERATIONS) }

  package func run(_ update: WeightUpdate) {
    var arguments = LoamUpdate()
    arguments.count = Int64(update.count)
    arguments.parameters = update.weights
    arguments.gradients = update.gradients
    (arguments.first, arguments.second) = (update.first, update.second)
    (arguments.rate, arguments.scale) = (Float(update.rate), Float(update.scale))
    (arguments.correction1, arguments.correction2) = (Float(update.correction1), Float(update.correction2))
    let kernel: (@convention(c) (UnsafePointer<LoamUpdate>?, Int64, Int64) -> Void)?
    switch update.rule {
    case .adam(let beta1, let beta2, let epsilon, let decay):
      (arguments.beta1, arguments.beta2, arguments.epsilon, arguments.decay) = (Float(beta1), Float(beta2), Float(epsilon), Float(decay))
      kernel = kernels.adam
    case .sgd(let momentum, let decay):
      (arguments.beta1, arguments.decay) = (Float(momentum), Float(decay))
      kernel = kernels.descent
    case .rmsprop(let decay, let epsilon, let momentum):
      (arguments.beta1, arguments.beta2, arguments.epsilon) = (Float(momentum), Float(decay), Float(epsilon))
      kernel = kernels.rms
    }
    run(Step("update", arguments, units: update.count, grain: 16_384) { kernel?($0, Int64($1), Int64($2)) }, scratch: nil)
  }
}

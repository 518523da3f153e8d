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

  package func run(_ warp: ImageWarp) {
    let interpolation =
      switch warp.sampling.interpolation {
      case .nearest: LOAM_NEAREST
      case .bilinear: LOAM_BILINEAR
      case .bicubic: LOAM_BICUBIC
      }
    let (mode, value): (_, Float) =
      switch warp.sampling.fill {
      case .constant(let value): (LOAM_FILL_CONSTANT, value)
      case .edge: (LOAM_FILL_EDGE, 0)
      case .reflect: (LOAM_FILL_REFLECT, 0)
      case .wrap: (LOAM_FILL_WRAP, 0)
      }
    var arguments = LoamWarp(
      input: warp.input, output: warp.output, height: Int64(warp.height), width: Int64(warp.width), channels: Int64(warp.channels),
      out_height: Int64(warp.outHeight), out_width: Int64(warp.outWidth), map: warp.map, exact: warp.isExact ? 1 : 0,
      interpolation: UInt8(interpolation), fill_mode: UInt8(mode), fill: value)
    kernels.warp(&arguments)
  }

  package func run(_ filter: ImageFilter) {
    var arguments = LoamFilter(
      input: filter.input, output: filter.output, outer: Int64(filter.outer), in_count: Int64(filter.inCount), out_count: Int64(filter.outCount),
      inner: Int64(filter.inner), taps: Int64(filter.taps), start: filter.start, weights: filter.weights)
    kernels.filter(&arguments)
  }
}

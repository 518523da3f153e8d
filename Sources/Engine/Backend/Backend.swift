import Tensors

/// What computes: the seam between the graph and a device. Everything above it records operations, plans and updates; only
/// what conforms to it knows kernels and threads. A GPU or a cluster would be one more conformance.
package protocol Backend: AnyObject {
  var name: String { get }
  /// Host threads, which also decode files and draw pictures.
  var pool: ThreadPool { get }
  /// Back ends of the same name here produce the same bits.
  var rounding: String { get }

  /// Memory for a tensor or a plan, of `byteCount` bytes, uninitialised. Throws a fault that names `purpose` if there is none.
  func allocate(byteCount: Int, for purpose: String) throws -> Storage
  /// Compiles the graph of each stage's outputs.
  func lower(_ stages: [Plan.Stage]) throws -> Plan.Program
  /// Runs one step of a program. `scratch` holds `step.scratchBytes` for each thread.
  func run(_ step: Step, scratch: UnsafeMutableRawPointer?)

  // Work outside of graphs.

  /// Updates weights in place.
  func run(_ update: WeightUpdate)
  /// The sum of squares; finite only if every number is.
  func squaredSum(_ numbers: UnsafePointer<Float>, count: Int) -> Double
  /// Draws one image through a map.
  func run(_ warp: ImageWarp)
  /// Filters one image along one direction.
  func run(_ resize: ImageResize)
  /// Filters a whole image.
  func run(_ kernel: AreaKernel, _ input: Pixels, into output: Pixels) throws
  /// How many pixels have each of 256 levels, for each of the first `channels`: [channels, 256].
  func histograms(_ input: Pixels, channels: Int) -> [UInt32]
  /// Runs `rounds` of `operationsPerRound` multiply-adds on one thread, to measure the peak.
  func spin(rounds: Int)
  var operationsPerRound: Int { get }
}

extension Backend {
  package func allocate(byteCount: Int, for purpose: String) throws -> Storage { try Storage(byteCount: byteCount, describing: purpose) }
}

/// An optimiser's update of `count` weights in flat f32 buffers.
package struct WeightUpdate {
  package enum Rule: Equatable, Sendable {
    /// D. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015; with `decay`
    /// AdamW (I. Loshchilov, F. Hutter, ICLR 2019).
    case adam(beta1: Double, beta2: Double, epsilon: Double, decay: Double)
    /// Gradient descent with momentum, as in PyTorch's SGD; `decay` is the weight decay.
    case sgd(momentum: Double, decay: Double)
    /// Steps scaled by the running mean of the squared gradient, as in PyTorch's RMSprop
    /// (G. Hinton, lecture 6e of "Neural networks for machine learning", 2012).
    case rmsprop(decay: Double, epsilon: Double, momentum: Double)
  }

  package let rule: Rule
  package let count: Int
  package let weights: UnsafeMutablePointer<Float>
  package let gradients: UnsafePointer<Float>
  /// Moments; `sgd` keeps its velocity in the first.
  package let first: UnsafeMutablePointer<Float>
  package let second: UnsafeMutablePointer<Float>
  package var rate: Double = 0
  /// What the gradient is multiplied by.
  package var scale: Double = 1
  /// Adam's bias correction, 1 - beta^t.
  package var correction1: Double = 1
  package var correction2: Double = 1

  package init(
    _ rule: Rule, count: Int, weights: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, first: UnsafeMutablePointer<Float>,
    second: UnsafeMutablePointer<Float>
  ) {
    self.rule = rule
    self.count = count
    self.weights = weights
    self.gradients = gradients
    self.first = first
    self.second = second
  }
}

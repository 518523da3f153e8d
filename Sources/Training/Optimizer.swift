/// An optimiser with its hyperparameters.
package struct Optimizer: Equatable, Sendable {
  package enum Rule: Equatable, Sendable {
    /// D. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015; with `decay`
    /// AdamW (I. Loshchilov, F. Hutter, ICLR 2019).
    case adam(beta1: Double, beta2: Double, epsilon: Double, decay: Double)
    /// Gradient descent with momentum, as in PyTorch's SGD.
    case sgd(momentum: Double, decay: Double)
    /// Steps scaled by the running mean of the squared gradient, as in PyTorch's RMSprop
    /// (G. Hinton, lecture 6e of "Neural networks for machine learning", 2012).
    case rmsprop(keep: Double, epsilon: Double, momentum: Double)
  }

  package let rule: Rule
  package let rate: LearningRateSchedule
  /// Maximum norm of the gradient; nil for no clipping.
  package let clipNorm: Double?

  package init(_ rule: Rule, rate: LearningRateSchedule, clipNorm: Double? = nil) {
    self.rule = rule
    self.rate = rate
    self.clipNorm = clipNorm
  }

  package static let standard = Optimizer(.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0), rate: .constant(1e-3))

  package var text: String {
    let clip = clipNorm.map { ", clip=\($0)" } ?? ""
    return switch rule {
    case .adam(let beta1, let beta2, _, let decay):
      decay == 0
        ? "adam(\(rate.text), beta1=\(beta1), beta2=\(beta2)\(clip))" : "adamw(\(rate.text), beta1=\(beta1), beta2=\(beta2), decay=\(decay)\(clip))"
    case .sgd(let momentum, _): "sgd(\(rate.text), momentum=\(momentum)\(clip))"
    case .rmsprop(let keep, _, let momentum): "rmsprop(\(rate.text), keep=\(keep), momentum=\(momentum)\(clip))"
    }
  }
}

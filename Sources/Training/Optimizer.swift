import Engine

/// An optimiser with its hyperparameters.
package struct Optimizer: Equatable, Sendable {
  package typealias Rule = WeightUpdate.Rule

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
        ? "adam(\(rate.text), beta1=\(beta1), beta2=\(beta2)\(clip))" : "adamw(\(rate.text), beta1=\(beta1), beta2=\(beta2), weight_decay=\(decay)\(clip))"
    case .sgd(let momentum, _): "sgd(\(rate.text), momentum=\(momentum)\(clip))"
    case .rmsprop(let decay, _, let momentum): "rmsprop(\(rate.text), decay=\(decay), momentum=\(momentum)\(clip))"
    }
  }
}

import Effects

/// What is asked of a training with differential privacy.
package struct PrivacyGoal {
  /// Where the noise comes from.
  package enum Noise {
    case system(any Entropy)
    /// A text that nobody else knows, so that a training can be repeated.
    case secret(String)
  }

  package let epsilon: Double
  package let delta: Double
  /// The greatest norm of the gradient of one example; a longer one is scaled down to it.
  package let norm: Double
  package let noise: Noise

  package init(epsilon: Double, delta: Double, norm: Double, noise: Noise) {
    self.epsilon = epsilon
    self.delta = delta
    self.norm = norm
    self.noise = noise
  }
}

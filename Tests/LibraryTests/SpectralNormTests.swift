import TestSupport
import Testing

/// Spectral normalisation; OperationTests compares values and gradients with NumPy.
@Suite struct SpectralNormTests {
  private func printed(_ text: String) -> String { TestSession.printed(text) }

  /// The slope of the whole layer, also with respect to what is divided.
  @Test func gradientsAgreeWithFiniteDifferences() {
    let text = printed(
      """
      norm = spectral_norm(rounds=200, shape=(3,))
      w = sin(1.3 * f64(reshape(arange(12), 4, 3)) + 0.3)
      x = cos(f64(reshape(arange(8), 2, 4)))
      f = w -> sum(sin(x @ norm(w)) ^ 2)
      slope = grad(f)(w)
      worst = 0
      for i in 0..4 {
        for j in 0..3 {
          bump = 1e-5 * f64(reshape(arange(12) == 3 * i + j, 4, 3))
          worst = max((worst, float(abs((f(w + bump) - f(w - bump)) / 2e-5 - slope[i, j]))))
        }
      }
      print(worst < 1e-8, float(max(abs(slope))) > 0.01)
      """)
    #expect(text == "true true\n")
  }

  /// In a training the estimate follows the weights, by one round a step: a power iteration of many rounds finds 1.
  @Test(arguments: ["dense(6, spectral=true)", "conv(6, size=3, spectral=true)", "conv_transpose(6, spectral=true)"])
  func theLargestSingularValueIsNearOne(_ layer: String) {
    let isDense = layer.hasPrefix("dense")
    let text = printed(
      """
      seed(5)
      model net() {
        layer = \(layer)
        fn call(x) { layer(x) }
        fn loss(x) { mean((layer(x) - 3) ^ 2) }
      }
      x = rand(40, \(isDense ? "5" : "6, 6, 5"))
      m = train(net(), x, epochs=20, batch=10, optimizer=adam(0.02))
      w = m.layer.\(isDense ? "weight" : "kernel")
      before = m.layer.norm.direction
      w = m.layer.norm(w)
      matrix = reshape(w, size(w) // shape(w)[-1], shape(w)[-1])
      right = ones(shape(w)[-1])
      for i in 0..300 {
        right = (matrix @ right) @ matrix
        right = right / sqrt(sum(right ^ 2))
      }
      top = sqrt(sum((matrix @ right) ^ 2))
      print(is_close(top, 1, within=0.01), same(before, m.layer.norm.direction), len(parameters(m)))
      """)
    #expect(text == "true true 2\n")
  }

  /// The layer is 1-Lipschitz: no two outputs are further apart than their inputs.
  @Test func distancesDoNotGrow() {
    let text = printed(
      """
      seed(2)
      layer = dense(7, leaky_relu, spectral=true, shape=(5,))
      (a, b) = (randn(200, 5), randn(200, 5))
      norm = spectral_norm(rounds=300, shape=(7,))
      w = norm(layer.weight)
      f = x -> leaky_relu(x @ w)
      distance = (u, v) -> sqrt(sum((u - v) ^ 2, axis=1))
      ratio = max(distance(f(a), f(b)) / distance(a, b))
      print(ratio < 1.0001, ratio > 0.3)
      """)
    #expect(text == "true true\n")
  }

  @Test func zerosRemainZeros() { #expect(printed("print(sum(abs(spectral_norm()(zeros(3, 2)))))") == "0\n") }

  @Test(arguments: ["non-saturating", "minimax", "hinge", "least-squares", "wasserstein"])
  func generatorsTrain(_ objective: String) {
    for more in ["", ", penalty=1", ", labels=true", ", hidden=6", ", critic_steps=2, varied=\"translation\""] {
      let model = "gan(width=2, latent=2, spectral=true, objective=\"\(objective)\"\(more))"
      let text = printed("m = train(\(model), digits()[0:70], epochs=1)\nprint(all(is_finite(sample(m, 3))), losses(m).critic != 0)")
      #expect(text == "true true\n", "\(more)")
    }
  }

  /// It replaces batch normalisation in every layer of the critic.
  @Test func everyLayerOfTheCriticHasIt() {
    let text = printed("summary(gan(width=4, labels=true, spectral=true), clothes())")
    let critic = text.split(separator: "\n").drop { !$0.contains("critic ") }.prefix { !$0.contains("slow ") }
    #expect(critic.count { $0.contains("spectral_norm") } == 4 && !critic.contains { $0.contains("batch_norm") })
    #expect(printed("gan(critic=dense(1), spectral=true, shape=(8, 8, 1))").contains("write `spectral=true` in its own layers"))
  }

  /// The direction is a state: saved, and the same for any number of threads.
  @Test func trainingsAreReproducible() {
    let start = "seed(3)\nm = train(gan(width=4, latent=2, spectral=true), digits()[0:90], epochs=2)\n"
    let program = start + "print(sum(m.critic.to_score.norm.direction), sum(sample(m, 2)))"
    let one = TestSession.printed(program)
    #expect(one == TestSession.printed(program, threads: 3) && one.split(separator: " ").count == 2)
    let files = MemoryFiles()
    let test = TestSession(files: files)
    test.run(start + "save(m, \"m.model\")\nn = load(\"m.model\")\nx = zeros(2, 8, 8, 1)")
    test.run("print(same(m.critic.to_score.norm.direction, n.critic.to_score.norm.direction), same(m.critic(x), n.critic(x)))")
    #expect(test.console.output == "true true\n")
  }
}

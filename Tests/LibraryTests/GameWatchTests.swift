import TestSupport
import Testing

/// The watch of `gan` over its training.
@Suite struct GameWatchTests {
  private func printed(_ text: String, threads: Int = 1) -> String { TestSession.printed(text, threads: threads) }

  /// 4 × 4 images, of which a dense model makes hundreds of steps in a second.
  private static let data = "seed(4)\ndata = crop(digits()[0:400], 4, 4)\n"

  private static func trained(_ arguments: String, _ more: String = "") -> String {
    data + "m = train(gan(latent=16, hidden=32, \(arguments)), data, batch=32, epochs=40\(more))\nprint(join(m.warnings(), \"\\n\"))"
  }

  @Test(arguments: ["", "objective=\"hinge\"", "objective=\"hinge\", spectral=true", "objective=\"minimax\"", "penalty=1"])
  func nothingIsSaidOfAHealthyTraining(_ arguments: String) { #expect(printed(Self.trained(arguments)) == "\n") }

  /// A generator that makes the same example always, one of four, or one for each label.
  @Test(arguments: [
    ("", "chain(z -> 0 * z + 1, dense(16, sigmoid), reshape(4, 4, 1))"),
    ("", "chain(z -> f32(z[:, 0:2] > 0), dense(16, sigmoid), reshape(4, 4, 1))"),
    ("labels=true, ", "chain(z -> z[:, 16:26], dense(16, sigmoid), reshape(4, 4, 1))"),
  ])
  func collapseIsReported(_ arguments: String, _ generator: String) {
    let text = printed(Self.trained("\(arguments)generator=\(generator)"))
    #expect(text.hasPrefix("the generator has collapsed: its examples differ from each other by "))
    #expect(text.hasSuffix("or a lower rate of the generator in `optimizer=`\n"))
    #expect(text.contains("a `generator` that depends more on its random numbers, `penalty=1`, `objective=\"hinge\"`"))
  }

  @Test func aCriticThatAlwaysWinsIsReported() {
    let text = printed(Self.trained("", ", optimizer={critic: adam(1e-2), generator: sgd(1e-9)}"))
    #expect(text.hasPrefix("the critic is right in ") && text.contains("% of its judgements, so the generator learns little from it; try "))
    #expect(text.contains("`varied=(\"translation\", \"cutout\")`, `penalty=1`, `spectral=true` or a lower rate of the critic"))
  }

  /// The chance of changes rises while the critic is sure of real examples, and not otherwise; a given one stays.
  @Test func theChanceOfChangesFollowsTheCritic() {
    func chance(_ arguments: String, _ more: String) -> String {
      printed(Self.data + "print(float(train(gan(latent=16, hidden=32, varied=\"flip\"\(arguments)), data, batch=32, epochs=40\(more)).current_chance))")
    }
    #expect(Double(chance("", ", optimizer={critic: adam(1e-2), generator: sgd(1e-9)}").dropLast()) ?? 0 > 0.5)
    #expect(chance("", ", optimizer={critic: sgd(1e-9), generator: sgd(1e-9)}") == "0.0\n")
    #expect(chance(", chance=0.25", "") == "0.25\n")
  }

  /// All, none or a share of the examples are changed.
  @Test func changesAreMadeByChance() {
    let text = printed(
      """
      x = digits()[0:200].images
      seed(1)
      print(max(abs(_vary(x, "flip", 1) - flip(x))))
      print(max(abs(_vary(x, ("flip", "colour", "translation", "cutout"), 0) - x)))
      share = mean(max(abs(_vary(x, "cutout", 0.25) - x), axis=(1, 2, 3)) > 0)
      print(share > 0.1, share < 0.4)
      """)
    #expect(text == "0\n0\ntrue true\n")
  }

  @Test(arguments: ["non-saturating", "hinge", "least-squares", "wasserstein"])
  func aCriticThatIsLeftBehindIsReported(_ objective: String) {
    let text = printed(Self.trained("objective=\"\(objective)\", critic_steps=1", ", optimizer={critic: sgd(1e-9), generator: adam(1e-2)}"))
    #expect(text.hasPrefix("the critic is right in ") && text.contains("so the generator learns nothing from it; try `critic_steps=5` or a lower rate"))
  }

  /// Remedies that are in use are not named.
  @Test func remediesAreOthers() {
    let text = printed(Self.trained("objective=\"hinge\", penalty=1, generator=chain(z -> 0 * z + 1, dense(16, sigmoid), reshape(4, 4, 1))"))
    #expect(text.hasPrefix("the generator has collapsed") && !text.contains("penalty") && !text.contains("hinge"))
  }

  /// Nothing is known after a few steps.
  @Test func aShortTrainingIsNotJudged() {
    let collapsed = "m = train(gan(hidden=4, generator=chain(z -> 0 * z + 1, dense(16), reshape(4, 4, 1))), data, epochs=2)\n"
    #expect(printed(Self.data + collapsed + "print(m.warnings())") == "()\n")
    #expect(printed("print(gan(shape=(8, 8, 1)).warnings())") == "()\n")
  }

  /// The distance to the nearest other example, by hand: points on a line at 0, 1 and 3, and the same points twice as far apart.
  @Test func spreadByHand() {
    let text = printed(
      """
      real = [[0], [1], [3]]
      print(is_close(_nearest(real), 4 / 3), is_close(_relative_spread(2 * real + 7, real, 9), 2), is_close(_relative_spread(real + 1000, real + 999, 9), 1))
      print(_relative_spread([[5], [5], [5]], real, 9) < 1e-5, _relative_spread([[1]], [[2]], 9), _relative_spread(zeros(3, 2), ones(3, 2), 2))
      """)
    #expect(text == "true true true\ntrue 1 1\n")
  }

  @Test func averagesAreTheSameForAnyThreads() {
    let program = Self.data + "m = train(gan(width=4, latent=4), digits()[0:70], epochs=3)\nprint(m.spread, m.accuracy)"
    let one = printed(program)
    #expect(one == printed(program, threads: 3) && one != "1 0.5\n" && one.split(separator: " ").count == 2)
  }
}

import Foundation
import Privacy
import TestSupport
import Testing

/// `train(m, data, privacy=...)`.
@Suite("Private training") struct PrivateTrainingTests {
  private func printed(_ text: String, threads: Int = 1) -> String { TestSession.printed(text, threads: threads) }

  private static let linear = """
    model linear(n) {
      w = param(zeros(n))
      optimizer = sgd(1)
      fn loss(x) { -sum(w * x) / len(x) }
    }

    """

  private func numbers(_ text: String) -> [Double] { text.split { " \n,[]()".contains($0) }.compactMap { Double($0) } }

  // MARK: A step

  /// One step on one example, whose gradient is 1000 numbers of 2: it is scaled down to the norm, and the noise has the deviation that the
  /// accounting asks for.
  @Test(arguments: [1, 4.0]) func aStepIsACutGradientWithNoise(_ norm: Double) throws {
    let result = numbers(
      printed(
        Self.linear + """
          m = train(linear(1000), 2 * ones(1, 1000), epochs=1, batch=1, privacy=2, clip=\(norm), secret="a sixteen letters")
          print(mean(m.w), std(m.w))
          """))
    try #require(result.count == 2)
    let noise = try #require(SubsampledGaussian(epsilon: 2, delta: 1e-6, rate: 1, steps: 1)).noise * norm
    #expect(abs(result[0] - norm / 1000.0.squareRoot()) < 4 * noise / 1000.0.squareRoot(), "\(result), \(noise)")
    #expect(abs(result[1] / noise - 1) < 0.07, "\(result), \(noise)")
  }

  /// Of 200 examples, each is in a step with a probability of 1/10, independently of the others: gradients of 1 add up to the number
  /// of those that are in it. With two parts, the gradient of both is cut as one.
  @Test func everyExampleIsTakenWithTheSameProbability() throws {
    let program = """
      model counts() {
        a = _one(1)
        b = _one(2)
        optimizer = sgd(1)
        fn losses(x) { {a: -sum(a(x)) / len(x), b: -sum(b(x)) / len(x)} }
      }
      model _one(k) {
        w = param(zeros(1))
        fn call(x) { w * x }
      }
      m = train(counts(), ones(200, 1), epochs=10, batch=20, privacy=100, clip=2, secret="b sixteen letters")
      print(m.a.w, m.b.w)
      """
    let result = numbers(printed(program))
    try #require(result.count == 2)
    // 100 steps of 20 ± 4.2 examples, divided by 20; the noise of all steps is less than 1.
    #expect(result.allSatisfy { abs($0 - 100) < 8 && abs($0 - 100) > 1e-3 } && abs(result[0] - result[1]) < 2, "\(result)")
    let short = numbers(printed(program.replacingOccurrences(of: "clip=2", with: "clip=1")))
    #expect(short.allSatisfy { abs($0 - 100 / 2.0.squareRoot()) < 6 }, "\(short)")
  }

  @Test func aSecretRepeatsATraining() {
    let start = "d = digits()[0:60]\nfn private(s) { train(vae(latent=2, hidden=8), d, epochs=2, batch=20, privacy=5, secret=s) }\n"
    let once = printed(start + "m = private(\"x sixteen letters\")\nprint(m.encode(d.images[0:3]))")
    #expect(once.contains("[") && !once.contains("error"))
    #expect(printed(start + "m = private(\"x sixteen letters\")\nprint(m.encode(d.images[0:3]))", threads: 2) == once)
    #expect(printed(start + "m = private(\"y sixteen letters\")\nprint(m.encode(d.images[0:3]))") != once)
    // Other examples have other noise, which would otherwise reveal their difference.
    let noise = Self.linear + "fn w(x) { train(linear(1), x, epochs=1, batch=1, privacy=1, secret=\"x sixteen letters\").w }\n"
    #expect(printed(noise + "print(same(w(zeros(1, 1)), w(zeros(1, 1))), same(w(zeros(1, 1)), w(zeros(2, 1))))") == "true false\n")
    // So has another state: the difference of two models would be the gradient.
    let states = """
      model scaled(c) {
        w = param(zeros(1))
        state s = c
        optimizer = sgd(1)
        fn loss(x) { s = s * 1; -sum(w * x) * s }
      }
      fn w(c) { train(scaled(c), 0.1 * ones(1, 1), epochs=1, batch=1, privacy=1, secret="x sixteen letters").w[0] }
      print(abs(w(2.0) - w(1.0) - 0.1) > 1e-3)

      """
    #expect(printed(states) == "true\n")
    // So has another loss.
    let loss = noise.replacingOccurrences(of: "-sum", with: "-2 * sum")
    #expect(printed(noise + "print(w(zeros(1, 1)))") != printed(loss + "print(w(zeros(1, 1)))"))
    #expect(printed(noise.replacingOccurrences(of: ", secret=\"x sixteen letters\"", with: "") + "print(same(w(zeros(1, 1)), w(zeros(1, 1))))") == "false\n")
  }

  // MARK: What is published

  @Test func theHistoryHasNothingOfTheExamples() {
    let result = printed(
      """
      (d, rest) = split(digits(), 0.9)
      m = train(dense_vae(latent=2, hidden=8), d, epochs=2, batch=100, privacy=3, secret="x sixteen letters")
      h = history(m)
      print(map(h, keys), h[0].epsilon < h[1].epsilon, h[1].epsilon > 2.99 and h[1].epsilon <= 3)
      m = train(dense_vae(latent=2, hidden=8), d, epochs=1, batch=100, privacy=3, secret="x sixteen letters", validate=rest)
      print(map(history(m), keys))
      """)
    #expect(
      result == "((\"epoch\", \"epsilon\"), (\"epoch\", \"epsilon\")) true true\n((\"epoch\", \"epsilon\", \"validation_loss\"),)\n", "\(result)")
  }

  /// The layers are built without looking at the examples.
  @Test func theFirstWeightsAreTheSameForAllExamples() {
    let result = printed(
      """
      fn start(x) { train(vae(latent=2, hidden=8, shape=(4,)), x, epochs=0, privacy=3, secret="x sixteen letters").encode(ones(1, 4)) }
      print(same(start(zeros(9, 4)), start(ones(9, 4))))
      """)
    #expect(result == "true\n", "\(result)")
  }

  @Test func anInterruptedTrainingSpendsLess() {
    let test = TestSession(interruptAfter: 6)
    test.run("d = digits()[0:200]\nm = train(vae(latent=2, hidden=8), d, epochs=4, batch=50, privacy=4)\nprint(history(m)[-1].epsilon < 4)")
    #expect(test.console.output == "true\n")
    #expect(test.interrupter.settled.contains { $0.contains("stopped after") && $0.contains("-differentially private after") }, "\(test.interrupter.settled)")
  }

  /// Losses of several trainings add up, also that of an epoch that was not completed.
  @Test func whatIsSpentAddsUp() {
    let test = TestSession(interruptAfter: 7)
    test.run(
      """
      d = digits()[0:200]
      m = train(vae(latent=2, hidden=8), d, epochs=4, batch=50, privacy=4)
      n = train(m, d, epochs=1, batch=50, privacy=2)
      print(len(history(m)), history(m)[0].epsilon < history(n)[1].epsilon - 1.9, history(n)[1].epsilon < 6)
      """)
    #expect(test.console.output == "1 true true\n", "\(test.console.output)")
    #expect(test.interrupter.settled.contains { $0.contains("with the trainings before, ε is") }, "\(test.interrupter.settled)")
  }

  /// A single row that is not finite is left out, and does not stop the training.
  @Test func whatIsNotFiniteCountsAsNothing() {
    let result = printed(
      Self.linear + """
        x = concat((ones(20, 1), ones(1, 1) / 0))
        m = train(linear(1), x, epochs=3, batch=21, privacy=50, clip=2)
        print(abs(m.w[0] - 3 * 20 / 21) < 1)
        """)
    #expect(result == "true\n", "\(result)")
  }

  @Test func statesOfTheLossAreOfTheWeightsBefore() {
    let result = printed(
      """
      model old() {
        w = param(zeros(2))
        state earlier = zeros(2)
        state later = zeros(2)
        fn loss(x) { earlier = w + 0; mean((w - x) ^ 2) }
        fn after_step() { later = w + 0 }
      }
      m = train(old(), ones(8, 2), epochs=1, batch=8, privacy=5)
      print(same(m.earlier, zeros(2)), same(m.later, m.w))
      """)
    #expect(result == "true true\n", "\(result)")
  }

  @Test func checkingFindsWhatCannotBePrivate() {
    func errors(_ code: String) -> [String] { TestSession().checking.check(code, named: "test").errors.map { $0.id.code } }
    #expect(errors("train(classifier(width=2), digits()[0:20], privacy=3)") == ["L0527"])
    #expect(errors("train(vae(latent=2, hidden=4), digits()[0:20], privacy=3)") == [])
  }

  @Test func muchNoiseAndEarlierTrainingsAreSaid() {
    let test = TestSession(interruptAfter: 1_000_000)
    test.run("d = digits()[0:50]\nm = train(vae(latent=2, hidden=8), d, epochs=1)\nm = train(m, d, epochs=1, privacy=0.5, secret=\"x sixteen letters\")")
    let lines = test.interrupter.settled
    #expect(lines.contains { $0.contains("that is much noise") } && lines.contains { $0.contains("what it learned before is not counted") }, "\(lines)")
  }

  // MARK: Learning

  /// With little noise, a classifier learns nearly as much as without.
  @Test func itLearns() throws {
    let result = numbers(
      printed(
        """
        model net() {
          layers = chain(dense(32, relu), dense(10))
          fn call(x) { layers(_reshape(x, len(x), 64)) }
          fn loss(x, label) { cross_entropy(call(x), label) }
        }
        (d, test) = split(digits(), 0.8)
        m = train(net(), d, epochs=8, batch=64, privacy=50, secret="x sixteen letters", optimizer=adam(1e-2))
        print(mean(argmax(m(test.images), axis=1) == test.labels))
        """))
    #expect(try #require(result.first) > 0.85, "\(result)")
  }

  // MARK: Errors

  @Test(arguments: [
    ("train(classifier(width=2), d, privacy=3)", "L0527", "layer_norm"),
    ("train(gan(width=2, latent=2), d, privacy=3)", "L0527", "computed from examples"),
    ("train(flow(width=2, units=4), d, privacy=3)", "L0527", "computed from examples"),
    ("train(v, d, privacy=3, validate=0.2)", "L0527", "share of the data"),
    ("train(v, d |> rotate(-9..9, copies=2), privacy=3)", "L0527", "several examples of one picture"),
    ("train(v, d |> mixup(), privacy=3)", "L0527", "several examples of one picture"),
    ("train(v, d, augment=mixup(), privacy=3)", "L0527", "mixes examples"),
    ("train(branch(), d, privacy=3)", "L0527", "reads values"),
    ("train(v, d, privacy=0)", "L0507", "0"), ("train(v, d, privacy=3, delta=1)", "L0507", "delta"),
    ("train(v, d, delta=1e-5)", "L0205", "no effect without `privacy`"), ("train(v, d, secret=\"x sixteen letters\")", "L0205", "no effect without `privacy`"),
    ("train(v, d, privacy=3, patience=2)", "L0205", "fixed number of epochs"),
    ("train(v, d, privacy=3, checkpoint=\"a.model\")", "L0205", "fixed number of epochs"),
    ("train(v, concat(d, d), privacy=3)", "L0527", "several examples"), ("train(v, concat(d, d |> mixup()), privacy=3)", "L0527", "several examples"),
    ("train(v, concat(d[0:9], d[5:20])[0:4], privacy=3)", "L0527", "several examples"),
    ("train(v, (concat(d, d) |> flip(originals=true))[0:1], privacy=3)", "L0527", "several examples"),
    ("train(v, d[0:10], privacy=3, validate=d[9:12])", "L0527", "examples of the training"),
    ("x = d.images\ntrain(v, x, privacy=3, validate=x)", "L0527", "examples of the training"),
    ("train(dense_gan(latent=2, hidden=4), d, privacy=3)", "L0527", "random numbers"),
    ("train(v, d, privacy=3, secret=\"short\")", "L0205", "at least 16"), ("train(v, d, privacy=3, clip=1e300)", "L0503", "lower `clip=`"),
    ("train(all_nan(), d, privacy=3)", "L0501", "no example has a finite gradient"),
    ("train(v, d, privacy=3, clip=0)", "L0205", "greater than 0"), ("train(v, d, privacy=\"yes\")", "L0205", "privacy"),
    ("train(table_model(), table({a: (1, 2)}), privacy=1)", "L0205", "table_model(privacy=...)"),
  ]) func whatCannotBePrivate(_ code: String, _ id: String, _ words: String) {
    let start = """
      d = digits()[0:20]
      v = vae(latent=2, hidden=8)
      model branch() {
        w = param(0)
        fn loss(x) { if mean(x) > 0 { w } else { 2 * w } }
      }
      model all_nan() {
        w = param(1)
        fn loss(x) { w * log(-1 - sum(x)) }
      }

      """
    let report = TestSession().run(start + code).report ?? "no error"
    #expect(report.contains("error[\(id)]") && report.contains(words), "\(code): \(report)")
  }

  @Test func withoutNoiseOfTheSystemASecretIsNeeded() {
    let report = TestSession(entropy: nil).run("train(vae(latent=2, hidden=8), digits()[0:20], epochs=1, privacy=3)").report ?? ""
    #expect(report.contains("no random noise"), "\(report)")
  }
}

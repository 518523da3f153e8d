import TestSupport
import Testing

/// What generators refuse, and why.
@Suite struct GeneratorErrorTests {
  private func report(_ text: String) -> String { TestSession().run(text).report ?? "" }

  @Test(arguments: [
    ("vae(width=0)", "vae: `width` must be a whole number of at least 1, got 0"),
    ("vae(latent=2.5)", "vae: `latent` must be a whole number of at least 1, got 2.5"),
    ("vae(samples=0)", "vae: `samples` must be a whole number of at least 1, got 0"), ("vae(prior=0)", "vae: `prior` must be a whole number"),
    ("vae(beta=-1)", "vae: `beta` must be at least 0, got -1"), ("vae(decay=1)", "vae: `decay` must be at least 0 and less than 1, got 1"),
    ("gan(latent=0)", "gan: `latent` must be a whole number"), ("gan(critic_steps=0)", "gan: `critic_steps` must be a whole number"),
    ("gan(decay=2)", "gan: `decay` must be at least 0 and less than 1, got 2"), ("gan(penalty=-1)", "gan: `penalty` must be at least 0"),
    ("flow(moves=0)", "flow: `moves` must be a whole number of at least 1, got 0"), ("flow(codes=-1)", "flow: `codes` must be a whole number of at least 0"),
    ("classifier(left_out=1.5)", "classifier: `left_out` must be at least 0 and less than 1, got 1.5"),
    ("classifier(smooth=-0.1)", "classifier: `smooth` must be at least 0 and less than 1, got -0.1"),
    ("classifier(hidden=0)", "classifier: `hidden` must be a whole number of at least 1, got 0"),
  ])
  func settingsAreChecked(_ model: String, _ expected: String) {
    #expect(report("train(\(model), digits()[0:20], epochs=1)").contains(expected))
  }

  @Test(arguments: [
    ("gan(shape=(8, 8, 1)), digits()[0:3]", "nll: expected a `vae` or a `table_model`, got gan()"),
    ("vae(width=4, shape=(8, 8, 1)), digits()[0:0]", "nll: `test` has no examples"),
    ("vae(width=4, shape=(8, 8, 1)), digits()[0:3], samples=0", "nll: `samples` must be a whole number of at least 1, got 0"),
  ])
  func likelihoodsNeedExamplesAndDraws(_ arguments: String, _ expected: String) {
    #expect(report("nll(\(arguments))").contains(expected))
  }

  @Test func codesOfAGeneratorWithLabelsHaveShares() {
    let text = "m = gan(labels=true, width=4, shape=(8, 8, 1), class_names=(\"a\", \"b\"))\ninterpolate(m, randn(64), randn(64))"
    #expect(report(text).contains("gan: with `labels=true`, a code needs 64 random numbers, followed by one share for each of the 2 classes"))
  }

  /// Rows vary by the learned deviation: those of a normal distribution have its spread.
  @Test func rowsHaveTheLearnedDeviation() throws {
    let text = "seed(1)\nm = train(vae(likelihood=\"gaussian\", hidden=8, latent=1), randn(2000, 1), epochs=20)\nprint(float(std(sample(m, 2000))))"
    let spread = try #require(Double(TestSession.printed(text).dropLast()))
    #expect(spread > 0.85 && spread < 1.15)
  }

  /// A file that is not a log is not replaced by one.
  @Test(arguments: ["csv", "tfevents"])
  func logsDoNotReplaceOtherFiles(_ ending: String) {
    let text = """
      write_text("mine.\(ending)", "name,age\\nAda,3\\n")
      m = try { train(dense_vae(hidden=4), digits()[0:20], epochs=1, log="mine.\(ending)") } catch e { print(e.message) }
      print(read_text("mine.\(ending)"))
      m = train(dense_vae(hidden=4), digits()[0:20], epochs=1, log="own.\(ending)")
      m = train(m, digits()[0:20], epochs=2, log="own.\(ending)")
      print(len(history(m)))
      """
    let session = TestSession(files: MemoryFiles())
    #expect(session.run(text).report == nil)
    #expect(session.console.output == "`log`: `mine.\(ending)` exists and is not the log of a training\nname,age\nAda,3\n\n3\n")
  }

  @Test func aMetricIsNoLoss() {
    let text = """
      model line() {
        w = param(zeros(2, 1))
        fn loss(x) { mean((x @ w - 1) ^ 2) }
        fn metrics(x) { {loss: mean(x)} }
      }
      train(line(), rand(20, 2), validate=0.2, epochs=1)
      """
    #expect(report(text).contains("`metrics` cannot have an entry named `loss`: the name is reserved"))
  }
}

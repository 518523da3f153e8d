import TestSupport
import Testing

/// Models say which values they expect, losses what their targets may be, and `train` what its settings are.
@Suite struct ExpectedValuesTests {
  private func report(_ text: String) -> String { TestSession().run(text).report ?? "" }
  /// Codes and lines of what a check finds.
  private func checked(_ text: String) -> [String] {
    TestSession(files: MemoryFiles()).checking.check(text, named: "test").errors.map { "\($0.id.code) \($0.span?.location.line ?? 0)" }
  }

  private static let people = "people = dataset([[170, 60], [158, 51], [182, 80]], columns=(\"height\", \"weight\"))\n"

  @Test(arguments: ["vae(latent=1, hidden=4)", "gan(latent=1, hidden=4)"])
  func aTableInItsOwnUnitsIsRefused(_ model: String) {
    let program = Self.people + "m = train(\(model), people, epochs=1)"
    let report = report(program)
    #expect(report.contains("L0505") && report.contains("expects values from 0 to 1; column `height` of the data has values from 158 to 182"))
    #expect(report.contains("scaled = rescale(data)") && report.contains("unscale(sample(m, 5), like=scaled)"))
    #expect(checked(program) == ["L0505 2"])
    let mended = program.replacing("train(\(model), people", with: "train(\(model), rescale(people)")
    #expect(self.report(mended).isEmpty && checked(mended).isEmpty)
  }

  @Test func bytesOfImagesAreToBeDivided() {
    let data = "x = round(rand(20, 4, 4) * 255)\n"
    #expect(report(data + "m = train(vae(latent=1, hidden=4), x, epochs=1)").contains("divide them by 255, `x / 255`"))
    #expect(report(data + "m = train(vae(latent=1, hidden=4), x / 255, epochs=1)").isEmpty)
    // A data set of bytes is read as 0 to 1.
    #expect(report(data + "m = train(vae(latent=1, hidden=4), dataset(u8(x)), epochs=1)").isEmpty)
    #expect(report(data + "m = train(vae(latent=1, hidden=4), dataset(x), epochs=1, augment=flip(chance=0.5))").contains("L0505"))
    // What was not selected does not count.
    let mixed = "x = concat((zeros(20, 4, 4), 9 * ones(1, 4, 4)))\nm = train(vae(latent=1, hidden=4), dataset(x)[SLICE], epochs=1)"
    #expect(report(mixed.replacing("SLICE", with: ":20")).isEmpty)
    #expect(report(mixed.replacing("SLICE", with: "5:")).contains("L0505"))
  }

  @Test func whatRoundingLeavesOutsideIsAccepted() {
    func program(_ excess: String) -> String { "m = train(vae(latent=1, hidden=4), [[0 - \(excess), 0.5], [1, 1 + \(excess)]], epochs=1)" }
    #expect(report(program("5e-7")).isEmpty)
    #expect(report(program("1e-4")).contains("column 0 of the data has values from -0.0001 to 1"))
    #expect(report("m = train(vae(latent=1, hidden=4), sqrt([[0.5, -1]]), epochs=1)").contains("L0430"))
  }

  @Test func anyModelMaySayWhatItExpects() {
    let program = """
      model centred() {
        w = param(zeros(1))
        expects = RANGE
        fn loss(x) { mean((x - w) ^ 2) }
      }
      m = train(centred(), DATA, epochs=1)
      """
    func run(_ range: String, _ data: String) -> String { report(program.replacing("RANGE", with: range).replacing("DATA", with: data)) }
    #expect(run("-1..1", "[[-1], [0.5]]").isEmpty)
    #expect(run("-1..1", "[[-1.5], [0.5]]").contains("`centred` expects values from -1 to 1; column 0 of the data has values from -1.5 to 0.5"))
    #expect(run("-1..1", "[[-1.5], [0.5]]").contains("rescale(data, to=-1..1)"))
    #expect(run("-1..1", "rescale([[-1.5], [0.5]], to=-1..1)").isEmpty)
    #expect(run("-1..1", "digits()[:20]").isEmpty)
    #expect(run("0.5..1", "digits()[:20]").contains("L0505"))
    let wrong = run("3", "[[1]]")
    #expect(wrong.contains("L0503") && wrong.contains("test:3:3") && wrong.contains("must be a range of values such as 0..1"))
  }

  /// By hand too, and for a model that says nothing.
  @Test func aTargetOfBinaryCrossEntropyIsFrom0To1() {
    #expect(report("print(bce_logits([1, 2], [0.5, 3]))").contains("the target has the value 3 at [1], expected 0 to 1"))
    let model = "model own() {\n  d = dense(2)\n  fn loss(x) { mean(bce_logits(d(x), x TARGET)) }\n}\n"
    func train(_ target: String, _ data: String) -> String { report(model.replacing("TARGET", with: target) + "m = train(own(), \(data), epochs=1, batch=4)") }
    // Of the input, all of the data is looked at, not the first batch.
    #expect(train("", "concat((zeros(30, 2), ones(1, 2) * 7))").contains("the target has the value 7 at [30, 0]"))
    #expect(train("* 2", "ones(9, 2)").contains("the target has the value 2 at [0, 0]"))
    #expect(train("", "ones(9, 2)").isEmpty)
    #expect(
      report("d = dense(2, shape=(2,))\n(d, o, l) = step(d, adam(), d -> mean(bce_logits(d(ones(3, 2)), 2 * ones(3, 2))))").contains(
        "the target has the value 2 at [0, 0]"))
    #expect(report("x = [[2, 0]]\nd = dense(2, shape=(2,))\n(d, o, l) = step(d, adam(), d -> mean(bce_logits(d(x), x)))").contains("at [0, 0]"))
  }

  // MARK: Labels

  @Test(arguments: [
    ("(0, 1, -2)", "label 2 is -2"), ("[0, -1, 1]", "label 1 is -1"), ("i32([-3, 0, 1])", "label 0 is -3"), ("[0, 1.5, 1]", "label 1 is 1.5"),
    ("(0, 3000000000, 1)", "label 1 is 3000000000"),
  ])
  func aDataSetHasLabelsFrom0(_ labels: String, _ message: String) {
    let report = report("few = dataset(rand(3, 4, 4), labels=\(labels))")
    #expect(report.contains("L0429") && report.contains("\(message), expected a non-negative integer"))
  }

  @Test func aLossTakesLabelsOfItsClasses() {
    #expect(report("print(cross_entropy(zeros(3, 4), i32([0, 3, -1])))").contains("label 2 is -1, expected an integer between 0 and 3"))
    #expect(report("print(one_hot([0, 4], 4))").contains("label 1 is 4, expected an integer between 0 and 3"))
    let program = """
      model classifier() {
        d = dense(COUNT)
        fn loss(x, label) { cross_entropy(d(x), label) }
      }
      labels = concat((zeros(90), [9]))
      m = train(classifier(), dataset(rand(91, 2), labels=labels), epochs=1, batch=10)
      """
    let few = program.replacing("COUNT", with: "9")
    // The label is in the last batch, and is found before the first step.
    #expect(report(few).contains("label 90 is 9, expected an integer between 0 and 8"))
    #expect(report(program.replacing("COUNT", with: "10")).isEmpty)
    let nine = "model c() {\n  d = dense(9)\n  fn loss(x, label) { cross_entropy(d(reshape(x, len(x), 64)), label) }\n}\nm = train(c(), digits())"
    #expect(checked(nine) == ["L0429 3"])
    #expect(
      report("model e() {\n  t = embedding(9, 2)\n  fn loss(x, label) { mean(t(label) - x) }\n}\nm = train(e(), dataset(rand(2, 2), labels=(0, 9)))").contains(
        "9"))
  }

  // MARK: Settings and layers

  @Test(arguments: [
    ("batch = 0", "must be an integer between 1 and 1048576, got integer 0"), ("batch = -3", "got integer -3"),
    ("batch = 2.5", "got float 2.5"), ("batch = \"64\"", "got string \"64\""), ("steps = 5", "must be a record such as {critic: 5}"),
    ("steps = {w: 0}", "`steps` of `w` of the model `net` must be an integer between 1 and 1000, got integer 0"),
    ("optimizer = 1e-3", "must be an optimiser such as adam(1e-3), got float 0.001"), ("optimizer = {w: 2}", "`optimizer` of `w`"),
  ])
  func aFieldThatIsNoSettingIsAnErrorAtItsLine(_ field: String, _ message: String) {
    let program = "model net() {\n  w = param(zeros(1))\n  \(field)\n  fn losses(x) { {w: mean((x - w) ^ 2)} }\n}\nm = train(net(), [[1], [2]], epochs=1)"
    let report = report(program)
    #expect(report.contains("L0503") && report.contains("test:3:3") && report.contains(message), "\(report)")
    #expect(checked(program) == ["L0503 3"])
    // What only a run would know is passed over by a check.
    #expect(checked("n = read_text(\"n.txt\")\n" + program.replacing(field, with: "\(field.prefix { $0 != " " }) = n")).isEmpty)
    let other = program.replacing("  \(field)\n", with: "  state steps = 0\n  fn batch(x) { x }\n")
    #expect(self.report(other).isEmpty)
  }

  @Test(arguments: [
    ("dense(3)(5)", "argument of layer `dense` must be a batch of shape [n, features], got integer 5"),
    ("dense(3)([1, 2, 3])", "got tensor f32[3]"), ("batch_norm()(0.5)", "argument of layer `batch_norm` must be"),
    ("chain(dense(3), relu)(5)", "argument of layer `dense` must be"), ("layer_norm()(2)", "argument of layer `layer_norm` must be"),
    ("conv(3)(5)", "argument of layer `conv` must be"),
  ])
  func aLayerSaysWhatItIsCalledWith(_ call: String, _ message: String) {
    let report = report("print(\(call))")
    #expect(report.contains(message) && !report.contains("element -1"))
  }
}

import TestSupport
import Testing

/// `table_model(privacy=...)` and `tabular(vae(), privacy=...)` in programs.
@Suite("Private models in programs") struct PrivateModelTests {
  private static let table = """
    t = table({size: map(list(0..400), i -> 10 + (i * 7) % 40), kind: map(list(0..400), i -> if i % 3 == 0 { "cat" } else { "dog" })})
    fn private(epsilon) { train(table_model(privacy=epsilon, secret="a long secret", ranges={size: (0, 60)}), t) }

    """
  private func printed(_ text: String) -> String { TestSession.printed(Self.table + text) }

  @Test func aSecretRepeatsARun() {
    #expect(printed("a = private(5)\nb = private(5)\nprint(a.fitted == b.fitted, a.fitted == private(6).fitted)") == "true false\n")
    #expect(printed("a = train(table_model(privacy=5), t)\nb = train(table_model(privacy=5), t)\nprint(a.fitted == b.fitted)") == "false\n")
    // The seed changes new rows, but not the noise.
    #expect(printed("seed(1)\na = private(5)\nseed(2)\nb = private(5)\nprint(a.fitted == b.fitted)") == "true\n")
  }

  @Test func aFileKeepsTheModelButNotTheSecret() {
    let files = MemoryFiles()
    let test = TestSession(files: files)
    let outcome = test.run(
      Self.table + """
        m = private(5)
        save(m, "m.model")
        k = load("m.model")
        print(k.fitted == m.fitted, m.secret, len(sample(k, 3, given={kind: "cat"})))
        """)
    #expect(test.console.output + (outcome.report ?? "") == "true nothing 3\n")
    let bytes = files.files["m.model"] ?? []
    #expect(!bytes.isEmpty && !String(decoding: bytes, as: UTF8.self).contains("a long secret"))
    #expect(!printed("print(private(5))").contains("secret"))
  }

  @Test func theModelDoesWhatOthersDo() {
    let program = """
      m = private(10)
      s = sample(m, 200)
      print(keys(s), s.size.kind, min(s.size) >= 0, max(s.size) <= 60)
      print(nll(m, t) > 0, sum(is_gap(impute(table({size: (20, nothing), kind: (nothing, "cat")}), with=m).size)))
      print(m.fitted.epsilon, m.fitted.columns, m.fitted.pairs, len(m.fitted.accounting) > 3)
      """
    #expect(
      printed(program)
        == "(\"size\", \"kind\") whole true true\ntrue 0\n10.0 (\"size\", \"kind\") ((\"size\", \"kind\"),) true\n")
    #expect(printed("print(private(1).fitted)").contains("differentially"))
  }

  /// A private model needs noise of the system, or a secret.
  @Test func aSystemWithoutNoise() {
    let outcome = TestSession(entropy: nil).run(Self.table + "private(5)\ntrain(table_model(privacy=5), t)")
    #expect(outcome.diagnostics.map(\.id.code) == ["L0509"] && outcome.report?.contains("no random noise") == true)
  }

  /// A condition is kept by new rows, but whether the rows of the table keep it is not said.
  @Test func conditions() {
    let program = "m = train(table_model(privacy=10, where=row -> row.size > 30), t)\nprint(min(sample(m, 30).size) > 30)"
    #expect(printed(program) == "true\n")
  }

  @Test(arguments: [
    ("privacy=1, components=3", "leave out `components`"), ("delta=1e-5", "need `privacy`"), ("secret=\"s\"", "need `privacy`"),
    ("ranges={size: (0, 1)}", "need `privacy`"), ("privacy=-1", "got -1"), ("privacy=1000", "hardly a guarantee"), ("privacy=\"much\"", "epsilon"),
    ("privacy=1, delta=2", "`delta` must be"), ("privacy=1, ranges={size: 3}", "expected a list"), ("privacy=1, ranges={size: (3, \"x\")}", "least and"),
    ("privacy=1, ranges={weight: (3, 4)}", "unknown column `weight`"), ("privacy=1, ranges={kind: (3, 4)}", "list of words"), ("privacy=1, ranges=3", "record"),
    ("privacy=1, secret=3", "secret"), ("target=\"kind\"", "need `privacy`"), ("privacy=1, target=\"colour\"", "unknown column `colour`"),
  ]) func mistakes(_ arguments: String, _ message: String) {
    let text = printed("train(table_model(\(arguments)), t)")
    #expect(text.contains("error") && text.contains(message), "\(text)")
  }

  // MARK: `tabular(vae(), privacy=...)`

  private static let network = """
    fn network(epsilon) {
      train(tabular(vae(hidden=16), epochs=2, privacy=epsilon, secret="sixteen letters!", ranges={size: (0, 60)}), t)
    }

    """

  /// The coding and the training spend no more than ε and δ together.
  @Test func networksSpendTheBudget() {
    let program = """
      m = network(20)
      spent = m.fitted.coding.epsilon + history(m)[-1].epsilon
      print(m.fitted.epsilon, m.fitted.delta, spent > 19.9, spent < 20 + 1e-9, m.fitted.coding.delta, m.fitted.coding.groups)
      s = sample(m, 200)
      print(keys(s), s.size.kind, min(s.size) >= 0, max(s.size) <= 60, unique(s.kind).levels)
      """
    #expect(
      printed(Self.network + program).hasSuffix(
        "20 1e-06 true true 2e-07 (14, 2)\n(\"size\", \"kind\") whole true true (\"cat\", \"dog\")\n"))
  }

  @Test func aSecretRepeatsANetwork() {
    let program = """
      (a, b, m) = (network(5), network(6), network(5))
      seed(1)
      x = sample(m, 50)
      y = x
      m = a
      seed(1)
      x = sample(m, 50)
      z = x
      m = b
      seed(1)
      x = sample(m, 50)
      print(y == z, x == z)
      """
    #expect(printed(Self.network + program).hasSuffix("true false\n"))
  }

  @Test func aFileKeepsANetworkButNotTheSecret() {
    let files = MemoryFiles()
    let test = TestSession(files: files)
    let outcome = test.run(
      Self.table + Self.network + """
        m = network(5)
        save(m, "m.model")
        k = load("m.model")
        print(k.fitted.coding == m.fitted.coding, m.secret)
        seed(1)
        x = sample(m, 20)
        y = x
        m = k
        seed(1)
        x = sample(m, 20)
        print(x == y)
        """)
    #expect((test.console.output + (outcome.report ?? "")).hasSuffix("true nothing\ntrue\n"))
    let bytes = files.files["m.model"] ?? []
    #expect(!bytes.isEmpty && !String(decoding: bytes, as: UTF8.self).contains("sixteen letters"))
  }

  /// What the noise hides completely is in new rows as often as in the table, so far as that is known.
  @Test func nothingToLearn() {
    let program = """
      same = table({word: map(list(0..200), i -> "x"), size: map(list(0..200), i -> 3)})
      m = train(tabular(vae(), privacy=2, secret="sixteen letters!"), same)
      s = sample(m, 3)
      print(len(s), list(s.word), m.fitted.epsilon, history(m))
      """
    #expect(printed(program).hasSuffix("3 (\"x\", \"x\", \"x\") 2 ()\n"))
  }

  /// What cannot be private is refused before anything is measured.
  @Test(arguments: [
    ("gan(), privacy=3", "keeps statistics"), ("flow(), privacy=3", "keeps statistics"), ("vae(), privacy=3, secret=\"short\"", "16 characters"),
    ("vae(), delta=1e-5", "need `privacy`"), ("vae(), privacy=-1", "got -1"), ("vae(), privacy=1000", "got 1000"),
    ("vae(), privacy=0.001", "from 0.00125"), ("vae(), privacy=\"much\"", "a number"), ("vae(), privacy=1, delta=1e-15", "from 1.25e-15"),
    ("vae(), privacy=1, epochs=0", "`epochs`"), ("vae(), privacy=1, batch=0", "batch"), ("vae(), privacy=1, secret=3", "`secret`"),
    ("vae(labels=true), privacy=1", "label"), ("vae(encoder=chain(dense(8), batch_norm(), relu)), privacy=1", "L0527"),
    ("train(vae(latent=2, hidden=4), rand(20, 3), epochs=1), privacy=1", "learned before"), ("table_model(), privacy=1", "not trained in steps"),
    ("vae(), privacy=1, ranges={weight: (3, 4)}", "unknown column `weight`"),
  ]) func mistakesOfNetworks(_ arguments: String, _ message: String) {
    let text = printed("train(tabular(\(arguments)), t)")
    #expect(text.contains("error") && text.contains(message) && !text.contains("note:"), "\(text)")
  }
}

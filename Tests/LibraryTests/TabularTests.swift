import TestSupport
import Testing

/// Networks that learn the rows of tables.
@Suite("Networks for tables") struct TabularTests {
  private func printed(_ text: String) -> String { TestSession.printed(text) }

  private static let words = "t = table({a: (\"x\", \"y\", \"x\", \"y\", \"x\", \"x\"), b: (\"p\", \"q\", \"p\", \"q\", \"p\", \"q\")})\n"
  private static let numbers = "t = table({a: map(list(0..20), i -> i + 0.5), b: map(list(0..20), i -> 2 * i)})\n"

  /// Dogs are 10 larger than cats, a tenth of the sizes is missing, and a third of the incomes is 0.
  @Test(arguments: ["vae()", "gan()", "flow()"]) func rowsAreLikeTheTable(_ model: String) {
    let text = printed(
      """
      seed(1)
      u = randn(300)
      kind = map(list(0..300), i -> if i % 5 < 2 { "dog" } else { "cat" })
      size = map(list(0..300), i -> if i % 10 == 7 { nothing } else { 40 + (if kind[i] == "dog" { 10 } else { 0 }) + 3 * float(u[i]) })
      t = table({kind: kind, size: size, income: map(list(0..300), i -> if i % 3 == 0 { 0 } else { 1000 + 100 * float(u[i]) })})
      s = sample(train(tabular(\(model), epochs=150), t), 1000)
      (dogs, cats) = (s[s.kind == "dog"], s[s.kind == "cat"])
      print(abs(len(dogs) / 1000 - 0.4) < 0.06, mean(dogs.size) - mean(cats.size) > 3)
      print(abs(sum(is_gap(s.size)) / 1000 - 0.1) < 0.04, abs(sum(s.income == 0) / 1000 - 0.333) < 0.06)
      print(max(s.size) <= max(t.size), len(s[s.income > 0 and s.income < 500]))
      """)
    #expect(text == "true true\ntrue true\ntrue 0\n")
  }

  @Test(arguments: ["vae()", "gan()", "flow()", "gan(objective=\"wasserstein\")", "gan(spectral=true)", "dense_gan()", "vae(likelihood=\"bernoulli\")"])
  func tablesOfAnyShape(_ model: String) {
    for start in [TabularTests.words, TabularTests.numbers, TabularTests.words + "t = t[0:1]\n", TabularTests.numbers + "t = t[0:2]\n"] {
      #expect(printed(start + "s = sample(train(tabular(\(model), epochs=2), t), 7)\nprint(len(s), keys(s))") == "7 (\"a\", \"b\")\n", "\(model): \(start)")
    }
  }

  /// What a table chooses for a network does not replace what the user chose.
  @Test func argumentsAreKept() {
    let text = printed(
      TabularTests.words
        + """
        v = train(tabular(vae(latent=3, hidden=16, beta=2), epochs=1), t).fitted.model
        print(v.latent, v.beta, v.encoder.layers[0].units, train(tabular(vae(), epochs=1), t).fitted.model.encoder.layers[0].units)
        g = train(tabular(gan(latent=5, objective="hinge"), epochs=1), t).fitted.model
        print(g.latent, g.objective, g.penalty, train(tabular(gan(), epochs=1), t).fitted.model.penalty)
        print(train(tabular(flow(units=9, moves=3), epochs=1), t).fitted.model.moves)
        """)
    #expect(text == "3 2 16 128\n5 hinge 0 1\n3\n")
  }

  /// By default 3,000 steps; the history is that of the network.
  @Test func epochsFollowTheTable() {
    let text = printed(
      TabularTests.numbers
        + """
        m = train(tabular(vae(latent=2, hidden=4), batch=10), t)
        print(len(history(m)), keys(history(m)[0]))
        print(len(history(train(tabular(vae(latent=2, hidden=4), epochs=3), t))))
        """)
    #expect(text == "1500 (\"epoch\", \"loss\")\n3\n")
  }

  @Test func aSavedModelMakesRows() {
    let test = TestSession(files: MemoryFiles())
    test.run(TabularTests.words + "m = train(tabular(gan(), epochs=2), t)\nsave(m, \"m.model\")\nn = load(\"m.model\")")
    test.run("print(len(sample(n, 4)), n.fitted.coding == m.fitted.coding)")
    #expect(test.console.output == "4 true\n")
  }

  /// A likelihood that is written in Loam.
  @Test func aVaeWithALikelihoodOfItsOwn() {
    let text = printed(
      """
      model halves(scale) {
        fn call(decoded, x) { -scale * sum((decoded - x) ^ 2, axis=1) }
        fn draw(decoded) { 0 * decoded + 0.5 }
      }
      m = train(vae(likelihood=halves(2), hidden=4, latent=2), rand(8, 3), epochs=1)
      print(sample(m, 2), m.log_likelihood([[0, 0]], [[1, 2]]))
      train(vae(likelihood="normal"), rand(8, 3))
      """)
    #expect(text.hasPrefix("[[0.5, 0.5, 0.5],\n [0.5, 0.5, 0.5]] [-10]\n") && text.contains("`likelihood` must be \"bernoulli\""))
  }
}

import Foundation
import TestSupport
import Testing

/// `summary`: the layers of a model, without computing anything.
@Suite struct SummaryTests {
  private func printed(_ text: String) -> String { TestSession.printed(text) }

  /// The words of each row.
  private func rows(_ text: String) -> [String] {
    printed(text).split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ") }
  }

  /// Parameters, operations, bytes of weights and of outputs, by hand.
  @Test(arguments: [
    // 4 × 3 + 3; 2 × 4 × 3 + 3 sums with the bias, and 3 of the activation.
    ("dense(3)", "4,", "dense 3 15 27 60 B 12 B"),
    ("dense(3, relu)", "4,", "dense 3 15 30 60 B 12 B"),
    // 3 × 3 × 1 × 2 + 2; 2 × 18 × 16 positions, and 32 sums with the bias.
    ("conv(2)", "4, 4, 1", "conv 4×4×2 20 608 80 B 128 B"),
    // A stride of 2 leaves 4 positions.
    ("conv(2, stride=2, with_bias=false)", "4, 4, 1", "conv 2×2×2 18 144 72 B 32 B"),
    // 2 × 2 × 1 × 3 + 1; each of the 4 positions adds to 2 × 2 others, and 16 sums with the bias.
    ("conv_transpose(1, size=2)", "2, 2, 3", "conv_transpose 4×4×1 13 112 52 B 64 B"),
    // For each feature +, sqrt and / of the scale, then -, × and +.
    ("batch_norm()", "5,", "batch_norm 5 10 30 40 B 20 B"),
    ("max_pool(2)", "4, 4, 1", "max_pool 2×2×1 16 16 B"),
  ])
  func numbersByHand(_ layer: String, _ shape: String, _ row: String) {
    let found = rows("summary(\(layer), shape=(\(shape)))")
    #expect(found.dropFirst().first == row)
  }

  @Test func statesAreApart() {
    #expect(printed("summary(batch_norm(), shape=(5,))").contains("10 trainable parameters, 40 B; states of 10 numbers, 40 B\n"))
  }

  /// Untrained or trained, a total is the number of the model's weights.
  @Test(arguments: [
    "vae(width=4)", "vae(hidden=8)", "gan(width=4)", "gan(hidden=8, objective=\"wasserstein\")", "gan(width=4, labels=true)", "flow(width=4)",
    "flow(codes=0, units=8)", "classifier(width=4)", "classifier(hidden=8)", "dense_vae(hidden=8)", "dense_gan(hidden=8)",
  ])
  func totalsAreTheNumberOfWeights(_ model: String) throws {
    let text = printed(
      """
      data = digits()[0:20]
      summary(\(model), data)
      m = train(\(model), data, epochs=1)
      print(sum(map(parameters(m), p -> size(p.value))))
      summary(m)
      """)
    let lines = text.split(separator: "\n").map(String.init)
    let totals = lines.filter { $0.contains("trainable parameters") }.map { $0.prefix { $0 != " " }.filter { $0 != "," } }
    try #require(totals.count == 2, "\(text)")
    #expect(lines.contains(totals[0]) && totals[0] == totals[1], "\(text)")
    #expect(text.components(separatedBy: "\nlayer ").count == 2)
    let parts = text.components(separatedBy: "\(totals[0])\n")
    #expect(parts.first == parts.last, "the training changed the summary")
    #expect(lines.allSatisfy { $0.count <= 80 })
  }

  /// The rows add up to the totals.
  @Test func rowsAddUp() {
    let text = rows(
      """
      model net() {
        a = dense(2)
        scale = param(ones(2))
        b = chain(dense(3, relu), dense(2))
        fn call(x) { b(a(x)) * scale }
      }
      summary(net(), shape=(2,))
      """)
    #expect(
      text.dropFirst().prefix(6) == [
        "net 2 2 2 8 B 8 B", "a dense 2 6 10 24 B 8 B", "b chain 2", "layers[0] dense 3 9 18 36 B 12 B", "layers[1] dense 2 8 14 32 B 8 B",
        "total 25 44 100 B 36 B",
      ])
  }

  /// The same layer in two places is one row that counts both calls.
  @Test func sharedLayers() {
    let text = rows("d = dense(2)\nsummary(chain(d, relu, d), shape=(2,))")
    #expect(text.dropFirst(2).prefix(2) == ["layers[0] dense 2 2× 6 20 24 B 16 B", "layers[2] = layers[0]"])
  }

  @Test func layersInListsAndRecords() {
    let text = rows(
      """
      model inner() { a = dense(2)
        fn encode(x) { a(x) } }
      model outer() {
        part = inner(shape=(3,))
        blocks = ((dense(2), dense(2)), {x: dense(1)})
        unused = dense(9)
        fn loss(x) { y = part.encode(x)
          for b in blocks[0] { y = b(y) }
          mean(blocks[1].x(y)) }
      }
      summary(outer(), [[1, 2, 3]])
      """)
    #expect(
      text.dropFirst(2).prefix(6) == [
        "part inner", "a dense 2 8 14 32 B 8 B", "blocks[0][0] dense 2 6 10 24 B 8 B", "blocks[0][1] dense 2 6 10 24 B 8 B",
        "blocks[1].x dense 1 3 5 12 B 4 B", "unused dense not called",
      ])
  }

  /// The weights would take 40 GB.
  @Test func nothingIsComputed() {
    #expect(rows("summary(dense(100000), shape=(100000,))").contains("dense 100000 10,000,100,000 20.0 G 40.0 GB 400 kB"))
  }

  @Test func theModelAndTheRandomNumbersAreUnchanged() {
    let (start, end) = ("seed(1)\nm = gan(width=2)\n", "print(m, rand(2))\n")
    let text = printed(start + end)
    #expect(text.hasPrefix("gan(width=2) [0.") && printed(start + "summary(m, digits())\n" + end).hasSuffix("\n" + text))
  }

  @Test func labelsAreThoseOfTheData() {
    #expect(rows("summary(classifier(hidden=4), digits())").contains { $0.hasPrefix("to_classes dense 10 ") })
    #expect(printed("summary(classifier(), shape=(8, 8, 1))").contains("`labels=true` needs labelled data"))
    #expect(printed("summary(gan(labels=true, width=2, shape=(8, 8, 1), class_names=(\"a\", \"b\")))").contains("to_classes dense "))
    #expect(printed("summary(embedding(10, 4), i32([1, 2]))").contains("40 trainable parameters"))
  }

  @Test func mistakes() {
    #expect(printed("summary(gan())").contains("the shape of one example is unknown"))
    #expect(printed("summary(gan(), shape=(28, 0, 1))").contains("`shape` must be a list of positive integers"))
    #expect(printed("summary(gan(), digits(), shape=(8, 8, 1))").contains("`data` or `shape`, not both"))
    #expect(printed("summary(conv(2), shape=(2 ^ 30, 2 ^ 29, 2))").contains("too large"))
    #expect(printed("summary(dense(2), 3)").contains("`data` must be"))
    #expect(printed("model bad() { a = dense(2)\nfn call(x) { a(x) + zeros(3) } }\nsummary(bad(), shape=(4,))").contains("incompatible shapes"))
    #expect(printed("summary(gan(), digits()[0:0])").contains("empty"))
  }

  /// `loam check` finds what is wrong with the layers.
  @Test func checks() {
    let bad = "model bad() { a = dense(2)\nfn call(x) { a(x) + zeros(3) } }\n"
    #expect(TestSession().checking.check(bad + "summary(bad(), shape=(4,))", named: "test").errors.count { $0.message.contains("incompatible shapes") } == 1)
    #expect(TestSession().checking.check("summary(gan(width=2), digits())", named: "test").errors.isEmpty)
  }

  /// A model without layers shows what it learned.
  @Test func fittedModelsShowTheirColumns() {
    let program = """
      t = table({
        size: map(list(0..30), i -> i / 4), count: map(list(0..30), i -> i % 3), name: map(list(0..30), i -> "n{i}"),
        colour: map(list(0..30), i -> if i % 4 == 0 { nothing } else { "red" })
      })
      summary(train(table_model(components=2), t))
      summary(train(table_model(), t))
      """
    let printed = TestSession.printed(program)
    #expect(
      printed.hasPrefix(
        """
        column  kind      modelled as
        size    number    0 to 7.25 in steps of 0.25
        count   whole     3 values, as classes
        name    text      left out: new rows have gaps
        colour  category  always red
        2 components; 1 pattern of gaps.
        column  kind
        """), "\(printed)")
    #expect(printed.contains("had the highest mean\nlog-likelihood") || printed.contains("of the numbers that were tried"))
  }
}

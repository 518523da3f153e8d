import TestSupport
import Testing

/// Labels are positions in a list of names, and two data sets may have different lists.
@Suite struct ModelClassesTests {
  private func printed(_ text: String) -> String { TestSession.printed(text) }
  private func report(_ text: String) -> String { TestSession().run(text).report ?? "" }

  /// Three shades, which a classifier learns in a moment.
  private static let shades = """
    seed(1)
    x = concat((zeros(20, 4, 4, 1), 0.5 * ones(20, 4, 4, 1), ones(20, 4, 4, 1)))
    l = concat((i32(zeros(20)), i32(ones(20)), 2 * i32(ones(20))))
    data = dataset(x, labels=l, names=("black", "grey", "white"))
    m = train(classifier(hidden=16), data, epochs=300, optimizer=adam(1e-2))

    """

  @Test func accuracyFindsClassesByName() {
    let text =
      Self.shades + """
        few = dataset(x[20:60], labels=l[20:60] - 1, names=("grey", "white"))
        print(accuracy(m, data), accuracy(m, few))
        print(confusion(m, few))
        print(synthetic_accuracy(data, data, few, classifier(hidden=64), epochs=300).ratio)
        """
    #expect(printed(text) == "1 1\n[[ 0,  0,  0],\n [ 0, 20,  0],\n [ 0,  0, 20]]\n1.0\n")
  }

  @Test(arguments: ["accuracy(m, other)", "confusion(m, other)"])
  func unknownClassesAreErrors(_ call: String) {
    let report = report(Self.shades + "other = dataset(x[0:2], labels=(0, 1), names=(\"white\", \"gray\"))\n\(call)")
    #expect(report.contains("the data has the class `gray`, which the model was not trained on: it knows black, grey, white"))
    #expect(report.contains("did you mean `grey`?"))
  }

  /// Without labels, or without names of classes, there is nothing to match.
  @Test func modelsThatDoNotUseClassesTakeAnyData() {
    let text =
      Self.shades + """
        other = dataset(x[0:2], labels=(0, 1), names=("good", "bad"))
        v = train(vae(latent=2, hidden=8), data, epochs=1)
        print(reconstruct(v, other).shape, encode(v, other).shape, shape(sample(train(v, other, epochs=1), 2)))
        plain = train(classifier(hidden=16), dataset(x, labels=l), epochs=300, optimizer=adam(1e-2))
        print(accuracy(plain, dataset(x, labels=l, names=("a", "b", "c"))))
        """
    #expect(printed(text) == "(2, 4, 4, 1) (2, 2) (2, 4, 4, 1)\n1\n")
  }

  /// Examples of a class that the samples lack are never right.
  @Test func samplesMayLackAClass() {
    let text =
      Self.shades + "few = dataset(x[0:40], labels=l[0:40], names=(\"black\", \"grey\"))\n"
      + "print(synthetic_accuracy(few, data, data, classifier(hidden=64), epochs=300).synthetic < 0.7)"
    #expect(printed(text) == "true\n")
  }

  @Test func anotherTrainingNeedsTheSameClasses() {
    let report = report(Self.shades + "train(m, dataset(x, labels=l, names=(\"white\", \"grey\", \"black\")), epochs=1)")
    #expect(report.contains("but the model was trained on black, grey, white, in this order"))
    #expect(printed(Self.shades + "m = train(m, dataset(x, labels=l), epochs=1)\nprint(m.class_names)").hasSuffix("(\"black\", \"grey\", \"white\")\n"))
  }

  /// The generator has another list of the same names, or numbers.
  @Test func balanceFindsClassesByName() {
    let text = """
      few = dataset(rand(9, 8, 8, 1), labels=[0, 0, 0, 0, 0, 0, 0, 1, 1], names=("cat", "dog"))
      m = train(gan(labels=true, width=4), dataset(few.images, labels=few.labels, names=("dog", "cat")), epochs=1)
      even = balance(few, with=m)
      print(sum(even.labels == 0), sum(even.labels == 1), even.names)
      plain = dataset(few.images, labels=few.labels)
      m = train(gan(labels=true, width=4), plain, epochs=1)
      print(balance(plain, with=m).names, concat((plain, sample(m, 3, label=1))).names)
      """
    let added = "balance: added 5 of 14 examples: "
    #expect(printed(text) == added + "dog: 5\n7 7 (\"cat\", \"dog\")\n" + added + "1: 5\n() (\"0\", \"1\")\n")
  }

  /// Codes of a model with labels depend on them.
  @Test func labelledDataIsEncodedWithItsLabels() {
    let text = "m = train(vae(labels=true, width=4, latent=2), digits()[0:100], epochs=1)\n"
    #expect(printed(text + "few = digits()[0:5]\nprint(max(abs(encode(m, few) - m.encode(few.images, few.labels))))").hasSuffix("0\n"))
    #expect(report(text + "encode(m, digits().images[0:5])").contains("each example needs its label"))
  }
}

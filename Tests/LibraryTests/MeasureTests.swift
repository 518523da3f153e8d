import TestSupport
import Testing

/// Measures of samples against real examples: their properties and errors. Their numbers are compared with SciPy's and
/// scikit-learn's by `OperationTests`.
@Suite struct MeasureTests {
  private func printed(_ text: String) -> String { TestSession.printed(text) }

  @Test func equalSetsHaveNoDistance() {
    let text = printed(
      """
      x = randn(60, 5)
      print(frechet_distance(x, x) < 1e-9, max(distances(x, x) * eye(60)), kernel_distance(x, x) < 0)
      print(precision_recall(x, x), density_coverage(x, x).coverage)
      """)
    #expect(text == "true 0 true\n{precision: 1.0, recall: 1.0} 1.0\n")
  }

  @Test func distantSetsShareNothing() {
    let text = printed(
      """
      (x, y) = (randn(50, 3), 100 + randn(50, 3))
      print(precision_recall(x, y), density_coverage(x, y), frechet_distance(x, y) > 20000, kernel_distance(x, y) > 1000)
      """)
    #expect(text == "{precision: 0.0, recall: 0.0} {density: 0.0, coverage: 0.0} true true\n")
  }

  /// Samples of one mode look real, but reach only a part of the real examples.
  @Test func aLostModeLowersRecallAndCoverage() {
    let text = printed(
      """
      seed(2)
      real = concat((randn(100, 2), 20 + randn(100, 2)))
      samples = randn(200, 2)
      p = precision_recall(samples, real)
      c = density_coverage(samples, real)
      print(p.precision > 0.8, p.recall > 0.4 and p.recall < 0.6, c.coverage > 0.3 and c.coverage < 0.6)
      """)
    #expect(text == "true true true\n")
  }

  /// Elements whose squares are almost 0 beside the largest one, as they remain of matrices of low rank.
  @Test func eigenvaluesOfTinyElementsAreNumbers() {
    let text = printed("print(eigh(f64(eye(3)) + f64([[0, 0, 1], [0, 0, 0], [1, 0, 0]]) * 1e-160)[0])")
    #expect(text == "[1, 1, 1]\n")
  }

  /// Training examples among the samples are found, by both distances.
  @Test func copiesAreFound() {
    let text = printed(
      """
      seed(3)
      (seen, unseen) = (rand(300, 6), rand(300, 6))
      some = concat((seen[0:30], rand(70, 6)))
      for relative in (false, true) {
        found = find_copies(some, seen, unseen, relative=relative)
        print(found.share > found.high, found.share >= 0.3 and found.share < 0.45)
      }
      """)
    #expect(text == "true true\ntrue true\n")
  }

  /// Of samples that are as new as the test examples, the expected share is near, and mostly within the interval.
  @Test func newSamplesAreNoCopies() {
    let text = printed(
      """
      found = map(list(0..40), i -> find_copies(rand(100, 6), rand(200, 6), rand(200, 6)))
      print(abs(mean(map(found, f -> f.share)) - 0.05) < 0.02, len(filter(found, f -> f.share > f.high)) <= 4)
      """)
    #expect(text == "true true\n")
  }

  /// A blur of the mean is near to everything, but not to one example.
  @Test func smoothSamplesAreNoRelativeCopies() {
    let text = printed(
      """
      seed(4)
      (seen, unseen) = (rand(200, 30), rand(200, 30))
      smooth = 0.5 + 0.1 * (rand(100, 30) - 0.5)
      print(find_copies(smooth, seen, unseen).share, find_copies(smooth, seen, unseen, relative=true).share < 0.2)
      """)
    #expect(text == "1.0 true\n")
  }

  @Test func labelsThatAreWrongTeachNothing() {
    let text = printed(
      """
      seed(5)
      labels = i32(arange(200) % 2)
      data = dataset(f32(reshape(labels, 200, 1)) + 0.2 * rand(200, 2), labels=labels)
      wrong = dataset(data.rows, labels=1 - labels)
      good = synthetic_accuracy(data[0:100], data[0:100], data[100:200], classifier(hidden=16), epochs=150)
      bad = synthetic_accuracy(wrong[0:100], data[0:100], data[100:200], classifier(hidden=16), epochs=150)
      print(good.synthetic, good.ratio, bad.real, bad.synthetic)
      """)
    #expect(text == "1.0 1.0 1.0 0.0\n")
  }

  @Test func dataSetsAndTensorsAreAlike() {
    #expect(printed("d = digits()\nprint(same(distances(d[0:5], d[5:9]), distances(d.images[0:5], d.images[5:9])))") == "true\n")
  }

  @Test(arguments: ["neighbours(x, y, 4)", "precision_recall(x, y)", "frechet_distance(x, y)", "kernel_distance(x, y)", "eigh(transpose(x) @ x)"])
  func threadsChangeNothing(_ call: String) {
    let program = "seed(4)\n(x, y) = (randn(700, 20), randn(700, 20))\nprint(\(call))"
    #expect(TestSession.printed(program, threads: 1) == TestSession.printed(program, threads: 2))
  }

  /// The parts in which distances are computed leave no trace.
  @Test func partsAreJoined() {
    let text = printed("x = randn(2500, 2)\n(near, places) = neighbours(x, x, 1)\nprint(near.shape, max(near), same(places[:, 0], i32(arange(2500))))")
    #expect(text == "(2500, 1) 0 true\n")
  }

  // MARK: Decompositions

  @Test(arguments: [1, 2, 5, 64])
  func eigenvectorsAreOrthogonalAndDecompose(_ size: Int) {
    let text = printed(
      """
      x = f64(randn(\(size), \(size)))
      a = x + transpose(x)
      (values, v) = eigh(a)
      print(max(abs(v @ transpose(v) - eye(\(size)))) < 1e-12, max(abs(v * values @ transpose(v) - a)) < 1e-11, values.dtype)
      """)
    #expect(text == "true true f64\n")
  }

  @Test func manyEqualEigenvaluesAreFound() {
    #expect(printed("x = f64(randn(50, 3))\nprint(sum(eigh(x @ transpose(x))[0] > 1e-9), max(abs(eigh(f64(ones(30, 30)))[0][0:29])) < 1e-12)") == "3 true\n")
  }

  @Test func smallestElementsKeepTheirOrderAndGradient() {
    #expect(printed("x = sqrt([4, -1, 1, 9])\nprint(smallest(x, 4)[1], smallest(i32([2, 1, 1]), 2))") == "[2, 0, 3, 1] ([1, 1], [1, 2])\n")
    #expect(printed("print(grad(x -> sum(smallest(x, 2)[0]))([3, 1, 2]))") == "[0, 1, 1]\n")
    #expect(printed("print(smallest(zeros(0, 3), 2)[0].shape)") == "(0, 2)\n")
  }

  // MARK: Mistakes

  @Test(arguments: [
    ("frechet_distance(rand(5, 2), rand(5, 3))", "must have examples of the same size, got 2 and 3 numbers"),
    ("frechet_distance(rand(1, 2), rand(5, 2))", "frechet_distance: `a` must have at least 2 examples, got f32[1, 2]"),
    ("kernel_distance(rand(5, 2), sqrt(-rand(5, 2) - 1))", "kernel_distance: `b` has the value nan in example 0"),
    ("distances(f64(ones(2, 2)) * 1e200, rand(2, 2))", "distances: `a` has the value 1e+200 in example 0"),
    ("distances(rand(5), rand(5))", "`reshape(x, 5, 1)`"),
    ("distances(\"a\", rand(5))", "must be a data set or a tensor with an example in each row, got string \"a\""),
    ("neighbours(rand(5, 2), rand(3, 2), 4)", "4 neighbours need at least as many examples, got 3"),
    ("neighbours(rand(5, 2), rand(3, 2), 0)", "0 neighbours need at least"),
    ("precision_recall(rand(9, 2), rand(3, 2))", "neighbour 3 of an example needs at least 4 examples, got 3"),
    ("density_coverage(rand(9, 2), rand(9, 2), k=0)", "`k` must be at least 1, got 0"),
    ("find_copies(rand(9, 2), rand(9, 2), rand(9, 2), part=2)", "`part` must be between 0 and 1, got 2"),
    ("synthetic_accuracy(rand(9, 2), digits(), digits())", "`samples` must be a data set with a label for each example"),
    ("eigh(rand(2, 3))", "`eigh` expects a square matrix [n, n], got f32[2, 3]"),
    ("eigh(sqrt(-eye(2)))", "`eigh` expects finite numbers, got nan at [0, 0]"),
    ("eigh(zeros(5000, 5000))", "`eigh` accepts at most 4096 columns, got 5000"),
    ("smallest(rand(2, 3), 4)", "`count` is 4, but the rows of f32[2, 3] have 3 elements"),
    ("smallest(rand(), 1)", "expects a tensor with an axis"),
  ])
  func mistakesAreNamed(_ call: String, _ message: String) { #expect(printed("x = \(call)").contains(message)) }

  @Test func aMeasureIsNoLoss() {
    let model = "model m() {\n  w = param(ones(2))\n  fn loss(x) { frechet_distance(x, x * w) }\n}\n"
    #expect(printed(model + "train(m(), rand(9, 2), epochs=1)").contains("has no gradient"))
    #expect(printed("grad(x -> sum(distances(x, x)))(rand(3, 2))").contains("has no gradient"))
  }

  /// A check knows shapes, and reports what is wrong with them.
  @Test func checksKnowTheShapes() {
    let test = TestSession()
    let program = """
      x = randn(50, 4)
      (values, vectors) = eigh(transpose(x) @ x)
      print(vectors @ x[0], frechet_distance(x, x), precision_recall(x, x).recall, neighbours(x, x, 3)[0] @ zeros(3, 2))
      """
    #expect(test.checking.check(program, named: "program").errors.map(\.message) == [])
    #expect(test.checking.check("x = randn(5, 4)\neigh(x)", named: "program").errors.count == 1)
    #expect(test.checking.check("frechet_distance(randn(5, 4), randn(5, 3))", named: "program").errors.count == 1)
  }
}

import TestSupport
import Testing

/// The generators of the Prelude: networks by the shape of the data, labels, objectives and likelihoods.
@Suite struct GeneratorTests {
  private func printed(_ text: String) -> String { TestSession.printed(text) }

  /// Images of any size and number of channels, tables, and images through dense layers.
  @Test(arguments: [
    "vae(width=2, latent=2)", "gan(width=2, latent=2)", "flow(width=2, units=8, moves=2)", "vae(hidden=4)", "gan(hidden=4)",
    "flow(codes=0, units=4, moves=2)",
  ])
  func networksFollowTheShape(_ model: String) {
    for shape in ["8, 8, 1", "9, 17, 3", "25, 31, 1", "4, 4, 1", "5"] {
      let text = printed("m = train(\(model), dataset(rand(6, \(shape))), epochs=1)\nprint(sample(m, 3).shape)")
      #expect(text == "(3, \(shape))\n", "\(model) of \(shape)")
    }
  }

  @Test(arguments: ["gan(labels=true, width=2, latent=2)", "vae(labels=true, width=2, latent=2)", "flow(labels=true, width=2, units=8, moves=2)"])
  func samplesHaveTheLabelsThatWereAskedFor(_ model: String) {
    let start = "few = clothes()[0:30]\nm = train(\(model), few, epochs=1)\n"
    #expect(printed(start + "s = sample(m, 3, label=\"sneaker\")\nprint(s, s.labels, s.names == few.names)").hasSuffix("of 10 classes [7, 7, 7] true\n"))
    #expect(printed(start + "print(sample(m, label=(\"bag\", 2)).labels, sample(m, 5, label=i32([1, 0])).labels)") == "[8, 2] [1, 0, 1, 0, 1]\n")
    #expect(printed(start + "print(sample(m, 2).shape, len(sample(m, 0, label=3)))") == "(2, 28, 28, 1) 0\n")
    #expect(printed(start + "sample(m, 1, label=\"sneeker\")").contains("did you mean `sneaker`"))
    #expect(printed(start + "sample(m, 1, label=10)").contains("class 10 does not exist"))
    #expect(printed(start + "sample(m, 1, label=-1)").contains("class -1 does not exist"))
    #expect(printed("train(\(model), clothes().images, epochs=1)").contains("`labels=true` needs labelled data"))
  }

  @Test func aModelWithoutLabelsSaysSo() {
    #expect(printed("m = vae(width=2, shape=(8, 8, 1))\nsample(m, 1, label=0)").contains("was trained without labels"))
    #expect(printed("m = train(gan(width=2), clothes()[0:9], epochs=1)\nsample(m, 1, label=\"bag\")").contains("was trained without labels"))
    #expect(printed("m = dense_vae(hidden=2, shape=(8, 8, 1))\nsample(m, 1, label=0)").contains("has no labels"))
  }

  /// Saved and loaded, a model still knows its classes.
  @Test func classNamesAreSaved() {
    let files = MemoryFiles()
    let test = TestSession(files: files)
    test.run("m = train(gan(labels=true, width=2, latent=2), clothes()[0:20], epochs=1)\nsave(m, \"m.model\")")
    test.run("n = load(\"m.model\")\nprint(n.class_names[9], sample(n, 1, label=\"bag\").labels)")
    #expect(test.console.output == "ankle-boot [8]\n")
  }

  /// Dark images of one class and light ones of the other.
  @Test(arguments: ["vae(labels=true, width=4, latent=2)", "gan(labels=true, width=8, latent=4)", "flow(labels=true, width=4, units=32)"])
  func labelsAreLearned(_ model: String) {
    let text = printed(
      """
      seed(3)
      labels = i32(arange(200) % 2)
      images = 0.8 * f32(reshape(labels, 200, 1, 1, 1)) + 0.2 * rand(200, 8, 8, 1)
      m = train(\(model), dataset(images, labels=labels, names=("dark", "light")), epochs=60, batch=20)
      dark = mean(sample(m, 20, label="dark").images)
      light = mean(sample(m, 20, label="light").images)
      print(dark < 0.35, light > 0.65)
      """)
    #expect(text == "true true\n")
  }

  @Test(arguments: ["non-saturating", "minimax", "hinge", "least-squares", "wasserstein"])
  func objectives(_ objective: String) {
    for more in ["", ", penalty=1", ", critic_steps=2", ", varied=(\"colour\", \"translation\", \"cutout\", \"flip\"), chance=1"] {
      let text = printed("m = train(gan(width=2, latent=2, objective=\"\(objective)\"\(more)), digits()[0:70], epochs=1)\nprint(len(losses(m)))")
      #expect(text == "2\n", "\(more)")
    }
  }

  @Test func unknownChoicesAreRefused() {
    #expect(printed("gan(objective=\"best\", shape=(8, 8, 1))").contains("`objective` must be"))
    #expect(printed("gan(varied=\"cutout\", chance=2, shape=(8, 8, 1))").contains("`chance` must be between 0 and 1, got 2"))
    #expect(printed("vae(likelihood=\"best\", shape=(8, 8, 1))").contains("`likelihood` must be"))
    #expect(printed("train(gan(varied=\"rain\", width=2), digits()[0:9], epochs=1)").contains("`varied` must hold"))
  }

  /// The estimate from importance weights is below the loss, and more draws come nearer to the exact value.
  @Test func likelihoodsAreBetterThanTheBound() {
    let text = printed(
      """
      seed(1)
      data = digits()[0:300]
      m = train(vae(width=4, latent=4), data, epochs=8)
      few = nll(m, data[0:50], samples=2)
      many = nll(m, data[0:50], samples=60)
      print(many < few, many > 0)
      """)
    #expect(text == "true true\n")
  }

  /// Training does not depend on the number of threads, and is not retraced for each step.
  /// The density of the learned prior, summed over a fine grid, is 1, and its draws have the mean of the mixture; with labels, of each class.
  @Test(arguments: [("", "nothing"), ("labels=true, ", "i32(zeros(1)) + 3")])
  func theLearnedPriorIsADistribution(_ labels: String, _ label: String) throws {
    let text = printed(
      """
      seed(4)
      m = train(vae(\(labels)latent=1, width=2, prior=3), digits()[0:300], epochs=20)
      p = m.slow.prior
      x = (arange(4001) - 2000) / 100
      label = \(label)
      repeated = if same(label, nothing) { nothing } else { label + i32(zeros(4001)) }
      print(sum(exp(p(reshape(x, 4001, 1), repeated))) / 100 / 2.5066283)
      shares = exp(p.log_shares(label))
      print(sum(shares @ p.centre) - mean(p.draw(4001, repeated)), max(p.centre) - min(p.centre), max(shares) - min(shares))
      """)
    let numbers = text.split { $0 == "\n" || $0 == " " }.compactMap { Double($0) }
    try #require(numbers.count == 4, "\(text)")
    #expect(abs(numbers[0] - 1) < 1e-3)
    #expect(abs(numbers[1]) < 0.1 && numbers[2] > 0.5 && numbers[3] > 0.01, "\(text)")
  }

  /// Samples are drawn from the average of the weights; without one, from the last weights.
  @Test func aVaeSamplesFromTheAverage() {
    func differs(_ decay: String) -> String {
      printed(
        """
        m = train(vae(latent=2, width=2, decay=\(decay)), digits()[0:300], epochs=3)
        print(sum(abs(m.decode(ones(1, 2)) - sigmoid(m.decoder(ones(1, 2))))) > 0)
        """)
    }
    #expect(differs("0.9") == "true\n" && differs("0") == "false\n")
    #expect(printed("vae(free_bits=0.1, prior=3, shape=(8, 8, 1))").contains("`free_bits` needs `prior=1`, got `prior=3`"))
  }

  @Test(arguments: ["gan(width=2, latent=2)", "vae(width=2, latent=2, warm_up=3)", "flow(width=2, units=8)"])
  func threadsChangeNothing(_ model: String) {
    let program = "seed(4)\nm = train(\(model), digits()[0:90], epochs=1)\nprint(map(parameters(m), p -> sum(f64(p.value))), sample(m, 1))"
    #expect(TestSession.printed(program, threads: 1) == TestSession.printed(program, threads: 2))
  }

  @Test func dataSetsAreJoined() {
    let start = "d = digits()\n"
    #expect(printed(start + "j = concat((d[0:3], d[10:12]))\nprint(len(j), j.labels, same(j.images[3], d.images[10]))") == "5 [0, 1, 2, 0, 1] true\n")
    #expect(printed(start + "j = concat(d[0:3] |> rotate(20), d[0:2])\nprint(len(j), same(j.images[0], (d[0:3] |> rotate(20)).images[0]))") == "5 true\n")
    #expect(printed(start + "concat((d, clothes()))").contains("cannot be joined: examples have the shape"))
    #expect(printed(start + "concat((d, dataset(d.images)))").contains("cannot be joined"))
    #expect(printed("a = dataset([[1, 2]], labels=(0,))\nprint(concat((a, a)).rows)") == "[[1, 2],\n [1, 2]]\n")
    #expect(printed("a = digits()[0:9]\nj = concat(a, a |> mixup())\nprint(j.labels.shape, sum(j.labels[0:9, 3]))") == "(18, 10) 1\n")
  }

  /// What annotates joined images follows them through selections, splits and shuffles, and `why` names their places.
  @Test func annotationsOfJoinedDataSetsFollowTheirImages() {
    let text = printed(
      """
      fn part(first, names, at) {
        boxes = map(0..4, i -> ({top: i, left: at, bottom: i + 2, right: at + 2, label: names[i % 2]},))
        points = map(0..4, i -> ({row: i, column: at, name: names[0]},))
        dataset(reshape([0, 1, 2, 3] / 20 + first, 4, 1, 1) + zeros(4, 8, 8), labels=(0, 1, 0, 1), names=names, boxes=boxes, keypoints=points)
      }
      (a, b) = (part(0, ("cat", "dog"), 0), part(0.5, ("owl", "cat"), 3))
      all = concat(flip(a), b)
      fn fits(d) { all_of(d, e -> e.boxes[0].name == all.names[e.label] and (e.image[0, 0, 0] > 0.4) == (e.boxes[0].left == 3)) }
      (seen, kept) = split(all, 0.5)
      print(all.names, all.labels, fits(all), fits(seen), fits(kept), fits(shuffle(all)), fits(all[i32([7, 0, 2])]), len(seen.boxes) + len(kept.boxes))
      print(all[i32([7, 1])].keypoints, (all |> flip())[1].boxes[0] == a[1].boxes[0], why((all |> flip())[5]).source)
      """)
    #expect(
      text == """
        ("cat", "dog", "owl") [0, 1, 0, 1, 2, 0, 2, 0] true true true true true 8
        (({row: 3.0, column: 3.0, name: "owl", seen: true},), ({row: 1.0, column: 8.0, name: "cat", seen: true},)) true 5

        """)
  }

  @Test func rareClassesAreGrown() {
    let text = printed(
      """
      few = clothes()[0:40]
      m = train(gan(labels=true, width=2, latent=2), few, epochs=1)
      even = balance(few, with=m)
      counts = map(0..10, c -> int(sum(even.labels == c)))
      print(min(counts) == max(counts), same(even.images[0:40], few.images))
      """)
    #expect(text.hasSuffix("true true\n"))
  }
}

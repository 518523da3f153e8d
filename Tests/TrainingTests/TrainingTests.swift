import Machine
import TestSupport
import Testing

@Suite struct TrainingTests {
  private static let small = """
    m = train(vae(latent=3, hidden=16), digits()[0:300], epochs=3, batch=50)
    print(m.decode(randn(2, 3)))
    """

  @Test func sameSeedSameBits() {
    let once = TestSession.printed("seed(4)\n" + Self.small)
    #expect(once.contains("["))
    #expect(TestSession.printed("seed(4)\n" + Self.small) == once)
    #expect(TestSession.printed("seed(4)\n" + Self.small, threads: 2) == once)
    #expect(TestSession.printed("seed(4)\n" + Self.small, threads: 3) == once)
    #expect(TestSession.printed("seed(5)\n" + Self.small) != once)
  }

  /// A check of every bit, not of what is printed.
  @Test func theWeightsAgreeInEveryBit() {
    func sums(_ threads: Int, _ kernels: String?) -> String {
      TestSession.printed(
        """
        seed(2)
        g = train(gan(latent=4, hidden=16), digits()[0:200], epochs=2, batch=64)
        for p in parameters(g) { print(p.path, sum(f64(p.value) * f64(p.value) * 1000000007) ) ; print(p.value) }
        """, threads: threads, kernels: kernels)
    }
    let one = sums(1, nil)
    #expect(one.contains("generator.layers[0].first.weight") && !one.contains("error"))
    #expect(sums(2, nil) == one)
    #expect(sums(1, "avx2") == one)
  }

  /// With a collection at every allocation nothing that a training holds is freed.
  @Test func collectingAlwaysChangesNothing() {
    let program = """
      g = train(gan(latent=2, hidden=4), digits()[0:40], epochs=2, batch=16)
      v = train(vae(latent=2, hidden=4), digits()[0:40] |> rotate(-9..9), epochs=2, batch=16)
      print(g.sample(1)[0, 0], v.sample(1)[0, 0], grad(x -> sum(x[0] ^ 2 * x[1]))((1, [2, 3])))
      """
    let test = TestSession(collectsAlways: true)
    #expect(test.run(program).report == nil)
    #expect(test.console.output == TestSession.printed(program) && !test.console.output.isEmpty)
  }

  @Test func goingOnEqualsGoingAtOnce() {
    let data = "seed(1)\nd = digits()[0:130]\n"
    let atOnce = TestSession.printed(data + "m = train(vae(latent=2, hidden=8), d, epochs=5, batch=40)\nprint(m.encode(d.images[0:2]), history(m))")
    let inTwo = TestSession.printed(
      data + "a = train(vae(latent=2, hidden=8), d, epochs=2, batch=40)\nm = train(a, d, epochs=3, batch=40)\nprint(m.encode(d.images[0:2]), history(m))")
    #expect(atOnce == inTwo && atOnce.contains("["))
  }

  /// Every whole epoch with a field for each loss; the interrupted one counts once it is completed.
  @Test func theHistoryHasEveryEpoch() {
    let game = """
      g = train(gan(latent=2, hidden=4), digits()[0:40], epochs=2, batch=16)
      h = history(g)
      print(map(h, r -> r.epoch), map(h, keys), same(h[1].critic, losses(g).critic), history(gan()))
      print(plot(h, x="epoch"))
      """
    #expect(
      TestSession.printed(game)
        == "(1, 2) ((\"epoch\", \"critic\", \"generator\"), (\"epoch\", \"critic\", \"generator\")) true ()\nchart of critic, generator over epoch, 2 points\n")
    let test = TestSession(interruptAfter: 6)
    test.run("d = digits()[0:200]\nm = train(vae(latent=2, hidden=8), d, epochs=4, batch=50)\nprint(len(history(m)))")
    #expect(test.console.output == "1\n")
  }

  /// `train` gives a new model; the one it was given is as it was.
  @Test func trainingChangesNothingElse() {
    let printed = TestSession.printed(
      """
      a = vae(latent=2, hidden=8, shape=(8, 8, 1))
      before = a.encode(zeros(1, 8, 8, 1))
      b = train(a, digits()[0:64], epochs=1)
      print(same(a.encode(zeros(1, 8, 8, 1)), before), same(b.encode(zeros(1, 8, 8, 1)), before))
      """)
    #expect(printed == "true false\n")
  }

  @Test func anInterruptKeepsWhatWasLearnt() {
    let test = TestSession(interruptAfter: 7)
    #expect(test.run("m = train(vae(latent=2, hidden=8), digits(), epochs=500, batch=50)").report == nil)
    #expect(test.interrupter.settled.contains { $0.contains("stopped after 7 steps") || $0.contains("stopped after 8 steps") })
    #expect(test.run("print(sample(m, 2).shape)").report == nil)
    #expect(test.console.output == "(2, 8, 8, 1)\n")
  }

  /// An interrupted training goes on to the same bits.
  @Test func interruptedAndContinuedEqualsUninterrupted() {
    let program = "m = train(vae(latent=2, hidden=8), d, epochs=4, batch=50)\n"
    let whole = TestSession()
    whole.run("d = digits()[0:200]\n" + program + "print(m.encode(d.images[0:1]), history(m))")
    let test = TestSession(interruptAfter: 6)
    test.run("d = digits()[0:200]\n" + program)
    // Six steps are one epoch of four and two more: three epochs end where four would have.
    test.run("m = train(m, d, epochs=3, batch=50)\nprint(m.encode(d.images[0:1]), history(m))")
    #expect(test.console.output == whole.console.output && !whole.console.output.isEmpty)
  }

  @Test func twiceGivesUpTheStatementButNotTheModel() {
    let test = TestSession(interruptAfter: 3, requests: 2)
    let outcome = test.run("m = train(vae(latent=2, hidden=8), digits(), epochs=500, batch=50)")
    #expect(outcome.diagnostics.first?.id == MachineErrors.interrupted)
    #expect(test.run("print(sample(rescued, 1).shape)").report == nil)
    #expect(test.run("print(m)").report?.contains("unknown name `m`") == true)
  }

  @Test func whatIsNotFiniteStopsAtTheLastFiniteStep() {
    let test = TestSession()
    let report = test.run(
      """
      model bad() {
        w = param(ones(1))
        fn loss(x) { mean(log(w - 0.5 * x)) }
      }
      m = train(bad(), ones(8, 1), epochs=50, optimizer=sgd(0.2))
      """
    ).report
    #expect(report?.contains("is not finite") == true)
    #expect(test.run("print(all(is_finite(rescued.w)))").report == nil)
    #expect(test.console.output == "true\n")
  }

  @Test func examplesThatAreNotFiniteAreNamed() {
    let report = TestSession().run("train(classifier(hidden=4), dataset([[1, sqrt(-1)], [2, 3]], labels=(0, 1)), epochs=1)").report
    #expect(report?.contains("examples of its batch have the value nan or inf") == true)
  }

  /// A loss that looks at values is traced at each step, to the same bits as one that does not.
  @Test func dynamicTracesGiveTheSameBits() {
    func program(_ loss: String) -> String {
      """
      model line() {
        w = param(zeros(1))
        fn loss(x) { \(loss) }
      }
      m = train(line(), tensor(((1,), (2,), (3,))), epochs=4, batch=2, optimizer=adam(0.1))
      print(m.w * 1000003)
      """
    }
    let plain = TestSession.printed(program("mean((w * x - 2 * x) ^ 2)"))
    #expect(TestSession.printed(program("if sum(x) > -1 { mean((w * x - 2 * x) ^ 2) } else { sum(w) }")) == plain)
    #expect(plain.hasPrefix("["))
  }

  /// Each loss trains only the part it is named after, later ones with the weights already updated.
  @Test func partsOfAGame() {
    let printed = TestSession.printed(
      """
      model game() {
        first = param(ones(1))
        second = param(ones(1))
        optimizer = sgd(1)
        fn losses(x) { { first: sum(first * 1), second: sum(first * second) } }
      }
      m = train(game(), ones(1, 1), epochs=1)
      print(m.first, m.second)
      """)
    // first: 1 - 1 = 0; second sees first = 0, so it stays.
    #expect(printed == "[0] [1]\n")
  }

  @Test func stepsCountUpdatesOfAPart() {
    let printed = TestSession.printed(
      """
      model game() {
        fast = param(zeros(1))
        slow = param(zeros(1))
        optimizer = sgd(1)
        steps = {fast: 3}
        fn losses(x) { { fast: -sum(fast), slow: -sum(slow) } }
      }
      m = train(game(), ones(6, 1), epochs=1, batch=1)
      print(m.fast, m.slow)
      """)
    #expect(printed == "[6] [2]\n")
  }

  /// Building a layer counts as no step, not even for a layer that only the loss's first run builds.
  @Test func buildingAssignsNoState() {
    let printed = TestSession.printed(
      """
      model counter() {
        state steps = 0
        fn call(x) {
          if training() { steps = steps + 1 }
          x
        }
      }
      model counted() {
        body = chain(counter(), dense(1))
        fn loss(x) { mean(body(x) ^ 2) }
      }
      m = train(counted(), ones(6, 1), epochs=1, batch=2)
      print(m.body.layers[0].steps)
      """)
    #expect(printed == "3\n")
  }

  @Test func statesAreCarried() {
    let printed = TestSession.printed(
      """
      model counting() {
        w = param(ones(1))
        state steps = zeros(1)
        state last = zeros(1)
        optimizer = sgd(0.5)
        fn loss(x) { steps = steps + 1; sum(w * x) / len(x) }
        fn after_step() { last = w }
      }
      m = train(counting(), ones(4, 1), epochs=1, batch=2)
      print(m.steps, m.last, m.w)
      """)
    #expect(printed == "[2] [0] [0]\n")
  }

  /// What was left of an epoch belongs to the data and the batches that it was begun with.
  @Test(arguments: ["rand(10, 1), epochs=1, batch=4", "rand(1000, 1), epochs=1, batch=7", "rand(1000, 1), epochs=2, batch=4"])
  func anInterruptedTrainingGoesOnWithOtherData(_ rest: String) {
    let test = TestSession(interruptAfter: 30)
    let model = "model point() {\n  w = param(zeros(1))\n  fn loss(x) { mean((x - w) ^ 2) }\n}\n"
    #expect(test.run(model + "m = train(point(), rand(1000, 1), epochs=2, batch=4)").report == nil)
    #expect(test.interrupter.settled.contains { $0.hasPrefix("stopped after 30 steps") })
    #expect(test.run("m = train(m, \(rest))\nprint(m.w.shape)").report == nil)
    #expect(test.console.output == "(1,)\n")
  }

  /// A mistake in the loss is no training.
  @Test func nothingIsRescuedWhereNothingWasLearnt() {
    let test = TestSession()
    let program = "model point() {\n  w = param(zeros(1))\n  fn loss(x) { mean((x - w) ^ 2) + oops }\n}\nm = train(point(), rand(10, 1))"
    #expect(test.run(program).report?.contains("oops") == true)
    #expect(test.run("rescued").report?.contains("unknown name `rescued`") == true)
  }

  /// It would make the training data unlike what the model is used on.
  @Test func recipesOfTrainingsAreRandom() {
    func printed(_ recipe: String) -> String {
      TestSession.printed("m = train(dense_vae(hidden=2, latent=1), digits()[0:20], epochs=1, augment=\(recipe))\nprint(len(history(m)))")
    }
    #expect(printed("flip()").contains("`flip()` changes every image in the same way"))
    #expect(printed("brightness(1.2) |> normalize(0.5, 0.5)").contains("changes every image in the same way"))
    for recipe in ["flip(chance=0.5)", "flip() |> rotate(-5..5)", "flip(chance=\"alternate\")"] { #expect(printed(recipe) == "1\n") }
  }
}

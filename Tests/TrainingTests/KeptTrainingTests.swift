import Effects
import TestSupport
import Testing

/// A cache in memory.
private final class RecordingCache: Cache {
  let minimumSeconds = 0.0
  var limit = Int.max
  let intervalSeconds: Double
  let build: String
  var entries: [String: [UInt8]] = [:]
  /// Every entry that there ever was.
  private(set) var log: [(name: String, bytes: [UInt8])] = []

  init(build: String = "test", intervalSeconds: Double = 30) {
    self.build = build
    self.intervalSeconds = intervalSeconds
  }

  func names(beginningWith prefix: String) -> [String] { entries.keys.filter { $0.hasPrefix(prefix) } }
  func read(_ name: String) -> [UInt8]? { entries[name] }
  func store(_ bytes: [UInt8], as name: String) {
    entries[name] = bytes
    log.append((name, bytes))
  }
  func remove(_ name: String) { entries[name] = nil }
}

@Suite struct KeptTrainingTests {
  /// A game with batch norm, a carried average and several updates of one part, on data drawn anew in each epoch.
  private static let game = """
    data = clothes()[0:70]
    model game(latent=3) {
      generator = chain(dense(16), batch_norm(), relu, dense(size(shape), sigmoid), reshape(shape))
      critic = chain(flatten(), dense(16, leaky_relu), dense(1))
      state slow = generator
      steps = {critic: 2}
      optimizer = adam(cosine(1e-3, 30))
      fn losses(x) {
        fake = generator(randn(len(x), latent))
        { critic: mean(softplus(critic(fake))) + mean(softplus(-critic(x))), generator: mean(softplus(-critic(fake))) }
      }
      fn after_step() { slow = blend(slow, generator, 0.1) }
      fn sample(n) { slow(randn(n, latent)) }
    }

    """
  /// The recipe has a statement of its own: its draws come from that statement's words, which stay.
  private static let training = "a = flip() |> rotate(-9..9)\nm = train(game(), data, epochs=EPOCHS, batch=32, augment=a)\n"
  private static let shown = "print(sample(m, 2), history(m), m.critic.layers[1].weight)"

  /// What is printed, and how many epochs were trained.
  private static func run(_ text: String, epochs: Int, _ cache: RecordingCache?, named name: String = "test") -> (text: String, epochs: Int) {
    let test = TestSession(cache: cache)
    let outcome = test.run(text.replacing("EPOCHS", with: "\(epochs)"), named: name)
    return (
      test.console.output + (outcome.report ?? ""), test.interrupter.settled.count { $0.contains("epoch ") && $0.contains(" loss") || $0.contains("critic") }
    )
  }

  @Test func moreEpochsGoOnFromFewer() {
    let program = KeptTrainingTests.game + KeptTrainingTests.training + KeptTrainingTests.shown
    let cache = RecordingCache()
    #expect(KeptTrainingTests.run(program, epochs: 2, cache).epochs == 2)
    let longer = KeptTrainingTests.run(program, epochs: 5, cache)
    #expect(longer.epochs == 3)
    let anew = KeptTrainingTests.run(program, epochs: 5, nil)
    #expect(anew.epochs == 5)
    #expect(longer.text == anew.text)
    #expect(!anew.text.contains("error"))
    // Asked for again, nothing is trained; asked for less, the shorter training is still known.
    for epochs in [5, 2] {
      let again = KeptTrainingTests.run(program, epochs: epochs, cache)
      #expect(again.epochs == 0)
      #expect(again.text == KeptTrainingTests.run(program, epochs: epochs, nil).text)
    }
  }

  @Test func whatGoesOnIsKeptToo() {
    let program = KeptTrainingTests.game + KeptTrainingTests.training + "m = train(m, data, epochs=2)\n" + KeptTrainingTests.shown
    let cache = RecordingCache()
    let first = KeptTrainingTests.run(program, epochs: 1, cache)
    let second = KeptTrainingTests.run(program, epochs: 1, cache)
    #expect(first.epochs == 3 && second.epochs == 0)
    #expect(first.text == second.text)
  }

  @Test(arguments: [
    ("a = flip() |> rotate(-9..9)", "a = flip() |> rotate(-9..8)"), ("clothes()[0:70]", "clothes()[1:71]"), ("batch=32", "batch=16"),
    ("1e-3, 30", "1e-3, 31"), ("latent=3", "latent=4"), ("softplus(-critic(x))", "softplus(1 - critic(x))"), ("generator, 0.1", "generator, 0.2"),
    ("train(game()", "train(game(key=1)"), ("data =", "seed(3)\ndata ="), ("{critic: 2}", "{critic: 3}"), ("randn(len(x)", "rand(len(x)"),
    ("batch_norm()", "layer_norm()"),
  ])
  func anotherTrainingIsNotTakenForIt(_ change: (from: String, to: String)) {
    let program = KeptTrainingTests.game + KeptTrainingTests.training + KeptTrainingTests.shown
    let changed = program.replacing(change.from, with: change.to)
    #expect(changed != program)
    let cache = RecordingCache()
    _ = KeptTrainingTests.run(program, epochs: 1, cache)
    let other = KeptTrainingTests.run(changed, epochs: 1, cache)
    #expect(other.epochs == 1)
    #expect(other.text == KeptTrainingTests.run(changed, epochs: 1, nil).text)
  }

  /// The words do not matter, but what they compute.
  @Test func theSameInOtherWordsIsKnown() {
    let program = KeptTrainingTests.game + KeptTrainingTests.training
    let cache = RecordingCache()
    _ = KeptTrainingTests.run(program, epochs: 1, cache)
    let reworded =
      program.replacing("fn losses(x) {", with: "fn losses(x) {  # the game\n").replacing("fake", with: "drawn")
      .replacing("mean(softplus(-critic(drawn)))", with: "weighed(critic(drawn))") + "\n"
    let helper = "fn weighed(x) { mean(softplus(-x)) }\n"
    #expect(KeptTrainingTests.run(helper + reworded, epochs: 1, cache).epochs == 0)
  }

  /// An entry under the name of another training is not taken for it.
  @Test func anEntryIsBoundToItsTraining() throws {
    let program = "m = train(vae(latent=2, hidden=4), clothes()[0:40], epochs=EPOCHS)\nprint(sample(m, 1))"
    let (five, six) = (RecordingCache(), RecordingCache())
    let whole = Self.run("seed(5)\n" + program, epochs: 1, five)
    _ = Self.run("seed(6)\n" + program, epochs: 1, six)
    let (name, other) = try #require(five.entries.keys.first.flatMap { name in six.entries.values.first.map { (name, $0) } })
    #expect(five.entries[name] != other)
    five.entries = [name: other]
    let again = Self.run("seed(5)\n" + program, epochs: 1, five)
    #expect(again.epochs == 1 && again.text == whole.text)
    // Nor is the entry of another position.
    let longer = name.replacing("-1-0", with: "-2-0")
    five.entries[longer] = five.entries[name]
    #expect(longer != name && Self.run("seed(5)\n" + program, epochs: 2, five).epochs == 1)
  }

  /// What is too large for the cache is not even written.
  @Test func aModelBeyondTheLimitIsNotKept() {
    let cache = RecordingCache(intervalSeconds: 0)
    cache.limit = 1000
    _ = Self.run("m = train(vae(latent=2, hidden=4), clothes()[0:40], epochs=EPOCHS)", epochs: 1, cache)
    #expect(cache.log.isEmpty)
  }

  /// Another build of the program may compute other bits.
  @Test func anotherBuildTrainsAgain() throws {
    let program = "m = train(vae(latent=2, hidden=4), clothes()[0:40], epochs=EPOCHS)\nprint(sample(m, 1))"
    let (old, new) = (RecordingCache(build: "old"), RecordingCache(build: "new"))
    _ = Self.run(program, epochs: 1, old)
    new.entries = old.entries
    #expect(Self.run(program, epochs: 1, new).epochs == 1 && new.entries.count == 2)
    let (oldName, newName) = try #require(old.entries.keys.first.flatMap { name in new.entries.keys.first { $0 != name }.map { (name, $0) } })
    new.entries = [newName: try #require(old.entries[oldName])]
    #expect(Self.run(program, epochs: 1, new).epochs == 1)
  }

  /// What a killed process had kept at any step is enough to go on to the same bits, history included.
  @Test func aTrainingGoesOnFromAnyStep() throws {
    let program = KeptTrainingTests.game + KeptTrainingTests.training + KeptTrainingTests.shown
    let each = RecordingCache(intervalSeconds: 0)
    let whole = Self.run(program, epochs: 3, each)
    #expect(!whole.text.contains("error") && each.entries.count == 1)
    // Three steps an epoch, of 32, 32 and 6 examples.
    #expect(each.log.count == 9)
    for (name, bytes) in each.log.dropLast() {
      let killed = RecordingCache()
      killed.entries = [name: bytes]
      let rest = Self.run(program, epochs: 3, killed)
      #expect(rest.text == whole.text, "\(name)")
      let end = try #require(each.log.last?.name)
      #expect(killed.entries.keys.sorted() == (name.hasSuffix("-0") ? [name, end] : [end]).sorted())
      #expect(killed.entries[end] == each.log.last?.bytes)
    }
  }

  @Test func aTornEntryIsIgnored() throws {
    let program = "m = train(vae(latent=2, hidden=4), clothes()[0:40], epochs=EPOCHS)\nprint(sample(m, 1))"
    let cache = RecordingCache()
    let whole = KeptTrainingTests.run(program, epochs: 1, cache)
    let (name, bytes) = try #require(cache.entries.first)
    var changed = bytes
    changed[bytes.count / 2] ^= 1
    for torn in [Array(bytes.dropLast()), Array(bytes.prefix(100)), [], changed] {
      cache.entries = [name: torn]
      let again = KeptTrainingTests.run(program, epochs: 1, cache)
      #expect(again.epochs == 1)
      #expect(again.text == whole.text)
    }
  }

  @Test func aLossThatLooksAtValuesIsNotKept() {
    let cache = RecordingCache()
    let program = """
      model turning() {
        w = param(zeros(1))
        fn loss(x) { if sum(x) > 1 { mean((w - x) ^ 2) } else { mean((w + x) ^ 2) } }
      }
      m = train(turning(), [[1], [2]], epochs=EPOCHS)
      """
    #expect(KeptTrainingTests.run(program, epochs: 2, cache).epochs == 2)
    #expect(cache.entries.isEmpty)
  }

  private static let two = """
    model game() {
      a = param(ones(1))
      b = param(ones(1))
      state s = zeros(1)
      optimizer = adamw(cosine(0.01, 40), weight_decay=0.1)
      LOSS
    }
    m = train(game(), rand(8, 1), epochs=EPOCHS, batch=4)
    print(m.a, m.b, m.s, history(m))
    """

  /// Alike in what is computed, but not in what it is for.
  @Test(arguments: [
    ("fn losses(x) { {a: sum((a + b) ^ 2)} }", "fn losses(x) { {b: sum((a + b) ^ 2)} }"),
    ("fn loss(x) { sum((a + 1) ^ 2) }", "fn losses(x) { {a: sum((a + 1) ^ 2)} }"),
    ("fn loss(x) { s = a * 1; sum((a - b) ^ 2) }", "fn loss(x) { sum((a - b) ^ 2) }\n  fn after_step() { s = a * 1 }"),
  ])
  func rolesCount(_ losses: (first: String, second: String)) {
    let (first, second) = (Self.two.replacing("LOSS", with: losses.first), Self.two.replacing("LOSS", with: losses.second))
    let cache = RecordingCache()
    for (program, epochs) in [(first, 2), (second, 2), (first, 3), (second, 3)] {
      let kept = Self.run(program, epochs: epochs, cache)
      #expect(!kept.text.contains("error"))
      #expect(kept.text == Self.run(program, epochs: epochs, nil).text)
    }
  }

  /// The same steps, done to all of the data or to what is drawn of it.
  @Test func dataAndRecipeAreToldApart() {
    let program = """
      few = digits()[:20]
      (r, b, c) = (rotate(-15..15, originals=true), flip(chance=0.5), rotate(-5..5))
      model mean_image() {
        w = param(zeros(8, 8, 1))
        fn loss(x) { mean((x - w) ^ 2) }
      }
      m = train(mean_image(), DATA, epochs=EPOCHS, augment=RECIPE)
      print(history(m), m.w)
      """
    let cache = RecordingCache()
    for (data, recipe) in [("b(r(few))", "c"), ("r(few)", "c(b)")] {
      let own = program.replacing("DATA", with: data).replacing("RECIPE", with: recipe)
      let kept = Self.run(own, epochs: 2, cache)
      #expect(!kept.text.contains("error"))
      #expect(kept.text == Self.run(own, epochs: 2, nil).text)
    }
  }

  @Test func explainSaysThatNoStepWasMade() {
    let program = "m = train(vae(latent=2, hidden=4), clothes()[0:40], epochs=EPOCHS)\nexplain(m)"
    let cache = RecordingCache()
    #expect(!Self.run(program, epochs: 1, cache).text.contains("error"))
    #expect(Self.run(program, epochs: 1, cache).text.contains("needs a model that was trained in this session"))
  }
}

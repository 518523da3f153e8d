import Effects
import TestSupport
import Testing

/// `train(..., checkpoint="a.model")`.
@Suite struct CheckpointFileTests {
  /// A game with batch normalisation, an averaged part and several updates of one part, with everything that a training can be
  /// given.
  private static let program = """
    data = clothes()[0:70]
    model game(latent=3) {
      generator = chain(dense(16), batch_norm(), relu, dense(size(shape), sigmoid), reshape(shape))
      critic = chain(flatten(), dense(16, leaky_relu), dense(1))
      state slow = generator
      steps = {critic: 2}
      fn losses(x) {
        fake = generator(randn(len(x), latent))
        { critic: mean(softplus(critic(fake))) + mean(softplus(-critic(x))), generator: mean(softplus(-critic(fake))) }
      }
      fn after_step() { slow = blend(slow, generator, 0.1) }
      fn sample(n) { slow(randn(n, latent)) }
    }
    a = flip() |> rotate(-9..9)
    m = train(game(), data, epochs=5, batch=32, augment=a, validate=0.2, OPTIONS checkpoint="a.model", log="a.csv")
    print(sample(m, 2), history(m), m.critic.layers[1].weight)
    """

  private static func program(_ options: String) -> String { program.replacing("OPTIONS", with: options.isEmpty ? "" : options + ",") }

  private static func run(_ text: String, _ files: MemoryFiles, interruptAfter steps: Int? = nil) -> String {
    let test = TestSession(interruptAfter: steps, files: files)
    let outcome = test.run(text)
    return test.console.output + (outcome.report ?? "")
  }

  /// From every state of the file that there ever was, the same program ends in the same bits.
  @Test(arguments: ["", "schedule=\"cosine\", clip=1", "patience=1", "patience=2, watch=\"validation_generator\""])
  func everyCheckpointGoesOnToTheSameBits(_ options: String) throws {
    let text = CheckpointFileTests.program(options)
    let files = MemoryFiles()
    let whole = CheckpointFileTests.run(text, files)
    #expect(!whole.contains("error"))
    let written = files.log.filter { $0.path == "a.model" }
    #expect(written.count >= 3)
    for (index, checkpoint) in written.enumerated() {
      let again = MemoryFiles(["a.model": checkpoint.bytes])
      #expect(CheckpointFileTests.run(text, again) == whole, "checkpoint \(index)")
      #expect(again.files["a.model"] == files.files["a.model"], "checkpoint \(index)")
      #expect(again.files["a.csv"] == files.files["a.csv"], "checkpoint \(index)")
    }
  }

  /// Also from within an epoch, where Ctrl-C stopped it.
  @Test(arguments: [1, 4, 7]) func interruptedTrainingsGoOn(_ steps: Int) {
    let text = CheckpointFileTests.program("patience=2")
    let files = MemoryFiles()
    let whole = CheckpointFileTests.run(text, MemoryFiles())
    #expect(CheckpointFileTests.run(text, files, interruptAfter: steps) != whole)
    #expect(CheckpointFileTests.run(text, files) == whole)
  }

  @Test func longerTrainingsGoOnFromShorterOnes() {
    let text = CheckpointFileTests.program("patience=1")
    let longer = text.replacing("epochs=5", with: "epochs=9")
    let files = MemoryFiles()
    _ = CheckpointFileTests.run(text, files)
    #expect(CheckpointFileTests.run(longer, files) == CheckpointFileTests.run(longer, MemoryFiles()))
  }

  @Test func theFileIsTheModel() {
    let files = MemoryFiles()
    let text = CheckpointFileTests.program("patience=1") + "\nprint(same(load(\"a.model\").critic.layers[1].weight, m.critic.layers[1].weight))"
    #expect(CheckpointFileTests.run(text, files).hasSuffix("true\n"))
  }

  @Test(arguments: [
    ("epochs=5", "epochs=4", "the checkpoint is beyond the 4 epochs of this training"), ("batch=32", "batch=16", "its model, data or settings differ"),
    ("validate=0.2", "validate=0.3", "its model, data or settings differ"), ("[0:70]", "[1:71]", "its model, data or settings differ"),
  ])
  func otherTrainingsAreRefused(_ change: (from: String, to: String, message: String)) {
    let text = CheckpointFileTests.program("")
    let files = MemoryFiles()
    _ = CheckpointFileTests.run(text, files)
    let before = files.files["a.model"]
    let report = CheckpointFileTests.run(text.replacing(change.from, with: change.to), files)
    #expect(report.contains(change.message), "\(report)")
    #expect(files.files["a.model"] == before)
  }

  @Test func otherFilesAreNeverOverwritten() {
    for bytes in [[], [1, 2, 3]] as [[UInt8]] {
      let files = MemoryFiles(["a.model": bytes])
      #expect(CheckpointFileTests.run(CheckpointFileTests.program(""), files).contains("L0506"))
      #expect(files.files["a.model"] == bytes)
      // A training of no epochs writes nothing.
      _ = CheckpointFileTests.run(CheckpointFileTests.program("").replacing("epochs=5", with: "epochs=0"), files)
      #expect(files.files["a.model"] == bytes)
    }
  }
}

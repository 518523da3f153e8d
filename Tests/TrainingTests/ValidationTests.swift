import Effects
import TestSupport
import Testing

/// `validate`, `patience`, `watch`, `schedule` and `clip` of `train`.
@Suite struct ValidationTests {
  /// Its loss is the distance of one weight from the mean of the data, so that every value can be computed by hand.
  private static let line = """
    model line() {
      place = param(zeros(1))
      fn loss(x) { mean((place - x) ^ 2) }
    }

    """

  private static func printed(_ text: String) -> String { TestSession.printed(line + text) }

  @Test func theLossOfOtherDataIsMeasuredAfterEachEpoch() {
    // After one step of 0.25: place = 0 + 0.25 * 2 * 4 = 2; then 3.
    let text = "print(history(train(line(), [[4]], epochs=2, optimizer=sgd(0.25), validate=[[1], [3]])))"
    #expect(
      ValidationTests.printed(text)
        == "({epoch: 1, loss: 16.0, validation_loss: 1.0}, {epoch: 2, loss: 4.0, validation_loss: 2.0})\n")
  }

  @Test func theBestWeightsAreKept() {
    // The validation is best after the first epoch, where place = 2.
    let text = """
      m = train(line(), [[4]], epochs=9, optimizer=sgd(0.25), validate=[[1], [3]], patience=3)
      print(m.place, len(history(m)))
      """
    #expect(ValidationTests.printed(text) == "[2] 4\n")
  }

  @Test func aMetricIsBetterTheLargerItIs() {
    let text = """
      model risen() {
        place = param(zeros(1))
        fn loss(x) { mean((place - x) ^ 2) }
        fn metrics(x) { {nearness: -mean(abs(place - x)), height: mean(place)} }
      }
      near = train(risen(), [[4]], epochs=5, optimizer=sgd(0.25), validate=[[2]], patience=2, watch="validation_nearness")
      high = train(risen(), [[4]], epochs=5, optimizer=sgd(0.25), validate=[[2]], patience=2, watch="validation_height")
      print(near.place, high.place)
      """
    #expect(ValidationTests.printed(text) == "[2] [3.875]\n")
  }

  /// Layers behave as in use, states keep their values, and the measurement changes nothing.
  @Test func measuringDoesNotTrain() {
    let text = """
      model normalised() {
        norm = batch_norm()
        fall_out = dropout(0.5)
        layer = dense(1)
        state seen = 0
        fn loss(x) { seen = seen + 1; mean((layer(fall_out(norm(x))) - 1) ^ 2) }
      }
      x = rand(40, 3)
      one = train(normalised(), x, epochs=3)
      two = train(normalised(), x, epochs=3, validate=rand(7, 3))
      print(one.seen, two.seen, same(one.layer.weight, two.layer.weight), same(one.norm.running_mean, two.norm.running_mean))
      n = normalised(shape=(3,))
      """
    #expect(ValidationTests.printed(text) == "3 3 true true\n")
  }

  @Test func aShareIsLeftOut() {
    // Both copies of an image are on one side, and the validation uses one of them: otherwise the sum differs.
    let text = """
      data = dataset(reshape(f32(arange(10)) / 10, 10, 1, 1, 1) * ones(10, 2, 2, 1)) |> rotate((0,), copies=2)
      model counts() {
        weight = param(ones(1))
        fn loss(x) { mean(x) * weight[0] }
      }
      m = train(counts(), data, epochs=1, batch=1000, optimizer=sgd(1e-9), validate=0.3)
      h = history(m)[0]
      print(is_close([7 * h.loss + 3 * h.validation_loss], [4.5], within=1e-4), h.loss == h.validation_loss)
      """
    #expect(TestSession.printed(text) == "true false\n")
    // The mean over both parts is the mean of all: nothing is lost or used twice.
    let rows = """
      x = arange(10) |> reshape(10, 1)
      m = train(line(), f32(x), epochs=1, batch=100, optimizer=sgd(1e-9), validate=0.3)
      h = history(m)[0]
      print(is_close([7 * h.loss + 3 * h.validation_loss], [285], within=1e-3))
      """
    #expect(ValidationTests.printed(rows) == "true\n")
  }

  @Test(arguments: [
    ("validate=0.2, watch=\"validation_loss\"", "`watch` has no effect without `patience`"),
    ("validate=0.2, patience=1, watch=\"validation_los\"", "unknown measure \"validation_los\""), ("validate=1.5", "a share between 0 and 1"),
    ("validate=0.001", "leaves none for the validation"), ("validate=ones(3, 2)", "`validate` has examples of shape [2]"), ("patience=0", "`patience`"),
    ("schedule=\"cosin\"", "\"cosine\", \"linear\""), ("clip=0", "greater than 0"), ("checkpoint=\"a.npz\"", "ends in .model"),
    ("log=\"a.txt\"", "ends in .csv or .tfevents"), ("validate=clothes()", "`validate` has examples of shape"),
  ])
  func mistakesAreExplained(_ change: (arguments: String, message: String)) {
    let report = ValidationTests.printed("m = train(line(), ones(30, 1), epochs=2, \(change.arguments))")
    #expect(report.contains("error") && report.contains(change.message), "\(report)")
  }

  @Test func otherClassesAreRefused() {
    let text = """
      a = dataset(rand(4, 3), labels=(0, 1, 0, 1), names=("cat", "dog"))
      b = dataset(rand(4, 3), labels=(0, 1, 0, 1), names=("dog", "cat"))
      m = train(classifier(), a, epochs=1, validate=b)
      """
    #expect(TestSession.printed(text).contains("`validate` has the classes dog, cat, expected cat, dog, in this order"))
  }

  // MARK: Rates

  /// With a gradient of 1, the weight is minus the sum of all rates.
  private static func sum(_ arguments: String, epochs: Int = 4) -> String {
    TestSession.printed(
      """
      model slope() {
        weight = param(zeros(1))
        fn loss(x) { sum(weight) * STEEPNESS }
      }
      m = train(slope(), ones(2, 1), epochs=\(epochs), batch=1, optimizer=sgd(1), \(arguments))
      print(m.weight)
      """.replacing("STEEPNESS", with: arguments.contains("clip") ? "10" : "1"))
  }

  @Test func theRateFallsToZero() {
    // Eight steps: 1 - u / 8 sums to 4.5, and half a cosine wave, too, since it is symmetric but for its first step.
    #expect(ValidationTests.sum("schedule=\"linear\"") == "[-4.5]\n")
    #expect(ValidationTests.sum("schedule=\"cosine\"") == "[-4.5]\n")
    #expect(ValidationTests.sum("schedule=step_decay(1, every=4, factor=0.5)") == "[-6]\n")
    #expect(ValidationTests.sum("clip=2") == "[-16]\n")
  }

  /// Trained further, the rates fall from their full value again.
  @Test func aDeclineIsOverOneTraining() {
    let text = """
      model slope() {
        weight = param(zeros(1))
        fn loss(x) { sum(weight) }
      }
      m = train(slope(), ones(2, 1), epochs=4, batch=1, optimizer=sgd(1), schedule="linear")
      m = train(m, ones(2, 1), epochs=4, batch=1, schedule="linear")
      print(m.weight)
      """
    #expect(TestSession.printed(text) == "[-9]\n")
  }

  // MARK: Files

  @Test func theHistoryIsATable() throws {
    let files = MemoryFiles()
    let test = TestSession(files: files)
    let text = """
      m = train(line(), [[4]], epochs=2, optimizer=sgd(0.25), validate=[[1], [3]], log="log.csv")
      save(history(m), "history.csv")
      save(history(m), "history.tfevents")
      """
    #expect(test.run(ValidationTests.line + text).report == nil)
    let table = "epoch,loss,validation_loss\n1,16,1\n2,4,2\n"
    #expect(String(decoding: files.files["log.csv"] ?? [], as: UTF8.self) == table)
    #expect(files.files["history.csv"] == files.files["log.csv"])
    #expect(files.files["history.tfevents"]?.isEmpty == false)
  }

  @Test func warningsAreShownOnce() {
    let test = TestSession()
    let text = """
      model worried() {
        weight = param(zeros(1))
        fn loss(x) { mean((weight - x) ^ 2) }
        fn warnings() { if weight[0] > 0.05 { ("it grows",) } else { () } }
      }
      m = train(worried(), ones(4, 1), epochs=200, optimizer=adam(1e-3))
      """
    #expect(test.run(text).report == nil)
    #expect(test.interrupter.settled.filter { $0.contains("it grows") } == ["worried: it grows"])
  }

  /// A game can look bad for a moment. After the last epoch nobody can wait for the next one.
  @Test(arguments: [(7, 7, 9, 0), (7, 8, 9, 1), (9, 9, 9, 1), (9, 9, 10, 0)])
  func aPassingWarningIsNotShown(_ first: Int, _ last: Int, _ epochs: Int, _ shown: Int) {
    let test = TestSession()
    let text = """
      model worried() {
        weight = param(zeros(1))
        state steps = 0
        fn loss(x) { mean((weight - x) ^ 2) }
        fn after_step() { steps = steps + 1 }
        fn warnings() { if steps >= \(first) and steps <= \(last) { ("step {int(steps)}",) } else { () } }
      }
      m = train(worried(), ones(4, 1), epochs=\(epochs))
      """
    #expect(test.run(text).report == nil)
    #expect(test.interrupter.settled.filter { $0.contains("step ") } == (shown == 0 ? [] : ["worried: step \(last)"]))
  }
}

import Effects
import Session
import TestSupport
import Testing

/// Which epochs of a training leave a line.
@Suite struct ProgressTests {
  /// Goes on by the same time whenever somebody looks.
  private final class SteppingClock: Clock {
    private let step: Double
    private var looks = -1.0

    init(_ step: Double) { self.step = step }

    var seconds: Double {
      looks += 1
      return looks * step
    }
  }

  private final class Log: ProgressSink {
    let permanentLines: PermanentLines
    private(set) var lines: [String] = []

    init(_ permanentLines: PermanentLines) { self.permanentLines = permanentLines }

    func update(_ line: @autoclosure () -> String) {}
    func writeLine(_ line: String) { lines.append(line) }
  }

  /// The epochs that are told of when each takes so long.
  private func epochs(_ count: Int, of seconds: Double, _ permanentLines: PermanentLines = .every(seconds: 5)) -> [Int] {
    let log = Log(permanentLines)
    let effects = Effects.forTests(files: MemoryFiles(), clock: SteppingClock(seconds), progress: log)
    let outcome = Session(effects: effects, threads: 1).run(
      "m = train(vae(latent=1, hidden=2), rand(4, 2, 2, 1), epochs=\(count))", named: "test")
    #expect(outcome.report == nil)
    return log.lines.compactMap { line in line.split(separator: " ").drop { $0 != "epoch" }.dropFirst().first.flatMap { Int($0) } }
  }

  @Test func aLineEveryFewSecondsAndTheLast() { #expect(epochs(12, of: 1) == [5, 10, 12]) }

  @Test func aShortTrainingWritesNothing() { #expect(epochs(15, of: 0.0625) == []) }

  @Test func aTrainingOfASecondWritesItsEnd() { #expect(epochs(16, of: 0.0625) == [16]) }

  @Test func longEpochsAreToldOfEach() { #expect(epochs(3, of: 60) == [1, 2, 3]) }

  @Test func aTerminalKeepsTheEndOfWhatItShowedLive() { #expect(epochs(4, of: 0.0625, .last) == [4]) }

  @Test func otherwiseEachStays() { #expect(epochs(4, of: 0.0625, .each) == [1, 2, 3, 4]) }
}

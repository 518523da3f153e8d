import Effects
import Foundation
import Notebook
import TestSupport
import Testing

@Suite struct TimeLimitTests {
  private func endings(_ text: String, seconds: Double) -> [[String]] {
    let world = Effects.forTests()
    var endings: [[String]] = []
    _ = LessonRun.recording(Lesson(text), in: world, LessonSettings(timeLimit: TimeLimit(seconds: seconds, world.cancellation)), threads: 1).run {
      endings.append($0.complaints.map(\.id.code))
    }
    return endings
  }

  /// The cell that runs for ever is told, and those after it run.
  @Test func aCellThatNeverEndsIsStopped() {
    let text =
      "```loam\nwhile true { x = 1 }\n```\n```loam\ntry { while true { x = 1 } } catch e { 0 }\n```\n```loam\nx = 2\n```\n```loam fails\nwhile true { x = 1 }\n```\n"
    #expect(endings(text, seconds: 0.2) == [["L0905"], ["L0905"], [], ["L0905"]])
  }

  @Test func aTrainingIsStoppedToo() {
    #expect(endings("```loam\nm = train(vae(hidden=20), digits()[0:100], epochs=1000000)\n```\n", seconds: 0.5) == [["L0905"]])
  }

  @Test func aCellThatPrintsForEverIsCutAndStopped() {
    #expect(endings("```loam\nwhile true { print(\"more and more\") }\n```\n", seconds: 0.3) == [["L0905"]])
  }

  /// Nothing is left of a limit that was not reached, however near the end it was.
  @Test func whatEndsInTimeIsNotStopped() {
    let cancellation = Cancellation.never()
    let limit = TimeLimit(seconds: 0.01, cancellation)
    for _ in 0..<100 {
      let (_, isOver) = limit.watch { usleep(UInt32.random(in: 8_000...12_000)) }
      #expect(!cancellation.isRequested)
      if isOver { continue }
    }
    #expect(!limit.watch {}.isOver)
  }

  @Test func whoDoesNotListenIsTold() {
    let told = DispatchSemaphore(value: 0)
    // The wait is ten seconds at least; here only that a limit may be taken apart while unheard.
    var limit: TimeLimit? = TimeLimit(seconds: 0.01, .never()) { _ in told.signal() }
    #expect(limit?.watch { usleep(50_000) }.isOver == true)
    limit = nil
    #expect(told.wait(timeout: .now()) == .timedOut)
  }
}

import Diagnostics
import Effects
import Notebook
import TestSupport
import Testing

/// Each kind of a lesson's errors has a page with a wrong lesson, which ends in it, and a right one.
@Suite struct LessonErrorsTests {
  /// No lesson is known that brings it about: it guards against what nobody thought of.
  private static let without: Set<String> = ["L0907"]

  private func reports(_ text: String) throws -> [Diagnostic] {
    let place = try UpdateTests.Place(text)
    let lesson = Lesson(try place.lesson.lines.bytes, named: place.path)
    let world = Effects.forTests()
    var reports = lesson.problems
    _ = LessonRun.recording(lesson, in: world, LessonSettings(timeLimit: TimeLimit(seconds: 0.3, world.cancellation)), threads: 1).run {
      reports += $0.complaints
    }
    return reports.map { $0.mappingSources { Source(name: "lesson.md", text: $0.text, firstLine: $0.firstLine) } }
  }

  @Test(arguments: LessonErrors.all.map(\.code))
  func wrongLessonsEndInTheirErrorAndRightOnesDoNot(_ code: String) throws {
    let id = try #require(LessonErrors.all.first { $0.code == code })
    #expect(id.meaning.count > 40)
    guard !Self.without.contains(code) else { return }
    let found = try reports(id.wrong)
    #expect(found.first?.id == id)
    let report = found.map { Report($0).text + "\n" }.joined()
    #expect(try Corpus.isKept(report, "catalogue/\(code).txt"), "\(report)")
    #expect(try reports(id.right).isEmpty)
  }
}

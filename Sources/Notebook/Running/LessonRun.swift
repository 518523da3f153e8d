import Diagnostics
import Display
import Effects
import Machine
import Session

/// Settings for running a lesson.
package struct LessonSettings {
  /// Files and folders outside the lesson's own that it may read.
  package var readable: [String] = []
  /// The time limit for one cell.
  package var timeLimit: TimeLimit?

  package init(readable: [String] = [], timeLimit: TimeLimit? = nil) {
    self.readable = readable
    self.timeLimit = timeLimit
  }
}

/// Runs the cells of a lesson in one session, in order. An error is reported at the line of its cell, and the cells
/// after it still run, with the names as before the failed statement; a cell marked `fails` is expected to fail. Paths
/// are relative to the lesson's folder and restricted to it.
package final class LessonRun {
  package let session: Session
  private let lesson: Lesson
  private let files: LessonFiles
  private let recorder: OutputRecorder?
  private let timeLimit: TimeLimit?
  /// The texts that ran, for converting error locations to lines of the file.
  private var sources: [(source: Source, cell: Lesson.Cell)] = []

  package enum Ending: Equatable {
    case done
    case failed
    case interrupted
  }

  /// The result of one cell.
  package struct CellResult {
    package let cell: Lesson.Cell
    package let output: CellOutput
    /// Unexpected errors, with lines of the file.
    package let complaints: [Diagnostic]
    /// The error of a cell marked `fails`.
    package let expected: [Diagnostic]
  }

  /// Records the output of each cell.
  package static func recording(_ lesson: Lesson, in base: Effects, _ settings: LessonSettings, threads: Int? = nil) -> LessonRun {
    let recorder = OutputRecorder()
    var effects = base
    (effects.console, effects.pictures) = (recorder, recorder)
    // The result of a training that was stopped early must not be recorded.
    effects.cancellation = Cancellation(flag: base.cancellation.flag, discardsPartialWork: true)
    return LessonRun(lesson, in: effects, settings, recorder: recorder, threads: threads)
  }

  /// Writes the output to the console as it is produced.
  package static func live(_ lesson: Lesson, in base: Effects, _ settings: LessonSettings, threads: Int? = nil) -> LessonRun {
    let shown = PlainConsole(base.console)
    var effects = base
    (effects.console, effects.pictures) = (shown, shown)
    return LessonRun(lesson, in: effects, settings, recorder: nil, threads: threads)
  }

  private init(_ lesson: Lesson, in base: Effects, _ settings: LessonSettings, recorder: OutputRecorder?, threads: Int?) {
    self.lesson = lesson
    self.recorder = recorder
    files = LessonFiles(folder: lesson.folder, reading: settings.readable, cancellation: base.cancellation)
    timeLimit = settings.timeLimit
    var effects = base
    effects.files = files
    session = threads.map { Session(effects: effects, threads: $0) } ?? Session(effects: effects)
    session.rollsBackFailedStatements = true
    session.machine.setGlobal("args", session.machine.make(list: []))
  }

  /// Runs all cells and passes each result to `each`. A lesson with problems does not run; callers report them.
  package func run(_ each: (CellResult) -> Void) -> Ending {
    guard lesson.problems.isEmpty else { return .failed }
    var ending = Ending.done
    for cell in lesson.cells {
      guard let result = run(cell) else { return .interrupted }
      each(result)
      if !result.complaints.isEmpty { ending = .failed }
    }
    return ending
  }

  /// Nil if it was interrupted.
  private func run(_ cell: Lesson.Cell) -> CellResult? {
    if let name = cell.marks.file {
      files.give(Array(cell.code.utf8), as: name)
      return CellResult(cell: cell, output: CellOutput(), complaints: [], expected: [])
    }
    let source = Source(name: cell.marks.id ?? "cell", text: cell.code)
    sources.append((source, cell))
    let (outcome, isOver) = timeLimit.map { $0.watch("\(lesson.name):\(cell.line)") { session.run(source) } } ?? (session.run(source), false)
    var (complaints, expected): ([Diagnostic], [Diagnostic]) = ([], [])
    var value: (text: [String], picture: Picture?) = ([], nil)
    switch outcome {
    case .done: break
    case .value(let last):
      do {
        if recorder != nil { value = (try ResultView(session.machine).text(last).textLines, Display.picture(of: last)) }
      } catch {
        complaints.append((error as? Fault)?.diagnostic ?? Diagnostic(MachineErrors.raised, "\(error)"))
      }
    case .failed(let diagnostics):
      if let code = cell.marks.failsWith, diagnostics.first?.id.code != code {
        let found = diagnostics.first?.id.code ?? "another error"
        complaints =
          diagnostics + [
            Diagnostic(
              LessonErrors.didNotFail, "this cell is marked `fails \(code)`, but failed with \(found)", at: Span(source, 0, firstLine(cell)),
              hint: "correct the mark, or the code")
          ]
      } else if cell.marks.fails {
        expected = diagnostics
      } else {
        complaints = diagnostics
      }
    case .interrupted:
      guard isOver, let timeLimit else { return nil }
      complaints.append(
        Diagnostic(
          LessonErrors.timedOut, "this cell did not finish within \(timeLimit.seconds.shortText) s and was stopped", at: Span(source, 0, firstLine(cell)),
          hint: "allow more time with `--timeout=SECONDS`, or give it less work"))
    }
    if cell.marks.fails, expected.isEmpty, complaints.isEmpty {
      complaints.append(
        Diagnostic(
          LessonErrors.didNotFail, "this cell is marked `fails`, but it did not fail", at: Span(source, 0, firstLine(cell)),
          hint: "remove the mark, or change the cell so that it fails"))
    }
    return CellResult(
      cell: cell, output: output(cell, source, value, expected), complaints: complaints.map(byFile), expected: expected.map(byFile))
  }

  private func firstLine(_ cell: Lesson.Cell) -> Int { cell.code.utf8.prefix { $0 != UInt8(ascii: "\n") }.count }

  private func output(_ cell: Lesson.Cell, _ source: Source, _ value: (text: [String], picture: Picture?), _ errors: [Diagnostic]) -> CellOutput {
    guard let recorder else { return CellOutput() }
    var output = recorder.take()
    let text = value.text.map { PlainText.of($0).withoutTrailingSpace }
    output.append(text)
    if let picture = value.picture { output.parts.append(.picture(picture, title: text.first ?? "")) }
    for error in errors {
      output.append(PlainText.of(Report(error.mappingSources { byCell($0, in: source) }).text).textLines.map(\.withoutTrailingSpace))
    }
    return output
  }

  // MARK: Where an error is

  /// For error messages: the path of the lesson and the line in the file.
  private func byFile(_ diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.mappingSources { source in
      if let known = sources.first(where: { $0.source === source }) {
        return Source(name: lesson.name, text: source.text, firstLine: known.cell.line)
      }
      guard !source.isLibrary, !source.name.hasPrefix("/"), !lesson.folder.isEmpty else { return source }
      return Source(name: lesson.folder + "/" + source.name, text: source.text)
    }
  }

  /// For a recorded output, which must not depend on the path of the lesson and the text above the cell: lines count
  /// from the first line of the cell.
  private func byCell(_ source: Source, in current: Source) -> Source {
    guard source !== current, source.name == "cell", sources.contains(where: { $0.source === source }) else { return source }
    return Source(name: "an earlier cell", text: source.text)
  }
}

extension Double {
  /// Without a fraction if it is zero.
  fileprivate var shortText: String { self == rounded() && abs(self) < 1e9 ? "\(Int(self))" : "\(self)" }
}

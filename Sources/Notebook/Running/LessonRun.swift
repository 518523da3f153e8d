import Diagnostics
import Display
import Effects
import Machine
import Session

/// What running a lesson takes beside the world.
package struct LessonSettings {
  /// Folders and files outside the lesson's own folder that it may read.
  package var readable: [String] = []
  /// How long one cell may take.
  package var timeLimit: TimeLimit?

  package init(readable: [String] = [], timeLimit: TimeLimit? = nil) {
    self.readable = readable
    self.timeLimit = timeLimit
  }
}

/// Runs the cells of a lesson in one session, each in its turn. A cell's error is told at its line,
/// and the cells behind it still run, with names as before the statement that failed; a cell marked
/// `fails` is expected to fail. Paths are relative to the lesson's folder, and lead nowhere else.
package final class LessonRun {
  package let session: Session
  private let lesson: Lesson
  private let files: LessonFiles
  private let recorder: OutputRecorder?
  private let timeLimit: TimeLimit?
  /// The texts that were run, to tell errors in them by the file's lines.
  private var sources: [(source: Source, cell: Lesson.Cell)] = []

  package enum Ending: Equatable {
    case done
    case failed
    case interrupted
  }

  /// What became of one cell.
  package struct CellResult {
    package let cell: Lesson.Cell
    package let output: CellOutput
    /// What went wrong that should not have, by the file's lines.
    package let complaints: [Diagnostic]
    /// The error that a cell marked `fails` is about.
    package let expected: [Diagnostic]
  }

  /// Keeps the output of each cell for its result.
  package static func recording(_ lesson: Lesson, in world: Effects, _ settings: LessonSettings, threads: Int? = nil) -> LessonRun {
    let recorder = OutputRecorder()
    var effects = world
    (effects.console, effects.pictures) = (recorder, recorder)
    // A training that a person stopped early is not what the lesson tells.
    effects.cancellation = Cancellation(flag: world.cancellation.flag, refusesHalves: true)
    return LessonRun(lesson, in: effects, settings, recorder: recorder, threads: threads)
  }

  /// Shows the output as it comes, on the world's own console.
  package static func live(_ lesson: Lesson, in world: Effects, _ settings: LessonSettings, threads: Int? = nil) -> LessonRun {
    let shown = PlainConsole(world.console)
    var effects = world
    (effects.console, effects.pictures) = (shown, shown)
    return LessonRun(lesson, in: effects, settings, recorder: nil, threads: threads)
  }

  private init(_ lesson: Lesson, in world: Effects, _ settings: LessonSettings, recorder: OutputRecorder?, threads: Int?) {
    self.lesson = lesson
    self.recorder = recorder
    files = LessonFiles(folder: lesson.folder, reading: settings.readable, cancellation: world.cancellation)
    timeLimit = settings.timeLimit
    var effects = world
    effects.files = files
    session = threads.map { Session(effects: effects, threads: $0) } ?? Session(effects: effects)
    session.withdrawsFailedStatements = true
    session.machine.setGlobal("args", session.machine.make(list: []))
  }

  /// Runs all cells, and hands over each one's result. A lesson with problems runs not at all: its
  /// callers tell them.
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

  /// Nil where a person interrupted it.
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
        let found = diagnostics.first?.id.code ?? "another"
        complaints =
          diagnostics + [
            Diagnostic(
              LessonErrors.didNotFail, "this cell is marked `fails \(code)`, but its error is \(found)", at: Span(source, 0, firstLine(cell)),
              hint: "mark it with the error that it is about")
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
          LessonErrors.timedOut, "this cell had not ended after \(timeLimit.seconds.shortText) s, and was stopped", at: Span(source, 0, firstLine(cell)),
          hint: "give it longer, `--timeout=SECONDS`, or less to do"))
    }
    if cell.marks.fails, expected.isEmpty, complaints.isEmpty {
      complaints.append(
        Diagnostic(
          LessonErrors.didNotFail, "this cell is marked `fails`, but it ran to its end", at: Span(source, 0, firstLine(cell)),
          hint: "remove the mark, or let the cell fail again"))
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

  /// For a person: the lesson's path and the line in the whole file.
  private func byFile(_ diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.mappingSources { source in
      if let known = sources.first(where: { $0.source === source }) {
        return Source(name: lesson.name, text: source.text, firstLine: known.cell.line)
      }
      guard !source.isLibrary, !source.name.hasPrefix("/"), !lesson.folder.isEmpty else { return source }
      return Source(name: lesson.folder + "/" + source.name, text: source.text)
    }
  }

  /// For an output, which must be the same wherever the lesson lies and whatever stands above the
  /// cell: lines count from the cell's own first.
  private func byCell(_ source: Source, in current: Source) -> Source {
    guard source !== current, source.name == "cell", sources.contains(where: { $0.source === source }) else { return source }
    return Source(name: "an earlier cell", text: source.text)
  }
}

extension Double {
  /// Without a fraction that is not there.
  fileprivate var shortText: String { self == rounded() && abs(self) < 1e9 ? "\(Int(self))" : "\(self)" }
}

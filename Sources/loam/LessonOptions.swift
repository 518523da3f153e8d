import ArgumentParser
import Diagnostics
import Effects
import Glibc
import Notebook

/// Restrictions of a lesson, which is untrusted.
struct LessonOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Allow the lesson to read this file or folder outside its own folder; can be repeated.", valueName: "path"))
  var allowRead: [String] = []

  @Option(help: ArgumentHelp("Stop a cell after this many seconds.", valueName: "seconds"))
  var timeout: Double?

  func validate() throws {
    if let timeout, !(timeout > 0 && timeout < 1e9) { throw ValidationError("--timeout must be a positive number of seconds.") }
  }

  var areUsed: Bool { timeout != nil || !allowRead.isEmpty }

  func settings(_ effects: Effects) -> LessonSettings {
    let limit = timeout.map { seconds in
      TimeLimit(seconds: seconds, effects.cancellation) { place in
        // A long operation of the engine does not check for requests. No file is incomplete: files are written under a
        // temporary name and renamed.
        let text = "\(place.visible): error: this cell did not finish in time and cannot be stopped; the lesson is unchanged\n"
        _ = text.withCString { Glibc.write(2, $0, strlen($0)) }
        _exit(1)
      }
    }
    return LessonSettings(readable: allowRead, timeLimit: limit)
  }

  /// Processes all lessons; fails if any of them failed.
  func each(of files: [String], _ body: (String, Effects, LessonSettings) throws -> Bool) throws {
    let effects = try Effects.ofProcess()
    try effects.console.flushing {
      let settings = settings(effects)
      var isSuccess = true
      for file in files where try !body(file, effects, settings) { isSuccess = false }
      if !isSuccess { throw Ending.failed }
    }
  }

  static func end(_ ending: LessonRun.Ending) throws {
    switch ending {
    case .done: return
    case .failed: throw Ending.failed
    case .interrupted: throw Ending.interrupted
    }
  }
}

/// The tolerance for comparing pictures.
struct ToleranceOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The largest accepted difference of a picture's values, in steps of 1/255.", valueName: "steps"))
  var tolerance = PictureFile.tolerance

  func validate() throws {
    if !(0...255).contains(tolerance) { throw ValidationError("--tolerance must be between 0 and 255.") }
  }
}

/// A lesson opened by a command.
struct OpenedLesson {
  let lesson: Lesson
  let assets: Assets

  /// Nil, after error messages, if the lesson has errors.
  init?(_ file: String, _ effects: Effects, _ options: ReportOptions) throws {
    lesson = Lesson(try effects.read(file, options), named: file)
    assets = Assets(of: lesson, LessonFiles(folder: lesson.folder))
    options.report(lesson.problems, on: effects.console)
    if !lesson.problems.isEmpty { return nil }
  }

  /// Returns the output of each cell, nil if the cell failed, and how the run ended.
  func run(_ effects: Effects, _ settings: LessonSettings, _ options: ReportOptions) -> (outputs: [CellOutput?], ending: LessonRun.Ending) {
    var outputs: [CellOutput?] = []
    let ending = LessonRun.recording(lesson, in: effects, settings).run { result in
      options.report(result.complaints, on: effects.console)
      outputs.append(result.complaints.isEmpty ? result.output : nil)
    }
    return (outputs, ending)
  }
}

import ArgumentParser
import Diagnostics
import Effects
import Notebook

struct Update: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run lessons and rewrite the outputs in them.",
    discussion: "Changes nothing outside the outputs, and no output that `verify` accepts.")

  @ArgumentParser.Argument(help: "Lessons.", completion: .file(extensions: ["md"]))
  var files: [String]

  @OptionGroup var lessonOptions: LessonOptions
  @OptionGroup var toleranceOptions: ToleranceOptions
  @OptionGroup var cacheOptions: CacheOptions
  @OptionGroup var options: ReportOptions

  func run() throws {
    try lessonOptions.each(of: files, update)
  }

  /// Returns whether every cell succeeded.
  private func update(_ file: String, _ effects: Effects, _ settings: LessonSettings) throws -> Bool {
    guard let opened = try OpenedLesson(file, effects, options) else { return false }
    let (lesson, assets) = (opened.lesson, opened.assets)
    let (outputs, ending) = opened.run(try cacheOptions.effects(effects), settings, options)
    guard ending != .interrupted else {
      effects.console.writeError("interrupted; \(file.visible) is unchanged\n")
      throw Ending.interrupted
    }
    do {
      let edit = try LessonEdit.updating(lesson, outputs, saved: assets.saved(), tolerance: toleranceOptions.tolerance)
      // Write pictures first, so that a lesson never refers to a missing one.
      try assets.write(edit.pictures)
      if edit.bytes != lesson.lines.bytes {
        guard try effects.files.read(file) == lesson.lines.bytes else {
          effects.console.writeError("error: \(file.visible) changed while its cells ran, and was not updated\n")
          return false
        }
        try effects.files.write(edit.bytes, to: file)
        effects.console.write("\(file.visible): updated\n")
      }
      assets.removeStale(naming: Lesson(edit.bytes, named: file).links)
    } catch let fault as Fault {
      options.report([fault.diagnostic], on: effects.console)
      return false
    }
    return ending == .done
  }
}

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run lessons again and show where an output differs from the saved one.",
    discussion: "In a saved output, `...` matches anything: part of a line, or several lines. Does not use the cache, and writes nothing.")

  @ArgumentParser.Argument(help: "Lessons.", completion: .file(extensions: ["md"]))
  var files: [String]

  @OptionGroup var lessonOptions: LessonOptions
  @OptionGroup var toleranceOptions: ToleranceOptions
  @OptionGroup var options: ReportOptions

  func run() throws {
    try lessonOptions.each(of: files, verify)
  }

  private func verify(_ file: String, _ effects: Effects, _ settings: LessonSettings) throws -> Bool {
    guard let opened = try OpenedLesson(file, effects, options) else { return false }
    let (outputs, ending) = opened.run(effects, settings, options)
    guard ending != .interrupted else { throw Ending.interrupted }
    let check = LessonCheck(opened.lesson, outputs, saved: opened.assets.saved(), tolerance: toleranceOptions.tolerance)
    for difference in check.differences {
      let name = difference.cell.marks.id.map { " of `\($0.visible)`" } ?? ""
      effects.console.write("\(file.visible):\(difference.cell.line): the output\(name) differs\n")
      for line in difference.lines { effects.console.write("  \(PlainText.of(line))\n") }
    }
    let isSuccess = ending == .done && check.differences.isEmpty
    let count = opened.lesson.cells.count
    if isSuccess { effects.console.write("\(file.visible): \(counted(count, "cell")), no differences\n") }
    effects.console.flush()
    return isSuccess
  }
}

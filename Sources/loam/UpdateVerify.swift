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

  @OptionGroup var bounds: LessonOptions
  @OptionGroup var nearness: ToleranceOptions
  @OptionGroup var keeping: CacheOptions
  @OptionGroup var options: ReportOptions

  func run() throws {
    try bounds.each(of: files, update)
  }

  /// Returns whether every cell succeeded.
  private func update(_ file: String, _ world: Effects, _ settings: LessonSettings) throws -> Bool {
    guard let opened = try OpenedLesson(file, world, options) else { return false }
    let (lesson, assets) = (opened.lesson, opened.assets)
    let (outputs, ending) = opened.run(try keeping.world(world), settings, options)
    guard ending != .interrupted else {
      world.console.writeError("interrupted; \(file.visible) is unchanged\n")
      throw Ending.interrupted
    }
    do {
      let edit = try LessonEdit.updating(lesson, outputs, kept: assets.kept(), tolerance: nearness.tolerance)
      // Write pictures first, so that a lesson never refers to a missing one.
      try assets.write(edit.pictures)
      if edit.bytes != lesson.lines.bytes {
        guard try world.files.read(file) == lesson.lines.bytes else {
          world.console.writeError("error: \(file.visible) changed while its cells ran, and was not updated\n")
          return false
        }
        try world.files.write(edit.bytes, to: file)
        world.console.write("\(file.visible): updated\n")
      }
      assets.removeStale(naming: Lesson(edit.bytes, named: file).links)
    } catch let fault as Fault {
      options.report([fault.diagnostic], on: world.console)
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

  @OptionGroup var bounds: LessonOptions
  @OptionGroup var nearness: ToleranceOptions
  @OptionGroup var options: ReportOptions

  func run() throws {
    try bounds.each(of: files, verify)
  }

  private func verify(_ file: String, _ world: Effects, _ settings: LessonSettings) throws -> Bool {
    guard let opened = try OpenedLesson(file, world, options) else { return false }
    let (outputs, ending) = opened.run(world, settings, options)
    guard ending != .interrupted else { throw Ending.interrupted }
    let check = LessonCheck(opened.lesson, outputs, kept: opened.assets.kept(), tolerance: nearness.tolerance)
    for difference in check.differences {
      let name = difference.cell.marks.id.map { " of `\($0.visible)`" } ?? ""
      world.console.write("\(file.visible):\(difference.cell.line): the output\(name) differs\n")
      for line in difference.lines { world.console.write("  \(PlainText.of(line))\n") }
    }
    let isWhole = ending == .done && check.differences.isEmpty
    let count = opened.lesson.cells.count
    if isWhole { world.console.write("\(file.visible): \(counted(count, "cell")), no differences\n") }
    world.console.flush()
    return isWhole
  }
}

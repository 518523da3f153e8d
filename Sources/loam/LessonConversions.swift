import ArgumentParser
import Diagnostics
import Effects
import Notebook

// Commands that convert a lesson without running it.

struct Strip: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Remove the outputs from lessons, in place.")

  @ArgumentParser.Argument(help: "Lessons.", completion: .file(extensions: ["md"]))
  var files: [String]

  @OptionGroup var options: ReportOptions

  func run() throws {
    let effects = try Effects.ofProcess()
    try effects.console.flushing {
      var isSuccess = true
      for file in files {
        guard let opened = try OpenedLesson(file, effects, options) else {
          isSuccess = false
          continue
        }
        do {
          let edit = try LessonEdit.stripping(opened.lesson)
          if edit.bytes != opened.lesson.lines.bytes {
            try effects.write(edit.bytes, to: file, options)
            effects.console.write("\(file.visible): stripped\n")
          }
          opened.assets.removeStale(naming: Lesson(edit.bytes, named: file).links)
        } catch let fault as Fault {
          options.report([fault.diagnostic], on: effects.console)
          isSuccess = false
        }
      }
      if !isSuccess { throw Ending.failed }
    }
  }
}

/// The argument of a command that converts a lesson.
struct OneLesson: ParsableArguments {
  @ArgumentParser.Argument(help: "The lesson.", completion: .file(extensions: ["md"]))
  var file: String

  @OptionGroup var options: ReportOptions

  func read(_ body: (Lesson, Effects) throws -> Void) throws {
    let effects = try Effects.ofProcess()
    try effects.console.flushing {
      guard let opened = try OpenedLesson(file, effects, options) else { throw Ending.failed }
      try body(opened.lesson, effects)
    }
  }
}

struct Extract: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Convert a lesson to a script; text becomes comments.")

  @OptionGroup var source: OneLesson

  @ArgumentParser.Option(name: .short, help: ArgumentHelp("The file to write; by default, standard output.", valueName: "file.loam"))
  var output: String?

  func run() throws {
    try source.read { lesson, effects in
      let script = LessonScript.text(lesson)
      if let output { try effects.write(Array(script.utf8), to: output, source.options) } else { effects.console.write(script) }
    }
  }
}

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Convert a lesson and its saved outputs to one HTML page.",
    discussion: "The page needs no other files and contains no scripts. Cells are not run; use `loam update` for that.")

  @OptionGroup var source: OneLesson

  @ArgumentParser.Option(name: .short, help: ArgumentHelp("The file to write; by default, beside the lesson.", valueName: "file.html"))
  var output: String?

  func run() throws {
    try source.read { lesson, effects in
      let beside = LessonFiles(folder: lesson.folder)
      let page = LessonPage.html(lesson) { try? beside.read($0) }
      let file = source.file
      let place = output ?? (file.hasSuffix(".md") ? String(file.dropLast(3)) : file) + ".html"
      try effects.write(Array(page.utf8), to: place, source.options)
      effects.console.write("\(place.visible): written\n")
    }
  }
}

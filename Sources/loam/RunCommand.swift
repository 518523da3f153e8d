import ArgumentParser
import Diagnostics
import Effects
import Glibc
import Library
import Notebook
import Prompt
import Session

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Run a script, a lesson or an expression, or open the prompt (the default).")

  @Option(name: .short, help: ArgumentHelp("Run this code.", valueName: "code"))
  var expression: String?

  @OptionGroup var lessonOptions: LessonOptions
  @OptionGroup var cacheOptions: CacheOptions
  @OptionGroup var options: ReportOptions

  private static let standardInput = "-"

  @Argument(help: "The script or lesson to run; - reads a script from standard input.", completion: .file(extensions: ["loam", "md"]))
  var file: String?

  @Argument(parsing: .captureForPassthrough, help: "Arguments of the program, available in `args`.")
  var arguments: [String] = []

  func validate() throws {
    if expression != nil, file != nil { throw ValidationError("Give either -e CODE or a file, not both.") }
    if !isLesson, lessonOptions.areUsed { throw ValidationError("--allow-read and --timeout apply only to lessons.") }
  }

  private var isLesson: Bool { file?.hasSuffix(".md") ?? false }

  func run() throws {
    let effects = try Effects.ofProcess()
    try effects.console.flushing { try run(in: effects) }
  }

  private func run(in effects: Effects) throws {
    if isLesson, let file { return try run(lesson: file, effects) }
    if let expression {
      let session = Session(effects: try cacheOptions.effects(effects))
      return try options.end(session.run(expression, named: "-e"), session)
    }
    let session = Session(effects: try cacheOptions.effects(effects))
    // Input from a pipe or a file is a script.
    guard let file = file ?? (isatty(0) == 1 ? nil : Run.standardInput) else {
      let code = Prompt(session).run()
      if code != 0 { throw ExitCode(code) }
      return
    }
    passArguments(to: session)
    let isPiped = file == Run.standardInput
    let outcome = session.run(try session.read(isPiped ? "/dev/stdin" : file, options), named: isPiped ? "standard input" : file)
    switch outcome {
    case .failed, .interrupted: writeRescued(session, beside: isPiped ? "loam" : file)
    case .done, .value: break
    }
    try options.end(outcome, session)
  }

  /// A script that fails loses its session, so its trained model is saved.
  private func writeRescued(_ session: Session, beside file: String) {
    guard let bytes = session.rescuedModel else { return }
    let stem = (file.hasSuffix(".loam") ? String(file.dropLast(5)) : file) + ".rescued"
    let files = session.effects.files
    // Do not overwrite earlier rescued models.
    let names = [stem] + (2...1000).map { "\(stem)-\($0)" }
    guard let path = names.lazy.map({ $0 + ModelFile.ending }).first(where: { !files.exists($0) }) else { return }
    do {
      try files.write(bytes, to: path)
      session.effects.console.writeError("the partly trained model is saved; load it with `m = load(\"\(path.visible)\")`\n")
    } catch let fault as Fault {
      options.report([fault.diagnostic], in: session)
    } catch {
      session.effects.console.writeError("\(error)\n")
    }
  }

  private func passArguments(to session: Session) {
    session.machine.setGlobal("args", session.machine.make(list: arguments.map { session.machine.make(string: $0) }))
  }

  private func run(lesson file: String, _ effects: Effects) throws {
    let lesson = Lesson(try effects.read(file, options), named: file)
    options.report(lesson.problems, on: effects.console)
    let lessonRun = LessonRun.live(lesson, in: try cacheOptions.effects(effects), lessonOptions.settings(effects))
    passArguments(to: lessonRun.session)
    let ending = lessonRun.run { options.report($0.expected + $0.complaints, on: effects.console) }
    try LessonOptions.end(ending)
  }
}

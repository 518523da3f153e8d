import ArgumentParser
import Notebook
import Prompt
import Session

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Run a script, a lesson, some code, or the prompt (the default).")

  @Option(name: .short, help: ArgumentHelp("Run this code.", valueName: "code"))
  var expression: String?

  @OptionGroup var options: ReportOptions

  @Argument(help: "The script or lesson to run.", completion: .file(extensions: ["loam", "md"]))
  var file: String?

  @Argument(parsing: .captureForPassthrough, help: "What the program finds in `args`.")
  var arguments: [String] = []

  func validate() throws {
    if expression != nil, file != nil { throw ValidationError("Give either -e CODE or a file, not both.") }
  }

  func run() throws {
    let session = try Session.ofThisProcess()
    defer { session.effects.console.flush() }
    if let expression { return try end(session.run(expression, named: "-e"), session) }
    guard let file else {
      let code = Prompt(session).run()
      if code != 0 { throw ExitCode(code) }
      return
    }
    session.machine.setGlobal("args", session.machine.make(list: arguments.map { session.machine.make(string: $0) }))
    let text = try session.read(file, options)
    guard file.hasSuffix(".md") else { return try end(session.run(text, named: file), session) }
    switch LessonRun(session).run(Lesson(text), named: file, report: { options.report([$0], in: session) }) {
    case .done: return
    case .failed: throw Ending.failed
    case .interrupted: throw Ending.interrupted
    }
  }

  private func end(_ outcome: Session.Outcome, _ session: Session) throws {
    switch outcome {
    case .done, .value: return
    case .failed(let diagnostics):
      options.report(diagnostics, in: session)
      throw Ending.failed
    case .interrupted(let diagnostic):
      options.report([diagnostic], in: session)
      throw Ending.interrupted
    }
  }
}

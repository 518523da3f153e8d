import ArgumentParser
import CKernels
import Diagnostics
import Effects
import Glibc
import Machine
import Notebook
import Prompt
import Session

/// The command `loam`: thin, since everything happens in a session.
@main
struct Loam: ParsableCommand {
  /// As ArgumentParser's own, but a wrong command line exits with 2, as users of a shell expect.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      SystemConsole().writeError(fullMessage(for: error) + "\n")
      Glibc.exit(2)
    }
  }

  static let configuration = CommandConfiguration(
    commandName: "loam",
    abstract: "A small language for growing data sets.",
    discussion: "Without arguments it opens a prompt; with a file it runs it.",
    version: Prompt.version,
    subcommands: [Run.self, HelpCommand.self], defaultSubcommand: Run.self)

  struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run a script, some code, or the prompt (the default).")

    @Option(name: .short, help: ArgumentHelp("Run this code.", valueName: "code"))
    var expression: String?

    @Flag(help: "Report errors on one line each, for editors and screen readers.")
    var plain = false

    @Argument(help: "The script or lesson to run.", completion: .file(extensions: ["loam", "md"]))
    var file: String?

    @Argument(parsing: .captureForPassthrough, help: "What the program finds in `args`.")
    var arguments: [String] = []

    func validate() throws {
      if expression != nil, file != nil { throw ValidationError("Give either -e CODE or a file, not both.") }
    }

    func run() throws {
      let session = try Commands.session()
      if let expression { throw Commands.exit(session, Commands.run(expression, named: "-e", in: session, plain: plain)) }
      guard let file else { throw Commands.exit(session, Prompt(session).run()) }
      session.machine.setGlobal("args", session.machine.make(list: arguments.map { session.machine.make(string: $0) }))
      throw Commands.exit(session, Commands.runFile(file, in: session, plain: plain))
    }
  }

  struct HelpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "help", abstract: "Tell how a function of the language is used.")

    @Argument(help: "The function's name.")
    var name: String?

    func run() throws {
      let session = try Commands.session()
      throw Commands.exit(session, Commands.help(name, in: session))
    }
  }
}

/// What the commands do, as exit codes: 0 good, 1 the program failed, 2 the command line was wrong,
/// 130 interrupted.
enum Commands {
  static func session() throws -> Session {
    if let wanted = getenv("LOAM_ISA"), loam_kernels_named(wanted) == nil {
      let known: [String] = ["avx512", "avx2", "baseline", "neon"]
      let names = known.filter { (name: String) in loam_kernels_named(name) != nil }
      throw ValidationError("LOAM_ISA=\(String(cString: wanted)): this machine has \(names.joined(separator: ", ")).")
    }
    loam_interrupt_install()
    let effects = Effects(
      console: SystemConsole(), files: SystemFiles(), clock: SystemClock(),
      cancellation: Cancellation(flag: loam_interrupt_flag()), progress: SystemProgress())
    return Session(effects: effects)
  }

  static func runFile(_ path: String, in session: Session, plain: Bool) -> Int32 {
    do {
      let bytes = try session.effects.files.read(path)
      if path.hasSuffix(".md") { return runLesson(String(decoding: bytes, as: UTF8.self), named: path, in: session, plain: plain) }
      return run(String(decoding: bytes, as: UTF8.self), named: path, in: session, plain: plain)
    } catch let fault as Fault {
      report([fault.diagnostic], in: session, plain: plain)
      return 2
    } catch {
      session.effects.console.writeError("\(error)\n")
      return 2
    }
  }

  private static func runLesson(_ text: String, named name: String, in session: Session, plain: Bool) -> Int32 {
    switch LessonRun(session).run(Lesson(text), named: name, report: { report([$0], in: session, plain: plain) }) {
    case .done: 0
    case .failed: 1
    case .interrupted: 130
    }
  }

  static func run(_ text: String, named name: String, in session: Session, plain: Bool) -> Int32 {
    switch session.run(text, named: name) {
    case .done, .value: return 0
    case .failed(let diagnostics):
      report(diagnostics, in: session, plain: plain)
      return 1
    case .interrupted(let diagnostic):
      report([diagnostic], in: session, plain: plain)
      return 130
    }
  }

  static func help(_ name: String?, in session: Session) -> Int32 {
    do {
      session.effects.console.write(try name.map { try session.help($0) } ?? session.helpOverview)
      session.effects.console.write("\n")
      return 0
    } catch let fault as Fault {
      report([fault.diagnostic], in: session, plain: false)
      return 1
    } catch {
      return 1
    }
  }

  private static func report(_ diagnostics: [Diagnostic], in session: Session, plain: Bool) {
    let colour = isatty(2) == 1 && getenv("NO_COLOR") == nil
    for diagnostic in diagnostics {
      let report = Report(diagnostic, colour: colour)
      session.effects.console.writeError((plain ? report.plain : report.text) + "\n")
    }
  }

  static func exit(_ session: Session, _ code: Int32) -> ExitCode {
    session.effects.console.flush()
    return ExitCode(code)
  }
}

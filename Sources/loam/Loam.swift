import ArgumentParser
import Diagnostics
import Effects
import Glibc
import Prompt
import Session

/// The command `loam`.
@main
struct Loam: ParsableCommand {
  /// Like ArgumentParser's `main`, but an invalid command line exits with 2, as usual in shells.
  static func main() {
    do {
      // `loam` without arguments opens the prompt directly: parsing the commands takes milliseconds.
      if CommandLine.argc == 1, isatty(0) == 1 { try prompt() }
      var command = try parseAsRoot()
      try command.run()
    } catch {
      end(error)
    }
  }

  /// Ends the process for an error. Messages may contain text from the command line, so control characters are escaped.
  private static func end(_ error: any Error) -> Never {
    if let code = error as? ExitCode { Glibc.exit(code.rawValue) }
    let code = exitCode(for: error)
    let (text, console) = (fullMessage(for: error).visibleLines, SystemConsole())
    if code != .success {
      console.writeError(text + "\n")
    } else if !text.isEmpty {
      // Help or the version.
      console.write(text + "\n")
      console.flush()
    }
    Glibc.exit(code == .validationFailure ? 2 : console.failure != nil ? 1 : code.rawValue)
  }

  private static func prompt() throws -> Never {
    let effects = try Effects.ofProcess().withCache()
    let code = Prompt(Session(effects: effects)).run()
    effects.console.flush()
    Glibc.exit(effects.console.failure == nil ? code : 1)
  }

  static let configuration = CommandConfiguration(
    commandName: "loam",
    abstract: "A small language for growing data sets.",
    discussion: "Without arguments, opens a prompt; with a file, runs it.",
    version: Prompt.version,
    subcommands: [
      Run.self, Check.self, Test.self, PlanCommand.self, ListingCommand.self, Format.self, Update.self, Verify.self, Strip.self, Extract.self, Export.self,
      Explain.self, GrowCommand.self,
      CacheCommand.self, HelpCommand.self,
    ], defaultSubcommand: Run.self)
}

/// How errors are shown.
struct ReportOptions: ParsableArguments {
  @Flag(help: "Print each error on one line, for editors and screen readers.")
  var plain = false

  /// Ends the command according to the outcome of the program.
  func end(_ outcome: Session.Outcome, _ session: Session) throws {
    switch outcome {
    case .done, .value: return
    case .failed(let diagnostics):
      report(diagnostics, in: session)
      throw Ending.failed
    case .interrupted(let diagnostic):
      report([diagnostic], in: session)
      throw Ending.interrupted
    }
  }

  func report(_ diagnostics: [Diagnostic], in session: Session) { report(diagnostics, on: session.effects.console) }

  func report(_ diagnostics: [Diagnostic], on console: any Console) {
    let colour = isatty(2) == 1 && getenv("NO_COLOR") == nil
    console.flush()
    // The console has reported its own failure.
    for diagnostic in diagnostics where diagnostic.message != console.failure?.diagnostic.message {
      let report = Report(diagnostic, colour: colour)
      console.writeError((plain ? report.plain : report.text) + "\n")
    }
  }
}

/// Exit codes.
enum Ending {
  static let failed = ExitCode(1)
  /// The command line is invalid, or names a file that does not exist.
  static let usageError = ExitCode(2)
  /// As shells report a program that was interrupted with Ctrl-C.
  static let interrupted = ExitCode(130)
}

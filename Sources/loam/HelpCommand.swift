import ArgumentParser
import Diagnostics
import Library
import Session

struct HelpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "help", abstract: "Tell how a function of the language is used.")

  @Argument(help: "The function's name.")
  var name: String?

  @OptionGroup var options: ReportOptions

  func run() throws {
    let session = try Session.ofThisProcess()
    defer { session.effects.console.flush() }
    do {
      let text = try name.map { try session.help($0) } ?? session.helpOverview
      session.effects.console.write(text.wrapped(to: session.effects.console.terminal?.columns) + "\n")
    } catch let fault as Fault {
      options.report([fault.diagnostic], in: session)
      throw Ending.failed
    }
  }
}

import ArgumentParser
import Diagnostics
import Library
import Session

struct HelpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "help", abstract: "Describe a function.")

  @Argument(help: "The name of the function; omit it to list all functions.")
  var name: String?

  @OptionGroup var options: ReportOptions

  func run() throws {
    let session = try Session.ofProcess()
    try session.effects.console.flushing {
      do {
        let text = try name.map { try session.help($0) } ?? session.helpOverview()
        session.effects.console.write(text.wrapped(to: session.effects.console.terminal?.columns) + "\n")
      } catch let fault as Fault {
        options.report([fault.diagnostic], in: session)
        throw Ending.failed
      }
    }
  }
}

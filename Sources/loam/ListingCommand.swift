import ArgumentParser
import Diagnostics
import Session

struct ListingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "listing", abstract: "Show the instructions that a script is compiled to, without running it.")

  @OptionGroup var options: ReportOptions

  @ArgumentParser.Argument(help: "The script.", completion: .file(extensions: ["loam"]))
  var file: String

  func run() throws {
    let file = try LoamFiles.named([file], options)[0]
    let session = try Session.ofProcess()
    try session.effects.console.flushing {
      do {
        session.effects.console.write(try session.listing(of: try session.read(file, options), named: file))
      } catch let fault as Fault {
        options.report([fault.diagnostic], in: session)
        throw Ending.failed
      }
    }
  }
}

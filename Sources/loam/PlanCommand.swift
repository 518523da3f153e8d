import ArgumentParser
import Diagnostics
import Session

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Run a script and show the plan of one step of each training: fused kernels, shapes, operations, bytes and time.")

  @OptionGroup var options: ReportOptions

  @ArgumentParser.Argument(help: "The script.", completion: .file(extensions: ["loam"]))
  var file: String

  func run() throws {
    let file = try LoamFiles.named([file], options)[0]
    let session = try Session.ofProcess()
    try session.effects.console.flushing {
      try options.end(session.run(try session.read(file, options), named: file), session)
      let plans = try session.trainedPlans()
      if plans.isEmpty { session.effects.console.write("\(file.visible) assigns no trained model to a name\n") }
      for (name, text) in plans { session.effects.console.write("\n\(name)\n\(text)") }
    }
  }
}

import ArgumentParser
import Diagnostics
import Language
import Session

struct Format: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt", abstract: "Format programs in place.")

  @Flag(help: "Change nothing; list the files that would change, and exit with status 1 if there are any.")
  var check = false

  @ArgumentParser.Argument(help: "Files or folders.", completion: .file(extensions: ["loam"]))
  var paths: [String]

  @OptionGroup var options: ReportOptions

  func run() throws {
    let session = try Session.ofProcess()
    try session.effects.console.flushing {
      var (changed, isBroken) = (false, false)
      for file in try LoamFiles.named(paths, options) {
        let text = try session.read(file, options)
        let source = Source(name: file, text: text)
        guard let formatted = Formatter.format(source) else {
          isBroken = true
          let diagnostics = Parser.parse(source).diagnostics
          options.report(diagnostics.isEmpty ? [Diagnostic(SyntaxErrors.unexpected, "`\(file)` cannot be formatted")] : diagnostics, in: session)
          continue
        }
        guard formatted != text else { continue }
        changed = true
        session.effects.console.write("\(file.visible)\n")
        if !check { try session.effects.write(Array(formatted.utf8), to: file, options) }
      }
      if isBroken || (check && changed) { throw Ending.failed }
    }
  }
}

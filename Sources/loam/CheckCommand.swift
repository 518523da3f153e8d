import ArgumentParser
import Diagnostics
import Session

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check a program without running it: names, arguments and shapes.")

  @ArgumentParser.Argument(help: "Files or folders.", completion: .file(extensions: ["loam"]))
  var paths: [String]

  @OptionGroup var options: ReportOptions

  func run() throws {
    var count = 0
    for file in try LoamFiles.named(paths, options) {
      let process = try Session.ofProcess()
      let session = Session.forChecking(process.effects)
      try session.effects.console.flushing {
        let report = session.check(try process.read(file, options), named: file)
        options.report(report.errors, in: session)
        for note in report.notes {
          let place = note.span.map { "\($0.source.name.visible):\($0.location.line):\($0.location.column)" } ?? file.visible
          session.effects.console.write("\(place): note: \(note.text.excerpt(of: 600).visibleLines)\n")
        }
        if report.errors.isEmpty { session.effects.console.write("\(file.visible): no errors found\n") }
        count += report.errors.count
      }
    }
    if count > 0 { throw Ending.failed }
  }
}

import ArgumentParser
import Diagnostics
import Effects
import Session

struct Test: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the `test \"name\" { ... }` blocks of a file, or of every .loam file in a folder.")

  @Argument(help: "Files or folders; by default, the current folder.", completion: .file(extensions: ["loam"]))
  var paths: [String] = []

  @OptionGroup var options: ReportOptions

  func run() throws {
    var (passed, failed) = (0, 0)
    let console = SystemConsole()
    try console.flushing {
      let start = SystemClock().seconds
      for file in try LoamFiles.named(paths.isEmpty ? ["."] : paths, options) {
        // Each file has its own session.
        let session = try Session.ofProcess()
        let report = session.test(try session.read(file, options), named: file)
        session.effects.console.flush()
        if !report.results.isEmpty || !report.failures.isEmpty { console.write("\(file.visible)\n") }
        for result in report.results {
          console.write("  \(result.failure == nil ? "passed" : "FAILED")  \(result.name.excerpt(of: 600).visible) (\(milliseconds(result.seconds)))\n")
          console.flush()
          options.report(result.failure.map { [$0] } ?? [], in: session)
        }
        if !report.failures.isEmpty {
          console.write("  FAILED  before the tests ran\n")
          console.flush()
          options.report(report.failures, in: session)
        }
        passed += report.results.count { $0.failure == nil }
        failed += report.results.count { $0.failure != nil } + (report.failures.isEmpty ? 0 : 1)
        if report.isInterrupted { throw Ending.interrupted }
      }
      let seconds = milliseconds(SystemClock().seconds - start)
      console.write(passed + failed == 0 ? "no tests found\n" : "\(passed) passed, \(failed) failed (\(seconds))\n")
      if failed > 0 { throw Ending.failed }
    }
  }

  private func milliseconds(_ seconds: Double) -> String { seconds < 1 ? "\(Int(seconds * 1000)) ms" : "\((seconds * 10).rounded() / 10) s" }
}

/// The .loam files of a command line.
enum LoamFiles {
  /// Files as given, folders with all .loam files in them, sorted. Ends the command if a path does not exist.
  static func named(_ paths: [String], _ options: ReportOptions) throws -> [String] {
    let files = SystemFiles()
    var found: [String] = []
    func visit(_ folder: String) throws {
      let prefix = folder == "." ? "" : folder.hasSuffix("/") ? folder : folder + "/"
      for name in try files.list(folder) where !name.hasPrefix(".") {
        if name.hasSuffix("/") { try visit(prefix + name.dropLast()) } else if name.hasSuffix(".loam") { found.append(prefix + name) }
      }
    }
    do {
      for path in paths {
        guard !path.hasSuffix(".md") else {
          throw Fault(
            FileErrors.unreadable, "`\(path)` is a lesson, expected a script",
            hint: "run it with `loam verify \(path)`, or convert it with `loam extract \(path)`")
        }
        if files.isFolder(path) { try visit(path) } else { found.append(path) }
      }
    } catch let fault as Fault {
      options.report([fault.diagnostic], in: try Session.ofProcess())
      throw Ending.usageError
    }
    return found
  }
}

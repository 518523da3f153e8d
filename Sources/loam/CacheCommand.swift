import ArgumentParser
import Diagnostics
import Effects
import Tensors

struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache", abstract: "Tell what is kept of earlier trainings, or take it away.",
    discussion: "A training that is run again, or for more epochs, goes on from what is kept, to the same bits.",
    subcommands: [Show.self, Clear.self], defaultSubcommand: Show.self)

  struct Place: ParsableArguments {
    @ArgumentParser.Argument(help: "A lesson or script, or the folder where it lies.", completion: .file())
    var place = "."

    /// Nil, with a report, where there is no such place.
    func cache(_ options: ReportOptions) throws -> SystemCache {
      let files = SystemFiles()
      guard files.exists(place) else {
        options.report([Diagnostic(FileErrors.missing, "there is no file or folder `\(place)`")], on: SystemConsole())
        throw Ending.misused
      }
      if files.isFolder(place) { return .ofTrainings(in: place == "." ? "" : place) }
      return .ofTrainings(in: place.lastIndex(of: "/").map { String(place[...$0]) } ?? "")
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Tell how much is kept.")
    @OptionGroup var place: Place
    @OptionGroup var options: ReportOptions

    func run() throws {
      let cache = try place.cache(options)
      let entries = cache.entries
      let size = Storage.human(entries.reduce(0) { $0 + $1.byteCount })
      let console = SystemConsole()
      try console.sendingAll {
        console.write("\(cache.folder.visible): \(counted(entries.count, "training")), \(size) of \(Storage.human(cache.limit)) at most\n")
      }
    }
  }

  struct Clear: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Take all of it away.")
    @OptionGroup var place: Place
    @OptionGroup var options: ReportOptions

    func run() throws {
      do {
        let console = SystemConsole()
        try console.sendingAll { console.write("freed \(Storage.human(try place.cache(options).clear()))\n") }
      } catch let fault as Fault {
        options.report([fault.diagnostic], on: SystemConsole())
        throw Ending.misused
      }
    }
  }
}

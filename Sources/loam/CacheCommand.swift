import ArgumentParser
import Diagnostics
import Effects
import Tensors

struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache", abstract: "Show how much is kept of earlier trainings, or remove it.",
    discussion: """
      A training that is run again, or for more epochs, goes on from what is kept, to the same bits. It is kept in \
      $LOAM_CACHE, or else in $XDG_CACHE_HOME/loam or ~/.cache/loam; an empty LOAM_CACHE keeps nothing.
      """,
    subcommands: [Show.self, Clear.self], defaultSubcommand: Show.self)

  /// Nil, with a report, where the user has none.
  private static func ofThisUser(_ options: ReportOptions) throws -> SystemCache? {
    guard let cache = try SystemCache.ofThisUser() else {
      print("no trainings are kept: LOAM_CACHE is empty, or HOME is not set")
      return nil
    }
    if let refusal = cache.refusal {
      options.report([Diagnostic(FileErrors.unreadable, "`\(cache.folder)` is not used: \(refusal)")], on: SystemConsole())
      throw Ending.failed
    }
    return cache
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show how much is kept, and where.")
    @OptionGroup var options: ReportOptions

    func run() throws {
      guard let cache = try CacheCommand.ofThisUser(options) else { return }
      let entries = cache.entries
      let size = Storage.formatBytes(entries.reduce(0) { $0 + $1.byteCount })
      let console = SystemConsole()
      try console.sendingAll {
        console.write("\(cache.folder.visible): \(counted(entries.count, "training")), \(size) of \(Storage.formatBytes(cache.limit)) at most\n")
      }
    }
  }

  struct Clear: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Remove all of it.")
    @OptionGroup var options: ReportOptions

    func run() throws {
      do {
        guard let cache = try CacheCommand.ofThisUser(options) else { return }
        let console = SystemConsole()
        try console.sendingAll { console.write("freed \(Storage.formatBytes(try cache.clear()))\n") }
      } catch let fault as Fault {
        options.report([fault.diagnostic], on: SystemConsole())
        throw Ending.misused
      }
    }
  }
}

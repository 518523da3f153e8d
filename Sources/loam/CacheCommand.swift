import ArgumentParser
import Diagnostics
import Effects
import Tensors

struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache", abstract: "Show or clear the cache of trained models.",
    discussion: """
      A training that is repeated, or continued for more epochs, starts from its cached state, with the same result bit for \
      bit. The cache is in $LOAM_CACHE if set, otherwise in $XDG_CACHE_HOME/loam or ~/.cache/loam; an empty LOAM_CACHE \
      disables it.
      """,
    subcommands: [Show.self, Clear.self], defaultSubcommand: Show.self)

  /// Nil, after a message, if the user has none.
  private static func ofUser(_ options: ReportOptions) throws -> SystemCache? {
    guard let cache = try SystemCache.ofUser() else {
      print("the cache is disabled: LOAM_CACHE is empty, or HOME is not set")
      return nil
    }
    if let refusal = cache.refusal {
      options.report([Diagnostic(FileErrors.unreadable, "`\(cache.folder)` cannot be used as a cache: \(refusal)")], on: SystemConsole())
      throw Ending.failed
    }
    return cache
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show the location and size of the cache.")
    @OptionGroup var options: ReportOptions

    func run() throws {
      guard let cache = try CacheCommand.ofUser(options) else { return }
      let entries = cache.entries
      let size = Storage.formatBytes(entries.reduce(0) { $0 + $1.byteCount })
      let console = SystemConsole()
      try console.flushing {
        console.write("\(cache.folder.visible): \(counted(entries.count, "training")), \(size), at most \(Storage.formatBytes(cache.limit))\n")
      }
    }
  }

  struct Clear: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Remove all cached trainings.")
    @OptionGroup var options: ReportOptions

    func run() throws {
      do {
        guard let cache = try CacheCommand.ofUser(options) else { return }
        let console = SystemConsole()
        try console.flushing { console.write("freed \(Storage.formatBytes(try cache.clear()))\n") }
      } catch let fault as Fault {
        options.report([fault.diagnostic], on: SystemConsole())
        throw Ending.usageError
      }
    }
  }
}

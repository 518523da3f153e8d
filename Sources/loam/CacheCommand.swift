import ArgumentParser
import Diagnostics
import Effects
import Glibc
import Prompt
import Tensors

struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache", abstract: "Tell what is kept of earlier trainings, or take it away.",
    discussion: "A training that is run again, or for more epochs, goes on from what is kept, to the same bits.",
    subcommands: [Show.self, Clear.self], defaultSubcommand: Show.self)

  struct Place: ParsableArguments {
    @ArgumentParser.Argument(help: "The folder of the lesson or script.", completion: .directory)
    var folder = "."

    var cache: SystemCache { .ofTrainings(in: folder == "." ? "" : folder) }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Tell how much is kept.")
    @OptionGroup var place: Place

    func run() {
      let cache = place.cache
      let entries = cache.entries
      let size = Storage.human(entries.reduce(0) { $0 + $1.byteCount })
      print("\(cache.folder): \(entries.count) \(entries.count == 1 ? "training" : "trainings"), \(size) of \(Storage.human(cache.limit)) at most")
    }
  }

  struct Clear: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Take all of it away.")
    @OptionGroup var place: Place
    @OptionGroup var options: ReportOptions

    func run() throws {
      do {
        print("freed \(Storage.human(try place.cache.clear()))")
      } catch let fault as Fault {
        options.report([fault.diagnostic], on: SystemConsole())
        throw Ending.misused
      }
    }
  }
}

extension SystemCache {
  /// The trainings of what lies in a folder, "" for the one this process runs in.
  static func ofTrainings(in folder: String) -> SystemCache {
    let start = folder.isEmpty || folder.hasSuffix("/") ? folder : folder + "/"
    return SystemCache(folder: start + ".loam/cache/", version: "\(Prompt.version)-\(build)-")
  }

  /// What tells this binary from another of the same version, which may compute other bits.
  private static var build: String {
    var status = stat()
    guard stat("/proc/self/exe", &status) == 0 else { return "0" }
    return String(status.st_size, radix: 36) + String(status.st_mtim.tv_sec, radix: 36)
  }
}

/// Whether trainings go on from earlier ones.
struct CacheOptions: ParsableArguments {
  @Flag(help: "Train everything anew, and keep nothing of it for another time.")
  var fresh = false

  func world(_ world: Effects, in folder: String) -> Effects {
    guard !fresh else { return world }
    var world = world
    world.cache = SystemCache.ofTrainings(in: folder)
    return world
  }
}

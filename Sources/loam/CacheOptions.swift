import ArgumentParser
import Effects
import Glibc
import Prompt

/// Whether trainings go on from earlier ones.
struct CacheOptions: ParsableArguments {
  @Flag(help: "Train everything anew, and keep nothing of it for another time.")
  var fresh = false

  func world(_ world: Effects, in folder: String) -> Effects { fresh ? world : world.keepingTrainings(in: folder) }
}

extension Effects {
  /// The same world with the trainings of what lies in a folder, "" for the one that this process runs in.
  func keepingTrainings(in folder: String) -> Effects {
    var world = self
    world.cache = SystemCache.ofTrainings(in: folder)
    return world
  }
}

extension SystemCache {
  static func ofTrainings(in folder: String) -> SystemCache { SystemCache(in: folder, version: "\(Prompt.version)-\(build)-") }

  /// What tells this binary from another of the same version, which may compute other bits.
  private static var build: String {
    var status = stat()
    guard stat("/proc/self/exe", &status) == 0 else { return "0" }
    return String(status.st_size, radix: 36) + "-" + String(status.st_mtim.tv_sec, radix: 36)
  }
}

import ArgumentParser
import Effects
import Glibc
import Prompt
import Tensors

/// Whether trainings use the cache.
struct CacheOptions: ParsableArguments {
  @Flag(help: "Do not use the cache: train from the start, and save nothing.")
  var fresh = false

  func effects(_ effects: Effects) throws -> Effects { fresh ? effects : try effects.withCache() }
}

extension Effects {
  /// The same effects with the cache of the user.
  func withCache() throws -> Effects {
    var effects = self
    effects.cache = try SystemCache.ofUser()
    return effects
  }
}

extension SystemCache {
  /// Nil if the user has no cache folder.
  static func ofUser() throws -> SystemCache? {
    func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    var interval = 10.0
    if let wanted = environment("LOAM_CHECKPOINT") {
      guard let seconds = Double(wanted), seconds >= 0 else {
        throw ValidationError("LOAM_CHECKPOINT=\(wanted): expected a number of seconds, such as 10.")
      }
      interval = seconds
    }
    return userFolder(environment).map { SystemCache(in: $0, intervalSeconds: interval, build: ProgramIdentity.text) }
  }
}

/// Identifies this build of the program, since others may compute different bits: by the bytes of the executable, and
/// the version of the library with the mathematical functions.
private enum ProgramIdentity {
  static var text: String {
    var hash = Hash128()
    let file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC)
    var status = stat()
    if file >= 0, fstat(file, &status) == 0, let bytes = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, file, 0), bytes != MAP_FAILED {
      hash.combine(UnsafeRawBufferPointer(start: bytes, count: Int(status.st_size)))
      munmap(bytes, Int(status.st_size))
    }
    if file >= 0 { close(file) }
    return "loam \(Prompt.version) \(hash.text), \(mathematics)"
  }

  /// Such as "glibc 2.41".
  private static var mathematics: String {
    var text = [CChar](repeating: 0, count: 64)
    confstr(Int32(_CS_GNU_LIBC_VERSION), &text, text.count)
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

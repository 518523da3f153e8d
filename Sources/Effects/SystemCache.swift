import Glibc

/// A cache in a folder of the user's own, which never takes more space than its limit: what was used longest ago goes
/// first. Whoever may write to the folder could exchange what a program has learned, so it is used only where that is
/// nobody but the user.
package final class SystemCache: Cache {
  /// Ends in a slash.
  package let folder: String
  package let limit: Int
  package let leastSeconds: Double
  package let intervalSeconds: Double
  /// Found out when it is needed first.
  package private(set) lazy var build: String = identify()
  private let identify: () -> String
  private let files = SystemFiles()

  /// The folder is made when something is kept.
  package init(
    in folder: String, limit: Int = 1 << 30, leastSeconds: Double = 1, intervalSeconds: Double = 10, build: @escaping @autoclosure () -> String
  ) {
    self.folder = folder.hasSuffix("/") ? folder : folder + "/"
    self.limit = limit
    self.leastSeconds = leastSeconds
    self.intervalSeconds = intervalSeconds
    identify = build
  }

  /// `LOAM_CACHE`, where an empty one means none, or `loam` in the user's folder for caches; nil where the user has none.
  /// https://specifications.freedesktop.org/basedir-spec/latest
  package static func userFolder(_ environment: (String) -> String?) -> String? {
    if let chosen = environment("LOAM_CACHE") { return chosen.isEmpty ? nil : chosen }
    // The specification ignores a relative path.
    if let base = environment("XDG_CACHE_HOME"), base.hasPrefix("/") { return base + "/loam" }
    guard let home = environment("HOME"), home.hasPrefix("/") else { return nil }
    return home + "/.cache/loam"
  }

  private static let ending = ".training"
  private func path(_ name: String) -> String { folder + name + SystemCache.ending }

  package func names(beginningWith prefix: String) -> [String] {
    entries.compactMap { entry in
      guard entry.name.hasPrefix(prefix), entry.name.hasSuffix(SystemCache.ending) else { return nil }
      return String(entry.name.dropLast(SystemCache.ending.count))
    }
  }

  package func read(_ name: String) -> [UInt8]? {
    let path = path(name)
    guard isOwn, SystemCache.kind(of: path) == S_IFREG, let bytes = try? files.read(path) else { return nil }
    // Used now, so that it is not the next to go.
    utimensat(AT_FDCWD, path, nil, 0)
    return bytes
  }

  package func keep(_ bytes: [UInt8], as name: String) {
    let path = path(name)
    guard bytes.count <= limit, makeFolder(), [nil, S_IFREG].contains(SystemCache.kind(of: path)) else { return }
    makeRoom(for: bytes.count)
    guard (try? files.write(bytes, to: path)) != nil else { return }
    // What this one replaces is removed next; it must be on the disk by then.
    for name in [path, folder] {
      let file = open(name, O_RDONLY | O_CLOEXEC)
      if file >= 0 {
        fsync(file)
        close(file)
      }
    }
  }

  package func forget(_ name: String) { if isOwn { try? files.remove(path(name)) } }

  // MARK: The folder

  /// Why the folder cannot be used; nil where it can, or does not exist yet.
  package var refusal: String? {
    var status = stat()
    guard lstat(String(folder.dropLast()), &status) == 0 else { return errno == ENOENT ? nil : String(cString: strerror(errno)) }
    if status.st_mode & S_IFMT != S_IFDIR { return "it is not a folder" }
    if status.st_uid != geteuid() { return "it belongs to another user" }
    return status.st_mode & 0o022 == 0 ? nil : "other users may write to it"
  }

  /// Whether the folder exists and nobody but this user writes to it.
  private var isOwn: Bool { refusal == nil && files.isFolder(folder) }

  private func makeFolder() -> Bool {
    if isOwn { return true }
    guard refusal == nil else { return false }
    let name = String(folder.dropLast())
    if let slash = name.lastIndex(of: "/"), slash != name.startIndex { try? files.makeFolder(String(name[..<slash])) }
    return mkdir(name, 0o700) == 0 && isOwn
  }

  /// Nil where nothing is there; a link is a kind of its own.
  private static func kind(of path: String) -> mode_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }

  // MARK: Space

  package struct Entry {
    package let name: String
    package let byteCount: Int
    let used: timespec
  }

  /// Entries of other builds too, and parts of entries that were never finished.
  package var entries: [Entry] {
    let names = isOwn ? (try? files.list(folder)) ?? [] : []
    return names.compactMap { name in
      var status = stat()
      let isEntry = name.hasSuffix(SystemCache.ending) || (name.contains(SystemCache.ending + ".") && name.hasSuffix(".part"))
      guard isEntry, lstat(folder + name, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
      return Entry(name: name, byteCount: Int(status.st_size), used: status.st_mtim)
    }
  }

  private func makeRoom(for count: Int) {
    let oldestFirst = entries.sorted { ($0.used.tv_sec, $0.used.tv_nsec) < ($1.used.tv_sec, $1.used.tv_nsec) }
    var total = oldestFirst.reduce(count) { $0 + $1.byteCount }
    for entry in oldestFirst where total > limit {
      try? files.remove(folder + entry.name)
      total -= entry.byteCount
    }
  }

  /// Removes everything; returns how many bytes that were.
  package func clear() throws -> Int {
    let all = entries
    for entry in all { try files.remove(folder + entry.name) }
    return all.reduce(0) { $0 + $1.byteCount }
  }
}

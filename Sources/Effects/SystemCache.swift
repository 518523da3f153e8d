import Glibc

/// A cache in a folder of the user, with limited size: the least recently used entries are evicted first. Anyone who
/// can write to the folder could replace trained models, so it is used only if just this user can.
package final class SystemCache: Cache {
  /// Ends with a slash.
  package let folder: String
  package let limit: Int
  package let minimumSeconds: Double
  package let intervalSeconds: Double
  /// Computed on first use.
  package private(set) lazy var build: String = identify()
  private let identify: () -> String
  private let files = SystemFiles()

  /// The folder is created when the first entry is stored.
  package init(
    in folder: String, limit: Int = 1 << 30, minimumSeconds: Double = 1, intervalSeconds: Double = 10, build: @escaping @autoclosure () -> String
  ) {
    self.folder = folder.hasSuffix("/") ? folder : folder + "/"
    self.limit = limit
    self.minimumSeconds = minimumSeconds
    self.intervalSeconds = intervalSeconds
    identify = build
  }

  /// `LOAM_CACHE` (empty disables the cache), or `loam` in the user's cache folder; nil if there is none.
  /// https://specifications.freedesktop.org/basedir-spec/latest
  package static func userFolder(_ environment: (String) -> String?) -> String? {
    if let chosen = environment("LOAM_CACHE") { return chosen.isEmpty ? nil : chosen }
    // The specification says to ignore relative paths.
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
    // Marks the entry as recently used.
    utimensat(AT_FDCWD, path, nil, 0)
    return bytes
  }

  package func store(_ bytes: [UInt8], as name: String) {
    let path = path(name)
    guard bytes.count <= limit, makeFolder(), [nil, S_IFREG].contains(SystemCache.kind(of: path)) else { return }
    makeRoom(for: bytes.count)
    guard (try? files.write(bytes, to: path)) != nil else { return }
    // The entry that this one replaces is removed next; this one must be on the disk by then.
    for name in [path, folder] {
      let file = open(name, O_RDONLY | O_CLOEXEC)
      if file >= 0 {
        fsync(file)
        close(file)
      }
    }
  }

  package func remove(_ name: String) { if isOwn { try? files.remove(path(name)) } }

  // MARK: The folder

  /// Why the folder cannot be used; nil if it can, or does not exist yet.
  package var refusal: String? {
    var status = stat()
    guard lstat(String(folder.dropLast()), &status) == 0 else { return errno == ENOENT ? nil : String(cString: strerror(errno)) }
    if status.st_mode & S_IFMT != S_IFDIR { return "it is not a folder" }
    if status.st_uid != geteuid() { return "it belongs to another user" }
    return status.st_mode & 0o022 == 0 ? nil : "other users may write to it"
  }

  /// Whether the folder exists and only this user can write to it.
  private var isOwn: Bool { refusal == nil && files.isFolder(folder) }

  private func makeFolder() -> Bool {
    if isOwn { return true }
    guard refusal == nil else { return false }
    let name = String(folder.dropLast())
    if let slash = name.lastIndex(of: "/"), slash != name.startIndex { try? files.makeFolder(String(name[..<slash])) }
    return mkdir(name, 0o700) == 0 && isOwn
  }

  /// Nil if the path does not exist. Does not follow links.
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

  /// Includes entries of other builds, and incomplete ones.
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

  /// Removes all entries. Returns their size in bytes.
  package func clear() throws -> Int {
    let all = entries
    for entry in all { try files.remove(folder + entry.name) }
    return all.reduce(0) { $0 + $1.byteCount }
  }
}

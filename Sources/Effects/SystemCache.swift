import Glibc

/// A cache in `.loam/cache`, which never takes more room than its limit: what was used longest ago goes first. Folders
/// come from anywhere, so a link in the place of either is left alone, and so is every file that is none of a cache's.
package final class SystemCache: Cache {
  /// Ends in a slash.
  package let folder: String
  package let limit: Int
  package let leastSeconds: Double
  private let files = SystemFiles()
  private let parts: [String]
  /// What the names of this program's entries begin with: another version may compute other bits.
  private let version: String

  /// In the folder `home`, "" for the one that the process runs in; made when something is kept.
  package init(in home: String, version: String, limit: Int = 1 << 30, leastSeconds: Double = 1) {
    let start = home.isEmpty || home.hasSuffix("/") ? home : home + "/"
    parts = [start + ".loam", start + ".loam/cache"]
    folder = start + ".loam/cache/"
    self.version = version
    self.limit = limit
    self.leastSeconds = leastSeconds
  }

  private static let ending = ".training"
  private func path(_ name: String) -> String { folder + version + name + SystemCache.ending }

  package func names(beginningWith prefix: String) -> [String] {
    entries.compactMap { entry in
      guard entry.name.hasPrefix(version + prefix), entry.name.hasSuffix(SystemCache.ending) else { return nil }
      return String(entry.name.dropFirst(version.count).dropLast(SystemCache.ending.count))
    }
  }

  package func read(_ name: String) -> [UInt8]? {
    let path = path(name)
    guard isOwn, let bytes = try? files.read(path) else { return nil }
    // Used now, so that it is not the next to go.
    utimensat(AT_FDCWD, path, nil, 0)
    return bytes
  }

  package func keep(_ bytes: [UInt8], as name: String) {
    guard bytes.count <= limit, isOwn, SystemCache.isFree(path(name), or: S_IFREG) else { return }
    makeRoom(for: bytes.count)
    hideFromVersionControl()
    try? files.write(bytes, to: path(name))
  }

  package func forget(_ name: String) { if isOwn { try? files.remove(path(name)) } }

  /// Whether nothing but folders stands where the cache is, or is to be.
  private var isOwn: Bool {
    parts.allSatisfy { SystemCache.isFree($0, or: S_IFDIR) }
  }

  /// Whether nothing is there, or something of that kind; a link is a kind of its own.
  private static func isFree(_ path: String, or kind: mode_t) -> Bool {
    var status = stat()
    return lstat(path, &status) != 0 ? errno == ENOENT : status.st_mode & S_IFMT == kind
  }

  /// A cache is nobody's source.
  private func hideFromVersionControl() {
    let note = folder + ".gitignore"
    if !files.exists(note), SystemCache.isFree(note, or: S_IFREG) { try? files.write(Array("*\n".utf8), to: note) }
  }

  // MARK: Room

  package struct Entry {
    package let name: String
    package let byteCount: Int
    let used: timespec
  }

  /// Entries of other versions too, and parts of entries that were never finished.
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

  /// Takes everything away; how many bytes that were.
  package func clear() throws -> Int {
    let all = entries
    for entry in all { try files.remove(folder + entry.name) }
    return all.reduce(0) { $0 + $1.byteCount }
  }
}

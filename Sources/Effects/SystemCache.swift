import Glibc

/// A cache in a folder of files, which never takes more room than its limit: what was used longest ago goes first.
package final class SystemCache: Cache {
  package let folder: String
  package let limit: Int
  package let leastSeconds: Double
  private let files = SystemFiles()
  /// What the names of this program's entries begin with: another version may compute other bits.
  private let version: String

  /// `folder` ends in a slash, and is made when something is kept.
  package init(folder: String, version: String, limit: Int = 1 << 30, leastSeconds: Double = 1) {
    self.folder = folder
    self.version = version
    self.limit = limit
    self.leastSeconds = leastSeconds
  }

  package func names(beginningWith prefix: String) -> [String] {
    entries.compactMap { $0.name.hasPrefix(version + prefix) ? String($0.name.dropFirst(version.count)) : nil }
  }

  package func read(_ name: String) -> [UInt8]? {
    let path = folder + version + name
    guard let bytes = try? files.read(path) else { return nil }
    // Used now, so that it is not the next to go.
    utimensat(AT_FDCWD, path, nil, 0)
    return bytes
  }

  package func keep(_ bytes: [UInt8], as name: String) {
    guard bytes.count <= limit else { return }
    makeRoom(for: bytes.count)
    hideFromVersionControl()
    try? files.write(bytes, to: folder + version + name)
  }

  package func forget(_ name: String) { try? files.remove(folder + version + name) }

  /// A cache is nobody's source.
  private func hideFromVersionControl() {
    let note = folder + ".gitignore"
    if !files.exists(note) { try? files.write(Array("*\n".utf8), to: note) }
  }

  // MARK: Room

  package struct Entry {
    package let name: String
    package let byteCount: Int
    let used: timespec
  }

  /// All files of the cache, those of other versions too, and parts of files that were never finished.
  package var entries: [Entry] {
    let names = (try? files.list(folder)) ?? []
    return names.compactMap { name in
      var status = stat()
      guard !name.hasSuffix("/"), name != ".gitignore", stat(folder + name, &status) == 0 else { return nil }
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

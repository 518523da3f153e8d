import Diagnostics
import Effects
import Glibc
import Session

/// The files available to a lesson: those in its own folder, and those that the user allows. Lessons are untrusted, so
/// they read nothing else, and write nothing that another program would execute: only data files, by extension, and no
/// hidden files.
package final class LessonFiles: FileAccess {
  private let files: SystemFiles
  /// The folder of the lesson as given, for paths that do not exist yet.
  private let folder: String
  /// Absolute, without links.
  private let home: String?
  private let readable: [String]
  /// Files defined by the lesson itself: cells marked `file=`.
  private var given: [String: [UInt8]] = [:]

  package init(folder: String, reading others: [String] = [], cancellation: Cancellation? = nil) {
    self.folder = folder.isEmpty ? "." : folder
    files = SystemFiles(in: folder, cancellation: cancellation)
    home = LessonFiles.real(self.folder)
    readable = others.compactMap(LessonFiles.real)
  }

  func give(_ bytes: [UInt8], as name: String) { given[name] = bytes }

  package func read(_ path: String) throws -> [UInt8] {
    if let bytes = given[path] { return bytes }
    try allow(path, .reading)
    return try files.read(path)
  }

  package func read(_ path: String, first count: Int) throws -> [UInt8] {
    if let bytes = given[path] { return Array(bytes.prefix(count)) }
    try allow(path, .reading)
    return try files.read(path, first: count)
  }

  package func stamp(_ path: String) -> FileStamp? {
    given[path] == nil && (try? allow(path, .reading)) != nil ? files.stamp(path) : nil
  }

  package func write(_ bytes: [UInt8], to path: String) throws {
    try allow(path, .writing)
    guard Session.dataExtensions.contains(where: path.lowercased().hasSuffix) else {
      throw Fault(
        LessonErrors.outside, "a lesson cannot write `\(path)`: it is not a data file",
        hint: "data files end in \(Session.dataExtensions.joined(separator: ", ")); a script may write any file")
    }
    try files.write(bytes, to: path)
  }

  package func makeFolder(_ path: String) throws {
    try allow(path, .writing)
    try files.makeFolder(path)
  }

  package func list(_ folder: String) throws -> [String] {
    try allow(folder, .reading)
    return try files.list(folder)
  }

  package func exists(_ path: String) -> Bool { given[path] != nil || ((try? allow(path, .reading)) != nil && files.exists(path)) }
  package func isFolder(_ path: String) -> Bool { (try? allow(path, .reading)) != nil && files.isFolder(path) }

  /// Files defined by the lesson are in its folder.
  package func realPath(_ path: String) throws -> String {
    if let home, !path.hasPrefix("/") {
      let name = Paths.parts(of: path).joined(separator: "/")
      if given[name] != nil { return home == "/" ? "/" + name : home + "/" + name }
    }
    try allow(path, .reading)
    return try files.realPath(path)
  }

  /// Used to remove obsolete outputs, and images that an earlier `save` of the lesson wrote.
  package func remove(_ path: String) throws {
    try allow(path, .writing)
    try files.remove(path)
  }

  // MARK: What is allowed

  private enum Purpose {
    case reading, writing
  }

  private func allow(_ path: String, _ purpose: Purpose) throws {
    guard !path.utf8.contains(0) else { throw Fault(FileErrors.missing, "a file name cannot contain a zero byte") }
    let full = path.hasPrefix("/") ? path : folder + "/" + path
    let place = LessonFiles.target(of: full)
    if let place, let home, let within = LessonFiles.part(of: place, in: home) {
      guard !within.split(separator: "/").contains(where: { $0.hasPrefix(".") }) else {
        throw Fault(LessonErrors.outside, "a lesson cannot access the hidden file `\(path)`", hint: "use a name that does not begin with a dot")
      }
      return
    }
    if purpose == .reading, let place, readable.contains(where: { LessonFiles.part(of: place, in: $0) != nil }) { return }
    let verb = purpose == .reading ? "read" : "written"
    throw Fault(
      LessonErrors.outside, "`\(path)` is outside the lesson's folder and cannot be \(verb)",
      hint: purpose == .reading
        ? "if you trust the lesson, allow a file or folder with `--allow-read=PATH`"
        : "write in the lesson's folder; a script may write anywhere")
  }

  /// The path relative to a folder; nil if it is elsewhere. Both are absolute paths without links.
  private static func part(of path: String, in folder: String) -> Substring? {
    if path == folder { return "" }
    let start = folder.hasSuffix("/") ? folder : folder + "/"
    return path.hasPrefix(start) ? path.dropFirst(start.count) : nil
  }

  /// The target of a path, without links and `..`; it need not exist. Nil if it cannot be determined: for a dangling
  /// link, or `..` in a path that does not exist yet.
  private static func target(of path: String) -> String? {
    if let real = real(path) { return real }
    var status = stat()
    guard lstat(path, &status) != 0, errno == ENOENT else { return nil }
    var rest = path
    while rest.hasSuffix("/") { rest.removeLast() }
    guard let slash = rest.lastIndex(of: "/") else { return nil }
    let name = rest[rest.index(after: slash)...]
    guard name != "..", name != ".", let parent = target(of: slash == rest.startIndex ? "/" : String(rest[..<slash])) else { return nil }
    return parent.hasSuffix("/") ? parent + name : parent + "/" + name
  }

  private static func real(_ path: String) -> String? {
    guard let found = realpath(path, nil) else { return nil }
    defer { free(found) }
    return String(cString: found)
  }
}

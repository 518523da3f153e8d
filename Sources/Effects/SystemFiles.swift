import Diagnostics
import Glibc

/// The files of the system.
package final class SystemFiles: FileAccess {
  /// The base of relative paths, such as `lessons/`; nil for the folder of the process.
  private let folder: String?

  /// Checked while waiting for a pipe or a device.
  private let cancellation: Cancellation?

  /// Error messages name a file as the program wrote it, not relative to the base folder.
  package init(in folder: String? = nil, cancellation: Cancellation? = nil) {
    self.cancellation = cancellation
    self.folder = folder.map { $0.isEmpty || $0.hasSuffix("/") ? $0 : $0 + "/" }
  }

  func place(_ path: String) -> String {
    guard let folder, !path.hasPrefix("/"), !path.isEmpty else { return path }
    return folder + path
  }

  package func read(_ path: String) throws -> [UInt8] { try read(path, first: .max) }

  package func stamp(_ path: String) -> FileStamp? {
    var status = stat()
    guard stat(place(path), &status) == 0 else { return nil }
    return FileStamp(size: Int(status.st_size), seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec, number: UInt64(status.st_ino))
  }

  package func read(_ path: String, first most: Int) throws -> [UInt8] {
    // Opening a pipe without a writer must not block, since a request to stop would not be noticed.
    let file = open(place(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw fault(reading: path) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw fault(reading: path) }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw Fault(FileErrors.unreadable, "`\(path)` is a folder, not a file", hint: "give the path of a file in it")
    }
    let size = min(most, status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : 0)
    // To ask for the free memory takes longer than to read a small file.
    guard size < 1 << 20 || (size <= Memory.available() / 2 && Memory.holds(size + 1)) else {
      throw tooLarge(path, "is too large: \(size) bytes do not fit in memory")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(most, size + 1))
    while bytes.count < most, let block = try next(from: file, path, most: most - bytes.count) {
      let count = bytes.count + block.count
      guard count <= max(size, SystemFiles.unknownSizeLimit), count <= bytes.capacity || Memory.holds(2 * count) else {
        throw tooLarge(path, "has no known size and did not end after \(bytes.count) bytes")
      }
      bytes += block
    }
    return bytes
  }

  /// Limit in bytes for a device, a pipe, or another file of unknown size, which may never end.
  private static let unknownSizeLimit = 1 << 30

  /// The next block; nil at the end. Empty if a pipe has no data now.
  private func next(from file: Int32, _ path: String, most: Int) throws -> [UInt8]? {
    let size = min(1 << 16, most)
    var isEnd = false
    try wait(for: POLLIN, of: file)
    let block = try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      let got = Glibc.read(file, buffer.baseAddress, size)
      guard got >= 0 || errno == EAGAIN || errno == EINTR else { throw fault(reading: path) }
      isEnd = got == 0
      count = max(got, 0)
    }
    return isEnd ? nil : block
  }

  /// Waits until a file can be read or written, which is always the case for a regular file, or throws if a stop is
  /// requested.
  private func wait(for event: Int32, of file: Int32) throws {
    var waiting = pollfd(fd: file, events: Int16(event), revents: 0)
    var ready: Int32
    repeat {
      try cancellation?.check()
      ready = poll(&waiting, 1, 100)
    } while ready == 0 || (ready < 0 && errno == EINTR)
  }

  private func tooLarge(_ path: String, _ what: String) -> Fault {
    Fault(FileErrors.unreadable, "`\(path)` \(what)", hint: "files are read whole; use a smaller one")
  }

  package func write(_ bytes: [UInt8], to given: String) throws {
    guard !given.utf8.contains(0) else { throw Fault(FileErrors.unwritable, "a file name cannot contain a zero byte") }
    // Links are followed; devices and pipes are written to directly.
    let path =
      realpath(place(given), nil).map { found -> String in
        defer { free(found) }
        return String(cString: found)
      } ?? place(given)
    let mode = mode(path)
    let kind = mode.map { $0 & S_IFMT } ?? S_IFREG
    guard kind != S_IFDIR else { throw Fault(FileErrors.unwritable, "`\(given)` is a folder, not a file", hint: "add the name of a file in it") }
    if kind != S_IFREG {
      var file = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
      // A pipe without a reader.
      while file < 0, errno == ENXIO, kind == S_IFIFO {
        try cancellation?.check()
        usleep(50_000)
        file = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
      }
      guard file >= 0 else { throw fault(writing: given) }
      defer { close(file) }
      return try put(bytes, to: file, given)
    }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      try make(String(path[..<slash]), given)
    }
    let beside = path + ".\(getpid()).part"
    let file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw fault(writing: given) }
    // Keep the permissions of the old file.
    if let mode { fchmod(file, mode & 0o7777) }
    do {
      try put(bytes, to: file, given)
    } catch {
      close(file)
      unlink(beside)
      throw error
    }
    guard close(file) == 0, rename(beside, path) == 0 else {
      let fault = fault(writing: given)
      unlink(beside)
      throw fault
    }
  }

  package func append(_ bytes: [UInt8], to path: String) throws {
    let file = open(place(path), O_WRONLY | O_APPEND | O_CLOEXEC)
    guard file >= 0 else { throw fault(writing: path) }
    defer { close(file) }
    try put(bytes, to: file, path)
  }

  private func put(_ bytes: [UInt8], to file: Int32, _ path: String) throws {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(file, $0.baseAddress.map { $0 + written }, bytes.count - written)
      }
      if count < 0, errno == EAGAIN || errno == EINTR {
        try wait(for: POLLOUT, of: file)
        continue
      }
      guard count > 0 else { throw fault(writing: path) }
      written += count
    }
  }

  package func makeFolder(_ path: String) throws { try make(place(path), path) }

  /// `given` is the path for error messages.
  func make(_ path: String, _ given: String) throws {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += part + "/"
      if mkdir(made, 0o777) != 0, errno != EEXIST { throw fault(writing: given) }
    }
    guard mode(path).map({ $0 & S_IFMT }) == S_IFDIR else {
      throw Fault(FileErrors.unwritable, "cannot create folder `\(given)`: it is a file")
    }
  }

  package func list(_ folder: String) throws -> [String] {
    guard let stream = opendir(place(folder)) else { throw fault(reading: folder) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name != ".", name != ".." else { continue }
      names.append(isFolder(folder + "/" + name) ? name + "/" : name)
    }
    return names.sorted()
  }

  package func exists(_ path: String) -> Bool { access(place(path), F_OK) == 0 }

  package func isFolder(_ path: String) -> Bool { mode(place(path)).map { $0 & S_IFMT } == S_IFDIR }

  package func realPath(_ path: String) throws -> String {
    guard let found = realpath(path.isEmpty ? "." : place(path), nil) else { throw fault(reading: path) }
    defer { free(found) }
    return String(cString: found)
  }

  func mode(_ path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode : nil
  }

  package func remove(_ path: String) throws {
    guard Glibc.remove(place(path)) == 0 else { throw fault(writing: path) }
  }

  func fault(reading path: String) -> Fault {
    if errno == ENOENT {
      return Fault(
        FileErrors.missing, "no such file or folder: `\(path)`", hint: neighbourHint(path))
    }
    return Fault(FileErrors.unreadable, "`\(path)` cannot be read: \(String(cString: strerror(errno)))")
  }

  func fault(writing path: String) -> Fault {
    Fault(FileErrors.unwritable, "`\(path)` cannot be written: \(String(cString: strerror(errno)))")
  }

  /// Suggests a file of a similar name in the same folder, or explains how paths are resolved.
  private func neighbourHint(_ path: String) -> String {
    let trimmed = path.hasSuffix("/") ? String(path.dropLast()) : path
    let slash = trimmed.lastIndex(of: "/")
    let folder = slash.map { String(trimmed[...$0]) } ?? ""
    let name = slash.map { String(trimmed[trimmed.index(after: $0)...]) } ?? trimmed
    let names = (try? list(folder.isEmpty ? "." : folder)) ?? []
    if let near = Suggestion.nearest(to: name, among: names.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }) {
      return "did you mean `\(folder + near)`?"
    }
    return self.folder == nil ? "paths are relative to the folder you started loam in" : "paths are relative to the lesson's folder"
  }
}

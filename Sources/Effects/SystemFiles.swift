import Diagnostics
import Glibc

/// The real files.
package final class SystemFiles: FileAccess {
  /// What paths are relative to, `lessons/`; nil is the folder that the process runs in.
  private let folder: String?

  /// Programs and reports name a file as it was written, wherever the access begins.
  package init(in folder: String? = nil) {
    self.folder = folder.map { $0.isEmpty || $0.hasSuffix("/") ? $0 : $0 + "/" }
  }

  private func place(_ path: String) -> String {
    guard let folder, !path.hasPrefix("/"), !path.isEmpty else { return path }
    return folder + path
  }

  package func read(_ path: String) throws -> [UInt8] {
    let file = open(place(path), O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw fault(reading: path) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw fault(reading: path) }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw Fault(FileErrors.unreadable, "`\(path)` is a folder, not a file", hint: "give the path of a file in it")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(status.st_size) + 1)
    let size = 1 << 16
    while true {
      let block = try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        let got = Glibc.read(file, buffer.baseAddress, size)
        guard got >= 0 else { throw fault(reading: path) }
        count = got
      }
      if block.isEmpty { return bytes }
      bytes += block
    }
  }

  package func write(_ bytes: [UInt8], to given: String) throws {
    guard !given.utf8.contains(0) else { throw Fault(FileErrors.unwritable, "a file's name cannot hold a zero byte") }
    // A link is followed; a device or a pipe is written to as it is.
    let path =
      realpath(place(given), nil).map { found -> String in
        defer { free(found) }
        return String(cString: found)
      } ?? place(given)
    let mode = mode(path)
    let kind = mode.map { $0 & S_IFMT } ?? S_IFREG
    guard kind != S_IFDIR else { throw Fault(FileErrors.unwritable, "`\(given)` is a folder, not a file", hint: "add the name of a file in it") }
    if kind != S_IFREG {
      let file = open(path, O_WRONLY | O_CLOEXEC)
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
    // Whom the old file was for, the new one is.
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

  private func put(_ bytes: [UInt8], to file: Int32, _ path: String) throws {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(file, $0.baseAddress.map { $0 + written }, bytes.count - written)
      }
      guard count > 0 else { throw fault(writing: path) }
      written += count
    }
  }

  package func makeFolder(_ path: String) throws { try make(place(path), path) }

  /// `given` is what reports name.
  private func make(_ path: String, _ given: String) throws {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += part + "/"
      if mkdir(made, 0o777) != 0, errno != EEXIST { throw fault(writing: given) }
    }
    guard mode(path).map({ $0 & S_IFMT }) == S_IFDIR else {
      throw Fault(FileErrors.unwritable, "`\(given)` is a file; a folder was to be made there")
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

  private func mode(_ path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode : nil
  }

  package func remove(_ path: String) throws {
    guard Glibc.remove(place(path)) == 0 else { throw fault(writing: path) }
  }

  private func fault(reading path: String) -> Fault {
    if errno == ENOENT {
      return Fault(
        FileErrors.missing, "there is no file or folder `\(path)`", hint: neighbourHint(path))
    }
    return Fault(FileErrors.unreadable, "`\(path)` cannot be read: \(String(cString: strerror(errno)))")
  }

  private func fault(writing path: String) -> Fault {
    Fault(FileErrors.unwritable, "`\(path)` cannot be written: \(String(cString: strerror(errno)))")
  }

  /// A file of nearly the same name in the same folder, or how paths are read.
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

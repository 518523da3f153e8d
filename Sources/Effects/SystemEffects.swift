import Diagnostics
import Glibc

/// The real console: standard output, collected into larger writes where nobody is watching, and
/// standard error.
package final class SystemConsole: Console {
  package let terminal: Terminal?
  private var waiting: [UInt8] = []

  package init() {
    let name = getenv("TERM").map { String(cString: $0) } ?? ""
    if isatty(1) == 1, name != "dumb", name != "" {
      var size = winsize()
      let known = ioctl(1, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
      let colours = getenv("COLORTERM").map { String(cString: $0) } ?? ""
      terminal = Terminal(
        columns: known ? Int(size.ws_col) : 80,
        trueColour: colours == "truecolor" || colours == "24bit",
        showsColours: getenv("NO_COLOR") == nil)
    } else {
      terminal = nil
    }
  }

  deinit { flush() }

  package func write(_ text: String) {
    waiting += Array(text.utf8)
    if terminal != nil || waiting.count > 1 << 15 { flush() }
  }

  package func writeError(_ text: String) {
    flush()
    writeAll(Array(text.utf8), to: 2)
  }

  package func flush() {
    writeAll(waiting, to: 1)
    waiting.removeAll(keepingCapacity: true)
  }
}

/// Writes everything, or gives up silently where the other end has gone.
private func writeAll(_ bytes: [UInt8], to file: Int32) {
  var written = 0
  while written < bytes.count {
    let count = bytes.withUnsafeBytes {
      Glibc.write(file, $0.baseAddress.map { $0 + written }, bytes.count - written)
    }
    if count < 0, errno == EINTR { continue }
    guard count > 0 else { return }
    written += count
  }
}

package final class SystemClock: Clock {
  package init() {}

  package var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// Progress on standard error: one live line on a terminal, plain lines for what stays elsewhere.
package final class SystemProgress: ProgressSink {
  private let live: Bool
  private let clock = SystemClock()
  private var lastShown = -1.0

  package init() { live = isatty(2) == 1 }

  package func update(_ line: @autoclosure () -> String) {
    guard live else { return }
    let now = clock.seconds
    guard now - lastShown > 0.1 else { return }
    lastShown = now
    put("\r\u{1B}[K" + line())
  }

  package func settle(_ line: String) { put((live ? "\r\u{1B}[K" : "") + line + "\n") }

  private func put(_ text: String) { writeAll(Array(text.utf8), to: 2) }
}

package final class SystemFiles: FileAccess {
  package init() {}

  package func read(_ path: String) throws -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
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
      realpath(given, nil).map { found -> String in
        defer { free(found) }
        return String(cString: found)
      } ?? given
    var status = stat()
    let kind = stat(path, &status) == 0 ? status.st_mode & S_IFMT : S_IFREG
    guard kind != S_IFDIR else { throw Fault(FileErrors.unwritable, "`\(given)` is a folder, not a file", hint: "add the name of a file in it") }
    if kind != S_IFREG {
      let file = open(path, O_WRONLY | O_CLOEXEC)
      guard file >= 0 else { throw fault(writing: given) }
      defer { close(file) }
      return try put(bytes, to: file, path)
    }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      try makeFolder(String(path[..<slash]))
    }
    let beside = path + ".\(getpid()).part"
    let file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw fault(writing: given) }
    do {
      try put(bytes, to: file, path)
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

  package func makeFolder(_ path: String) throws {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += part + "/"
      if mkdir(made, 0o777) != 0, errno != EEXIST { throw fault(writing: path) }
    }
    guard isFolder(path) else {
      throw Fault(FileErrors.unwritable, "`\(path)` is a file; a folder was to be made there")
    }
  }

  package func list(_ folder: String) throws -> [String] {
    guard let stream = opendir(folder) else { throw fault(reading: folder) }
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

  package func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  package func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
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
    return "paths are relative to the folder you started loam in"
  }
}

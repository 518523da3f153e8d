import Diagnostics
import Glibc

extension SystemFiles {
  package func reader(_ path: String) throws -> any FileReader {
    // Pipes and devices have no ranges. `read` also reports what is missing or a folder.
    guard mode(place(path)).map({ $0 & S_IFMT }) == S_IFREG else { return WholeFile(try read(path)) }
    let descriptor = Glibc.open(place(path), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw fault(reading: path) }
    return SystemReader(descriptor) { self.fault(reading: path) }
  }

  package func writer(_ given: String) throws -> any FileWriter {
    let path = (try? realPath(given)) ?? place(given)
    let mode = mode(path)
    guard mode.map({ $0 & S_IFMT }) ?? S_IFREG == S_IFREG, !given.utf8.contains(0) else { return CollectedFile(given, self) }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex { try make(String(path[..<slash]), given) }
    let beside = path + ".\(getpid()).part"
    let descriptor = Glibc.open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw fault(writing: given) }
    // Keep the permissions of the old file.
    if let mode { fchmod(descriptor, mode & 0o7777) }
    return SystemWriter(descriptor, beside, path) { self.fault(writing: given) }
  }
}

private final class SystemReader: FileReader {
  private let descriptor: Int32
  /// Describes `errno`.
  private let fault: () -> Fault

  init(_ descriptor: Int32, _ fault: @escaping () -> Fault) {
    self.descriptor = descriptor
    self.fault = fault
  }

  deinit { close(descriptor) }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    var got = 0
    while got < buffer.count {
      let more = pread(descriptor, buffer.baseAddress.map { $0 + got }, buffer.count - got, off_t(offset + got))
      if more < 0, errno == EINTR { continue }
      guard more >= 0 else { throw fault() }
      if more == 0 { break }
      got += more
    }
    return got
  }
}

/// Writes beside the target, which it replaces at the end.
private final class SystemWriter: FileWriter {
  private let descriptor: Int32
  private let beside: String
  private let target: String
  private var isOpen = true
  /// Describes `errno`.
  private let fault: () -> Fault

  init(_ descriptor: Int32, _ beside: String, _ target: String, _ fault: @escaping () -> Fault) {
    self.descriptor = descriptor
    self.beside = beside
    self.target = target
    self.fault = fault
  }

  deinit {
    guard isOpen else { return }
    close(descriptor)
    unlink(beside)
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws {
    var written = 0
    while written < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw fault() }
      written += count
    }
  }

  func finish() throws {
    isOpen = false
    guard close(descriptor) == 0, rename(beside, target) == 0 else {
      let fault = fault()
      unlink(beside)
      throw fault
    }
  }
}

import Diagnostics
import Glibc

/// A file that is written in parts, for contents that do not fit in memory. It has a temporary name until it is complete.
package final class OutputFile {
  package let path: String
  /// For libraries that write to it themselves.
  package let descriptor: Int32
  private var isOpen = true

  /// Creates the file, or opens it as it is if `continuing`.
  package init(_ path: String, continuing: Bool = false) throws {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | (continuing ? 0 : O_TRUNC), 0o666)
    guard descriptor >= 0 else { throw OutputFile.fault(path, errno) }
  }

  deinit { if isOpen { close(descriptor) } }

  package var length: Int { max(0, Int(lseek(descriptor, 0, SEEK_END))) }

  package func append(_ bytes: UnsafeRawBufferPointer) throws { try write(bytes, at: length) }

  package func append(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try append($0) } }

  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    var written = 0
    while written < bytes.count {
      let count = pwrite(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written, off_t(offset + written))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw OutputFile.fault(path, count < 0 ? errno : EIO) }
      written += count
    }
  }

  package func write(_ bytes: [UInt8], at offset: Int) throws { try bytes.withUnsafeBytes { try write($0, at: offset) } }

  package func truncate(to length: Int) throws {
    guard ftruncate(descriptor, off_t(length)) == 0 else { throw OutputFile.fault(path, errno) }
  }

  /// The bytes of a part, fewer if the file ends before.
  package func read(at offset: Int, count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, got in
      while got < count {
        let more = pread(descriptor, buffer.baseAddress.map { $0 + got }, count - got, off_t(offset + got))
        if more < 0, errno == EINTR { continue }
        guard more >= 0 else { throw OutputFile.fault(path, errno) }
        if more == 0 { return }
        got += more
      }
    }
  }

  /// Gives the complete file its final name, replacing what has that name.
  package func finish(as target: String) throws {
    isOpen = false
    guard close(descriptor) == 0, rename(path, target) == 0 else { throw OutputFile.fault(target, errno) }
  }

  /// Whether this process holds the file alone; the lock ends with the process, however it ends.
  package func isLocked() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

  /// Gives a file a second name, unless that name is taken. Of several processes, exactly one succeeds.
  package static func link(_ path: String, as name: String) throws -> Bool {
    if Glibc.link(path, name) == 0 { return true }
    guard errno == EEXIST else { throw fault(name, errno) }
    return false
  }

  private static func fault(_ path: String, _ code: Int32) -> Fault {
    Fault(FileErrors.unwritable, "`\(path)` cannot be written: \(String(cString: strerror(code)))")
  }
}

import CArchive
import Diagnostics
import Effects
import Glibc

/// Writes a tar file member by member, through libarchive. The same members give the same bytes: time, owner and
/// permissions are fixed.
package final class TarWriter {
  private let archive: OpaquePointer
  private let output: Output

  /// What the library writes to, and the first failure.
  private final class Output {
    let path: String
    let write: (UnsafeRawBufferPointer) throws -> Void
    var failure: (any Error)?

    init(_ path: String, _ write: @escaping (UnsafeRawBufferPointer) throws -> Void) { (self.path, self.write) = (path, write) }
  }

  convenience init(_ file: OutputFile) throws { try self.init(file.path) { try file.append($0) } }

  /// `path` is that of the file, for errors; `write` adds bytes to it.
  package init(_ path: String, _ write: @escaping (UnsafeRawBufferPointer) throws -> Void) throws {
    output = Output(path, write)
    guard let archive = archive_write_new() else { throw TarWriter.failure(path, "there is not enough memory") }
    self.archive = archive
    // The format of POSIX.1-1988, with the extensions of POSIX.1-2001 for names and sizes that need them.
    archive_write_set_format_pax_restricted(archive)
    archive_write_set_bytes_per_block(archive, 1 << 16)
    archive_write_set_bytes_in_last_block(archive, 1)
    let status = archive_write_open(
      archive, Unmanaged.passUnretained(output).toOpaque(), nil,
      { _, output, bytes, count in
        guard let output, let bytes else { return 0 }
        let own = Unmanaged<Output>.fromOpaque(output).takeUnretainedValue()
        do { try own.write(UnsafeRawBufferPointer(start: bytes, count: count)) } catch {
          own.failure = own.failure ?? error
          return -1
        }
        return count
      }, nil)
    guard status == ARCHIVE_OK else { throw failure() }
  }

  deinit { archive_write_free(archive) }

  /// `name` consists of ASCII characters.
  package func add(_ name: String, _ content: [UInt8]) throws {
    guard let entry = archive_entry_new() else { throw TarWriter.failure(output.path, "there is not enough memory") }
    defer { archive_entry_free(entry) }
    archive_entry_set_pathname(entry, name)
    archive_entry_set_size(entry, la_int64_t(content.count))
    archive_entry_set_filetype(entry, UInt32(Glibc.S_IFREG))
    archive_entry_set_perm(entry, 0o644)
    archive_entry_set_mtime(entry, 0, 0)
    archive_entry_set_uid(entry, 0)
    archive_entry_set_gid(entry, 0)
    guard archive_write_header(archive, entry) == ARCHIVE_OK else { throw failure() }
    guard content.isEmpty || archive_write_data(archive, content, content.count) == content.count else { throw failure() }
  }

  /// Writes the end.
  package func finish() throws { guard archive_write_close(archive) == ARCHIVE_OK else { throw failure() } }

  private func failure() -> any Error {
    output.failure ?? TarWriter.failure(output.path, archive_error_string(archive).map { String(cString: $0) } ?? "unknown error")
  }

  private static func failure(_ path: String, _ what: String) -> Fault {
    Fault(FileErrors.unwritable, "`\(path)` cannot be written: \(what)")
  }
}

import CArchive
import Diagnostics
import Glibc

/// Reads a tar file member by member, through libarchive, never as a whole. Compressed tar files are recognised by their
/// content.
final class TarReader {
  struct Member {
    let name: String
    let size: Int
  }

  private let archive: OpaquePointer
  private let path: String
  /// Of a file that was opened here; -1 if libarchive opened it.
  private let descriptor: Int32

  /// A member larger than this is not part of a sample, in bytes.
  private static let largestMember = 1 << 31
  private static let blockSize = 1 << 18
  /// For a few members out of many.
  private static let smallBlockSize = 1 << 15

  convenience init(_ path: String) throws { try self.init(path) { archive_read_open_filename($0, path, TarReader.blockSize) } }

  /// From a member on, whose header begins at `offset`, in a file that is not compressed.
  convenience init(_ path: String, from offset: Int) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0, lseek(descriptor, offset, SEEK_SET) == offset else {
      if descriptor >= 0 { close(descriptor) }
      throw TarReader.broken(path, String(cString: strerror(errno)))
    }
    try self.init(path, descriptor: descriptor) { archive_read_open_fd($0, descriptor, TarReader.smallBlockSize) }
  }

  /// Reads a tar file in memory; `name` is that of the file, for errors.
  static func reading<Result>(_ bytes: [UInt8], name: String, _ body: (TarReader) throws -> Result) throws -> Result {
    try bytes.withUnsafeBytes { memory in
      try body(TarReader(name) { archive_read_open_memory($0, memory.baseAddress, memory.count) })
    }
  }

  private init(_ path: String, descriptor: Int32 = -1, open: (OpaquePointer) -> Int32) throws {
    self.path = path
    guard let archive = archive_read_new() else {
      if descriptor >= 0 { close(descriptor) }
      throw TarReader.broken(path, "there is not enough memory to read it")
    }
    (self.archive, self.descriptor) = (archive, descriptor)
    archive_read_support_format_tar(archive)
    archive_read_support_filter_gzip(archive)
    archive_read_support_filter_xz(archive)
    archive_read_support_filter_zstd(archive)
    guard open(archive) == ARCHIVE_OK else { throw TarReader.broken(path, TarReader.message(archive)) }
  }

  deinit {
    archive_read_free(archive)
    if descriptor >= 0 { close(descriptor) }
  }

  /// Where the header of the member that `next` returned last begins.
  var headerPosition: Int { Int(archive_read_header_position(archive)) }

  /// Whether positions in the tar file are not those in the file; known after the first member.
  var isCompressed: Bool { archive_filter_code(archive, 0) != ARCHIVE_FILTER_NONE }

  /// The next regular file; nil at the end. Skips the rest of the one before.
  func next() throws -> Member? {
    while true {
      var entry: OpaquePointer?
      let status = archive_read_next_header(archive, &entry)
      if status == ARCHIVE_EOF { return nil }
      guard status == ARCHIVE_OK || status == ARCHIVE_WARN, let entry else { throw TarReader.broken(path, TarReader.message(archive)) }
      guard archive_entry_filetype(entry) == Glibc.S_IFREG, archive_entry_hardlink(entry) == nil else { continue }
      guard let name = archive_entry_pathname(entry) ?? archive_entry_pathname_utf8(entry) else { continue }
      return Member(name: String(cString: name), size: Int(archive_entry_size(entry)))
    }
  }

  /// The content of the member that `next` returned last.
  func content(of member: Member) throws -> [UInt8] {
    guard member.size >= 0, member.size <= TarReader.largestMember, Memory.holds(member.size) else {
      throw TarReader.broken(path, "`\(member.name)` of \(member.size) bytes does not fit in memory")
    }
    // The file may claim a size that it does not have, so memory is taken as the bytes arrive.
    var bytes: [UInt8] = []
    while bytes.count < member.size {
      let count = min(TarReader.blockSize, member.size - bytes.count)
      let block = try [UInt8](unsafeUninitializedCapacity: count) { buffer, got in
        let read = archive_read_data(archive, buffer.baseAddress, count)
        guard read >= 0 else { throw TarReader.broken(path, TarReader.message(archive)) }
        got = read
      }
      guard !block.isEmpty else { throw TarReader.broken(path, "`\(member.name)` is truncated") }
      bytes += block
    }
    return bytes
  }

  private static func message(_ archive: OpaquePointer) -> String {
    archive_error_string(archive).map { String(cString: $0) } ?? "it is damaged"
  }

  private static func broken(_ path: String, _ what: String) -> Fault {
    Fault(
      ShardErrors.brokenShard, "`\(path)` is not a readable tar file: \(what)",
      hint: "is it complete? `tar tf` lists the contents of a tar file")
  }
}

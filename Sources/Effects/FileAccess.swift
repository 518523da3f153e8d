import Diagnostics

/// The files available to a program. Paths are as the program wrote them, relative to the folder of the process, or to
/// another base folder.
package protocol FileAccess: AnyObject {
  func read(_ path: String) throws -> [UInt8]
  /// At most the first `count` bytes.
  func read(_ path: String, first count: Int) throws -> [UInt8]
  /// For contents that do not fit in memory.
  func reader(_ path: String) throws -> any FileReader
  /// The file appears when the writer is finished; see `write`.
  func writer(_ path: String) throws -> any FileWriter
  /// Changes when the file does; nil if unknown.
  func stamp(_ path: String) -> FileStamp?
  /// Writes a temporary file and renames it, so that readers never see an incomplete file and a failure leaves the old
  /// one. Creates missing folders.
  func write(_ bytes: [UInt8], to path: String) throws
  /// Adds bytes at the end of a file, for readers that follow it while it grows.
  func append(_ bytes: [UInt8], to path: String) throws
  func makeFolder(_ path: String) throws
  /// Names in a folder, sorted, without `.` and `..`; a folder's name ends in `/`.
  func list(_ folder: String) throws -> [String]
  func exists(_ path: String) -> Bool
  func isFolder(_ path: String) -> Bool
  /// The absolute path of a file or folder, without symbolic links and `..`: the same for all paths to it.
  func realPath(_ path: String) throws -> String
  /// Removes a file or an empty folder.
  func remove(_ path: String) throws
}

/// A file's size, modification time and inode number.
package struct FileStamp: Equatable, Sendable {
  let size: Int
  let seconds: Int
  let nanoseconds: Int
  let number: UInt64
}

extension FileAccess {
  package func read(_ path: String, first count: Int) throws -> [UInt8] { Array(try read(path).prefix(count)) }
  package func reader(_ path: String) throws -> any FileReader { WholeFile(try read(path)) }
  package func writer(_ path: String) throws -> any FileWriter { CollectedFile(path, self) }
  package func stamp(_ path: String) -> FileStamp? { nil }
  package func append(_ bytes: [UInt8], to path: String) throws { try write((exists(path) ? read(path) : []) + bytes, to: path) }

  /// Used only by `save`, for images that it wrote itself.
  package func remove(_ path: String) throws {
    throw Fault(FileErrors.unwritable, "`\(path)` cannot be removed")
  }

  /// For implementations without links. Does not check that the file exists; reading it does.
  package func realPath(_ path: String) throws -> String { "/" + Paths.parts(of: path).joined(separator: "/") }
}

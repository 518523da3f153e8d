import Diagnostics

/// The files that a program may see. Paths are as the program wrote them, relative to the folder
/// the process runs in, or to another that the access begins in.
package protocol FileAccess: AnyObject {
  func read(_ path: String) throws -> [UInt8]
  /// No more than the first `count` bytes.
  func read(_ path: String, first count: Int) throws -> [UInt8]
  /// What changes when a file does; nil where nobody knows.
  func stamp(_ path: String) -> FileStamp?
  /// Writes beside and renames, so that a reader never sees half a file and a failure leaves
  /// the old one. Folders on the way are made.
  func write(_ bytes: [UInt8], to path: String) throws
  func makeFolder(_ path: String) throws
  /// Names in a folder, sorted, without `.` and `..`; a folder's name ends in `/`.
  func list(_ folder: String) throws -> [String]
  func exists(_ path: String) -> Bool
  func isFolder(_ path: String) -> Bool
  /// The whole path of a file or folder, without symbolic links and `..`: one for all paths that lead to it.
  func realPath(_ path: String) throws -> String
  /// Takes away a file, or a folder with nothing in it.
  func remove(_ path: String) throws
}

/// A file's size, time of change and place on the disk.
package struct FileStamp: Equatable, Sendable {
  let size: Int
  let seconds: Int
  let nanoseconds: Int
  let number: UInt64
}

extension FileAccess {
  package func read(_ path: String, first count: Int) throws -> [UInt8] { Array(try read(path).prefix(count)) }
  package func stamp(_ path: String) -> FileStamp? { nil }

  /// Only `save` asks for it, for pictures that it wrote itself.
  package func remove(_ path: String) throws {
    throw Fault(FileErrors.unwritable, "`\(path)` cannot be removed")
  }

  /// Where there are no links. Whether the file exists is found out by reading it.
  package func realPath(_ path: String) throws -> String { "/" + Paths.parts(of: path).joined(separator: "/") }
}

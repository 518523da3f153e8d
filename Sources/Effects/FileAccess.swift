import Diagnostics

/// The files that a program may see. Paths are as the program wrote them, relative to the folder
/// the process runs in, or to another that the access begins in.
package protocol FileAccess: AnyObject {
  func read(_ path: String) throws -> [UInt8]
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

extension FileAccess {
  /// Most of those who give files to a program take none away: no built-in can ask for it.
  package func remove(_ path: String) throws {
    throw Fault(FileErrors.unwritable, "`\(path)` cannot be removed from here")
  }

  /// Where there are no links. Whether the file exists is found out by reading it.
  package func realPath(_ path: String) throws -> String { "/" + Paths.parts(of: path).joined(separator: "/") }
}

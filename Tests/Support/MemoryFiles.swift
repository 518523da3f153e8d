import Diagnostics
import Effects

/// Files that live in memory, with the errors that a file system gives.
package final class MemoryFiles: FileAccess {
  package var files: [String: [UInt8]]
  /// Every content that was written.
  package private(set) var log: [(path: String, bytes: [UInt8])] = []
  private var folders: Set<String> = []

  package init(_ files: [String: [UInt8]] = [:]) { self.files = files }

  /// With two folders that no program could write as text: a set of two images in the form of MNIST, and one whose
  /// download was cut short.
  package static func holdingIDX() -> MemoryFiles {
    MemoryFiles([
      "whole/train-images-idx3-ubyte": [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 255, 0, 255, 255, 0, 255, 0],
      "whole/train-labels-idx1-ubyte": [0, 0, 8, 1, 0, 0, 0, 2, 3, 7],
      "cut-short/train-images-idx3-ubyte.gz": [0x1F, 0x8B, 8],
    ])
  }

  private func plain(_ path: String) -> String { path.hasSuffix("/") ? String(path.dropLast()) : path }

  private func missing(_ path: String) -> Fault {
    Fault(FileErrors.missing, "no such file or folder: `\(path)`", hint: "paths are relative to the folder you started loam in")
  }

  package func read(_ path: String) throws -> [UInt8] {
    if let bytes = files[path] { return bytes }
    if isFolder(path) { throw Fault(FileErrors.unreadable, "`\(path)` is a folder, not a file", hint: "give the path of a file in it") }
    throw missing(path)
  }

  package func write(_ bytes: [UInt8], to path: String) throws {
    guard !isFolder(path) else { throw Fault(FileErrors.unwritable, "`\(path)` is a folder, not a file", hint: "add the name of a file in it") }
    files[path] = bytes
    log.append((path, bytes))
  }

  package func remove(_ path: String) throws {
    guard files.removeValue(forKey: path) != nil else { throw missing(path) }
  }

  package func makeFolder(_ path: String) throws { folders.insert(plain(path)) }

  package func list(_ folder: String) throws -> [String] {
    let start = plain(folder) + "/"
    let names = Set(files.keys.filter { $0.hasPrefix(start) }.map { $0.dropFirst(start.count).split(separator: "/")[0] })
    guard !names.isEmpty || isFolder(folder) else { throw missing(folder) }
    return names.map { isFolder(start + $0) ? $0 + "/" : String($0) }.sorted()
  }

  package func exists(_ path: String) -> Bool { files[path] != nil || isFolder(path) }

  package func isFolder(_ path: String) -> Bool {
    folders.contains(plain(path)) || files.keys.contains { $0.hasPrefix(plain(path) + "/") }
  }
}

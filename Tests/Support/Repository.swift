import Foundation

/// The files of this repository that tests read.
package enum Repository {
  package static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Results of other programs: NumPy, PyTorch, Pillow.
  package static let reference = root.appendingPathComponent("Tests/Reference")

  /// Paths of the files in a folder whose names have an ending, relative to the root.
  package static func paths(in folder: String, ending: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)) ?? []
    return names.filter { $0.hasSuffix(ending) }.sorted().map { folder + "/" + $0 }
  }
}

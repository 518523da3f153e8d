import Effects
import Images

/// The pictures in a folder: those in its sub-folders, which are classes in the order of their names, or, where there
/// are none, its own. Names that begin with a dot are a system's own notes.
struct PictureFolder {
  struct Picture {
    let path: String
    let format: PictureFormat
  }

  /// Ends in a slash.
  let path: String
  let pictures: [Picture]
  /// For each picture; nil where there are no classes.
  let labels: [Int32]?
  let classes: [String]

  init(_ given: String, _ files: any FileAccess) throws {
    let folder = given.hasSuffix("/") ? given : given + "/"
    func pictures(_ names: [String], in folder: String) -> [Picture] {
      names.compactMap { name in
        guard !name.hasPrefix("."), let format = PictureFormat(named: name) else { return nil }
        return Picture(path: folder + name, format: format)
      }
    }
    let listing = try files.list(folder)
    let classes = listing.filter { $0.hasSuffix("/") && !$0.hasPrefix(".") }.map { String($0.dropLast()) }
    let groups = try classes.map { pictures(try files.list(folder + $0), in: folder + $0 + "/") }
    let isClassified = groups.contains { !$0.isEmpty }
    path = folder
    self.pictures = isClassified ? groups.flatMap { $0 } : pictures(listing, in: folder)
    labels = isClassified ? groups.enumerated().flatMap { Array(repeating: Int32($0), count: $1.count) } : nil
    self.classes = isClassified ? classes : []
  }
}

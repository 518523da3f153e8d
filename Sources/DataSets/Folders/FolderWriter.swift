import Diagnostics
import Effects
import Engine
import Images
import Tensors

/// Writes data sets to folders.
package enum Writers {
  /// Writes one PNG file per image, in one sub-folder per class if there are labels (as torchvision's ImageFolder and
  /// Keras read them), and a table `labels.csv`. Replaces what an earlier call wrote.
  package static func folder(_ set: DataSet, to path: String, _ files: any FileAccess, _ engine: Engine, _ cancellation: Cancellation? = nil) throws {
    let earlier = try FolderIndex(in: path, files)
    if files.isFolder(path) { try refuseOthers(in: path, earlier, files) }
    let final = layout(set)
    let pictures = final.pictures
    try checkMasks(set, engine)
    let written = Set(final.files)
    let old = (earlier?.files ?? []).filter { !written.contains($0) }
    try files.makeFolder(path)
    var index = final
    index.isComplete = false
    index.add(others: old)
    try index.write(to: path, files)
    for file in old where files.exists(path + file) { try files.remove(path + file) }
    let folders = Set(final.files.compactMap { $0.split(separator: "/").dropLast().first.map(String.init) })
    for folder in (earlier?.classes ?? []).map(\.folder) + [FolderIndex.maskFolder] where !folders.contains(folder) && files.isFolder(path + folder) {
      // Some programs, such as torchvision, reject empty folders; folders with other files are kept.
      try? files.remove(path + folder)
    }
    try set.forEachImage(Workers(engine, cancellation), engine) {
      try PNG.encodeFast($0)
    } then: {
      try files.write($1, to: path + pictures[$0])
    }
    try writeLabels(set, pictures, to: path, files, replacing: earlier != nil)
    try writeAnnotations(set, final, to: path, files, engine, cancellation)
    try final.write(to: path, files)
  }

  /// The path of each image.
  private static func layout(_ set: DataSet) -> FolderIndex {
    var index = FolderIndex()
    index.hasNames = set.labels == nil || !set.names.isEmpty
    let used = Set(set.labels ?? [])
    let labels = set.names.isEmpty ? used.sorted() : set.names.indices.map { Int32($0) }
    let names = set.names.isEmpty ? labels.map { "\($0)" } : set.names
    if set.labels != nil {
      index.classes = zip(zip(folders(of: names), labels), names).map { FolderIndex.Class(folder: $0.0, label: $0.1, name: $1) }
    }
    let folders = Dictionary(index.classes.map { ($0.label, $0.folder) }) { first, _ in first }
    let digits = max(5, String(set.count).count)
    index.pictures = (0..<set.count).map { position in
      let number = String(position)
      let name = String(repeating: "0", count: digits - number.count) + number + ".png"
      return set.labels.flatMap { folders[$0[position]] }.map { $0 + "/" + name } ?? name
    }
    if set.annotations.masks != nil {
      index.masks = index.pictures.map { FolderIndex.maskFolder + "/" + ($0.split(separator: "/").last.map(String.init) ?? $0) }
    }
    var isSoft = false
    if case .soft = set.target { isSoft = true }
    if isSoft { index.others.append(FolderIndex.softLabelFile) }
    if isSoft || !set.annotations.isEmpty { index.others.append(FolderIndex.annotationFile) }
    return index
  }

  private static func writeLabels(_ set: DataSet, _ pictures: [String], to path: String, _ files: any FileAccess, replacing: Bool) throws {
    guard let labels = set.labels else {
      if replacing, files.exists(path + LabelTable.file) { try files.remove(path + LabelTable.file) }
      return
    }
    let table = zip(pictures, labels).reduce(into: LabelTable.firstLine) { $0 += LabelTable.line($1.0, $1.1, set.names) }
    try files.write(Array(table.utf8), to: path + LabelTable.file)
  }

  /// Images that `save` did not write would be read together with the new ones, and other files indicate that the
  /// folder has another purpose. Other files beside our own images are allowed.
  private static func refuseOthers(in path: String, _ index: FolderIndex?, _ files: any FileAccess) throws {
    let ours = Set(index?.files ?? [])
    var others: [String] = []
    for name in try files.list(path) where !name.hasPrefix(".") {
      let inside = name.hasSuffix("/") ? try files.list(path + name).filter { !$0.hasPrefix(".") }.map { name + $0 } : [name]
      others += inside.filter { !ours.contains($0) && (index == nil || PictureFormat.hasImageExtension($0)) }
    }
    guard let first = others.first else { return }
    let more = others.count > 1 ? " and \(counted(others.count - 1, "other file"))" : ""
    throw Fault(
      DataErrors.mixedFolder, "`\(path)` contains \(counted(others.count, "file")) that `save` did not write: `\(first)`\(more)",
      hint: "choose a new or empty folder; `save` replaces only files that it wrote")
  }

  /// A folder name for each class, all distinct, visible, and inside the target folder: class names are arbitrary, such
  /// as "T-shirt/top".
  static func folders(of names: [String]) -> [String] {
    // The names of the tables and of the annotations are reserved. Case-insensitive file systems would mix "A" and "a".
    var taken: Set<String> = [LabelTable.file, FolderIndex.file, FolderIndex.maskFolder, FolderIndex.annotationFile, FolderIndex.softLabelFile]
    return names.enumerated().map { label, name in
      var folder = String(String.UnicodeScalarView(name.unicodeScalars.map { isPlain($0) ? $0 : "-" }))
      // File names are limited to 255 bytes.
      while folder.utf8.count > 200 { folder.removeLast() }
      if folder.isEmpty { folder = "\(label)" }
      if folder.unicodeScalars.first == "." { folder = "_" + folder }
      while !taken.insert(folder.lowercased()).inserted { folder += "-\(label)" }
      return folder
    }
  }

  /// Not a path separator, and not a line break.
  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    scalar != "/" && scalar != "\\" && scalar.properties.generalCategory != .control && (scalar == " " || !scalar.properties.isWhitespace)
  }
}

import Diagnostics
import Effects
import Images

/// The images in a folder: those in its sub-folders, which are classes, or, if there are none, its own. The tables that
/// `save` wrote determine order and classes; without them, folders with images are classes, sorted by name. Names that
/// begin with a dot are ignored.
struct PictureFolder {
  /// Ends with a slash.
  let path: String
  /// Paths of the images, relative to the folder.
  let pictures: [String]
  /// One for each image; nil if there are no classes.
  let labels: [Int32]?
  let classes: [String]
  /// The number of images beside the class folders, which have no class.
  let ignoredCount: Int
  /// The mask of each image, relative to the folder; nil if there are none.
  let masks: [String]?
  /// What an earlier `save` wrote.
  let index: FolderIndex?

  /// Whether `annotations.json` describes its images.
  let hasAnnotationFile: Bool

  /// `pictureFolder` is a sub-folder of pictures that is not a class.
  init(_ given: String, _ files: any FileAccess, pictureFolder: String? = nil) throws {
    path = given.hasSuffix("/") ? given : given + "/"
    var listing = try PictureFolder.list(path, files)
    let index = try FolderIndex(in: path, files)
    self.index = index
    let grown = index == nil ? GrowRecord.annotations(in: path, files) : nil
    hasAnnotationFile = index?.others.contains(FolderIndex.annotationFile) == true || grown?.contains(GrowAnnotations.cocoName) == true
    if let index, !index.isComplete {
      throw Fault(
        DataErrors.mixedFolder, "`\(path)` is incomplete: a `save` to it was interrupted",
        hint: "save to it again, or delete the folder"
      )
    }
    let masks = try PictureMasks(&listing, index, path, isGrown: grown?.contains(GrowAnnotations.maskName) == true, files)
    let plain = pictureFolder.map { [$0] } ?? (grown == nil ? [] : AnnotationLayout.pictureFolders)
    if listing.own.isEmpty, listing.classes.count == 1, let only = listing.classes.first, plain.contains(only.folder) {
      listing = (only.pictures.map { only.folder + "/" + $0 }, [])
    }
    let table = try LabelTable(in: path, files)
    let isClassified = !listing.classes.isEmpty || table?.labels.isEmpty == false
    guard isClassified else {
      (pictures, labels, classes, ignoredCount) = (PictureFolder.ordered(listing.own, first: index?.pictures ?? []), nil, [], 0)
      self.masks = try masks?.paths(of: pictures)
      return
    }
    var names = ClassNames(index, table)
    for folder in listing.classes.map(\.folder).sorted(by: Classes.precedes) { names.add(folder) }
    // An image beside the class folders has a class only if the table lists it.
    let own = listing.own.filter { table?.labels[$0] != nil }
    let all = listing.classes.sorted { Classes.precedes($0.folder, $1.folder) }.flatMap { group in group.pictures.map { group.folder + "/" + $0 } } + own
    pictures = PictureFolder.ordered(all, first: table?.files ?? index?.pictures ?? [])
    labels = pictures.map { picture in
      if let label = table?.labels[picture] { return label }
      return names.label(ofFolder: String(picture.prefix { $0 != "/" }))
    }
    classes = names.list(upTo: labels?.max() ?? 0)
    ignoredCount = listing.own.count - own.count
    self.masks = try masks?.paths(of: pictures)
  }

  typealias Listing = (own: [String], classes: [(folder: String, pictures: [String])])

  private static func pictures(_ names: [String]) -> [String] {
    names.filter { !$0.hasPrefix(".") && !$0.hasSuffix("/") && PictureFormat.hasImageExtension($0) }
  }

  private static func folders(_ names: [String]) -> [String] { names.filter { $0.hasSuffix("/") && !$0.hasPrefix(".") }.map { String($0.dropLast()) } }

  /// A folder with pictures inside of a sub-folder, which is not read; nil if there is none.
  static func deeperFolder(in path: String, _ files: any FileAccess) -> String? {
    func names(_ folder: String) -> [String] { (try? files.list(path + folder)) ?? [] }
    for folder in folders(names("")) {
      for deeper in folders(names(folder + "/")) where !pictures(names(folder + "/" + deeper + "/")).isEmpty { return folder + "/" + deeper + "/" }
    }
    return nil
  }

  private static func list(_ path: String, _ files: any FileAccess) throws -> Listing {
    let names = try files.list(path)
    let groups = try folders(names).map { ($0, pictures(try files.list(path + $0))) }
    // Folders without images, such as __MACOSX, are not classes.
    return (pictures(names), groups.filter { !$0.1.isEmpty }.map { (folder: $0.0, pictures: $0.1) })
  }

  /// Listed images in the order of the list, then the others.
  private static func ordered(_ pictures: [String], first listed: [String]) -> [String] {
    let present = Set(pictures)
    let known = listed.filter(present.contains)
    let isKnown = Set(known)
    return known + pictures.filter { !isKnown.contains($0) }
  }
}

/// Maps folders to labels, and labels to names.
private struct ClassNames {
  private var folders: [String: Int32] = [:]
  private var names: [Int32: String] = [:]
  private let hasNames: Bool
  /// The next free label.
  private var next: Int32 = 0

  init(_ index: FolderIndex?, _ table: LabelTable?) {
    hasNames = index?.hasNames ?? true
    for one in index?.classes ?? [] {
      folders[one.folder] = one.label
      names[one.label] = one.name
    }
    for file in table?.files ?? [] {
      guard let label = table?.labels[file] else { continue }
      if names[label] == nil { names[label] = table?.names[label] }
      if let slash = file.firstIndex(of: "/"), folders[String(file[..<slash])] == nil { folders[String(file[..<slash])] = label }
    }
    next = (names.keys.max() ?? -1) + 1
  }

  /// A folder that is not listed becomes a new class, or the class of its number.
  mutating func add(_ folder: String) {
    guard folders[folder] == nil else { return }
    let label = hasNames ? next : Int32(folder) ?? next
    folders[folder] = label
    names[label] = folder
    next = max(next, label + 1)
  }

  func label(ofFolder folder: String) -> Int32 { folders[folder] ?? 0 }

  /// A label without a name is named by its number.
  func list(upTo highest: Int32) -> [String] {
    hasNames ? (0..<max(next, highest + 1)).map { names[$0] ?? "\($0)" } : []
  }
}

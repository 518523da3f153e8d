import Diagnostics
import Effects
import Images

/// Files of annotations, one for each picture, in a folder of their own or beside the pictures.
struct SideFiles {
  /// The folder of the input that they are in, with a slash at the end.
  let source: String
  /// The folder of the output that they are written to, with a slash at the end; empty beside the pictures.
  let target: String
  let ending: String

  /// The path for a picture, which is relative to the input.
  func input(_ picture: String) -> String { source + name(picture) }

  /// The path for a result, both relative to the output.
  func output(_ result: String) -> String { target + name(result) }

  private func name(_ picture: String) -> String {
    YOLO.stem(target.isEmpty ? picture : AnnotationLayout.withoutFolder(picture)) + "." + ending
  }
}

/// Where a folder of pictures has annotations in the formats of YOLO and of Pascal VOC.
struct AnnotationLayout {
  /// Folders of pictures that are not classes.
  static let pictureFolders = ["images", "JPEGImages"]

  private let path: String
  private let files: any FileAccess
  /// The sub-folder that has the pictures; nil if they are in the folder itself, or in one sub-folder for each class.
  private(set) var pictureFolder: String?
  private var labels: SideFiles?
  private var documents: SideFiles?

  /// `path` ends in a slash. `hasCOCO` is whether a file elsewhere describes the pictures.
  init(_ path: String, hasCOCO: Bool, _ files: any FileAccess) throws {
    (self.path, self.files) = (path, files)
    let names = Set(try files.list(path))
    func contains(_ folder: String, _ ending: String) throws -> Bool {
      try files.isFolder(folder) && files.list(folder).contains { !$0.hasPrefix(".") && $0.hasSuffix(ending) }
    }
    if names.contains("images/"), names.contains("labels/"), try contains(path + "labels/", ".txt") {
      pictureFolder = "images"
      labels = SideFiles(source: path + "labels/", target: "labels/", ending: "txt")
    } else if let beside = AnnotationLayout.labels(for: path), try contains(beside, ".txt") {
      labels = SideFiles(source: beside, target: "", ending: "txt")
    }
    if names.contains("Annotations/"), try contains(path + "Annotations/", ".xml") {
      pictureFolder = AnnotationLayout.pictureFolders.last { names.contains($0 + "/") }
      documents = SideFiles(source: path + "Annotations/", target: "Annotations/", ending: "xml")
    } else if AnnotationLayout.pictureFolders.contains(Paths.parts(of: path).last ?? ""), try contains(path + "../Annotations/", ".xml") {
      documents = SideFiles(source: path + "../Annotations/", target: "Annotations/", ending: "xml")
    }
    if pictureFolder == nil, names.contains("images/"), hasCOCO || names.contains(FolderIndex.annotationFile) { pictureFolder = "images" }
  }

  /// The folder of labels for a folder `images/`, or one in it, as programs for YOLO look for it.
  private static func labels(for path: String) -> String? {
    var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let place = parts.lastIndex(of: "images") else { return nil }
    parts[place] = "labels"
    return parts.joined(separator: "/")
  }

  /// A path in the folder of pictures, relative to it.
  static func withoutFolder(_ picture: String) -> String {
    guard let folder = pictureFolders.first(where: { picture.hasPrefix($0 + "/") }) else { return picture }
    return String(picture.dropFirst(folder.utf8.count + 1))
  }

  /// Labels in YOLO's format; nil if there are none. Text files beside the pictures are labels only if the classes are listed,
  /// since others write captions to such files.
  func labels(of pictures: [String]) -> SideFiles? {
    if let labels { return labels }
    let beside = SideFiles(source: path, target: "", ending: "txt")
    let isListed = [ClassFile.name, "obj.names", YOLO.descriptionFile, "dataset.yaml"].contains { files.exists(path + $0) }
    return isListed && pictures.contains { files.exists(beside.input($0)) } ? beside : nil
  }

  /// Documents in the format of Pascal VOC; nil if there are none.
  func documents(of pictures: [String]) -> SideFiles? {
    if let documents { return documents }
    let beside = SideFiles(source: path, target: "", ending: "xml")
    return pictures.contains { files.exists(beside.input($0)) } ? beside : nil
  }

  /// The list of classes of the documents; nil if there is none.
  func documentClasses() throws -> [String]? {
    try ClassFile.names(in: path, files) ?? (documents?.source.hasSuffix("../Annotations/") == true ? ClassFile.names(in: path + "../", files) : nil)
  }

  /// The classes of the labels; empty if they are not listed.
  func labelNames() throws -> [String] {
    guard let labels else { return try YOLO.names(in: path, files) }
    return try YOLO.names(in: labels.target.isEmpty ? labels.source + "../" : path, files)
  }
}

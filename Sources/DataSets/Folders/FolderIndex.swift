import Diagnostics
import Effects

/// The file `saved.csv` that `save` writes in a folder: all classes in order, including those without images, and the
/// images in order, with their masks and the files of other annotations. A later `save` replaces these files and no others.
struct FolderIndex {
  struct Class: Equatable {
    let folder: String
    let label: Int32
    let name: String
  }

  static let file = "saved.csv"
  private static let heading = ["what", "path", "label", "name"]

  /// False while images are being written or removed.
  var isComplete = true
  /// Whether classes have names, rather than only numbers.
  var hasNames = true
  var classes: [Class] = []
  /// Paths relative to the folder.
  var pictures: [String] = []
  /// One for each image, or none.
  var masks: [String] = []
  /// Of `annotationFile` and `softLabelFile` those that the folder has.
  var others: [String] = []

  /// The folder of masks.
  static let maskFolder = "masks"
  /// Boxes and keypoints, in COCO's format.
  static let annotationFile = "annotations.json"
  /// f32[count, classes], in the order of the images.
  static let softLabelFile = "soft_labels.npy"

  init() {}

  /// Nil if there is none, or if the file is something else.
  init?(in folder: String, _ files: any FileAccess) throws {
    let path = folder + FolderIndex.file
    guard files.exists(path) else { return nil }
    var records = CSVRecords(try files.read(path), name: path)
    var fields: [CSVRecords.Field] = []
    guard try records.next(into: &fields) != nil, fields.map(records.text) == FolderIndex.heading else { return nil }
    var hasState = false
    while let line = try records.next(into: &fields) {
      guard fields.count == 4, take(fields.map(records.text), &hasState) else {
        throw Fault(
          DataErrors.mixedFolder, "`\(path)`, line \(line): not a line that `save` writes", hint: "delete the file to read the folder without it")
      }
    }
    guard hasState else { return nil }
  }

  private mutating func take(_ fields: [String], _ hasState: inout Bool) -> Bool {
    switch fields[0] {
    case "state":
      (hasState, isComplete, hasNames) = (true, fields[1] == "complete", fields[3] != "numbers")
    case "class":
      guard let label = Int32(fields[2]), label >= 0, FolderIndex.isPlain(fields[1]) else { return false }
      classes.append(Class(folder: fields[1], label: label, name: fields[3]))
    case "picture", "mask":
      // These files may be removed, so their paths must not lead out of the folder.
      let parts = fields[1].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard (1...2).contains(parts.count), parts.allSatisfy(FolderIndex.isPlain), fields[1].hasSuffix(".png") else { return false }
      if fields[0] == "picture" { pictures.append(fields[1]) } else { masks.append(fields[1]) }
    case "annotations":
      guard [FolderIndex.annotationFile, FolderIndex.softLabelFile].contains(fields[1]) else { return false }
      others.append(fields[1])
    default: return false
    }
    return true
  }

  /// All files that it lists.
  var files: [String] { pictures + masks + others }

  /// With files of an earlier folder, which are not of this data set but may still exist.
  mutating func add(others files: [String]) {
    for file in files {
      if file.hasSuffix(".png") { pictures.append(file) } else { others.append(file) }
    }
  }

  private static func isPlain(_ name: String) -> Bool { !name.isEmpty && !name.hasPrefix(".") && !name.utf8.contains(0) && !name.utf8.contains(0x2F) }

  func write(to folder: String, _ files: any FileAccess) throws {
    var lines = [FolderIndex.heading, ["state", isComplete ? "complete" : "unfinished", "", hasNames ? "names" : "numbers"]]
    lines += classes.map { ["class", $0.folder, "\($0.label)", $0.name] }
    lines += pictures.map { ["picture", $0, "", ""] } + masks.map { ["mask", $0, "", ""] } + others.map { ["annotations", $0, "", ""] }
    let text = lines.map { $0.map(CSVWriter.field).joined(separator: ",") + "\n" }.joined()
    try files.write(Array(text.utf8), to: folder + FolderIndex.file)
  }
}

/// The table `labels.csv` beside images, written by `save` or by hand: the label and class of each image.
struct LabelTable {
  static let file = "labels.csv"
  static let heading = ["file", "label", "name"]
  static let firstLine = heading.joined(separator: ",") + "\n"

  /// A class without a name is named by its number.
  static func line(_ file: String, _ label: Int32, _ names: [String]) -> String {
    let name = names.indices.contains(Int(label)) ? names[Int(label)] : "\(label)"
    return "\(CSVWriter.field(file)),\(label),\(CSVWriter.field(name))\n"
  }

  private(set) var files: [String] = []
  private(set) var labels: [String: Int32] = [:]
  private(set) var names: [Int32: String] = [:]

  /// Nil if there is none, or if the table has different columns.
  init?(in folder: String, _ access: any FileAccess) throws {
    let path = folder + LabelTable.file
    guard access.exists(path) else { return nil }
    var records = CSVRecords(try access.read(path), name: path)
    var fields: [CSVRecords.Field] = []
    guard try records.next(into: &fields) != nil, fields.map(records.text) == LabelTable.heading else { return nil }
    while let line = try records.next(into: &fields) {
      let texts = fields.map(records.text)
      guard texts.count == 3, let label = Int32(texts[1]), label >= 0 else {
        throw Fault(
          DataErrors.mixedFolder, "`\(path)`, line \(line): expected a file, a non-negative label, and a name", hint: "correct the line, or delete the file")
      }
      if labels.updateValue(label, forKey: texts[0]) == nil { files.append(texts[0]) }
      names[label] = texts[2]
    }
  }
}

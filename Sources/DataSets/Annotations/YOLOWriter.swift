import Diagnostics
import Effects
import Engine
import Images
import Tables

extension YOLO {
  static let descriptionFile = "data.yaml"

  /// The file that lists the classes.
  static func description(_ names: [String], pictures: String) -> String {
    let list = names.enumerated().map { "  \($0): \(JSONText.string($1))\n" }.joined()
    return "train: \(pictures)\nval: \(pictures)\nnc: \(names.count)\nnames:\n" + list
  }

  /// A rotated box by its corners, as column and row.
  static func line(_ box: Box, in shape: [Int]) -> String {
    var numbers = BoxFormat.yolo.numbers(box, in: shape)
    if case .rotated = box.shape { numbers = box.outline.corners.flatMap { [$0.column / Double(shape[1]), $0.row / Double(shape[0])] } }
    return (["\(box.label ?? 0)"] + numbers.map { "\($0)" }).joined(separator: " ")
  }
}

// YOLO's format: `images/`, `labels/`, and the names of classes in `data.yaml`.
extension Writers {
  /// The first line of `data.yaml`, by which a folder is known as written here.
  private static let yoloMark = "# written by Loam\n"

  /// Writes one PNG file for each image, and a text file with a line for each of its boxes. Replaces what an earlier call
  /// wrote.
  package static func yolo(_ set: DataSet, to given: String, _ files: any FileAccess, _ engine: Engine, _ cancellation: Cancellation? = nil) throws {
    let path = given.hasSuffix("/") ? given : given + "/"
    let names = try boxClasses(of: set, for: "YOLO's format")
    try removeYOLO(in: path, files)
    // Written first, so that an interrupted folder can be replaced.
    try files.write(Array((yoloMark + YOLO.description(names, pictures: "images")).utf8), to: path + YOLO.descriptionFile)
    let digits = max(5, String(set.count).count)
    func stem(_ position: Int) -> String { String(repeating: "0", count: digits - String(position).count) + "\(position)" }
    try set.forEachImage(Workers(engine, cancellation), engine) {
      try PNG.encodeFast($0)
    } then: { position, bytes in
      let shape = try set.shape(of: position)
      let lines = try (set.boxes(position) ?? []).map { YOLO.line($0, in: shape) + "\n" }.joined()
      try files.write(bytes, to: path + "images/" + stem(position) + ".png")
      try files.write(Array(lines.utf8), to: path + "labels/" + stem(position) + ".txt")
    }
  }

  /// The names of all classes: a class without a name is named by its number.
  static func boxClasses(of set: DataSet, for format: String) throws -> [String] {
    var classes = set.names.count
    for index in 0..<set.count {
      for (place, box) in (try set.boxes(index) ?? []).enumerated() {
        guard let label = box.label else {
          throw Fault(
            AnnotationErrors.badBox, "image \(index), box \(place) has no label, but \(format) needs a class for each box",
            hint: "give boxes labels: {top, left, bottom, right, label}")
        }
        classes = max(classes, Int(label) + 1)
      }
    }
    return (0..<classes).map { set.names.indices.contains($0) ? set.names[$0] : "\($0)" }
  }

  private static func removeYOLO(in path: String, _ files: any FileAccess) throws {
    guard files.isFolder(path), !(try files.list(path).filter { !$0.hasPrefix(".") }.isEmpty) else { return }
    guard files.exists(path + YOLO.descriptionFile), try files.read(path + YOLO.descriptionFile).starts(with: yoloMark.utf8) else {
      throw Fault(
        DataErrors.mixedFolder, "`\(path)` contains files that `save_yolo` did not write",
        hint: "choose a new or empty folder; `save_yolo` replaces only files that it wrote")
    }
    for (folder, ending) in [("images/", ".png"), ("labels/", ".txt")] where files.isFolder(path + folder) {
      for name in try files.list(path + folder) where name.hasSuffix(ending) && name.dropLast(4).allSatisfy(\.isNumber) {
        try files.remove(path + folder + name)
      }
    }
  }
}

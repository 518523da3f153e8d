import Diagnostics
import Effects
import Engine
import Images

/// Writes boxes as XML in the format of Pascal VOC, whose boxes are whole pixels: edges are rounded, and a box has at least
/// one pixel. Of a rotated box, the box around it is written.
enum PascalWriter {
  /// `name` is that of an object's class.
  static func bytes(
    _ boxes: [(box: Box, name: String)], picture: String, folder: String, source: String? = nil, shape: [Int]
  ) -> [UInt8] {
    var text = "<annotation>\n"
    text += "  <folder>\(quoted(folder))</folder>\n  <filename>\(quoted(picture))</filename>\n"
    if let source { text += "  <source>\n    <database>\(quoted(source))</database>\n  </source>\n" }
    text += "  <size>\n    <width>\(shape[1])</width>\n    <height>\(shape[0])</height>\n    <depth>\(shape[2])</depth>\n  </size>\n"
    text += "  <segmented>0</segmented>\n"
    for (box, name) in boxes {
      let edges = edges(box, in: shape)
      text += "  <object>\n    <name>\(quoted(name))</name>\n    <pose>Unspecified</pose>\n"
      text += "    <truncated>\(box.visible < 1 ? 1 : 0)</truncated>\n    <difficult>0</difficult>\n    <bndbox>\n"
      text += "      <xmin>\(edges.left + 1)</xmin>\n      <ymin>\(edges.top + 1)</ymin>\n"
      text += "      <xmax>\(edges.right)</xmax>\n      <ymax>\(edges.bottom)</ymax>\n    </bndbox>\n  </object>\n"
    }
    return Array((text + "</annotation>\n").utf8)
  }

  /// In whole pixels inside of the image.
  private static func edges(_ box: Box, in shape: [Int]) -> (top: Int, left: Int, bottom: Int, right: Int) {
    func span(_ start: Double, _ end: Double, _ size: Int) -> (Int, Int) {
      let first = Int(min(max(0, start.rounded()), Double(size - 1)))
      return (first, max(first + 1, Int(min(max(0, end.rounded()), Double(size)))))
    }
    let (top, left, bottom, right) = box.bounds
    let (rows, columns) = (span(top, bottom, shape[0]), span(left, right, shape[1]))
    return (rows.0, columns.0, rows.1, columns.1)
  }

  /// Text of XML 1.0, which has no control characters.
  static func quoted(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Writers {
  /// In each file that `save_pascal` writes.
  private static let pascalMark = "written by Loam"

  /// Writes one PNG file for each image to `JPEGImages/`, where programs look for pictures of any format, and its boxes to
  /// `Annotations/`. Replaces what an earlier call wrote.
  package static func pascal(_ set: DataSet, to given: String, _ files: any FileAccess, _ engine: Engine, _ cancellation: Cancellation? = nil) throws {
    let path = given.hasSuffix("/") ? given : given + "/"
    let names = try boxClasses(of: set, for: "Pascal VOC's format").map { ClassFile.line($0) }
    try removePascal(in: path, files)
    try files.write(ClassFile.bytes(names), to: path + ClassFile.name)
    let digits = max(5, String(set.count).count)
    func stem(_ position: Int) -> String { String(repeating: "0", count: digits - String(position).count) + "\(position)" }
    try files.write(Array((0..<set.count).map { stem($0) + "\n" }.joined().utf8), to: path + "ImageSets/Main/all.txt")
    try set.forEachImage(Workers(engine, cancellation), engine) {
      try PNG.encodeFast($0)
    } then: { position, bytes in
      let boxes = (try set.boxes(position) ?? []).map { (box: $0, name: names[Int($0.label ?? 0)]) }
      let xml = try PascalWriter.bytes(boxes, picture: stem(position) + ".png", folder: "JPEGImages", source: pascalMark, shape: set.shape(of: position))
      // The file that has the mark comes first, so that an interrupted folder can be replaced.
      try files.write(xml, to: path + "Annotations/" + stem(position) + ".xml")
      try files.write(bytes, to: path + "JPEGImages/" + stem(position) + ".png")
    }
  }

  private static func removePascal(in path: String, _ files: any FileAccess) throws {
    guard files.isFolder(path) else { return }
    let folders = [("JPEGImages/", ".png"), ("Annotations/", ".xml")]
    func names(_ folder: String) throws -> [String] { files.isFolder(path + folder) ? try files.list(path + folder).filter { !$0.hasPrefix(".") } : [] }
    let first = try names("Annotations/").first.map { try files.read(path + "Annotations/" + $0) } ?? []
    let isOurs = String(decoding: first, as: UTF8.self).contains("<database>\(pascalMark)</database>")
    let hasOthers = try names("").contains { !["JPEGImages/", "Annotations/", "ImageSets/", ClassFile.name].contains($0) }
    let isEmpty = try folders.allSatisfy { try names($0.0).isEmpty }
    guard !hasOthers, isOurs || isEmpty else {
      throw Fault(
        DataErrors.mixedFolder, "`\(path)` contains files that `save_pascal` did not write",
        hint: "choose a new or empty folder; `save_pascal` replaces only files that it wrote")
    }
    for (folder, ending) in folders {
      for name in try names(folder) where name.hasSuffix(ending) && name.dropLast(4).allSatisfy(\.isNumber) { try files.remove(path + folder + name) }
    }
  }
}

import Diagnostics
import Effects
import Images

/// Annotations in the format of Pascal VOC: an XML file for each picture. M. Everingham and others, "The Pascal visual object
/// classes (VOC) challenge", International Journal of Computer Vision 88, 2010.
///
/// A box is given by the columns and rows of its first and last pixels, counted from 1, so from pixel corners counted from 0,
/// left is `xmin` - 1 and right is `xmax`. `difficult`, `truncated`, `pose` and the parts of objects are not read.
enum Pascal {
  struct Object: Equatable {
    let name: String
    let shape: Box.Shape
    /// Of its element in the file.
    let line: Int
  }

  /// The folders of pictures and of XML files: in a folder, or the pictures in it and the XML files beside it.
  struct Layout {
    let pictures: String
    let annotations: String

    init(_ folder: String, _ files: any FileAccess) {
      func first(_ names: [String]) -> String { names.first { files.isFolder(folder + $0) }.map { folder + $0 + "/" } ?? folder }
      pictures = first(["JPEGImages", "images"])
      annotations = first(["Annotations", "annotations", "../Annotations"])
    }
  }

  private static let hint = "expected the format of Pascal VOC: `<annotation>` with `<object>`, `<name>` and `<bndbox>`"

  private static func broken(_ file: String, _ line: Int, _ what: String) -> Fault {
    Fault(AnnotationErrors.badPascal, "`\(file)`, line \(line): \(what)", hint: hint)
  }

  /// The objects in a picture of this shape.
  static func objects(_ bytes: [UInt8], in shape: [Int], name: String) throws -> [Object] {
    let root: XMLElement
    do { root = try XMLReader.read(bytes) } catch let failure as XMLReader.Failure { throw broken(name, failure.line, failure.what) }
    guard root.name == "annotation" else { throw broken(name, root.line, "the root is `\(root.name)`, expected `annotation`") }
    try checkSize(root, shape, name)
    return try root.children.filter { $0.name == "object" }.map { try object($0, in: name) }
  }

  /// The names of the classes of its objects; none if the file is damaged.
  static func names(_ bytes: [UInt8]) -> [String] {
    ((try? XMLReader.read(bytes))?.children ?? []).filter { $0.name == "object" }.compactMap { $0["name"]?.trimmed }
  }

  private static func object(_ element: XMLElement, in file: String) throws -> Object {
    guard let name = element["name"]?.trimmed, !name.isEmpty else { throw broken(file, element.line, "an object has no `name`") }
    guard let box = element["bndbox"] else { throw broken(file, element.line, "the object `\(name)` has no `bndbox`") }
    func edge(_ edge: String) throws -> Double {
      guard let given = box[edge] else { throw broken(file, box.line, "the box of `\(name)` has no `\(edge)`") }
      guard let number = Double(given.trimmed), number.isFinite else { throw broken(file, given.line, "`\(given.trimmed)` is not a number") }
      return number
    }
    let (left, top, right, bottom) = (try edge("xmin") - 1, try edge("ymin") - 1, try edge("xmax"), try edge("ymax"))
    guard left <= right, top <= bottom else { throw broken(file, box.line, "the box of `\(name)` ends before it begins") }
    return Object(name: name, shape: .upright(top: top, left: left, bottom: bottom, right: right), line: element.line)
  }

  /// Some programs write a size of 0 when they do not know it.
  private static func checkSize(_ root: XMLElement, _ shape: [Int], _ file: String) throws {
    guard let size = root["size"], let height = size["height"].flatMap({ Int($0.trimmed) }), let width = size["width"].flatMap({ Int($0.trimmed) }) else {
      return
    }
    guard height != 0 || width != 0, [height, width] != Array(shape.prefix(2)) else { return }
    throw Fault(
      AnnotationErrors.badPascal, "`\(file)`, line \(size.line): the picture is \(height)×\(width) here, but it is \(shape[0])×\(shape[1])",
      hint: "was the picture resized or turned after it was annotated?")
  }

  /// The names that the text of a list file begins its lines with, as in `ImageSets/Main/train.txt`.
  static func list(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).compactMap { $0.split(whereSeparator: \.isWhitespace).first.map(String.init) }
  }
}

extension Box {
  /// Without what passes an edge of the image; nil if nothing is left of it.
  func fitted(to shape: [Int]) -> Box? {
    let box = clipped(to: shape)
    return box.problem(in: shape, classes: 0) == nil ? box : nil
  }
}

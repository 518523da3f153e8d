import Diagnostics
import Effects
import Images

/// Labels in YOLO's format (https://docs.ultralytics.com/datasets/detect): a text file for each picture, with a line for each
/// box. Its numbers are shares of the picture's width and height.
enum YOLO {
  /// The folders of pictures and of labels.
  struct Layout {
    let images: String
    let labels: String

    init(_ folder: String, part: String?, _ files: any FileAccess) {
      let inside = part.map { $0.isEmpty || $0.hasSuffix("/") ? $0 : $0 + "/" } ?? ""
      if files.isFolder(folder + "images") {
        (images, labels) = (folder + "images/" + inside, folder + "labels/" + inside)
      } else if files.isFolder(folder + inside + "images") {
        (images, labels) = (folder + inside + "images/", folder + inside + "labels/")
      } else {
        (images, labels) = (folder + inside, folder + inside)
      }
    }
  }

  /// The name of a file without its extension.
  static func stem(_ name: String) -> String { name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name }

  /// A line is a class and four numbers (centre, width, height), or a class and the four corners of a rotated box; a sixth
  /// number is the confidence of a program that found the box, and is ignored.
  static func boxes(_ bytes: [UInt8], in shape: [Int], classes: Int, name: String) throws -> [Box] {
    var boxes: [Box] = []
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      let fields = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }.map { String(decoding: $0, as: UTF8.self) }
      guard !fields.isEmpty else { continue }
      func broken(_ what: String) -> Fault {
        Fault(
          AnnotationErrors.badYOLO, "`\(name)`, line \(index + 1): \(what)",
          hint: "a line is a class, then column, row, width and height as shares: `0 0.5 0.5 0.2 0.1`")
      }
      guard [5, 6, 9].contains(fields.count) else {
        throw broken("got \(counted(fields.count, "number")), expected a class and four numbers, or a class and four corners")
      }
      guard let label = Int32(fields[0]), label >= 0 else { throw broken("the class is `\(fields[0])`, expected an integer from 0") }
      guard classes == 0 || Int(label) < classes else {
        throw broken("class \(label) has no name: there are names for \(counted(classes, "class", "classes"))")
      }
      let numbers = try fields.dropFirst().map { field in
        guard let number = Double(field), number.isFinite else { throw broken("`\(field)` is not a number") }
        // Rotated boxes may reach beyond the picture.
        guard fields.count == 9 || (-0.01...1.01).contains(number) else { throw broken("\(field) is not a share from 0 to 1 of the image's size") }
        return number
      }
      guard fields.count == 9 else {
        boxes.append(Box(BoxFormat.yolo.shape(numbers, in: shape), label: label))
        continue
      }
      let corners = Polygon((0..<4).map { ImagePoint(row: numbers[2 * $0 + 1] * Double(shape[0]), column: numbers[2 * $0] * Double(shape[1])) })
      guard let around = corners.enclosingRectangle(along: corners) else { throw broken("the four corners are one point") }
      boxes.append(
        Box(.rotated(row: around.center.row, column: around.center.column, height: around.height, width: around.width, angle: around.angle), label: label))
    }
    return boxes
  }

  /// The classes in a file beside the folders or above them: `classes.txt`, `obj.names`, or `names:` of `data.yaml`; empty if
  /// there is none.
  static func names(in folder: String, _ files: any FileAccess) throws -> [String] {
    for place in [folder, folder + "../"] {
      for file in ["classes.txt", "obj.names"] where files.exists(place + file) {
        let names = String(decoding: try files.read(place + file), as: UTF8.self).split(whereSeparator: \.isNewline).map { trimmed($0) }
        if !names.isEmpty { return names }
      }
      for file in ["data.yaml", "dataset.yaml"] where files.exists(place + file) {
        if let names = names(yaml: String(decoding: try files.read(place + file), as: UTF8.self)) { return names }
      }
    }
    return []
  }

  /// The value of `names:` in the forms that programs write: `[a, b]`, lines `- a`, or lines `0: a`.
  static func names(yaml text: String) -> [String]? {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard let start = lines.firstIndex(where: { $0.hasPrefix("names:") }) else { return nil }
    let rest = trimmed(lines[start].dropFirst(6))
    if rest.hasPrefix("[") || rest.hasPrefix("{") {
      let all = ([Substring(rest)] + lines[(start + 1)...]).joined(separator: " ")
      guard let end = all.firstIndex(where: { $0 == "]" || $0 == "}" }) else { return nil }
      return all[all.index(after: all.startIndex)..<end].split(separator: ",").map { rest.hasPrefix("[") ? plain($0) : plain(afterKey($0)) }
    }
    var names: [String] = []
    for line in lines[(start + 1)...] {
      let content = trimmed(line)
      if content.isEmpty || content.hasPrefix("#") { continue }
      if content.hasPrefix("- ") {
        names.append(plain(content.dropFirst(2)))
      } else if line.first?.isWhitespace == true, content.contains(":") {
        names.append(plain(afterKey(content[...])))
      } else {
        break
      }
    }
    return names.isEmpty ? nil : names
  }

  private static func afterKey(_ text: Substring) -> Substring { text.firstIndex(of: ":").map { text[text.index(after: $0)...] } ?? text }

  /// Without quotation marks, and without a comment.
  private static func plain(_ text: some StringProtocol) -> String {
    let content = trimmed(text)
    if let mark = content.first, mark == "'" || mark == "\"" {
      var (name, isEscaped) = ("", false)
      for character in content.dropFirst() {
        if character == mark, !isEscaped { return name }
        isEscaped = character == "\\" && !isEscaped && mark == "\""
        if !isEscaped { name.append(character) }
      }
    }
    return content.range(of: " #").map { trimmed(content[..<$0]) } ?? content
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    var rest = Substring(text)
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}

extension String {
  /// Where another string begins.
  fileprivate func range(of other: String) -> Index? { indices.first { self[$0...].hasPrefix(other) } }
}

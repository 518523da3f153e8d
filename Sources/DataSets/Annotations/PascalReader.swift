import Diagnostics
import Effects
import Images

extension Readers {
  /// A folder in the format of Pascal VOC: pictures in `JPEGImages/` or `images/`, XML files in `Annotations/`, or both side by
  /// side. `part` is a list of pictures in `ImageSets/Main/`.
  package static func pascal(
    _ path: String, part: String?, minVisible: Double, _ files: any FileAccess, _ cancellation: Cancellation? = nil,
    note: (String) -> Void = { _ in }
  ) throws -> DataSet {
    let folder = path.hasSuffix("/") ? path : path + "/"
    let layout = Pascal.Layout(folder, files)
    let found = try pictures(of: part, in: layout, folder, files)
    let pictures = try PictureFiles(found.map { layout.pictures + $0 }, files, cancellation)
    let objects = try found.enumerated().map { index, picture -> [Pascal.Object] in
      try cancellation?.check()
      let file = layout.annotations + YOLO.stem(picture) + ".xml"
      return files.exists(file) ? try Pascal.objects(files.read(file), in: pictures.shape(index), name: file) : []
    }
    let names = try ClassFile.names(in: folder, files) ?? Set(objects.joined().map(\.name)).sorted()
    let labels = Dictionary(names.enumerated().map { ($1, Int32($0)) }) { first, _ in first }
    var dropped = 0
    let boxes = try objects.enumerated().map { index, list in
      try list.compactMap { object -> Box? in
        guard let label = labels[object.name] else {
          throw Fault(
            AnnotationErrors.badPascal,
            "`\(layout.annotations)\(YOLO.stem(found[index])).xml`, line \(object.line): `\(object.name)` is not in `\(folder)\(ClassFile.name)`",
            hint: Suggestion.hint(for: object.name, among: names) ?? "add it to the list of classes, or remove the list")
        }
        let box = Box(object.shape, label: label).fitted(to: pictures.shape(index))
        if box == nil { dropped += 1 }
        return box
      }
    }
    if dropped > 0 { note("`\(folder)`: \(counted(dropped, "box", "boxes")) without an area inside of the image ignored") }
    return try DataSet(.files(pictures), names: names, annotations: Annotations(boxes: boxes, minVisible: minVisible))
  }

  private static func pictures(of part: String?, in layout: Pascal.Layout, _ folder: String, _ files: any FileAccess) throws -> [String] {
    let all = try files.list(layout.pictures).filter { !$0.hasPrefix(".") && !$0.hasSuffix("/") && PictureFormat.hasImageExtension($0) }
    guard !all.isEmpty else {
      throw Fault(DataErrors.empty, "there are no images in `\(layout.pictures)`", hint: "expected pictures in `JPEGImages/` and XML files in `Annotations/`")
    }
    guard let part else { return all }
    let list = "\(folder)ImageSets/Main/\(part).txt"
    let places = Dictionary(all.map { (YOLO.stem($0), $0) }) { first, _ in first }
    return try Pascal.list(files.read(list)).map { name in
      guard let picture = places[name] else {
        throw Fault(DataErrors.empty, "`\(list)` lists `\(name)`, but there is no such picture in `\(layout.pictures)`", hint: "is the folder complete?")
      }
      return picture
    }
  }
}

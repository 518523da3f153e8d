import Diagnostics
import Effects
import Images

// Images with annotations in the formats of other programs.
extension Readers {
  /// A file in COCO's format, and the folder of its images. Images are in the order of the file. `masks` is whether its
  /// segmentations become masks.
  package static func coco(
    _ path: String, images folder: String, minVisible: Double, masks: Bool = false, _ files: any FileAccess, _ cancellation: Cancellation? = nil,
    note: (String) -> Void = { _ in }
  ) throws -> DataSet {
    let coco = try COCO(files.read(path), name: path, readsObjects: masks)
    let folder = folder.isEmpty || folder.hasSuffix("/") ? folder : folder + "/"
    let pictures = try PictureFiles(coco.files.map { folder + $0 }, files, cancellation)
    try coco.checkSizes(shape: pictures.shape)
    let (annotations, dropped) = coco.annotations(shape: pictures.shape, minVisible: minVisible)
    if coco.crowds > 0 { note("`\(path)`: \(counted(coco.crowds, "annotation")) of crowds \(masks ? "only in the masks" : "ignored")") }
    if dropped > 0 { note("`\(path)`: \(counted(dropped, "box", "boxes")) without an area inside of the image ignored") }
    return try DataSet(.files(pictures), names: coco.names, annotations: annotations)
  }

  /// A folder in YOLO's format: pictures in `images/`, and a text file for each in `labels/`, or both in sub-folders `part`
  /// of these, or side by side.
  package static func yolo(
    _ path: String, part: String?, minVisible: Double, _ files: any FileAccess, _ cancellation: Cancellation? = nil,
    note: (String) -> Void = { _ in }
  ) throws -> DataSet {
    let folder = path.hasSuffix("/") ? path : path + "/"
    let layout = YOLO.Layout(folder, part: part, files)
    let found = try files.list(layout.images).filter { !$0.hasPrefix(".") && !$0.hasSuffix("/") && PictureFormat.hasImageExtension($0) }
    guard !found.isEmpty else {
      let parts = try files.list(layout.images).filter { $0.hasSuffix("/") }.map { "\"\($0.dropLast())\"" }
      throw Fault(
        DataErrors.empty, "there are no images in `\(layout.images)`",
        hint: parts.isEmpty ? "expected pictures in `images/` and text files in `labels/`" : "choose a part: `part=\(parts[0])`")
    }
    let pictures = try PictureFiles(found.map { layout.images + $0 }, files, cancellation)
    let names = try YOLO.names(in: folder, files)
    var dropped = 0
    let boxes = try found.enumerated().map { index, picture -> [Box] in
      try cancellation?.check()
      let file = layout.labels + YOLO.stem(picture) + ".txt"
      guard files.exists(file) else { return [] }
      let (shape, all) = (pictures.shape(index), try YOLO.boxes(files.read(file), in: pictures.shape(index), classes: names.count, name: file))
      let kept = all.map { $0.clipped(to: shape) }.filter { $0.problem(in: shape, classes: names.count) == nil }
      dropped += all.count - kept.count
      return kept
    }
    if dropped > 0 { note("`\(folder)`: \(counted(dropped, "box", "boxes")) without an area inside of the image ignored") }
    return try DataSet(.files(pictures), names: names, annotations: Annotations(boxes: boxes, minVisible: minVisible))
  }
}

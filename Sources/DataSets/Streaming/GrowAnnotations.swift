import Diagnostics
import Effects
import Engine
import Images
import Tables
import Tensors

/// What is annotated in one picture of the input, in files of its own.
struct PictureAnnotations {
  var labels: [Box]?
  var objects: [(box: Box, name: String)]?
  /// [height, width]
  var mask: Tensor?
}

/// The annotations of a folder of pictures, which are written in the format that they are read in: masks, labels of YOLO and
/// documents of Pascal VOC for each result, and one file in COCO's format at the end.
package final class GrowAnnotations {
  let files: any FileAccess
  let pictures: [String]
  let labels: SideFiles?
  let documents: SideFiles?
  /// For each picture, relative to the input.
  let masks: [String]?
  private let path: String
  /// In the order of the pictures.
  let coco: COCO?
  /// Found once, since the kinds of annotations are asked for at each picture.
  let hasOutlines: Bool
  /// The classes of the labels; empty if they are not listed.
  let labelNames: [String]
  /// The classes of the documents; nil if they are not listed.
  let documentClasses: [String]?

  /// Nil if the folder has no annotations.
  init?(_ folder: PictureFolder, _ layout: AnnotationLayout, coco file: String?, stems: [String], _ files: any FileAccess) throws {
    (self.files, pictures, path) = (files, folder.pictures, folder.path)
    labels = layout.labels(of: pictures)
    documents = layout.documents(of: pictures)
    labelNames = labels == nil ? [] : try layout.labelNames()
    documentClasses = try documents.flatMap { _ in try layout.documentClasses() }
    masks = folder.masks
    let own = folder.path + FolderIndex.annotationFile
    coco = try (file ?? (files.exists(own) ? own : nil)).map { try GrowAnnotations.coco($0, folder, files) }
    hasOutlines = (coco?.objects ?? []).joined().contains { $0.box != nil }
    guard labels != nil || documents != nil || masks != nil || coco != nil else { return nil }
    guard masks == nil || Set(stems).count == stems.count else {
      throw Fault(
        DataErrors.mixedFolder, "two pictures of `\(folder.path)` have the same name in different folders, so their masks would have one name",
        hint: "rename the pictures, or grow each folder by itself")
    }
  }

  private static func coco(_ name: String, _ folder: PictureFolder, _ files: any FileAccess) throws -> COCO {
    let coco = try COCO(files.read(name), name: name, readsObjects: true)
    let known = Set(coco.files)
    let order = folder.pictures.map { known.contains($0) ? $0 : AnnotationLayout.withoutFolder($0) }
    guard order.contains(where: known.contains) else {
      throw Fault(
        AnnotationErrors.badCOCO,
        "`\(name)` describes none of the pictures in `\(folder.path)`, but \(counted(known.count, "other file")) such as `\(coco.files[0])`",
        hint: "`file_name` is the path of a picture relative to the folder")
    }
    var places: [String: Int] = [:]
    let wanted = Set(order)
    for (index, file) in coco.files.enumerated() where wanted.contains(file) {
      if let other = places.updateValue(index, forKey: file) {
        throw Fault(
          AnnotationErrors.badCOCO, "`\(name)`: images \(other) and \(index) have the same `file_name`, `\(file)`",
          hint: "give all annotations of a picture the same `image_id`")
      }
    }
    return coco.reordered(order).completed()
  }

  /// The formats, for people and for the settings of a run.
  package var formats: [String] {
    [coco.map { _ in GrowAnnotations.cocoName }, labels.map { _ in "yolo" }, documents.map { _ in "pascal" }, masks.map { _ in GrowAnnotations.maskName }]
      .compactMap { $0 }
  }

  static let cocoName = "coco"
  static let maskName = "masks"

  /// The number of pictures that the file in COCO's format describes and the folder does not have.
  package var missingPictures: Int { coco?.leftOut ?? 0 }

  /// For the file in COCO's format; nil if the input has none. What the pictures are like is read from the first bytes of their files.
  var contents: COCOContents? {
    guard let coco else { return nil }
    func read(_ picture: Int) throws -> COCOContents.Picture {
      let shape = try PictureFormat.header(of: path + pictures[picture], files).shape
      let (boxes, outlines, keypoints, _) = coco.annotations(picture, in: shape)
      return COCOContents.Picture(shape: shape, objects: PictureObjects(boxes: boxes, outlines: outlines, keypoints: keypoints))
    }
    return COCOContents(
      names: coco.names, categories: coco.categories, keypointNames: coco.keypointNames, hasBoxes: coco.hasBoxes, hasKeypoints: coco.hasKeypoints,
      read: read
    ) { picture in { try read(picture) } }
  }

  // MARK: One picture

  /// Of a picture of this shape. Throws for damaged files, and for those of another picture.
  func read(_ index: Int, shape: [Int]) throws -> PictureAnnotations {
    var found = PictureAnnotations()
    try coco?.checkSize(index, shape: shape)
    if let labels {
      let file = labels.input(pictures[index])
      let all = try files.exists(file) ? YOLO.boxes(files.read(file), in: shape, classes: labelNames.count, name: file) : []
      found.labels = all.compactMap { $0.fitted(to: shape) }
    }
    if let documents {
      let file = documents.input(pictures[index])
      let all = try files.exists(file) ? Pascal.objects(files.read(file), in: shape, name: file) : []
      found.objects = all.compactMap { object in Box(object.shape, label: 0).fitted(to: shape).map { ($0, object.name) } }
    }
    if let masks {
      let file = path + masks[index]
      let mask = try ClassPNG.decode(files.read(file), name: file)
      guard Array(mask.shape.prefix(2)) == Array(shape.prefix(2)) else {
        throw Fault(
          AnnotationErrors.badMask, "`\(file)` is \(mask.shape[0])×\(mask.shape[1]), but `\(path)\(pictures[index])` is \(shape[0])×\(shape[1])",
          hint: "a mask has one class for each pixel of its image")
      }
      found.mask = mask.reshaped(Array(mask.shape.prefix(2)))
    }
    return found
  }

  /// The folders that files of a result are in, relative to the output.
  func folders(of result: String) -> [String] {
    let paths = [labels?.output(result), documents?.output(result), masks.map { _ in GrowAnnotations.mask(of: result) }]
    return paths.compactMap { $0.map { ResultNames.split($0).folder } }.filter { !$0.isEmpty }
  }

  /// The path of the mask of a result, both relative to the output.
  static func mask(of result: String) -> String { FolderIndex.maskFolder + "/" + YOLO.stem(ResultNames.split(result).file) + ".png" }

  /// The files of a result, which has this path relative to the output. `plan` is what is done to the picture, nil if it is
  /// kept as it is; `others` is what is annotated in the pictures that it is mixed with, by index.
  func files(
    _ found: PictureAnnotations, of result: String, _ plan: ImagePlan?, source: [Int], others: [Int: (found: PictureAnnotations, shape: [Int])], shape: [Int],
    minVisible: Double, _ backend: any Backend
  ) throws -> [(path: String, content: [UInt8])] {
    let rules = PictureObjects.Rules(names: KeypointNames([]), minVisible: minVisible)
    func moved(_ boxes: (PictureAnnotations) -> [Box]) throws -> [Box] {
      guard let plan else { return boxes(found) }
      return try PictureObjects(boxes: boxes(found)).moved(by: plan, shape: source, rules) { item in
        others[item].map { (PictureObjects(boxes: boxes($0.found)), shape: $0.shape) } ?? (PictureObjects(), shape: source)
      }.boxes ?? []
    }
    var output: [(path: String, content: [UInt8])] = []
    if let labels, found.labels != nil {
      let lines = try moved { $0.labels ?? [] }.map { YOLO.line($0, in: shape) + "\n" }
      output.append((labels.output(result), Array(lines.joined().utf8)))
    }
    if let documents, found.objects != nil {
      let names = Set(([found] + others.values.map(\.found)).flatMap { ($0.objects ?? []).map(\.name) }).sorted()
      let codes = Levels.codes(names)
      let boxes = try moved { ($0.objects ?? []).map { Box($0.box.shape, label: codes[$0.name], visible: $0.box.visible) } }
      let (folder, file) = ResultNames.split(result)
      let objects = boxes.map { (box: $0, name: names[Int($0.label ?? 0)]) }
      output.append((documents.output(result), PascalWriter.bytes(objects, picture: file, folder: folder, shape: shape)))
    }
    if let mask = found.mask {
      let moved = try plan.map { try Masks.draw(mask, by: $0, others: others.compactMapValues(\.found.mask), backend) } ?? mask
      output.append((GrowAnnotations.mask(of: result), try ClassPNG.encode(moved)))
    }
    return output
  }

  // MARK: The whole

  /// The lists of classes, as far as they are known.
  var classLists: [(path: String, content: [UInt8])] {
    var lists: [(path: String, content: [UInt8])] = []
    if let labels, !labelNames.isEmpty {
      lists.append((YOLO.descriptionFile, Array(YOLO.description(labelNames, pictures: labels.target.isEmpty ? "." : "images").utf8)))
    }
    if let documentClasses { lists.append((ClassFile.name, ClassFile.bytes(documentClasses))) }
    return lists
  }
}

import Diagnostics
import Effects
import Engine
import Images
import Tensors

// The annotations in a folder of images, written by `save` or by another program.
extension Writers {
  /// Throws if a mask cannot be written as an 8-bit picture, before any file changes.
  package static func checkMasks(_ set: DataSet, _ engine: Engine) throws {
    guard let masks = set.annotations.masks, masks.dtype != .u8 else { return }
    // Others may be mixed into the selected ones.
    for item in set.mixed.isEmpty ? set.selectedItems : Array(0..<masks.count) {
      let mask = try masks.items([item], engine)[0]
      guard let large = (0..<mask.count).first(where: { mask[$0] > 255 }) else { continue }
      throw Fault(
        AnnotationErrors.badMask, "mask \(item) has class \(mask[large].brief); a picture or a byte holds classes up to 255",
        hint: "number the classes from 0 without gaps, or save the data set in an .npz file")
    }
  }

  /// The files that `index` lists beside the images.
  static func writeAnnotations(
    _ set: DataSet, _ index: FolderIndex, to path: String, _ files: any FileAccess, _ engine: Engine, _ cancellation: Cancellation?
  ) throws {
    let workers = Workers(engine, cancellation)
    for start in stride(from: 0, to: index.masks.count, by: workers.batchSize) {
      let positions = Array(start..<min(index.masks.count, start + workers.batchSize))
      let masks = try positions.map { try set.mask($0, engine) }
      let encoded = try workers.map(positions.count) { try masks[$0].map { try ClassPNG.encode($0.asBytes()) } ?? [] }
      for (position, bytes) in zip(positions, encoded) { try files.write(bytes, to: path + index.masks[position]) }
    }
    if index.others.contains(FolderIndex.annotationFile) {
      try files.write(COCOWriter.bytes(set, files: index.pictures), to: path + FolderIndex.annotationFile)
    }
    if index.others.contains(FolderIndex.softLabelFile), let target = set.target {
      try files.write(NPY.encode(.tensor(target.tensor())), to: path + FolderIndex.softLabelFile)
    }
  }
}

extension Tensor {
  /// A mask of at most 256 classes as u8.
  func asBytes() throws -> Tensor { dtype == .u8 ? self : try Tensor(dtype: .u8, shape: shape) { self[$0] } }
}

/// What a folder says of its images beside their classes.
struct FolderAnnotations {
  var annotations = Annotations()
  var softLabels: Labels?
  /// The classes that the file of annotations names.
  var names: [String] = []

  /// The classes of the folder. The annotations may know more than those that have images.
  func classes(of folder: PictureFolder) -> [String] { folder.labels == nil || names.starts(with: folder.classes) ? names : folder.classes }

  /// For a folder whose pictures have these shapes. `masks` are the paths of masks, one for each picture.
  init(_ folder: PictureFolder, _ files: any FileAccess, _ cancellation: Cancellation?, shape: (Int) -> [Int]) throws {
    if folder.hasAnnotationFile {
      let name = folder.path + FolderIndex.annotationFile
      let coco = try COCO(files.read(name), name: name).reordered(folder.pictures)
      annotations = coco.annotations(shape: shape, minVisible: Annotations.defaultMinVisible).0
      names = coco.names
    }
    if let masks = folder.masks {
      annotations.masks = Masks(.files(try PictureFiles(masks.map { folder.path + $0 }, holdsClasses: true, files, cancellation)))
    }
    softLabels = try FolderAnnotations.softLabels(folder, files)
  }

  /// Nil if there are none.
  static func softLabels(_ folder: PictureFolder, _ files: any FileAccess) throws -> Labels? {
    guard let others = folder.index?.others, others.contains(FolderIndex.softLabelFile) else { return nil }
    let name = folder.path + FolderIndex.softLabelFile
    guard case .tensor(let shares) = try NPY.decode(files.read(name), name: name) else { return nil }
    let labels = try Labels(soft: shares)
    guard labels.count == folder.pictures.count else {
      throw Fault(
        DataErrors.mixedFolder, "`\(name)` has \(counted(labels.count, "row")) for \(counted(folder.pictures.count, "image"))",
        hint: "were images added to the folder, or removed? Save the data set again")
    }
    return labels
  }
}

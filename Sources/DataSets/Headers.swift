import Diagnostics
import Effects
import Images
import Tensors

/// Data sets for checking: only headers are read, so sizes are right but pixels are missing.
package enum Headers {
  package static func mnist(_ path: String, part: String, names: [String], _ files: any FileAccess) throws -> DataSet {
    let folder = path.hasSuffix("/") ? path : path + "/"
    let found = try Readers.idxFile("images-idx3", in: folder, part: part, files)
    let shape = try IDX.shape(files.read(found), name: found)
    guard shape.count == 3 else {
      throw Fault(DataErrors.badIDX, "`\(found)` holds images of shape \(shape.shapeText)", hint: "expected three dimensions: count, height, width")
    }
    return try without(pixels: shape + [1], isLabelled: true, names)
  }

  /// A folder of images; nil if their sizes differ.
  package static func folder(_ path: String, _ files: any FileAccess) throws -> DataSet? {
    let folder = try PictureFolder(path, files)
    var shape: [Int]?
    // The first few represent all.
    for picture in folder.pictures.prefix(64) {
      guard let own = PictureFormat.header(try files.read(folder.path + picture))?.shape, shape == nil || own == shape else { return nil }
      shape = own
    }
    guard let shape else { return nil }
    let count = folder.pictures.count
    var others = try FolderAnnotations(folder, files, nil) { _ in shape }
    if others.annotations.masks != nil {
      others.annotations.masks = Masks(.dense(try Tensor(uninitialized: TensorType(.u8, [count] + shape.prefix(2)))))
    }
    return try without(
      pixels: [count] + shape, target: folder.labels.map { .classes($0) } ?? others.softLabels, others.classes(of: folder), annotations: others.annotations)
  }

  /// A data set of this shape, [count, height, width, channels]. Its memory is never accessed.
  package static func without(pixels shape: [Int], isLabelled: Bool, _ names: [String]) throws -> DataSet {
    try without(pixels: shape, target: isLabelled ? .classes([Int32](repeating: 0, count: shape[0])) : nil, names)
  }

  package static func without(
    pixels shape: [Int], target: Labels?, _ names: [String], annotations: Annotations = Annotations()
  ) throws -> DataSet {
    try DataSet(.dense(Tensor(uninitialized: TensorType(.u8, shape))), target: target, names: names, annotations: annotations)
  }
}

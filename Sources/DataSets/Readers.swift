import Diagnostics
import Effects
import Images
import Tensors

/// Reads data sets from files.
package enum Readers {
  /// A folder of images, whose pixels are read on demand; sub-folders, if there are any, are classes. `note` receives
  /// messages about files that are ignored.
  package static func folder(
    _ path: String, _ files: any FileAccess, _ cancellation: Cancellation? = nil, note: (String) -> Void = { _ in }
  ) throws -> DataSet {
    let folder = try PictureFolder(path, files)
    guard !folder.pictures.isEmpty else {
      let shards = try shards(in: path, files)
      if !shards.isEmpty { return try Readers.shards(shards, files, cancellation) }
      throw Fault(
        DataErrors.empty, "there are no images in `\(folder.path)`: no file ends in \(PictureFormat.extensions.joined(separator: ", "))",
        hint: "put images in the folder itself, or in one sub-folder for each class")
    }
    let pictures = try PictureFiles(folder.pictures.map { folder.path + $0 }, files, cancellation)
    if let first = pictures.withMore.first {
      let others = pictures.withMore.count > 1 ? " and \(counted(pictures.withMore.count - 1, "other file"))" : ""
      note("`\(first)`\(others): only the first of several images is read")
    }
    if folder.ignoredCount > 0 { note("`\(folder.path)`: \(counted(folder.ignoredCount, "image")) beside the class folders ignored") }
    let others = try FolderAnnotations(folder, files, cancellation, shape: pictures.shape)
    return try DataSet(
      .files(pictures), target: folder.labels.map { .classes($0) } ?? others.softLabels, names: others.classes(of: folder),
      annotations: others.annotations)
  }

  /// The four files of MNIST or a similar data set in a folder, gzipped or not; `part` is train or test.
  package static func mnist(_ path: String, part: String, names: [String], _ files: any FileAccess) throws -> DataSet {
    let folder = path.hasSuffix("/") ? path : path + "/"
    let stem = part == "test" ? "t10k" : "train"
    func read(_ ending: String) throws -> Tensor {
      let found = try idxFile(ending, in: folder, part: part, files)
      return try IDX.decode(files.read(found), name: found)
    }
    return try classified(images: read("images-idx3"), labels: read("labels-idx1"), names: names, name: folder + stem)
  }

  /// One of the four files, in either common spelling: train-images-idx3-ubyte, train-images.idx3-ubyte.
  static func idxFile(_ ending: String, in folder: String, part: String, _ files: any FileAccess) throws -> String {
    let stem = part == "test" ? "t10k" : "train"
    let (kind, rank) = (ending.dropLast(5), ending.suffix(4))
    let spellings = ["-", "."].flatMap { mark in
      ["", ".gz"].map { folder + stem + "-\(kind)\(mark)\(rank)-ubyte" + $0 }
    }
    if let found = spellings.first(where: { files.exists($0) }) { return found }
    if !files.isFolder(folder) { _ = try files.list(folder) }
    throw Fault(
      FileErrors.missing, "no such file: `\(folder)\(stem)-\(ending)-ubyte` (or `.gz`)",
      hint: "the folder must contain the four IDX files of the data set: train-images-idx3-ubyte.gz and so on")
  }

  /// IDX images [count, height, width] and labels [count] as a data set.
  package static func classified(images: Tensor, labels: Tensor, names: [String], name: String) throws -> DataSet {
    guard images.type.rank == 3, labels.type.rank == 1 else {
      throw Fault(
        DataErrors.badIDX, "`\(name)` holds images of shape \(images.shape.shapeText) and labels of shape \(labels.shape.shapeText)",
        hint: "expected images with three dimensions and labels with one")
    }
    let numbers = (0..<labels.count).map { Int32(labels[$0]) }
    return try DataSet(.dense(images.reshaped(images.shape + [1])), labels: numbers, names: names)
  }
}

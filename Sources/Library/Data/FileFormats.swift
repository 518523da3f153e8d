import DataSets
import Diagnostics
import Machine
import ONNX

/// A file format of `save` or `load`, selected by the extension of a file's name.
struct FileFormat: Sendable {
  /// The usual extension first.
  let endings: [String]
  /// What such a file contains, for hints.
  let holds: String
  var load: (@Sendable (_ call: Call, _ path: String) throws -> Value)?
  var save: (@Sendable (_ call: Call, _ value: Value, _ path: String) throws -> Void)?
}

extension Library {
  static let fileFormats: [FileFormat] = [
    FileFormat(endings: ["/"], holds: "a folder of pictures", load: loadFolder, save: saveFolder),
    FileFormat(endings: [".png"], holds: "one picture", load: loadPicture, save: savePNG),
    FileFormat(endings: [".jpg", ".jpeg"], holds: "one picture", load: loadPicture),
    FileFormat(endings: [".bmp", ".gif", ".tif", ".tiff", ".webp", ".pbm", ".pgm", ".ppm", ".pnm"], holds: "one picture", load: loadPicture),
    FileFormat(endings: [".idx"], holds: "images as bytes", load: loadIDX, save: saveIDX),
    FileFormat(endings: [".tar"], holds: "pictures with their classes, in the convention of WebDataset", load: loadShard, save: saveShard),
    FileFormat(endings: Readers.shardEndings.filter { $0 != ".tar" }, holds: "the same, compressed", load: loadShard),
    FileFormat(
      endings: [".csv", ".tsv", ".jsonl", ".ndjson", ".csv.gz", ".tsv.gz", ".jsonl.gz", ".ndjson.gz"], holds: "a table", load: loadTable,
      save: saveTable),
    FileFormat(endings: [".npy"], holds: "a tensor in NumPy's format", load: loadArray, save: saveArray),
    FileFormat(endings: [".npz"], holds: "several tensors by name", load: loadArrays, save: saveArrays),
    FileFormat(endings: [ModelFile.ending], holds: "a model", load: loadModel, save: saveModel),
    FileFormat(endings: [".tfevents"], holds: "a history for TensorBoard", save: saveEvents),
    FileFormat(endings: [ONNXFile.ending], holds: "a function of a model, for other programs", save: saveONNX),
    FileFormat(endings: [".recipe"], holds: "a recipe as text", load: loadRecipe, save: saveRecipe),
    FileFormat(endings: [".svg"], holds: "a chart", save: refuseChart),
    FileFormat(endings: [".html", ".json"], holds: "a report", save: refuseReport),
  ]

  /// Extensions of files that `save` writes, without folders.
  package static let savedExtensions = fileFormats.filter { $0.save != nil }.flatMap(\.endings).filter { $0 != "/" }

  static func load(_ call: Call, _ path: String) throws -> Value {
    if let load = format(of: path)?.load { return try load(call, path) }
    if ShardNames.isPattern(path), !call.effects.files.exists(path) { return try loadShard(call, path) }
    if let picture = try loadUnnamed(call, path) { return picture }
    throw unknownEnding(call, path) { $0.load != nil }
  }

  static func save(_ call: Call, _ value: Value, to path: String) throws {
    if value.tag == .foreign, let own = value.foreign as? any Savable { return try own.save(value, to: path, call) }
    guard let format = format(of: path), let save = format.save else { throw unknownEnding(call, path) { $0.save != nil } }
    let isONNX = format.endings.contains(ONNXFile.ending)
    if value.tag == .model, !format.endings.contains(ModelFile.ending), !isONNX {
      throw call.refuse(
        "`save` writes a model to a file that ends in `.model` or `.onnx`, got `\(path)`", hint: "as in `save(m, \"clothes.model\")`")
    }
    if try call[savedLike] != nil, !isONNX { throw call.refuse("`save`: `like` is for `.onnx` files, got `\(path)`") }
    try save(call, value, path)
  }

  /// Throws if no writable format has the extension of `path`.
  static func checkSave(_ call: Call, to path: String) throws {
    if format(of: path)?.save == nil { throw unknownEnding(call, path) { $0.save != nil } }
  }

  private static func format(of path: String) -> FileFormat? {
    let name = path.lowercased()
    return fileFormats.first { $0.endings.contains { name.hasSuffix($0) } }
  }

  private static func unknownEnding(_ call: Call, _ path: String, _ isKnown: (FileFormat) -> Bool) -> Fault {
    let known = fileFormats.filter(isKnown).map { "\($0.endings.map { $0 == "/" ? "NAME/" : $0 }.joined(separator: " or ")) (\($0.holds))" }
    return call.refuse("`\(call.builtin.name)`: unknown file format of `\(path)`", hint: "supported formats: \(known.joined(separator: ", "))")
  }
}

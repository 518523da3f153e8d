import Diagnostics
import Machine

/// A kind of file that `save` or `load` know, by how its name ends.
struct FileFormat: Sendable {
  /// The usual ending first.
  let endings: [String]
  /// What such a file holds, in a few words.
  let holds: String
  var load: (@Sendable (_ call: Call, _ path: String) throws -> Value)?
  var save: (@Sendable (_ call: Call, _ value: Value, _ path: String) throws -> Void)?
}

extension Library {
  /// A row for each kind.
  static let fileFormats: [FileFormat] = [
    FileFormat(endings: ["/"], holds: "a folder of pictures", load: loadFolder, save: saveFolder),
    FileFormat(endings: [".png"], holds: "one picture", load: loadPicture, save: savePNG),
    FileFormat(endings: [".jpg", ".jpeg"], holds: "one picture", load: loadPicture),
    FileFormat(endings: [".bmp", ".gif", ".tif", ".tiff", ".webp"], holds: "one picture", load: loadPicture),
    FileFormat(endings: [".idx"], holds: "images as bytes", load: loadIDX, save: saveIDX),
    FileFormat(endings: [".csv", ".tsv"], holds: "a table", load: loadTable, save: saveTable),
    FileFormat(endings: [".npy"], holds: "a tensor, as NumPy keeps it", load: loadArray, save: saveArray),
    FileFormat(endings: [".npz"], holds: "several by their names", load: loadArrays, save: saveArrays),
    FileFormat(endings: [ModelFile.ending], holds: "a model", load: loadModel, save: saveModel),
    FileFormat(endings: [".svg"], holds: "a chart", save: refuseChart),
  ]

  static func load(_ call: Call, _ path: String) throws -> Value {
    if let load = format(of: path)?.load { return try load(call, path) }
    if let picture = try loadUnnamed(call, path) { return picture }
    throw unknownEnding(call, path) { $0.load != nil }
  }

  static func save(_ call: Call, _ value: Value, to path: String) throws {
    if value.tag == .foreign, let own = value.foreign as? any Savable { return try own.save(to: path, call) }
    guard let format = format(of: path), let save = format.save else { throw unknownEnding(call, path) { $0.save != nil } }
    if value.tag == .model, !format.endings.contains(ModelFile.ending) {
      throw call.refuse("a model is saved in a file whose name ends in `.model`, not as `\(path)`", hint: "as in `save(m, \"clothes.model\")`")
    }
    try save(call, value, path)
  }

  /// Whether a program that is only checked names a kind of file that can be written.
  static func checkedSave(_ call: Call) throws -> Value {
    if call[1].tag == .string, format(of: call.string(1))?.save == nil { throw unknownEnding(call, call.string(1)) { $0.save != nil } }
    return .nothing
  }

  private static func format(of path: String) -> FileFormat? {
    let name = path.lowercased()
    return fileFormats.first { $0.endings.contains { name.hasSuffix($0) } }
  }

  private static func unknownEnding(_ call: Call, _ path: String, _ isKnown: (FileFormat) -> Bool) -> Fault {
    let known = fileFormats.filter(isKnown).map { "\($0.endings.map { $0 == "/" ? "NAME/" : $0 }.joined(separator: " or ")) (\($0.holds))" }
    return call.refuse("`\(call.builtin.name)` does not know the ending of `\(path)`", hint: "it knows \(known.joined(separator: ", "))")
  }
}

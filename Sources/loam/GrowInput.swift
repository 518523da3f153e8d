import DataSets
import Diagnostics
import Effects

/// The input of `loam grow`: one folder of pictures, or tar shards.
enum GrowInput {
  /// Opens the inputs and checks that the output is not one of them.
  static func source(
    _ inputs: [String], output: String, annotations: String?, _ format: GrowSettings.Format, _ effects: Effects
  ) throws -> any PictureSource {
    func note(_ what: String) { effects.console.writeError("note: `\(inputs[0].visible)`: \(what)\n") }
    let files = effects.files
    let inputs = try inputs.flatMap { try ShardNames.isPattern($0) ? ShardNames.expand($0, files) : [$0] }
    for input in inputs { try refuse(output, inside: input, files) }
    let shards = try inputs.flatMap { try self.shards(of: $0, files) }
    if shards.isEmpty, inputs.count == 1 {
      let source = try FolderSource(inputs[0], coco: annotations, files)
      if source.ignoredCount > 0 { note("\(counted(source.ignoredCount, "image")) beside the class folders ignored") }
      if let deeper = source.deeperFolder { note("images in deeper folders, such as `\(deeper.visible)`, ignored: a class is a folder of images") }
      if let missing = source.annotations?.missingPictures, missing > 0 {
        note("ignored annotations of \(counted(missing, "picture")) that are not in the folder")
      }
      if source.kinds.hasOutlines, format.isOneFile { note(outlinesAreLeftOut) }
      if source.hasSoftLabels, format.isFolder { note(softLabelsAreLeftOut) }
      return source
    }
    if let annotations {
      throw Fault(ShardErrors.badChoice, "`\(annotations)` annotates the pictures of a folder, not shards", hint: "leave out --annotations")
    }
    if let folder = try inputs.first(where: { try self.shards(of: $0, files).isEmpty }) {
      throw Fault(
        ShardErrors.badChoice, "several inputs must all be tar shards, but `\(folder)` is not", hint: "put the pictures of several folders into one folder")
    }
    let source = try ShardSource(shards, classes: ShardClasses.names(beside: files.isFolder(inputs[0]) ? inputs[0] : shards[0], files), effects.cancellation)
    if source.kinds.hasOutlines, format.isOneFile { note(outlinesAreLeftOut) }
    if source.hasSoftLabels, format.isFolder { note(softLabelsAreLeftOut) }
    return source
  }

  private static let outlinesAreLeftOut = "crowd annotations and object outlines are not carried over to an array"
  private static let softLabelsAreLeftOut = "soft labels are not carried over to a folder"

  /// A tar file itself, or the tar files of a folder; none if the folder has pictures.
  private static func shards(of input: String, _ files: any FileAccess) throws -> [String] {
    guard files.isFolder(input) else {
      if Readers.isShard(input) || !files.exists(input) {
        // Reports a file that is missing.
        _ = try files.read(input, first: 1)
        return [input]
      }
      throw Fault(ShardErrors.badChoice, "`\(input)` is neither a folder nor a tar file", hint: "the input is a folder of pictures, or files that end in .tar")
    }
    return try Readers.shards(in: input, files)
  }

  // MARK: The output

  /// What is written into the input would be read as a part of it when the run is continued.
  private static func refuse(_ output: String, inside input: String, _ files: any FileAccess) throws {
    let (target, origin) = (place(of: output, files), try files.realPath(input))
    func refusal(_ what: String) -> Fault { Fault(ShardErrors.outputInUse, what, hint: "choose a folder beside the input") }
    if target == origin { throw refusal("the output `\(output)` is the input") }
    if target.hasPrefix(origin + "/") { throw refusal("the output `\(output)` is inside the input `\(input)`") }
    if origin.hasPrefix(target + "/") { throw refusal("the input `\(input)` is inside the output `\(output)`") }
  }

  /// The absolute path of what need not exist yet.
  private static func place(of path: String, _ files: any FileAccess) -> String {
    if let real = try? files.realPath(path) { return real }
    let parts = Paths.parts(of: path)
    let parent = (path.hasPrefix("/") ? "/" : "") + parts.dropLast().joined(separator: "/")
    guard let last = parts.last, parent != path else { return path }
    return place(of: parent.isEmpty ? "." : parent, files) + "/" + last
  }
}

import Diagnostics
import Effects
import Images

/// One picture of the input as bytes, with the files that belong to it in a tar shard.
package struct SourceSample {
  package let picture: [UInt8]
  package fileprivate(set) var others: [(ending: String, content: [UInt8])] = []
}

/// Pictures in a fixed order, which are read one at a time. Only their names are in memory.
package protocol PictureSource: AnyObject {
  var count: Int { get }
  /// Where a picture is, for messages, such as `cat/1.png`.
  func name(_ index: Int) -> String
  /// The same, relative to the input: it does not depend on where the input is.
  func name(ofSource index: Int) -> String
  /// The name of its results, without a number and an extension.
  func stem(_ index: Int) -> String
  /// The sub-folder of its results; empty if there is none.
  func folder(_ index: Int) -> String
  func label(_ index: Int) -> Int32?
  /// Class names, indexed by label.
  var classes: [String] { get }
  /// What the pictures are annotated with; nil if there is nothing, or in shards.
  var annotations: GrowAnnotations? { get }
  /// Changes if pictures are added, removed or renamed.
  var fingerprint: String { get }
  /// Prepares to read a picture: called by one thread at a time, with ascending indices. The result reads it, on any
  /// thread.
  func open(_ index: Int) throws -> () throws -> SourceSample
}

extension PictureSource {
  package var annotations: GrowAnnotations? { nil }
}

/// The pictures of a folder, in the order of `images`.
package final class FolderSource: PictureSource {
  private let contents: PictureFolder
  package let annotations: GrowAnnotations?
  private let files: any FileAccess
  private let stems: [String]

  /// `coco` is a file in COCO's format that annotates the pictures; by default `annotations.json` of the folder, if there is one.
  package init(_ path: String, coco: String? = nil, _ files: any FileAccess) throws {
    let folder = path.hasSuffix("/") ? path : path + "/"
    let layout = try AnnotationLayout(folder, hasCOCO: coco != nil, files)
    contents = try PictureFolder(folder, files, pictureFolder: layout.pictureFolder)
    self.files = files
    guard !contents.pictures.isEmpty else {
      throw Fault(
        DataErrors.empty, "there are no images in `\(contents.path)`: no file ends in \(PictureFormat.extensions.joined(separator: ", "))",
        hint: "put images in the folder itself, or in one sub-folder for each class")
    }
    stems = ResultNames.stems(of: contents.pictures)
    annotations = try GrowAnnotations(contents, layout, coco: coco, stems: stems, files)
  }

  package var count: Int { contents.pictures.count }
  package var classes: [String] { contents.classes }
  /// The number of images beside the class folders, which are ignored.
  package var ignoredCount: Int { contents.ignoredCount }
  /// Whether there are shares of classes, which are ignored, too.
  package var hasSoftLabels: Bool { files.exists(contents.path + FolderIndex.softLabelFile) }
  package func name(_ index: Int) -> String { contents.path + contents.pictures[index] }
  package func name(ofSource index: Int) -> String { contents.pictures[index] }
  package func stem(_ index: Int) -> String { stems[index] }
  package func folder(_ index: Int) -> String { ResultNames.split(contents.pictures[index]).folder }
  package func label(_ index: Int) -> Int32? { contents.labels?[index] }
  package var fingerprint: String { ResultNames.fingerprint(contents.pictures, contents.labels) }

  package func open(_ index: Int) throws -> () throws -> SourceSample {
    let (path, files) = (name(index), files)
    return { SourceSample(picture: try files.read(path)) }
  }
}

/// The samples of tar shards, in the order of the shards and of their members. A member is read once, in order, and no shard
/// is ever in memory.
package final class ShardSource: PictureSource {
  private let index: ShardIndex
  private let reader: SampleReader
  /// The same picture may be asked for several times in a row.
  private var last: (number: Int, members: Result<[Member], any Error>)?
  private typealias Member = (ending: String, content: [UInt8])
  private let labels: [Int32]?
  private let folders: [String]
  package let classes: [String]

  /// `classes` are the names of the labels, if they are known.
  package init(_ paths: [String], classes names: [String] = [], _ cancellation: Cancellation? = nil) throws {
    index = try ShardIndex(paths, cancellation)
    guard !index.samples.isEmpty else {
      throw Fault(
        DataErrors.empty, "there are no samples in \(paths.map { "`\($0)`" }.prefix(3).joined(separator: ", "))",
        hint: "a sample is a picture, such as `000123.png`, with files of the same name beside it")
    }
    reader = SampleReader(index)
    let classified = try ShardLabels(index.samples.map(\.label), classes: names) { [index] in (index.samples[$0].key, index.paths[index.samples[$0].shard]) }
    (labels, classes) = (classified.labels, classified.classes)
    folders = classes.isEmpty ? [] : Writers.folders(of: classes)
  }

  package var count: Int { index.samples.count }
  package func name(_ number: Int) -> String { index.paths[index.samples[number].shard] + "/" + index.samples[number].key }
  package func name(ofSource number: Int) -> String {
    ResultNames.split(index.paths[index.samples[number].shard]).file + "/" + index.samples[number].key
  }
  /// Keys may repeat in another shard, so results are numbered.
  package func stem(_ number: Int) -> String { ResultNames.padded(number, count: count) }
  package func folder(_ number: Int) -> String { label(number).map { folders[Int($0)] } ?? "" }
  package func label(_ number: Int) -> Int32? { labels?[number] }

  package var fingerprint: String {
    ResultNames.fingerprint((0..<count).lazy.map { self.name(ofSource: $0) }, labels)
  }

  package func open(_ number: Int) throws -> () throws -> SourceSample {
    let members = last?.number == number ? last?.members ?? .success([]) : Result { try reader.read(number) }
    last = (number, members)
    let name = name(number)
    return {
      let all = try members.get()
      let picture = try SampleName.picture(among: all.map(\.ending), of: name)
      var others = all
      others.remove(at: picture)
      return SourceSample(picture: all[picture].content, others: others)
    }
  }
}

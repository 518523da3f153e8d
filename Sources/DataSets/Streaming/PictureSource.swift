import Diagnostics
import Effects
import Images

/// One picture of the input as bytes, with the files that belong to it in a tar shard.
package struct SourceSample {
  package let picture: [UInt8]
  /// In a tar shard.
  fileprivate(set) var name = ""
  package fileprivate(set) var others: [(ending: String, content: [UInt8])] = []

  var withoutPicture: SourceSample { SourceSample(picture: [], name: name, others: others) }
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
  /// What pictures have beside their classes.
  var kinds: SampleKinds { get }
  /// Boxes and keypoints for a file in COCO's format; nil if there are none, or they have another format.
  var coco: COCOContents? { get }
  /// All that annotates a picture of this shape; `list` is what `classList` returns.
  func annotations(of index: Int, _ sample: SourceSample, shape: [Int], list: [String]?) throws -> SampleAnnotations
  /// The names of the classes of pictures and boxes in one list, which is empty if labels have no names; nil if there is none.
  func classList() throws -> [String]?
  /// Changes if pictures are added, removed or renamed.
  var fingerprint: String { get }
  /// Prepares to read a picture: called by one thread at a time, with ascending indices. The result reads it, on any
  /// thread.
  func open(_ index: Int) throws -> () throws -> SourceSample

  // Pictures in any order, on any thread, for recipes that mix them.

  /// Throws if they cannot be read in this way.
  func requireAnyOrder() throws
  /// Throws for a picture that is not readable.
  func header(_ index: Int) throws -> PictureHeader
  func sample(_ index: Int) throws -> SourceSample
  /// The labels of all pictures; nil if there are none.
  func target() throws -> Labels?
}

extension PictureSource {
  package var annotations: GrowAnnotations? { nil }

  /// Whether there are shares of classes.
  package var hasSoftLabels: Bool { kinds.softClasses != nil }
}

/// The pictures of a folder, in the order of `images`.
package final class FolderSource: PictureSource {
  private let contents: PictureFolder
  package let annotations: GrowAnnotations?
  private let files: any FileAccess
  private let stems: [String]
  /// For all pictures together.
  private let softLabels: (shares: [Float], classes: Int)?
  /// Of pictures and boxes, once `classList` has been asked for.
  private var sampleClasses: SampleClasses?

  /// `coco` is a file in COCO's format that annotates the pictures; by default `annotations.json` of the folder, if there is one.
  package init(_ path: String, coco: String? = nil, _ files: any FileAccess) throws {
    let folder = path.hasSuffix("/") ? path : path + "/"
    let layout = try AnnotationLayout(folder, hasCOCO: coco != nil, files)
    let contents = try PictureFolder(folder, files, pictureFolder: layout.pictureFolder)
    (self.contents, self.files) = (contents, files)
    guard !contents.pictures.isEmpty else {
      throw Fault(
        DataErrors.empty,
        PictureFolder.deeperFolder(in: contents.path, files).map {
          "there are images in `\(contents.path)\($0)`, but none in `\(contents.path)` or a sub-folder of it"
        }
          ?? "there are no images in `\(contents.path)`: no file ends in \(PictureFormat.extensions.joined(separator: ", "))",
        hint: "put images in the folder itself, or in one sub-folder for each class")
    }
    stems = ResultNames.stems(of: contents.pictures)
    annotations = try GrowAnnotations(contents, layout, coco: coco, stems: stems, files)
    if case .soft(let shares, let classes)? = try FolderAnnotations.softLabels(contents, files) {
      softLabels = (shares, classes)
    } else {
      softLabels = nil
    }
  }

  package var coco: COCOContents? { annotations?.contents }
  package var count: Int { contents.pictures.count }
  package var classes: [String] { contents.classes }
  /// The number of images beside the class folders, which are ignored.
  package var ignoredCount: Int { contents.ignoredCount }
  /// A folder that is too deep to be a class; nil if there is none.
  package var deeperFolder: String? { PictureFolder.deeperFolder(in: contents.path, files).map { contents.path + $0 } }
  package func name(_ index: Int) -> String { contents.path + contents.pictures[index] }
  package func name(ofSource index: Int) -> String { contents.pictures[index] }
  package func stem(_ index: Int) -> String { stems[index] }
  package func folder(_ index: Int) -> String { ResultNames.split(contents.pictures[index]).folder }
  package func label(_ index: Int) -> Int32? { contents.labels?[index] }
  package var fingerprint: String { ResultNames.fingerprint(contents.pictures, contents.labels) }

  package func header(_ index: Int) throws -> PictureHeader { try PictureFormat.header(of: name(index), files) }
  package func sample(_ index: Int) throws -> SourceSample { SourceSample(picture: try files.read(name(index))) }
  package func requireAnyOrder() {}
  package func open(_ index: Int) throws -> () throws -> SourceSample { { try self.sample(index) } }
  package func target() -> Labels? { softLabels.map { .soft($0.shares, classes: $0.classes) } ?? contents.labels.map { .classes($0) } }

  package var kinds: SampleKinds {
    var kinds = annotations?.kinds ?? SampleKinds()
    kinds.softClasses = softLabels?.classes
    return kinds
  }

  package func annotations(of index: Int, _ sample: SourceSample, shape: [Int], list: [String]?) throws -> SampleAnnotations {
    let classes = sampleClasses ?? SampleClasses(pictures: contents.classes, boxes: [])
    var result = try annotations?.sample(index, shape: shape, classes: classes) ?? SampleAnnotations()
    if let (shares, classes) = softLabels { result.softLabel = Array(shares[index * classes..<(index + 1) * classes]) }
    return result
  }

  package func classList() throws -> [String]? {
    let classes = SampleClasses(pictures: contents.classes, boxes: try annotations?.boxClasses() ?? [])
    sampleClasses = classes
    return classes.all.isEmpty && contents.labels == nil ? nil : classes.all
  }
}

/// The samples of tar shards, in the order of the shards and of their members. A member is read once, in order, and no shard
/// is ever in memory.
package final class ShardSource: PictureSource {
  let index: ShardIndex
  private let reader: SampleReader
  /// The same picture may be asked for several times in a row.
  private var last: (number: Int, members: Result<[Member], any Error>)?
  private typealias Member = (ending: String, content: [UInt8])
  let labels: [Int32]?
  private let folders: [String]
  package let classes: [String]
  private let list: [String]?

  /// `classes` are the names of the labels, if they are known: an empty list says that there are none.
  package init(_ paths: [String], classes names: [String]? = nil, _ cancellation: Cancellation? = nil) throws {
    list = names
    index = try ShardIndex(paths, classes: names, cancellation)
    guard !index.samples.isEmpty else {
      throw Fault(
        DataErrors.empty, "there are no samples in \(paths.map { "`\($0)`" }.prefix(3).joined(separator: ", "))",
        hint: "a sample is a picture, such as `000123.png`, with files of the same name beside it")
    }
    reader = SampleReader(index)
    let classified = try ShardLabels(index.samples.map(\.label), captions: index.captions, classes: names) { [index] in
      (index.samples[$0].key, index.paths[index.samples[$0].shard])
    }
    (labels, classes) = (classified.labels, names == nil ? index.contents.merged(classified.classes) : classified.classes)
    folders = classes.isEmpty ? [] : Writers.folders(of: classes)
  }

  package var kinds: SampleKinds { index.contents.kinds }
  package var count: Int { index.samples.count }
  package func name(_ number: Int) -> String { index.paths[index.samples[number].shard] + "/" + index.samples[number].key }
  package func name(ofSource number: Int) -> String {
    ResultNames.split(index.paths[index.samples[number].shard]).file + "/" + index.samples[number].key
  }
  /// Keys may repeat in another shard, so results are numbered.
  package func stem(_ number: Int) -> String { ResultNames.padded(number, count: count) }
  package func folder(_ number: Int) -> String { label(number).map { folders.isEmpty ? "\($0)" : folders[Int($0)] } ?? "" }
  package func label(_ number: Int) -> Int32? { labels?[number] }

  package var fingerprint: String {
    ResultNames.fingerprint((0..<count).lazy.map { self.name(ofSource: $0) }, labels)
  }

  package func open(_ number: Int) throws -> () throws -> SourceSample {
    let members = last?.number == number ? last?.members ?? .success([]) : Result { try reader.read(number) }
    last = (number, members)
    let name = name(number)
    return { try self.sample(of: members.get(), named: name) }
  }

  /// The picture of a sample, and what is beside it.
  func sample(of members: [(ending: String, content: [UInt8])], named name: String) throws -> SourceSample {
    let picture = try SampleName.picture(among: members.map(\.ending), of: name)
    var others = members
    others.remove(at: picture)
    return SourceSample(picture: members[picture].content, name: name, others: others)
  }

  package func annotations(of number: Int, _ sample: SourceSample, shape: [Int], list: [String]?) throws -> SampleAnnotations {
    var result = try annotations(of: sample)
    try result.check(name(number), shape: shape, classes: list?.count ?? 0)
    result.objects.boxes = result.objects.boxes?.map { $0.clipped(to: shape) }
    return result
  }

  func annotations(of sample: SourceSample) throws -> SampleAnnotations {
    func content(_ ending: String) -> [UInt8]? { sample.others.first { $0.ending == ending }?.content }
    let file = sample.name + "."
    var result = try content(SampleJSON.ending).flatMap { try SampleJSON.read($0, file: file + SampleJSON.ending, names: list ?? []) } ?? SampleAnnotations()
    result.mask = try content(SampleJSON.maskEnding).map { bytes in
      let mask = try ClassPNG.decode(bytes, name: file + SampleJSON.maskEnding)
      return mask.reshaped(Array(mask.shape.prefix(2)))
    }
    return result
  }

  package var coco: COCOContents? {
    guard kinds.hasBoxes || kinds.hasKeypoints else { return nil }
    func picture(_ number: Int, _ sample: SourceSample) throws -> COCOContents.Picture {
      let shape = try PictureFormat.header(sample.picture)?.shape ?? PictureFormat.decode(sample.picture, name: sample.name).shape
      let own = try annotations(of: number, sample, shape: shape, list: list)
      let objects = PictureObjects(
        boxes: own.objects.boxes ?? [], outlines: own.objects.outlines, keypoints: index.contents.keypoints(of: own))
      return COCOContents.Picture(shape: shape, objects: objects)
    }
    return COCOContents(
      names: classes, keypointNames: index.contents.keypointNames, hasBoxes: kinds.hasBoxes, hasKeypoints: kinds.hasKeypoints,
      read: { try picture($0, self.sample($0)) }
    ) { number in
      let read = try self.open(number)
      return { try picture(number, read()) }
    }
  }

  /// Boxes may name classes that no list has.
  package func classList() -> [String]? { list ?? (kinds.hasBoxes || classes.isEmpty ? nil : classes) }
}

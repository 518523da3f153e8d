import Diagnostics
import Images

/// Which results a run makes, in which order. Results are numbered: those of picture 0 first, its original before its
/// copies.
package struct GrowPlan {
  package let source: any PictureSource
  package let settings: GrowSettings
  /// The part of this process, and the number of parts.
  package let part: (number: Int, count: Int)
  /// The names of the classes of pictures and boxes, for shards and arrays; nil if there are none.
  let classList: [String]?
  /// Nil if the recipe does not mix pictures.
  package let mixing: GrowMixing?

  package init(_ source: any PictureSource, _ settings: GrowSettings, mixing: GrowMixing? = nil, part: (number: Int, count: Int) = (1, 1)) throws {
    try settings.check()
    if mixing != nil { try GrowPlan.checkMixing(settings, hasLabels: mixing?.classes != nil) }
    guard part.count >= 1, part.count <= GrowPlan.mostParts, (1...part.count).contains(part.number) else {
      throw Fault(
        ShardErrors.badChoice, "--shard \(part.number)/\(part.count): expected a part from 1/n to n/n, with n at most \(GrowPlan.mostParts)",
        hint: "as in `--shard 1/3`, `--shard 2/3` and `--shard 3/3`")
    }
    guard part.count == 1 || !settings.format.isOneFile else {
      throw Fault(
        ShardErrors.badChoice, "one .\(settings.format.rawValue) file cannot be written by \(part.count) processes",
        hint: "leave out --shard, or use `--format tar`")
    }
    guard source.count <= Int(Int32.max) / settings.perPicture else {
      throw Fault(
        ShardErrors.badChoice, "\(settings.perPicture) results from each of \(source.count) pictures exceed the limit of \(Int32.max)",
        hint: "use fewer --copies")
    }
    if settings.format == .idx, let highest = (0..<source.count).compactMap({ source.label($0) }).max(), highest > 255 {
      throw Fault(ShardErrors.badChoice, "labels in an .idx file must be at most 255, got \(highest)", hint: "use `--format npz`")
    }
    (self.source, self.settings, self.mixing, self.part) = (source, settings, mixing, part)
    classList = settings.format.isFolder && source.annotations != nil ? nil : try source.classList()
    if settings.format == .idx, let kind = kinds.names.last(where: { $0 != "masks" }) {
      throw Fault(
        ShardErrors.noPlace, "an .idx file cannot hold \(kind), which the pictures have",
        hint: "write tar shards, an .npz file or a folder: `--format tar`, `--format npz` or `--format png`")
    }
  }

  private static func checkMixing(_ settings: GrowSettings, hasLabels: Bool) throws {
    guard !settings.keepsOriginals else {
      throw Fault(
        ShardErrors.badChoice, "the pictures themselves cannot be kept beside mixed ones", hint: "write them to another output, without a recipe")
    }
    guard !hasLabels || !settings.format.isFolder else {
      throw Fault(
        ShardErrors.badChoice, "the labels of mixed pictures are shares of classes, which a folder of pictures cannot hold",
        hint: "write tar shards, `--format tar`, or an .npz file")
    }
  }

  private static let mostParts = 100_000

  /// What the results have beside their classes. Labels of mixed pictures are shares.
  var kinds: SampleKinds {
    var kinds = source.kinds
    kinds.softClasses = mixing?.classes ?? kinds.softClasses
    return kinds
  }

  /// What happens to a picture of this shape.
  func change(_ recipe: Recipe, _ picture: Int, copy: Int, shape: [Int]) throws -> ImagePlan {
    try mixing?.plan(picture, copy: copy)
      ?? recipe.plan(height: shape[0], width: shape[1], channels: shape[2], SampleID(id: UInt32(picture), copy: UInt32(copy)))
  }

  /// What the pictures of a folder are annotated with, if it is written in the same formats, to another folder.
  package var annotations: GrowAnnotations? { settings.format.isFolder ? source.annotations : nil }

  /// The boxes and keypoints of all results, if they are written to one file in COCO's format.
  var coco: COCOContents? { settings.format.isFolder ? source.coco : nil }

  /// What the results have beside their classes, in words.
  package var annotationKinds: [String] { settings.format.isFolder ? annotations?.formats ?? kinds.formats : kinds.names }

  /// The folders that files of a result are in, beside its picture, relative to the output.
  func annotationFolders(_ number: Int) -> [String] {
    annotations?.folders(of: path(number)) ?? (source.kinds.hasMasks ? [ResultNames.split(GrowAnnotations.mask(of: path(number))).folder] : [])
  }

  var minVisible: Double { settings.minVisible ?? source.kinds.minVisible ?? Annotations.defaultMinVisible }

  package var resultCount: Int { source.count * settings.perPicture }
  package var shardCount: Int { (resultCount + settings.shardSize - 1) / settings.shardSize }

  /// The results that this process makes: whole pictures, or whole shards.
  package var results: Range<Int> {
    let unit = settings.format == .tar ? settings.shardSize : settings.perPicture
    let units = settings.format == .tar ? shardCount : source.count
    func start(_ part: Int) -> Int { min(resultCount, units * part / self.part.count * unit) }
    return start(part.number - 1)..<start(part.number)
  }

  func shard(_ number: Int) -> Range<Int> { number * settings.shardSize..<min(resultCount, (number + 1) * settings.shardSize) }

  package func shardName(_ number: Int) -> String { ResultNames.padded(number, count: shardCount) + ".tar" }

  /// A result: the picture that it is made of, and which copy it is; nil is the picture itself.
  func result(_ number: Int) -> (picture: Int, copy: Int?) {
    let (picture, variant) = number.quotientAndRemainder(dividingBy: settings.perPicture)
    return (picture, settings.keepsOriginals ? (variant == 0 ? nil : variant - 1) : variant)
  }

  /// The path of a result in a folder: the original ends in -0, copies in -1 and on.
  package func path(_ number: Int) -> String {
    let (picture, copy) = result(number)
    let folder = source.folder(picture)
    return (folder.isEmpty ? "" : folder + "/") + source.stem(picture) + "-\(copy.map { $0 + 1 } ?? 0).\(settings.pictureEnding ?? "")"
  }

  /// One piece of work: results of one picture.
  struct Job {
    let picture: Int
    let results: Range<Int>
  }

  /// At most this many results of a picture are made at a time, so that many copies take no more memory than few. A mixed one is made by itself:
  /// it is left out if a picture that it is mixed from is broken, and others are not.
  var mostResults: Int { mixing == nil ? 16 : 1 }

  /// The first job of a range of results.
  func job(of range: Range<Int>) -> Job {
    let picture = range.lowerBound / settings.perPicture
    let end = min(range.upperBound, (picture + 1) * settings.perPicture, range.lowerBound + mostResults)
    return Job(picture: picture, results: range.lowerBound..<end)
  }
}

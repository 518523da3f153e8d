import Diagnostics
import Effects
import Images
import Tensors

/// One result, ready to be written.
struct GrownPicture {
  let number: Int
  /// Encoded, or the pixels as bytes for an array.
  let content: [UInt8]
  let shape: [Int]
  /// The files beside the picture in its sample.
  let others: [(ending: String, content: [UInt8])]
  /// What annotates it, for an array.
  var sample = SampleAnnotations()
  /// The files that annotate it, with paths relative to the output.
  var annotations: [File] = []

  typealias File = (path: String, content: [UInt8])
}

/// Where results are written.
protocol PictureSink: AnyObject {
  /// The results that are not there yet, in order.
  func missing() throws -> [Range<Int>]
  /// Whether an earlier run has made all results of a job.
  func has(_ job: GrowPlan.Job) -> Bool
  /// Whether results must be written one after the other, in their order; otherwise they are written on any thread.
  var isOrdered: Bool { get }
  /// The results of one job.
  func write(_ pictures: [GrownPicture]) throws
  /// Called instead of `write` for a picture that is left out.
  func skip(_ picture: SkippedPicture) throws
  /// Completes the part; returns all that is left out.
  func finish() throws -> [SkippedPicture]
}

/// A picture file for each result.
final class FolderSink: PictureSink {
  private let plan: GrowPlan
  private let workspace: GrowWorkspace
  private var skipped: [SkippedPicture] = []
  private let files: any FileAccess

  init(_ plan: GrowPlan, _ workspace: GrowWorkspace, _ files: any FileAccess) throws {
    (self.plan, self.workspace, self.files) = (plan, workspace, files)
    let mine = plan.results
    let pictures = mine.lowerBound / plan.settings.perPicture..<mine.upperBound / plan.settings.perPicture
    var folders = Set(pictures.map { plan.source.folder($0) })
    for picture in pictures { folders.formUnion(plan.annotationFolders(picture * plan.settings.perPicture)) }
    for folder in folders.sorted() where !folder.isEmpty { try files.makeFolder(workspace.output + folder) }
  }

  var isOrdered: Bool { false }
  func missing() -> [Range<Int>] { plan.results.isEmpty ? [] : [plan.results] }
  func has(_ job: GrowPlan.Job) -> Bool { job.results.allSatisfy { files.exists(workspace.output + plan.path($0)) } }

  func write(_ pictures: [GrownPicture]) throws {
    for picture in pictures {
      // The picture comes last: if it is there, so is what annotates it.
      for (path, content) in picture.annotations + [(plan.path(picture.number), picture.content)] {
        let file = try OutputFile(workspace.temporary("\(picture.number)"))
        try file.write(content, at: 0)
        try file.finish(as: workspace.output + path)
      }
    }
  }

  /// Tried again by a run that resumes, so it is recorded only at the end.
  func skip(_ picture: SkippedPicture) { skipped.append(picture) }
  func finish() -> [SkippedPicture] { skipped }
}

/// Tar shards. A shard is complete or not there.
final class ShardSink: PictureSink {
  private let plan: GrowPlan
  private let workspace: GrowWorkspace
  private let files: any FileAccess
  private var writer: (shard: Int, tar: TarWriter, file: OutputFile)?
  private var skipped: [SkippedPicture]

  init(_ plan: GrowPlan, _ workspace: GrowWorkspace, _ files: any FileAccess) throws {
    (self.plan, self.workspace, self.files) = (plan, workspace, files)
    skipped = workspace.earlier.filter { files.exists(workspace.output + plan.shardName($0.results.lowerBound / plan.settings.shardSize)) }
    if let classes = plan.classList {
      try files.write(ClassFile.bytes(classes), to: workspace.output + ClassFile.name)
    }
  }

  var isOrdered: Bool { true }
  func has(_ job: GrowPlan.Job) -> Bool { false }

  func missing() -> [Range<Int>] {
    let mine = plan.results
    guard !mine.isEmpty else { return [] }
    let shards = mine.lowerBound / plan.settings.shardSize...(mine.upperBound - 1) / plan.settings.shardSize
    return shards.filter { !files.exists(workspace.output + plan.shardName($0)) }.map(plan.shard)
  }

  func write(_ pictures: [GrownPicture]) throws {
    guard let last = pictures.last else { return }
    let tar = try tar(of: last.number)
    for picture in pictures {
      let key = ResultNames.padded(picture.number, count: plan.resultCount)
      try tar.add("\(key).\(plan.settings.pictureEnding ?? "png")", picture.content)
      for other in picture.others { try tar.add("\(key).\(other.ending)", other.content) }
    }
    try finishShard(after: last.number)
  }

  func skip(_ picture: SkippedPicture) throws {
    skipped.append(picture)
    _ = try tar(of: picture.results.lowerBound)
    try finishShard(after: picture.results.upperBound - 1)
  }

  func finish() -> [SkippedPicture] { skipped }

  private func tar(of number: Int) throws -> TarWriter {
    let shard = number / plan.settings.shardSize
    if let writer, writer.shard == shard { return writer.tar }
    let file = try OutputFile(workspace.temporary(plan.shardName(shard)))
    let tar = try TarWriter(file)
    writer = (shard, tar, file)
    return tar
  }

  /// A complete shard is never made again, so what is missing in it is recorded first.
  private func finishShard(after number: Int) throws {
    guard let writer, number == plan.shard(writer.shard).upperBound - 1 else { return }
    if skipped.contains(where: { $0.results.lowerBound / plan.settings.shardSize == writer.shard }) {
      try workspace.write(skipped: skipped, isComplete: false)
    }
    try writer.tar.finish()
    try writer.file.finish(as: workspace.output + plan.shardName(writer.shard))
    self.writer = nil
  }
}

import Diagnostics
import Effects
import Engine
import Images
import Tensors

/// Grows pictures from a source to an output: reading, decoding, growing, encoding and writing overlap on all threads.
///
/// Memory is bounded: each thread holds one picture of the input, as bytes and decoded, those that it is mixed with, decoded, and one
/// result that it makes of them; at most `window` pictures are in flight, each with the encoded results of one job (16 at most). So the
/// pixels in memory are threads × (pictures + result), the encoded pictures window × (one input + 16 results), however many pictures there
/// are. In addition, the names of all inputs are in memory, for arrays the labels, and for mixing the headers.
package final class GrowRun {
  package struct Progress {
    /// Results that are made, left out, or were there already, and all that this process makes.
    package let done: Int
    package let total: Int
    /// The results that this run has made itself.
    package let made: Int
  }

  package struct Outcome {
    package let made: Int
    /// Results that an earlier run had made.
    package let alreadyMade: Int
    package let skipped: [SkippedPicture]
    /// The largest number of pictures that were in flight at a time.
    package let mostInFlight: Int
  }

  private typealias Job = (job: GrowPlan.Job, read: (() throws -> SourceSample)?)

  private enum JobResult {
    case there
    case grown([GrownPicture])
    /// Written by the thread that made it.
    case written
    case broken(any Error)
  }

  private let plan: GrowPlan
  private let recipe: Recipe
  private let engine: Engine
  private let files: any FileAccess
  private let cancellation: Cancellation?
  private let skipsBroken: Bool

  package init(
    _ plan: GrowPlan, _ recipe: Recipe, _ engine: Engine, _ files: any FileAccess, skipsBroken: Bool = false, _ cancellation: Cancellation? = nil
  ) {
    (self.plan, self.recipe, self.engine, self.files) = (plan, recipe, engine, files)
    (self.skipsBroken, self.cancellation) = (skipsBroken, cancellation)
  }

  /// Pictures in flight: enough for fast threads to go on while a slow one finishes.
  package var window: Int { 4 * engine.pool.threads }

  /// Makes what is missing in the output. `progress` is called by one thread at a time, `skipping` with each picture that is
  /// left out.
  package func run(
    to output: String, version: String = "", resumes: Bool = false, skipping: (SkippedPicture) -> Void = { _ in }, progress: (Progress) -> Void = { _ in }
  ) throws -> Outcome {
    let workspace = GrowWorkspace(output, plan, version: version, files)
    try workspace.open(resumes: resumes)
    var counts = (made: 0, there: 0, skipped: 0)
    var firstProblem: Fault?
    defer { if counts.made + counts.there == 0 { workspace.discard() } }
    let total = plan.results.count
    guard !workspace.isComplete else {
      return Outcome(made: 0, alreadyMade: total, skipped: workspace.earlier, mostInFlight: 0)
    }
    let sink: any PictureSink =
      switch plan.settings.format {
      case .png, .jpg: try FolderSink(plan, workspace, files)
      case .tar: try ShardSink(plan, workspace, files)
      case .npz, .idx: try ArraySink(plan, workspace, files)
      }
    var ranges = try sink.missing()[...]
    let missing = ranges.map(\.count).reduce(0, +)
    counts.there = total - missing
    let queue = JobQueue<Job, (GrowPlan.Job, JobResult)>(window: window, cancellation)
    run(queue, sink) {
      guard let range = ranges.first else { return nil }
      let job = self.plan.job(of: range)
      if job.results.upperBound < range.upperBound {
        ranges[ranges.startIndex] = job.results.upperBound..<range.upperBound
      } else {
        ranges.removeFirst()
      }
      return (job, sink.has(job) ? nil : try self.plan.source.open(job.picture))
    } take: { job, result in
      switch result {
      case .there: counts.there += job.results.count
      case .written: counts.made += job.results.count
      case .grown(let pictures):
        try sink.write(pictures)
        counts.made += job.results.count
      case .broken(let error):
        let skipped = try self.skipped(job, error)
        firstProblem = firstProblem ?? error as? Fault
        skipping(skipped)
        try sink.skip(skipped)
        counts.skipped += job.results.count
      }
      progress(Progress(done: counts.made + counts.there + counts.skipped, total: total, made: counts.made))
    }
    try queue.end()
    if let firstProblem, counts.skipped == plan.resultCount { throw nothingMade(firstProblem) }
    let skipped = try sink.finish()
    try workspace.finish(skipped: skipped) { try self.finishAnnotations(workspace, without: $0) }
    return Outcome(made: counts.made, alreadyMade: counts.there, skipped: skipped, mostInFlight: queue.mostInFlight)
  }

  /// Writes what annotates all results together.
  private func finishAnnotations(_ workspace: GrowWorkspace, without skipped: [SkippedPicture]) throws {
    for list in plan.annotations?.classLists ?? [] {
      let file = try OutputFile(workspace.temporary(list.path))
      try file.append(list.content)
      try file.finish(as: workspace.output + list.path)
    }
    guard let coco = plan.coco else { return }
    try GrownCOCO(plan, recipe, coco, engine, files, cancellation).write(
      to: workspace.output + FolderIndex.annotationFile, temporary: workspace.temporary, without: skipped)
  }

  private func run(
    _ queue: JobQueue<Job, (GrowPlan.Job, JobResult)>, _ sink: any PictureSink, next: () throws -> Job?, take: ((GrowPlan.Job, JobResult)) throws -> Void
  ) {
    withoutActuallyEscaping(next) { next in
      withoutActuallyEscaping(take) { take in
        // One piece for each thread; a piece ends when there are no more jobs.
        let step = Step("grow", 0, units: engine.pool.threads, grain: 1) { _, _, _ in
          while let (number, (job, read)) = queue.start(next) {
            queue.finish(number, (job, self.result(job, read, sink)), take)
          }
        }
        engine.pool.run(step)
      }
    }
  }

  private func result(_ job: GrowPlan.Job, _ read: (() throws -> SourceSample)?, _ sink: any PictureSink) -> JobResult {
    guard let read else { return .there }
    let pictures: [GrownPicture]
    do { pictures = try GrownPictures(plan, recipe, engine).pictures(job, read()) } catch { return .broken(error) }
    guard !sink.isOrdered else { return .grown(pictures) }
    do { try sink.write(pictures) } catch { return .broken(Unwritable(error: error)) }
    return .written
  }

  /// A failure to write, which ends the run.
  private struct Unwritable: Error { let error: any Error }

  /// If no picture can be grown, the recipe is to blame, or the input.
  private func nothingMade(_ first: Fault) -> Fault {
    var fault = first
    fault.diagnostic.message = "all pictures were left out; the first one because \(first.diagnostic.message)"
    return fault
  }

  private func skipped(_ job: GrowPlan.Job, _ error: any Error) throws -> SkippedPicture {
    if let unwritable = error as? Unwritable { throw unwritable.error }
    guard var fault = error as? Fault, fault.diagnostic.id != EffectErrors.interrupted else { throw error }
    let name = plan.source.name(job.picture)
    let message = fault.diagnostic.message
    let isOfRecipe = [ImageErrors.badParameter, ImageErrors.badGeometry].contains(fault.diagnostic.id)
    guard skipsBroken else {
      if !message.contains(name) { fault.diagnostic.message = "`\(name)`: \(message)" }
      if !isOfRecipe { fault.diagnostic.hint = "correct it, or leave out such pictures with `--on-error skip`; `--resume` continues" }
      throw fault
    }
    return SkippedPicture(results: job.results, name: name, problem: message)
  }
}

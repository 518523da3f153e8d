import Diagnostics
import Effects
import Engine
import Images

/// Writes the boxes and keypoints of all results in one file in COCO's format. How a picture is changed depends only on its size and
/// its number, so this is done once, at the end, by the process that finishes last, and only those of a few pictures are in memory.
struct GrownCOCO {
  private let plan: GrowPlan
  private let recipe: Recipe
  private let coco: COCOContents
  private let engine: Engine
  private let files: any FileAccess
  private let cancellation: Cancellation?

  init(_ plan: GrowPlan, _ recipe: Recipe, _ coco: COCOContents, _ engine: Engine, _ files: any FileAccess, _ cancellation: Cancellation?) {
    (self.plan, self.recipe, self.coco, self.engine, self.files, self.cancellation) = (plan, recipe, coco, engine, files, cancellation)
  }

  private struct Entry {
    let path: String
    let picture: COCOContents.Picture

    init(path: String, _ picture: COCOContents.Picture) { (self.path, self.picture) = (path, picture) }
  }

  /// Writes to `target` under temporary names.
  func write(to target: String, temporary: (String) -> String, without skipped: [SkippedPicture]) throws {
    var writer = COCOWriter(names: coco.names, categories: coco.categories, keypointNames: coco.keypointNames)
    let (file, rest) = (try OutputFile(temporary("images.json")), try OutputFile(temporary("annotations.json")))
    var (buffer, place) = (COCOWriter.imagesStart, 0)
    try forEachBatch(without: skipped) { entries in
      for entry in entries {
        place += 1
        buffer += (place == 1 ? "" : ",\n") + COCOWriter.image(place, entry.path, entry.picture.shape)
        let objects = entry.picture.objects
        writer.add(objects.boxes ?? [], outlines: objects.outlines, objects.keypoints ?? [], image: place)
      }
      try file.append(Array(buffer.utf8))
      buffer = ""
      try rest.append(writer.taken())
    }
    try file.append(Array((buffer + COCOWriter.annotationsStart).utf8))
    var read = 0
    while case let block = try rest.read(at: read, count: 1 << 20), !block.isEmpty {
      try file.append(block)
      read += block.count
    }
    writer.end(hasBoxes: coco.hasBoxes, hasKeypoints: coco.hasKeypoints, minVisible: plan.minVisible)
    try file.append(writer.taken())
    try file.finish(as: target)
    try files.remove(rest.path)
  }

  private func forEachBatch(without skipped: [SkippedPicture], _ body: ([Entry]) throws -> Void) throws {
    let workers = Workers(engine, cancellation)
    let left = Set(skipped.flatMap { Array($0.results) })
    var next = 0
    while next < plan.resultCount {
      var jobs: [(picture: Int, kept: [Int], read: () throws -> COCOContents.Picture)] = []
      while next < plan.resultCount, jobs.count < workers.batchSize {
        let job = plan.job(of: next..<plan.resultCount)
        let kept = job.results.filter { !left.contains($0) }
        if !kept.isEmpty { jobs.append((job.picture, kept, try coco.open(job.picture))) }
        next = job.results.upperBound
      }
      let entries = try workers.map(jobs.count) { try self.entries(jobs[$0].picture, jobs[$0].kept, jobs[$0].read()) }
      try body(Array(entries.joined()))
    }
  }

  /// Of the results `kept`, which are made of one picture.
  private func entries(_ picture: Int, _ kept: [Int], _ found: COCOContents.Picture) throws -> [Entry] {
    let rules = PictureObjects.Rules(names: KeypointNames(coco.keypointNames), minVisible: plan.minVisible, engine.backend)
    return try kept.map { number in
      guard let copy = plan.result(number).copy else { return Entry(path: plan.path(number), found) }
      let image = try plan.change(recipe, picture, copy: copy, shape: found.shape)
      let moved = try found.objects.moved(by: image, shape: found.shape, rules) { item in
        let other = try coco.read(item)
        return (other.objects, shape: other.shape)
      }
      return Entry(path: plan.path(number), COCOContents.Picture(shape: [image.height, image.width, image.channels], objects: moved))
    }
  }
}

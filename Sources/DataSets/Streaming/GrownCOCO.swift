import Diagnostics
import Effects
import Engine
import Images

/// Writes the annotations of all results in one file in COCO's format. How a picture is changed depends only on its size and
/// its number, so this is done once, at the end, by the process that finishes last, and nothing of it is in memory.
struct GrownCOCO {
  private let plan: GrowPlan
  private let recipe: Recipe
  private let coco: COCO
  private let engine: Engine
  private let files: any FileAccess
  private let cancellation: Cancellation?

  init(_ plan: GrowPlan, _ recipe: Recipe, _ coco: COCO, _ engine: Engine, _ files: any FileAccess, _ cancellation: Cancellation?) {
    (self.plan, self.recipe, self.coco, self.engine, self.files, self.cancellation) = (plan, recipe, coco, engine, files, cancellation)
  }

  private struct Entry {
    let path: String
    let shape: [Int]
    let boxes: [Box]
    let outlines: [[Polygon]]
    let keypoints: [Keypoint]
  }

  /// Writes to `target` under temporary names.
  func write(to target: String, temporary: (String) -> String, without skipped: [SkippedPicture]) throws {
    var writer = COCOWriter(names: coco.names, identifiers: coco.identifiers, keypointNames: coco.keypointNames)
    let (file, rest) = (try OutputFile(temporary("images.json")), try OutputFile(temporary("annotations.json")))
    var (buffer, place) = (COCOWriter.imagesStart, 0)
    try forEachBatch(without: skipped) { entries in
      for entry in entries {
        place += 1
        buffer += (place == 1 ? "" : ",\n") + COCOWriter.image(place, entry.path, entry.shape)
        writer.add(entry.boxes, outlines: entry.outlines, entry.keypoints, image: place)
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
      var jobs: [GrowPlan.Job] = []
      while next < plan.resultCount, jobs.count < workers.batchSize {
        jobs.append(plan.job(of: next..<plan.resultCount))
        next = jobs[jobs.count - 1].results.upperBound
      }
      let entries = try workers.map(jobs.count) { try self.entries(jobs[$0], without: left) }
      try body(Array(entries.joined()))
    }
  }

  private func entries(_ job: GrowPlan.Job, without left: Set<Int>) throws -> [Entry] {
    let kept = job.results.filter { !left.contains($0) }
    guard !kept.isEmpty else { return [] }
    let shape = try shape(job.picture)
    let (boxes, outlines, keypoints, _) = coco.annotations(job.picture, in: shape)
    let names = KeypointNames(coco.keypointNames)
    return try kept.map { number in
      guard let copy = plan.result(number).copy else {
        return Entry(path: plan.path(number), shape: shape, boxes: boxes, outlines: outlines, keypoints: keypoints)
      }
      let image = try recipe.plan(height: shape[0], width: shape[1], channels: shape[2], SampleID(id: UInt32(job.picture), copy: UInt32(copy)))
      let map = try PointMap(image.maps, height: shape[0], width: shape[1])
      let points = keypoints.map { $0.moved(by: map) }
      let moved = zip(boxes, outlines).compactMap { box, outlines in
        box.moved(by: map, minVisible: plan.minVisible).map { (box: $0, outlines: outlines.compactMap { GrownCOCO.moved($0, by: map) }) }
      }
      return Entry(
        path: plan.path(number), shape: [image.height, image.width, image.channels], boxes: moved.map(\.box), outlines: moved.map(\.outlines),
        keypoints: map.mirrors ? names.mirroring(points) : points)
    }
  }

  /// The part of a polygon inside of the frame; nil if there is none.
  private static func moved(_ polygon: Polygon, by map: PointMap) -> Polygon? {
    let inside = map(polygon).clipped(toHeight: Double(map.height), width: Double(map.width))
    return inside.corners.count >= 3 && inside.area > 0 ? inside : nil
  }

  /// From the first bytes of the file that suffice.
  private func shape(_ picture: Int) throws -> [Int] {
    let name = plan.source.name(picture)
    for count in [1 << 12, 1 << 16] {
      let start = try files.read(name, first: count)
      if let header = PictureFormat.header(start, isWhole: start.count < count) { return header.shape }
    }
    return try PictureFormat.decode(files.read(name), name: name).shape
  }
}

import Diagnostics
import Engine
import Images
import Tables
import Tensors

/// Decodes one picture, and makes its results.
struct GrownPictures {
  private let plan: GrowPlan
  private let recipe: Recipe
  private let engine: Engine

  init(_ plan: GrowPlan, _ recipe: Recipe, _ engine: Engine) { (self.plan, self.recipe, self.engine) = (plan, recipe, engine) }

  func pictures(_ job: GrowPlan.Job, _ sample: SourceSample) throws -> [GrownPicture] {
    let picture = try PictureFormat.decode(sample.picture, name: plan.source.name(job.picture))
    let annotations = try plan.annotations?.read(job.picture, shape: picture.shape)
    var own = SampleAnnotations()
    if annotations == nil {
      own = try plan.source.annotations(of: job.picture, sample, shape: picture.shape, list: plan.classList)
      let format = plan.settings.format
      if format != .tar { try plan.source.kinds.require(own, of: plan.source.name(job.picture), inArray: format.isOneFile) }
    }
    let minVisible = plan.settings.minVisible ?? own.minVisible
    return try job.results.map { number in
      let copy = plan.result(number).copy
      let change = try copy.map { copy in
        try recipe.plan(
          height: picture.shape[0], width: picture.shape[1], channels: picture.shape[2], SampleID(id: UInt32(job.picture), copy: UInt32(copy)))
      }
      let result = try change.map { try grown(picture, $0) } ?? picture
      var moved = try own.moved(by: change, shape: picture.shape, minVisible: minVisible ?? Annotations.defaultMinVisible, engine.backend)
      moved.minVisible = minVisible
      return GrownPicture(
        number: number, content: try content(of: result, job.picture), shape: result.shape,
        others: plan.settings.format == .tar ? try others(sample, moved, job.picture, copy) : [], sample: moved,
        annotations: try annotations.map { try files(of: $0, number, change, source: picture.shape, shape: result.shape) } ?? files(of: moved, number))
    }
  }

  private func files(of annotations: PictureAnnotations, _ number: Int, _ change: ImagePlan?, source: [Int], shape: [Int]) throws -> [GrownPicture.File] {
    try plan.annotations?.files(
      annotations, of: plan.path(number), change, source: source, shape: shape, minVisible: plan.minVisible, engine.backend) ?? []
  }

  /// Those of a sample in a folder.
  private func files(of moved: SampleAnnotations, _ number: Int) throws -> [GrownPicture.File] {
    guard plan.settings.format.isFolder, let mask = moved.mask else { return [] }
    return [(GrowAnnotations.mask(of: plan.path(number)), try ClassPNG.encode(mask))]
  }

  private func grown(_ picture: Tensor, _ plan: ImagePlan) throws -> Tensor {
    let image = try Tensor(uninitialized: TensorType(picture.dtype, [plan.height, plan.width, plan.channels]))
    try Sampler(engine.backend).draw(plan, Pixels(picture), into: Pixels(image))
    return image
  }

  private func content(of picture: Tensor, _ index: Int) throws -> [UInt8] {
    let bytes = try PictureBytes.of(picture)
    guard let ending = plan.settings.pictureEnding else {
      return Array(UnsafeRawBufferPointer(start: bytes.storage.bytes, count: bytes.count))
    }
    guard ending == "jpg" else { return try PNG.encodeFast(bytes) }
    guard bytes.shape[2] != 4 else {
      throw Fault(
        ImageErrors.notEncodable, "`\(plan.source.name(index))` has opacity, which JPEG cannot hold", hint: "write PNG: `--format png`")
    }
    return try JPEG.encode(bytes, quality: plan.settings.quality ?? GrowSettings.usualQuality)
  }

  /// The files beside a result in a tar shard: those of its sample, with the label as a number, and what annotates it moved.
  private func others(_ sample: SourceSample, _ moved: SampleAnnotations, _ index: Int, _ copy: Int?) throws -> [(ending: String, content: [UInt8])] {
    var others: [(ending: String, content: [UInt8])] = []
    if let label = plan.source.label(index) { others.append(("cls", Array("\(label)".utf8))) }
    var record = moved
    record.mask = nil
    let given = sample.others.first { $0.ending == SampleJSON.ending }?.content
    let origin = [
      (name: "source", text: JSONText.string(plan.source.name(ofSource: index))), (name: "copy", text: "\(copy.map { $0 + 1 } ?? 0)"),
    ]
    others += try moved.members(names: plan.classList ?? [], after: record.isEmpty ? nil : given.map(JSONMembers.members) ?? origin)
    for other in sample.others where other.ending != "cls" && !others.contains(where: { $0.ending == other.ending }) {
      guard other.ending.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
        throw Fault(ShardErrors.badSample, "the sample `\(plan.source.name(index))` has a file that ends in `.\(other.ending)`", hint: "use ASCII letters")
      }
      others.append(other)
    }
    if !others.contains(where: { $0.ending == SampleJSON.ending }) { others.append((SampleJSON.ending, SampleJSON.object(origin))) }
    return others
  }
}

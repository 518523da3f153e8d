import Diagnostics
import Engine
import Images
import Tables
import Tensors

/// Decodes one picture, and those that it is mixed with, and makes its results.
struct GrownPictures {
  private let plan: GrowPlan
  private let recipe: Recipe
  private let engine: Engine

  init(_ plan: GrowPlan, _ recipe: Recipe, _ engine: Engine) { (self.plan, self.recipe, self.engine) = (plan, recipe, engine) }

  func pictures(_ job: GrowPlan.Job, _ sample: SourceSample) throws -> [GrownPicture] {
    let decoded = try PictureFormat.decode(sample.picture, name: plan.source.name(job.picture))
    let picture = try plan.mixing?.spread(decoded, job.picture) ?? decoded
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
      let change = try copy.map { try plan.change(recipe, job.picture, copy: $0, shape: picture.shape) }
      let result = try change.map { try grown(picture, $0) } ?? picture
      var moved = own
      if annotations == nil {
        let others = try others(of: change) { try plan.mixing?.annotations(of: $0, shape: $1, list: plan.classList) ?? SampleAnnotations() }
        moved = try own.moved(by: change, shape: picture.shape, others: others, minVisible: minVisible ?? Annotations.defaultMinVisible, engine.backend)
      }
      moved.minVisible = minVisible
      if let change, let mixing = plan.mixing { moved.softLabel = mixing.softLabel(job.picture, change) }
      return GrownPicture(
        number: number, content: try content(of: result, job.picture), shape: result.shape,
        others: plan.settings.format == .tar ? try files(beside: sample, moved, job.picture, copy) : [], sample: moved,
        annotations: try annotations.map { try files(of: $0, number, change, source: picture.shape, shape: result.shape) } ?? files(of: moved, number))
    }
  }

  private func files(of annotations: PictureAnnotations, _ number: Int, _ change: ImagePlan?, source: [Int], shape: [Int]) throws -> [GrownPicture.File] {
    guard let all = plan.annotations else { return [] }
    let others = try others(of: change) { try all.read($0, shape: $1) }
    return try all.files(
      annotations, of: plan.path(number), change, source: source, others: others, shape: shape, minVisible: plan.minVisible, engine.backend)
  }

  /// What is annotated in the pictures that one is mixed with, by index.
  private func others<T>(of change: ImagePlan?, _ read: (_ item: Int, _ shape: [Int]) throws -> T) throws -> [Int: (found: T, shape: [Int])] {
    guard let change, let mixing = plan.mixing else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: try Set(change.otherItems).sorted().map { item in
        let shape = try mixing.shape(item)
        return (item, (try read(item, shape), shape))
      })
  }

  /// Those of a sample in a folder.
  private func files(of moved: SampleAnnotations, _ number: Int) throws -> [GrownPicture.File] {
    guard plan.settings.format.isFolder, let mask = moved.mask else { return [] }
    return [(GrowAnnotations.mask(of: plan.path(number)), try ClassPNG.encode(mask))]
  }

  private func grown(_ picture: Tensor, _ plan: ImagePlan) throws -> Tensor {
    let image = try Tensor(uninitialized: TensorType(picture.dtype, [plan.height, plan.width, plan.channels]))
    try Sampler(engine.backend, pictures: self.plan.mixing?.others(of: plan) ?? [:]).draw(plan, Pixels(picture), into: Pixels(image))
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
  private func files(beside sample: SourceSample, _ moved: SampleAnnotations, _ index: Int, _ copy: Int?) throws -> [(ending: String, content: [UInt8])] {
    var others: [(ending: String, content: [UInt8])] = []
    if plan.mixing == nil, let label = plan.source.label(index) { others.append(("cls", Array("\(label)".utf8))) }
    var record = moved
    record.mask = nil
    let given = sample.others.first { $0.ending == SampleJSON.ending }?.content
    let origin = [
      (name: "source", text: JSONText.string(plan.source.name(ofSource: index))), (name: "copy", text: "\(copy.map { $0 + 1 } ?? 0)"),
    ]
    others += try moved.members(names: plan.classList ?? [], after: record.isEmpty ? nil : given.map(JSONMembers.members) ?? origin)
    // A class or a caption of one picture is not that of a mixed one.
    let dropped = plan.mixing == nil ? ["cls"] : ["cls", "txt"]
    for other in sample.others where !dropped.contains(other.ending) && !others.contains(where: { $0.ending == other.ending }) {
      guard other.ending.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
        throw Fault(ShardErrors.badSample, "the sample `\(plan.source.name(index))` has a file that ends in `.\(other.ending)`", hint: "use ASCII letters")
      }
      others.append(other)
    }
    if !others.contains(where: { $0.ending == SampleJSON.ending }) { others.append((SampleJSON.ending, SampleJSON.object(origin))) }
    return others
  }
}

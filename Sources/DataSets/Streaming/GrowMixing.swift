import Diagnostics
import Effects
import Images
import Tensors

/// What a recipe that mixes needs to know of the other pictures. Which ones a result is mixed from depends only on its number, and how they
/// change on their sizes, so only headers are read in advance; pictures are decoded when a result needs them.
package final class GrowMixing: @unchecked Sendable {
  private let source: any PictureSource
  private let recipe: Recipe
  /// The recipe up to each step.
  private let parts: [Recipe]
  private let recent = RecentPictures()
  /// Nil if a picture is not readable.
  private let headers: [PictureHeader?]
  /// All pictures are converted to this many, as those of a data set.
  private let channels: Int
  private let target: Labels?
  /// The number of classes of soft labels; nil without labels.
  let classes: Int?

  /// Nil if the recipe does not mix.
  package init?(_ source: any PictureSource, _ recipe: Recipe, _ cancellation: Cancellation? = nil) throws {
    guard recipe.mixes else { return nil }
    try source.requireAnyOrder()
    (self.source, self.recipe, target) = (source, recipe, try source.target())
    parts = recipe.steps.indices.map { Recipe(Array(recipe.steps[..<$0])) }
    headers = try (0..<source.count).map { index in
      try cancellation?.check()
      return try? source.header(index)
    }
    channels = headers.compactMap { $0?.channels }.max() ?? 1
    classes = try target.map { max($0.classCount, try source.classList()?.count ?? 0) }
    try checkSizes()
  }

  /// Throws if pictures differ in size where they are mixed.
  private func checkSizes() throws {
    for (step, part) in zip(recipe.steps, parts) where step.operation.mixes {
      var known: [[Int]: (index: Int, size: [Int])] = [:]
      for (index, header) in headers.enumerated() {
        guard let header, known[header.shape] == nil else { continue }
        let size = try part.size(height: header.height, width: header.width, channels: channels)
        known[header.shape] = (index, [size.height, size.width])
      }
      let all = known.values.sorted { $0.index < $1.index }
      guard let other = all.first(where: { $0.size != all[0].size }) else { continue }
      func text(_ one: (index: Int, size: [Int])) -> String { "`\(source.name(one.index))` is then \(one.size[0])×\(one.size[1])" }
      throw Fault(
        ImageErrors.mixedSizes, "`\(step.text)` mixes pictures of one size, but \(text(all[0])) and \(text(other))",
        hint: "bring them to one size first: `resize(\(all[0].size[0]), \(all[0].size[1])) |> \(step.text)`")
    }
  }

  // MARK: Pictures

  /// What happens to a copy of a picture.
  func plan(_ picture: Int, copy: Int) throws -> ImagePlan { try plan(recipe, picture, UInt32(copy)) }

  /// The others are what a data set of the pictures is before the step that mixes.
  private func plan(_ recipe: Recipe, _ picture: Int, _ copy: UInt32) throws -> ImagePlan {
    let shape = try shape(picture)
    return try recipe.plan(height: shape[0], width: shape[1], channels: shape[2], SampleID(id: UInt32(picture), copy: copy)) { step in
      .available(count: self.headers.count) { (item: $0, plan: try self.plan(self.parts[step], $0, 0)) }
    }
  }

  /// [height, width, channels]
  func shape(_ picture: Int) throws -> [Int] {
    let header = try headers[picture] ?? source.header(picture)
    return [header.height, header.width, channels]
  }

  /// A decoded picture with the channels of all. Throws if it is not what its header said.
  func spread(_ picture: Tensor, _ index: Int) throws -> Tensor {
    guard headers[index]?.shape == picture.shape else {
      throw Fault(ImageErrors.badPicture, "`\(source.name(index))` has changed since its header was read", hint: "start again when the file is complete")
    }
    return try picture.spread(to: channels)
  }

  /// The pictures that one is mixed with, by index.
  func others(of plan: ImagePlan) throws -> [Int: Tensor] {
    Dictionary(uniqueKeysWithValues: try Set(plan.otherItems).sorted().map { ($0, try other($0).picture) })
  }

  private func other(_ index: Int) throws -> RecentPicture {
    try recent.picture(index) {
      let sample = try source.sample(index)
      let picture = try spread(PictureFormat.decode(sample.picture, name: source.name(index)), index)
      return RecentPicture(picture: picture, sample: sample.withoutPicture)
    }
  }

  /// What annotates a picture that one is mixed with.
  func annotations(of index: Int, shape: [Int], list: [String]?) throws -> SampleAnnotations {
    try source.annotations(of: index, other(index).sample, shape: shape, list: list)
  }

  // MARK: Labels

  /// The share of each class in a result; nil without labels.
  func softLabel(_ picture: Int, _ plan: ImagePlan) -> [Float]? {
    guard let target, let classes else { return nil }
    return target.mixed(picture, plan.shares, classes)
  }
}

import Diagnostics
import Engine
import Images
import Tensors

/// What a run would do, from the headers of its first pictures. Nothing is decoded or written.
package struct GrowForecast {
  package struct Example {
    /// The file or the sample of the result.
    package let name: String
    package let shape: [Int]
  }

  package private(set) var examples: [Example] = []
  /// An estimate for this process, from the largest picture that was looked at.
  package private(set) var bytesInMemory = 0
  /// The number of pictures that were looked at.
  package private(set) var sampled = 0
  package let results: Int
  package let files: Int

  private static let mostSampled = 100
  private static let mostExamples = 3

  /// `window` is the number of pictures in flight.
  package init(_ plan: GrowPlan, _ recipe: Recipe, threads: Int, window: Int) throws {
    let mine = plan.results
    results = mine.count
    let size = plan.settings.shardSize
    files =
      switch plan.settings.format {
      case .png, .jpg: mine.count
      case .tar: mine.isEmpty ? 0 : (mine.upperBound - 1) / size - mine.lowerBound / size + 1
      case .npz, .idx: 1
      }
    var (pixels, encoded, perJob) = (0, 0, 0)
    var rest = mine
    while !rest.isEmpty, sampled < GrowForecast.mostSampled {
      let job = plan.job(of: rest)
      rest = job.results.upperBound..<rest.upperBound
      let bytes = try plan.source.open(job.picture)().picture
      sampled += 1
      guard let header = PictureFormat.header(bytes) else { continue }
      for number in job.results {
        let copy = plan.result(number).copy
        let grown = try copy.map { try plan.change(recipe, job.picture, copy: $0, shape: header.shape) }
        let shape = grown.map { [$0.height, $0.width, $0.channels] } ?? header.shape
        if examples.count < GrowForecast.mostExamples { examples.append(Example(name: GrowForecast.name(number, plan), shape: shape)) }
        let result = shape.reduce(1, *)
        let sources = 1 + Set(grown?.otherItems ?? []).count
        // The sources and the result as f32, and the result as bytes.
        pixels = max(pixels, sources * header.shape.reduce(1, *) * 4 + result * 5)
        perJob = max(perJob, result * job.results.count)
      }
      encoded = max(encoded, bytes.count)
    }
    bytesInMemory = threads * pixels + window * (encoded + perJob)
  }

  private static func name(_ number: Int, _ plan: GrowPlan) -> String {
    switch plan.settings.format {
    case .png, .jpg: plan.path(number)
    case .tar:
      plan.shardName(number / plan.settings.shardSize) + "/" + ResultNames.padded(number, count: plan.resultCount) + ".\(plan.settings.pictureEnding ?? "")"
    case .npz, .idx: "image \(number)"
    }
  }
}

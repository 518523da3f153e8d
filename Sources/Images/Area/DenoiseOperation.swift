import Engine
import Glibc

/// Removes noise. As written; see `Denoise` for one image.
package enum DenoiseOperation: ImageOperation {
  /// Non-local means; `strength` is the standard deviation of the noise, by default estimated for each image.
  case means(strength: Distribution?)
  /// The median of 3 x 3 pixels, where a pixel differs from it by more than `strength`.
  case median(strength: Distribution)

  package static let strengths = 0.0...1

  package var isRandom: Bool {
    switch self {
    case .means(let strength): strength.map { [$0].areRandom } ?? false
    case .median(let strength): [strength].areRandom
    }
  }

  package func apply(to plan: inout ImagePlan, _ draws: Draws) throws {
    func drawn(_ strength: Distribution) throws -> Double { try draws.value(strength, 0, named: "strength", in: Self.strengths) }
    switch self {
    case .means(let strength): plan.add(Denoise.means(deviation: try strength.map(drawn)))
    case .median(let strength): plan.add(Denoise.median(threshold: try drawn(strength)))
    }
  }
}

/// Removes the noise of one image.
package enum Denoise: AreaOperation {
  case means(deviation: Double?)
  case median(threshold: Double)

  package func run(_ input: Pixels, into output: Pixels, _ backend: any Backend) throws {
    switch self {
    case .means(let given):
      let deviation = given ?? Denoise.noise(of: input)
      guard deviation > 0 else { return input.copy(to: output) }
      // As A. Buades, B. Coll, J.-M. Morel, "Non-local means denoising", IPOL 2011: patches and strength by the noise.
      let patch = deviation < 0.06 ? (input.channels == 1 ? 2 : 1) : 2
      try backend.run(
        .patches(
          channels: input.colours, search: deviation < 0.1 ? 10 : 12, patch: patch, noise: Float(deviation), strength: Float(0.5 * deviation)), input,
        into: output)
    case .median(let threshold):
      // Other pixels keep their details: T. Sun, Y. Neuvo, "Detail-preserving median based filters in image processing", 1994.
      try backend.run(.median(size: 3, threshold: Float(threshold)), input, into: output)
      input.keepOpacity(in: output)
    }
  }

  /// The standard deviation of the noise, 0 to 1, from what a Laplacian leaves of the image: J. Immerkaer, "Fast noise variance
  /// estimation", 1996.
  package static func noise(of image: Pixels) -> Double {
    let (height, width, channels) = (image.height, image.width, image.channels)
    guard height > 2, width > 2 else { return 0 }
    func value(_ index: Int) -> Double { image.isBytes ? Double(image.bytes[index]) / 255 : Double(image.floats[index]) }
    var sum = 0.0
    var count = 0
    for row in 1..<height - 1 {
      for column in 1..<width - 1 {
        for channel in 0..<image.colours {
          func at(_ down: Int, _ right: Int) -> Double { value(((row + down) * width + column + right) * channels + channel) }
          let corners = at(-1, -1) + at(-1, 1) + at(1, -1) + at(1, 1)
          let sides = at(-1, 0) + at(1, 0) + at(0, -1) + at(0, 1)
          let left = corners - 2 * sides + 4 * at(0, 0)
          guard left.isFinite else { continue }
          sum += abs(left)
          count += 1
        }
      }
    }
    return count == 0 ? 0 : min(1, sqrt(Double.pi / 2) / 6 * sum / Double(count))
  }
}

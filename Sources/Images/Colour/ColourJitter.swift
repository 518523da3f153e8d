/// Brightness, contrast, saturation and hue, each with a draw of its own.
package struct ColourJitter: ImageOperation {
  private let brightness: Distribution
  private let contrast: Distribution
  private let saturation: Distribution
  private let hue: Distribution

  package init(brightness: Distribution, contrast: Distribution, saturation: Distribution, hue: Distribution) {
    (self.brightness, self.contrast) = (brightness, contrast)
    (self.saturation, self.hue) = (saturation, hue)
  }

  package var isRandom: Bool { [brightness, contrast, saturation, hue].areRandom }

  package func apply(to plan: inout ImagePlan, _ draws: Draws) throws {
    func drawn(_ distribution: Distribution, _ index: Int, _ name: String) throws -> Distribution {
      .constant(try draws.value(distribution, index, named: name, in: name == "hue" ? -1e6...1e6 : 0...1_000))
    }
    let operations: [ColourOperation] = [
      .brightness(try drawn(brightness, 0, "brightness")), .contrast(try drawn(contrast, 1, "contrast"), about: 0.5),
      .saturation(try drawn(saturation, 2, "saturation")), .hue(try drawn(hue, 3, "hue")),
    ]
    let neutral: [ColourOperation] = [.brightness(.constant(1)), .contrast(.constant(1), about: 0.5), .saturation(.constant(1)), .hue(.constant(0))]
    for (operation, nothing) in zip(operations, neutral) where operation != nothing { try operation.apply(to: &plan, draws) }
  }
}

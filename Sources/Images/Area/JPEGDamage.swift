import Diagnostics
import Engine
import Tensors

/// What saving an image as JPEG does to it.
package struct JPEGDamage: ImageOperation {
  package let quality: Distribution
  package static let qualities = 1.0...100

  package init(quality: Distribution) { self.quality = quality }

  package var isRandom: Bool { [quality].areRandom }

  package func apply(to plan: inout ImagePlan, _ draws: Draws) throws {
    plan.add(JPEGPass(quality: Int(try draws.value(quality, 0, named: "quality", in: Self.qualities).rounded())))
  }
}

/// Encodes and decodes one image. Opacity is kept.
package struct JPEGPass: AreaOperation {
  package let quality: Int

  package init(quality: Int) { self.quality = quality }

  package func run(_ input: Pixels, into output: Pixels, _ backend: any Backend) throws {
    let count = input.pixelCount * input.channels
    if input.isBytes {
      try JPEG.pass(input, into: output, quality: quality)
    } else {
      let memory = try backend.allocate(byteCount: count, for: "an image while it is compressed")
      var levels = input
      (levels.memory, levels.isBytes) = (memory.bytes, true)
      for index in 0..<count {
        let value = input.floats[index] * 255
        levels.bytes[index] = value > 0 ? UInt8(min(value, 255).rounded()) : 0
      }
      try JPEG.pass(levels, into: levels, quality: quality)
      for index in 0..<count { output.floats[index] = Float(levels.bytes[index]) / 255 }
      input.keepOpacity(in: output)
    }
  }
}

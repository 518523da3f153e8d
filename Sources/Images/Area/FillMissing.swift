import Diagnostics
import Engine
import Tensors

/// Fills pixels that are missing: not a number, of a given value, or marked by a mask.
package struct FillMissing: ImageOperation {
  /// Pixels whose channels all have this value are missing.
  package let value: Double?
  /// [height, width]: missing where it is not 0.
  package let mask: Mask?

  package init(value: Double?, mask: Mask?) {
    self.value = value
    self.mask = mask
  }

  package struct Mask: Equatable, Sendable {
    package let height: Int
    package let width: Int
    let isMissing: [Bool]

    package init(height: Int, width: Int, isMissing: [Bool]) {
      self.height = height
      self.width = width
      self.isMissing = isMissing
    }
  }

  package var isRandom: Bool { false }

  package func apply(to plan: inout ImagePlan, _ draws: Draws) throws {
    if let mask, (mask.height, mask.width) != (plan.height, plan.width) {
      throw Fault(
        ImageErrors.maskSize, "the mask is \(mask.height)×\(mask.width), but the image is \(plan.height)×\(plan.width)",
        hint: "resize one of them, or fill before the operation that changes the size of the image")
    }
    plan.add(Inpainting(value: value.map { Float($0) }, mask: mask))
  }
}

/// Fills the missing pixels of one image.
package struct Inpainting: AreaOperation {
  let value: Float?
  let mask: FillMissing.Mask?

  package init(value: Float?, mask: FillMissing.Mask?) {
    self.value = value
    self.mask = mask
  }

  /// Only floats can be NaN, and a smooth fill has more levels than bytes.
  package var takesBytes: Bool { false }

  /// Values that were bytes are compared with less than half a level.
  private static let tolerance: Float = 1 / 1024

  package func run(_ input: Pixels, into output: Pixels, _ backend: any Backend) throws {
    let (channels, colours) = (input.channels, input.colours)
    var missing = [UInt8](repeating: 0, count: input.pixelCount * colours)
    var any = false
    for pixel in 0..<input.pixelCount {
      var isMissing = mask?.isMissing[pixel] ?? false
      if let value, !isMissing {
        isMissing = (0..<colours).allSatisfy { abs(input.floats[pixel * channels + $0] - value) < Inpainting.tolerance }
      }
      for channel in 0..<colours where isMissing || !input.floats[pixel * channels + channel].isFinite {
        missing[pixel * colours + channel] = 1
        any = true
      }
    }
    guard any else { return input.copy(to: output) }
    // The kernel counts pixels in 32 bits.
    guard input.pixelCount <= Int(Int32.max) else {
      throw Fault(TensorErrors.tooLarge, "an image of \(input.height)×\(input.width) pixels is too large to be filled", hint: "fill parts of it")
    }
    try backend.run(.missing(missing, channels: colours), input, into: output)
  }
}

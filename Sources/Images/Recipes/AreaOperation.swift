import Engine

/// An operation whose result at a pixel depends on other pixels than those that geometry samples: a filter, a histogram.
package protocol AreaOperation: Sendable, Equatable {
  /// Whether it works on bytes as well as on floats; otherwise it is given floats.
  var takesBytes: Bool { get }
  /// Reads `input` and writes `output`, of the same type and size.
  func run(_ input: Pixels, into output: Pixels, _ backend: any Backend) throws
}

extension AreaOperation {
  package var takesBytes: Bool { true }
}

extension Pixels {
  var pixelCount: Int { height * width }
  var floats: UnsafeMutablePointer<Float> { memory.assumingMemoryBound(to: Float.self) }
  var bytes: UnsafeMutablePointer<UInt8> { memory.assumingMemoryBound(to: UInt8.self) }

  /// The channels that show something; a fourth one is opacity.
  var colours: Int { channels == 4 ? 3 : channels }

  /// Copies the opacity, if there is one, to the result of a filter.
  func keepOpacity(in output: Pixels) {
    guard channels == 4 else { return }
    if isBytes {
      for index in stride(from: 3, to: pixelCount * 4, by: 4) { output.bytes[index] = bytes[index] }
    } else {
      for index in stride(from: 3, to: pixelCount * 4, by: 4) { output.floats[index] = floats[index] }
    }
  }

  func copy(to output: Pixels) {
    output.memory.copyMemory(from: memory, byteCount: pixelCount * channels * (isBytes ? 1 : MemoryLayout<Float>.size))
  }
}

extension Distribution {
  /// The draw, at most as far as the bounds.
  func bounded(_ draws: Draws, _ index: Int, named name: String, in bounds: ClosedRange<Double>) -> Double {
    let value = draws.value(self, index, named: name)
    return value.isNaN ? bounds.lowerBound : min(max(value, bounds.lowerBound), bounds.upperBound)
  }

  /// Whether every draw is within the bounds; those of a normal distribution are limited to them instead.
  package func isWithin(_ bounds: ClosedRange<Double>) -> Bool {
    switch self {
    case .constant(let value): bounds.contains(value)
    case .uniform(let low, let high): bounds.contains(low) && bounds.contains(high)
    case .steps(let low, let step, let count): bounds.contains(low) && bounds.contains(low + step * Double(count - 1))
    case .choice(let values): values.allSatisfy(bounds.contains)
    case .normal(let mean, let deviation): bounds.contains(mean) && deviation.isFinite
    }
  }
}

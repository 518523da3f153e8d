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
  package var pixelCount: Int { height * width }
  var floats: UnsafeMutablePointer<Float> { memory.assumingMemoryBound(to: Float.self) }
  var bytes: UnsafeMutablePointer<UInt8> { memory.assumingMemoryBound(to: UInt8.self) }

  /// The channels that show something; a fourth one is opacity.
  package var colours: Int { channels == 4 ? 3 : channels }

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

import Engine
import Tensors

extension Pixels {
  /// The pixels of a tensor [height, width, channels] of u8 or f32.
  package init(_ picture: Tensor) {
    self.init(
      picture.storage.bytes, isBytes: picture.dtype == .u8, height: picture.shape[0], width: picture.shape[1], channels: picture.shape[2])
  }

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

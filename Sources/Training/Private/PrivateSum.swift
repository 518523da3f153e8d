import Engine
import Glibc
import Privacy
import Tensors

/// The sum of the gradients of the examples of a step, of which none is longer than a given norm, with normal noise.
struct PrivateSum {
  private let buffer: ParameterBuffer
  private let norm: Double
  /// So precise that rounding errors of all examples together are far less than the norm.
  private let sum: UnsafeMutablePointer<Double>
  /// Keeps `sum` alive.
  private let storage: Storage

  init(_ buffer: ParameterBuffer, norm: Double) throws {
    self.buffer = buffer
    self.norm = norm
    storage = try Storage(zeroed: max(buffer.count, 16) * 8, describing: "the sum of the gradients")
    sum = storage.bind(Double.self)
  }

  func clear() { memset(storage.bytes, 0, buffer.count * 8) }

  /// Adds the gradient that is in the buffer, of these ranges. Returns false, and adds nothing, if it is not finite.
  func add(_ ranges: [Range<Int>], _ backend: any Backend) -> Bool {
    let gradient = buffer.gradients.bind(Float.self)
    let square = ranges.reduce(0) { $0 + backend.squaredSum(gradient + $1.lowerBound, count: $1.count) }
    guard square.isFinite else { return false }
    // Rounding errors of the sum of squares are less than what is left.
    let scale = min(1, norm * (1 - 1e-6) / max(square.squareRoot(), 1e-300))
    for range in ranges { for index in range { sum[index] += scale * Double(gradient[index]) } }
    return true
  }

  /// Puts the sum with noise, divided by the expected number of examples, in the buffer as the gradient.
  /// `deviation` is that of the noise, in units of the norm.
  func release(_ ranges: [Range<Int>], deviation: Double, count: Int, _ bits: inout NoiseBits) {
    let gradient = buffer.gradients.bind(Float.self)
    let (scale, each) = (deviation * norm, 1 / Double(count))
    // What is between two weights is padding, and stays 0.
    for slot in buffer.slots where ranges.contains(where: { $0.contains(slot.offset) }) {
      var index = slot.offset
      let end = index + slot.type.count
      while index < end {
        let (a, b) = bits.normals()
        gradient[index] = Float((sum[index] + scale * a) * each)
        if index + 1 < end { gradient[index + 1] = Float((sum[index + 1] + scale * b) * each) }
        index += 2
      }
    }
  }
}

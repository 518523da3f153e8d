import Engine
import Glibc
import Privacy
import Tensors

/// The sum of the gradients of the examples of a step, of which none is longer than a given norm, with normal noise.
struct PrivateSum {
  private let buffer: ParameterBuffer
  private let norm: Double
  private let sum: UnsafeMutablePointer<Float>
  /// Keeps `sum` alive.
  private let storage: Storage

  init(_ buffer: ParameterBuffer, norm: Double) throws {
    self.buffer = buffer
    // Rounding errors of the sum of squares and of the products are far less.
    self.norm = norm * (1 - 1e-5)
    storage = try Storage(zeroed: max(buffer.count, 16) * 4, describing: "the sum of the gradients")
    sum = storage.bind(Float.self)
  }

  func clear() { memset(storage.bytes, 0, buffer.count * 4) }

  /// Adds the gradient that is in the buffer, of these ranges. Returns false, and adds nothing, if it is not finite.
  func add(_ ranges: [Range<Int>], _ backend: any Backend) -> Bool {
    let gradient = buffer.gradients.bind(Float.self)
    let square = ranges.reduce(0) { $0 + backend.squaredSum(gradient + $1.lowerBound, count: $1.count) }
    guard square.isFinite else { return false }
    let scale = Float(min(1, norm / max(square.squareRoot(), 1e-300)))
    for range in ranges { for index in range { sum[index] += scale * gradient[index] } }
    return true
  }

  /// Puts the sum with noise, divided by the expected number of examples, in the buffer as the gradient.
  /// `deviation` is that of the noise, in units of the norm.
  func release(_ ranges: [Range<Int>], deviation: Double, count: Int, _ bits: inout NoiseBits) {
    let gradient = buffer.gradients.bind(Float.self)
    let (scale, each) = (deviation * norm / (1 - 1e-5), 1 / Double(count))
    // What is between two weights is no weight, and stays 0.
    for slot in buffer.slots where ranges.contains(where: { $0.contains(slot.offset) }) {
      var index = slot.offset
      let end = index + slot.type.count
      while index < end {
        let (a, b) = bits.normals()
        gradient[index] = Float((Double(sum[index]) + scale * a) * each)
        if index + 1 < end { gradient[index + 1] = Float((Double(sum[index + 1]) + scale * b) * each) }
        index += 2
      }
    }
  }
}

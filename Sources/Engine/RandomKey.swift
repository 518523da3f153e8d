import CKernels
import Tensors
import Tensors

/// The key of a stream of random numbers. All random numbers are a pure function of a key and counters, computed by
/// Philox4x32-10 (Salmon et al., "Parallel random numbers", SC 2011).
package struct RandomKey: Hashable, Sendable {
  package let bits: UInt64

  package init(bits: UInt64) { self.bits = bits }

  /// Hashes the parts that identify the stream.
  package init(_ parts: UInt64...) {
    var hash = Hash64()
    for part in parts { hash.combine(part) }
    bits = hash.value
  }

  package var low: UInt32 { UInt32(truncatingIfNeeded: bits) }
  package var high: UInt32 { UInt32(truncatingIfNeeded: bits >> 32) }

  /// The four random words for four counters.
  package func words(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32) -> (UInt32, UInt32, UInt32, UInt32) {
    var out: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &out) {
      loam_philox(a, b, c, d, low, high, $0.baseAddress?.assumingMemoryBound(to: UInt32.self))
    }
    return out
  }

  /// A number in [0, 1) with 53 random bits.
  package func uniform(_ a: UInt32, _ b: UInt32 = 0, _ c: UInt32 = 0, _ d: UInt32 = 0) -> Double { uniforms(a, b, c, d).0 }

  /// Two such numbers.
  package func uniforms(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32) -> (Double, Double) {
    let words = words(a, b, c, d)
    func unit(_ high: UInt32, _ low: UInt32) -> Double { Double((UInt64(high) << 32 | UInt64(low)) >> 11) * 0x1p-53 }
    return (unit(words.0, words.1), unit(words.2, words.3))
  }

  /// An integer in 0..<count with negligible bias: 64 random bits, scaled (D. Lemire, "Fast random integer generation in an
  /// interval", 2019).
  package func integer(below count: Int, _ a: UInt32, _ b: UInt32 = 0, _ c: UInt32 = 0, _ d: UInt32 = 0) -> Int {
    let words = words(a, b, c, d)
    return Int((UInt64(words.0) << 32 | UInt64(words.1)).multipliedFullWidth(by: UInt64(count)).high)
  }

  /// A random permutation of 0..<count (Fisher–Yates shuffle).
  package func permutation(_ count: Int) -> [Int32] {
    var order = [Int32](repeating: 0, count: count)
    permute(&order)
    return order
  }

  /// The same, in place.
  package func permute(_ order: inout [Int32]) {
    for index in order.indices { order[index] = Int32(index) }
    for last in stride(from: order.count - 1, to: 0, by: -1) {
      order.swapAt(last, integer(below: last + 1, UInt32(truncatingIfNeeded: last)))
    }
  }
}

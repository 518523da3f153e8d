import CKernels

/// Numbers that look random and are the same each time.
struct Numbers {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 33) / Double(1 << 31) * 2 - 1
  }

  mutating func floats(_ count: Int, scale: Double = 1) -> [Float] { (0..<count).map { _ in Float(next() * scale) } }
  mutating func doubles(_ count: Int, scale: Double = 1) -> [Double] { (0..<count).map { _ in next() * scale } }
}

/// The kernel tables that this machine has.
struct Table: CustomStringConvertible, @unchecked Sendable {
  let kernels: LoamKernels
  let name: String
  var description: String { name }

  /// AVX sets and NEON fuse multiply and add, and agree bit for bit.
  var isFused: Bool { name != "baseline" }

  static let all: [Table] = ["avx512", "avx2", "baseline", "neon"].compactMap { name in
    loam_kernels_named(name).map { Table(kernels: $0.pointee, name: name) }
  }
}

/// max|a - b| / max|b|, the measure of the design.
func error<T: BinaryFloatingPoint>(_ a: [T], _ b: [T]) -> Double {
  let scale = b.reduce(0) { max($0, abs(Double($1))) }
  let worst = zip(a, b).reduce(0) { max($0, abs(Double($1.0) - Double($1.1))) }
  return scale == 0 ? worst : worst / scale
}

/// The room that a kernel asks for, with garbage in it: none of it may be read before it is written.
final class Scratch {
  let bytes: UnsafeMutableRawPointer

  init(_ count: Int64) {
    bytes = .allocate(byteCount: max(64, Int(count)), alignment: 64)
    bytes.initializeMemory(as: UInt8.self, repeating: 0xff, count: Int(count))
  }

  deinit { bytes.deallocate() }
}

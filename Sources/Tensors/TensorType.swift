import Diagnostics

/// Element type and shape of a tensor.
package struct TensorType: Hashable, Sendable {
  package let dtype: DType
  /// Sizes of the dimensions, outermost first; empty for a scalar.
  package let shape: [Int]

  package init(_ dtype: DType, _ shape: [Int]) {
    self.dtype = dtype
    self.shape = shape
  }

  package var rank: Int { shape.count }
  package var count: Int { shape.elementCount }
  package var byteCount: Int { count * dtype.size }

  /// For messages: `f32[16, 28, 28, 1]`; a scalar is `f32`.
  package var description: String {
    shape.isEmpty ? dtype.name : "\(dtype.name)[\(shape.map(String.init).joined(separator: ", "))]"
  }
}

extension [Int] {
  package var elementCount: Int { reduce(1, *) }

  /// Row-major strides in elements.
  package var denseStrides: [Int] {
    var strides = [Int](repeating: 1, count: count)
    for index in indices.dropLast().reversed() { strides[index] = strides[index + 1] * self[index + 1] }
    return strides
  }

  package var shapeText: String { "[\(map(String.init).joined(separator: ", "))]" }
}

package enum Shapes {
  package static let maximumRank = 8

  /// The broadcast shape of `a` and `b`, aligned at the last dimension; nil if two dimensions differ and neither is 1.
  /// https://numpy.org/doc/stable/user/basics.broadcasting.html
  package static func broadcast(_ a: [Int], _ b: [Int]) -> [Int]? {
    var result: [Int] = []
    for offset in 1...max(a.count, b.count, 1) {
      let x = offset <= a.count ? a[a.count - offset] : 1
      let y = offset <= b.count ? b[b.count - offset] : 1
      if offset > max(a.count, b.count) { break }
      guard x == y || x == 1 || y == 1 else { return nil }
      result.append(x == 1 ? y : x)
    }
    return result.reversed()
  }

  /// The number of elements; nil if a dimension is negative or the size in bytes overflows.
  package static func checkedCount(_ shape: [Int], _ dtype: DType = .f64) -> Int? {
    var count = 1
    for size in shape {
      guard size >= 0 else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: Swift.max(size, 1))
      if overflow || product > Int.max / 64 { return nil }
      count = product
    }
    return shape.contains(0) ? 0 : count
  }
}

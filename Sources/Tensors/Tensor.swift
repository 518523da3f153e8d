import Diagnostics
import Glibc

/// A computed tensor: dense, row-major.
package struct Tensor: Sendable {
  package let type: TensorType
  package let storage: Storage

  package var shape: [Int] { type.shape }
  package var dtype: DType { type.dtype }
  package var count: Int { type.count }

  package init(_ type: TensorType, storage: Storage) {
    self.type = type
    self.storage = storage
  }

  /// Allocates a tensor without initialising its elements, if possible in memory that was used before.
  package init(uninitialized type: TensorType, from recycler: MemoryRecycler? = nil) throws {
    guard type.rank <= Shapes.maximumRank else {
      throw Fault(TensorErrors.badShape, "a tensor must have at most \(Shapes.maximumRank) dimensions, got \(type.rank)")
    }
    guard Shapes.checkedCount(type.shape) != nil else {
      throw Fault(
        TensorErrors.tooLarge, "a tensor of shape \(type.shape.shapeText) is too large",
        hint: "check the dimensions")
    }
    self.type = type
    storage =
      try recycler.map { try Storage(byteCount: type.byteCount, from: $0, describing: type.description) }
      ?? Storage(byteCount: type.byteCount, describing: type.description)
  }

  package init(_ values: [Float], shape: [Int]) throws {
    try self.init(uninitialized: TensorType(.f32, shape))
    storage.bind(Float.self).update(from: values, count: values.count)
  }

  package init(_ values: [Int32], shape: [Int]) throws {
    try self.init(uninitialized: TensorType(.i32, shape))
    storage.bind(Int32.self).update(from: values, count: values.count)
  }

  /// A tensor whose element `i` is `value(i)`, converted to `dtype`.
  package init(dtype: DType, shape: [Int], _ value: (Int) throws -> Double) throws {
    try self.init(uninitialized: TensorType(dtype, shape))
    for index in 0..<count { self.set(index, try value(index)) }
  }

  package func floats() -> UnsafeMutablePointer<Float> { storage.bind(Float.self) }

  /// Element `index` in row-major order, as a double.
  package subscript(_ index: Int) -> Double {
    switch dtype {
    case .f32: Double(storage.bind(Float.self)[index])
    case .f64: storage.bind(Double.self)[index]
    case .i32: Double(storage.bind(Int32.self)[index])
    case .u8, .bool: Double(storage.bind(UInt8.self)[index])
    }
  }

  /// Conversion saturates: values out of range are clamped, and NaN becomes 0.
  package func set(_ index: Int, _ value: Double) {
    switch dtype {
    case .f32: storage.bind(Float.self)[index] = Float(value)
    case .f64: storage.bind(Double.self)[index] = value
    case .i32:
      storage.bind(Int32.self)[index] =
        value.isNaN ? 0 : Int32(max(-2_147_483_648, min(2_147_483_647, value)))
    case .u8: storage.bind(UInt8.self)[index] = value.isNaN ? 0 : UInt8(max(0, min(255, value)))
    case .bool: storage.bind(UInt8.self)[index] = value == 0 ? 0 : 1
    }
  }

  /// A view with another shape of the same element count.
  package func reshaped(_ shape: [Int]) -> Tensor { Tensor(TensorType(dtype, shape), storage: storage) }

  /// A view of rows `range` of the first dimension.
  package func rows(_ range: Range<Int>) -> Tensor {
    let rowBytes = shape.dropFirst().reduce(1, *) * dtype.size
    let window = Storage(
      within: storage, at: range.lowerBound * rowBytes, byteCount: range.count * rowBytes)
    return Tensor(TensorType(dtype, [range.count] + shape.dropFirst()), storage: window)
  }
}

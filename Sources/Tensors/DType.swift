/// The element types, in the order of the kernels' `LOAM_F32` and so on.
package enum DType: UInt8, CaseIterable, Comparable, Sendable {
  case f32, f64, i32, u8, bool

  package var name: String {
    switch self {
    case .f32: "f32"
    case .f64: "f64"
    case .i32: "i32"
    case .u8: "u8"
    case .bool: "bool"
    }
  }

  package static func named(_ name: String) -> DType? { allCases.first { $0.name == name } }

  /// Element size in bytes.
  package var size: Int {
    switch self {
    case .f32, .i32: 4
    case .f64: 8
    case .u8, .bool: 1
    }
  }

  package var isFloat: Bool { self == .f32 || self == .f64 }

  private var rank: Int {
    switch self {
    case .bool: 0
    case .u8: 1
    case .i32: 2
    case .f32: 3
    case .f64: 4
    }
  }

  package static func < (a: DType, b: DType) -> Bool { a.rank < b.rank }

  /// The promoted type: the later of the two in the order bool, u8, i32, f32, f64.
  package func promoted(with other: DType) -> DType { max(self, other) }

  /// The type for arithmetic: u8 and bool are promoted to i32, so that `u8` never wraps.
  package var arithmetic: DType { self == .u8 || self == .bool ? .i32 : self }

  /// The type for floating-point results.
  package var floating: DType { isFloat ? self : .f32 }
}

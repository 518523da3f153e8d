import CKernels

/// The element types, in the order in which they promote.
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

  /// Bytes of one element.
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

  /// The smallest type that both fit: bool, u8, i32, f32, f64 in this order.
  package func promoted(with other: DType) -> DType { max(self, other) }

  /// The type that arithmetic runs in: small whole numbers as i32, so that `u8` never wraps.
  package var arithmetic: DType { self == .u8 || self == .bool ? .i32 : self }

  /// The floating type for results that are fractions.
  package var floating: DType { isFloat ? self : .f32 }
}

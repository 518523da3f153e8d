/// A value of the language: 16 trivial bytes. Heap values point to objects on the machine's garbage-collected heap (see
/// `Heap`).
package struct Value: BitwiseCopyable {
  package var bits: Int
  package var tag: Tag

  @inline(__always) package init(tag: Tag, bits: Int) {
    self.bits = bits
    self.tag = tag
  }
}

/// The type of a value; those from `string` on are on the heap.
package struct Tag: Equatable, BitwiseCopyable {
  package let rawValue: UInt8

  @inline(__always) package static func == (a: Tag, b: Tag) -> Bool { a.rawValue == b.rawValue }

  @inline(__always) package init(_ rawValue: UInt8) { self.rawValue = rawValue }

  @inline(__always) package static var undefined: Tag { Tag(0) }
  @inline(__always) package static var nothing: Tag { Tag(1) }
  @inline(__always) package static var `false`: Tag { Tag(2) }
  @inline(__always) package static var `true`: Tag { Tag(3) }
  @inline(__always) package static var int: Tag { Tag(4) }
  @inline(__always) package static var float: Tag { Tag(5) }
  /// A built-in; the bits are its number.
  @inline(__always) package static var builtin: Tag { Tag(6) }
  /// `...` as a subscript.
  @inline(__always) package static var ellipsis: Tag { Tag(7) }
  /// A value known only at run time; occurs only in checked programs.
  @inline(__always) package static var unknown: Tag { Tag(8) }
  @inline(__always) package static var string: Tag { Tag(9) }
  @inline(__always) package static var list: Tag { Tag(10) }
  @inline(__always) package static var record: Tag { Tag(11) }
  @inline(__always) package static var closure: Tag { Tag(12) }
  @inline(__always) package static var cell: Tag { Tag(13) }
  @inline(__always) package static var tensor: Tag { Tag(14) }
  @inline(__always) package static var range: Tag { Tag(15) }
  /// `a:b:c` as a subscript.
  @inline(__always) package static var slice: Tag { Tag(16) }
  /// The value of a `model` statement.
  @inline(__always) package static var blueprint: Tag { Tag(17) }
  @inline(__always) package static var model: Tag { Tag(18) }
  /// A function of a model, bound to the model.
  @inline(__always) package static var method: Tag { Tag(19) }
  /// A value defined by Swift code above the machine: a data set, a recipe, an optimiser.
  @inline(__always) package static var foreign: Tag { Tag(20) }
}

extension Value {
  @inline(__always) package init(_ integer: Int) { self.init(tag: .int, bits: integer) }

  @inline(__always) package init(_ float: Double) {
    self.init(tag: .float, bits: Int(bitPattern: UInt(float.bitPattern)))
  }

  @inline(__always) package init(_ boolean: Bool) { self.init(tag: boolean ? .true : .false, bits: 0) }

  @inline(__always) package init(_ tag: Tag, _ object: UnsafeMutableRawPointer) {
    self.init(tag: tag, bits: Int(bitPattern: object))
  }

  @inline(__always) package static var nothing: Value { Value(tag: .nothing, bits: 0) }
  @inline(__always) package static var unknown: Value { Value(tag: .unknown, bits: 0) }
  @inline(__always) package static var undefined: Value { Value(tag: .undefined, bits: 0) }

  /// The value of a float; meaningless for other tags.
  @inline(__always) package var double: Double { Double(bitPattern: UInt64(UInt(bitPattern: bits))) }

  @inline(__always) package var isHeap: Bool { tag.rawValue >= Tag.string.rawValue }
  @inline(__always) package var isNumber: Bool { tag == .int || tag == .float }
  @inline(__always) package var isUndefined: Bool { tag == .undefined }
  @inline(__always) package var isBoolean: Bool { tag == .true || tag == .false }

  /// The object behind a heap value.
  @inline(__always) var object: UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(bitPattern: bits).unsafelyUnwrapped
  }

  /// An integer or a float as a double; nil for other values.
  package var number: Double? {
    switch tag {
    case .int: Double(bits)
    case .float: double
    default: nil
    }
  }
}

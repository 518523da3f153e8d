import Engine
import Language
import Tensors

// The layouts of heap objects. All start with the header, so that a pointer to an object is a pointer to its header.

struct ObjectHeader {
  var next: UnsafeMutablePointer<ObjectHeader>?
  var kind: Tag
  var isMarked: Bool
  /// There may be other references to the object: copy before a change.
  var isShared: Bool
  /// The object's size class; see `SizeClassAllocator`.
  var sizeClass: UInt8
}

/// UTF-8 bytes follow the object, or are at the start of a buffer.
struct StringObject {
  var header: ObjectHeader
  var count: Int
  var buffer: UnsafeMutablePointer<StringBuffer>?
  /// ASCII without carriage returns: each byte is one character.
  var isPlain: Bool
}

struct ListObject {
  var header: ObjectHeader
  var count: Int
  var capacity: Int
  var items: UnsafeMutablePointer<Value>
}

/// Fields in the order in which they were added.
struct RecordObject {
  var header: ObjectHeader
  var count: Int
  var capacity: Int
  var keys: UnsafeMutablePointer<Symbol>
  var values: UnsafeMutablePointer<Value>
  /// For records with many fields.
  var index: RecordIndex?
}

/// Pointers to captured cells follow the object.
struct ClosureObject {
  var header: ObjectHeader
  var prototype: UnsafeMutablePointer<PrototypeLayout>
  var captureCount: Int
}

struct CellObject {
  var header: ObjectHeader
  var value: Value
}

struct TensorObject {
  var header: ObjectHeader
  var node: Unmanaged<Node>
  /// Created by `param`, and trained as part of a model.
  var isParameter: Bool
}

/// Bounds are integers or floats; an omitted bound of a slice is undefined.
struct RangeObject {
  var header: ObjectHeader
  var low: Value
  var high: Value
  var step: Value
  /// Written with `by`: as a distribution it means its elements, not the interval.
  var hasStep: Bool
}

struct BlueprintObject {
  var header: ObjectHeader
  var body: Value
  /// A record of closures.
  var methods: Value
}

struct ModelObject {
  var header: ObjectHeader
  var blueprint: Value
  /// The list of arguments; omitted ones are undefined.
  var arguments: Value
  /// A record, or `nothing` until the shape of an example is known.
  var fields: Value
  /// Distinguishes this model's random numbers from another's: `key=`, an integer.
  var key: Value
  /// The path of this model within an outer one, `encode.layers[1]`; a string, or undefined.
  var path: Value
  /// The state of the training: a foreign value, or `nothing`.
  var training: Value
}

struct MethodObject {
  var header: ObjectHeader
  var closure: Value
  var receiver: Value
}

struct ForeignObject {
  var header: ObjectHeader
  var box: Unmanaged<ForeignBox>
}

/// A value defined by code above the machine: a data set, a recipe, an optimiser. It contains no values of the machine.
package protocol Foreign: AnyObject, SendableMetatype {
  /// What `type` returns: "data set", "recipe".
  var typeName: String { get }
  /// The memory that counts toward the next collection, in bytes.
  var byteCount: Int { get }
  /// The size of the value's data in bytes, also if it is part of a larger storage.
  var footprint: Int { get }
  /// The storages that the value keeps alive and may share; empty if it has none.
  var storages: [Storage] { get }
  var text: String { get }
  /// The value as `print` and the prompt show it, in lines of at most `width` columns; nil for one that is shown as its text.
  /// `dim` marks what is less important.
  func shown(width: Int, dim: (String) -> String) -> String?
  func isEqual(to other: any Foreign, _ machine: Machine) throws -> Bool
  /// The names of its fields.
  var fieldNames: [String] { get }
  func field(_ name: String, _ machine: Machine) throws -> Value?
  /// The number of elements for loops and `len`; nil if it is not a sequence.
  func count() throws -> Int?
  func element(_ index: Int, _ machine: Machine) throws -> Value?
  func indexed(_ subscripts: [Value], _ machine: Machine) throws -> Value?
  /// The value with one field changed; nil if its fields cannot be assigned.
  func setting(_ name: String, to value: Value, _ machine: Machine) throws -> Value?
  /// The value with one element changed; nil if its elements cannot be assigned.
  func setting(_ subscripts: [Value], to value: Value, _ machine: Machine) throws -> Value?
  /// Calls the value as a function; nil if it is not callable.
  func call(_ arguments: [Value], _ machine: Machine) throws -> Value?
  /// The result of an operator, of which the value is one of the operands; nil if it does not define the operator.
  func applying(_ operation: ForeignOperator, _ operands: [Value], _ machine: Machine) throws -> Value?
}

/// An operator that a foreign value can define.
package enum ForeignOperator {
  case binary(BinaryOperator)
  case comparison(ComparisonOperator)
  case and, or, not, negate

  /// As in a program.
  package var text: String {
    switch self {
    case .binary(let operation): operation.rawValue
    case .comparison(let comparison): comparison.rawValue
    case .and: "and"
    case .or: "or"
    case .not: "not"
    case .negate: "-"
    }
  }
}

extension Foreign {
  package var byteCount: Int { 64 }
  package var footprint: Int { byteCount }
  package var storages: [Storage] { [] }
  package var text: String { "<\(typeName)>" }
  package func shown(width: Int, dim: (String) -> String) -> String? { nil }
  package func isEqual(to other: any Foreign, _ machine: Machine) throws -> Bool { self === other }
  package var fieldNames: [String] { [] }
  package func field(_ name: String, _ machine: Machine) throws -> Value? { nil }
  package func count() throws -> Int? { nil }
  package func element(_ index: Int, _ machine: Machine) throws -> Value? { nil }
  package func indexed(_ subscripts: [Value], _ machine: Machine) throws -> Value? { nil }
  package func setting(_ name: String, to value: Value, _ machine: Machine) throws -> Value? { nil }
  package func setting(_ subscripts: [Value], to value: Value, _ machine: Machine) throws -> Value? { nil }
  package func call(_ arguments: [Value], _ machine: Machine) throws -> Value? { nil }
  package func applying(_ operation: ForeignOperator, _ operands: [Value], _ machine: Machine) throws -> Value? { nil }
}

/// Boxes a foreign value, so that the heap can manage it as a class reference.
final class ForeignBox {
  let payload: any Foreign

  init(_ payload: any Foreign) { self.payload = payload }
}

extension UnsafeMutableRawPointer {
  @inline(__always) func to<T>(_ type: T.Type) -> UnsafeMutablePointer<T> { assumingMemoryBound(to: type) }
}

extension Value {
  @inline(__always) var header: UnsafeMutablePointer<ObjectHeader> { object.to(ObjectHeader.self) }
  @inline(__always) var asString: UnsafeMutablePointer<StringObject> { object.to(StringObject.self) }
  @inline(__always) var asList: UnsafeMutablePointer<ListObject> { object.to(ListObject.self) }
  @inline(__always) var asRecord: UnsafeMutablePointer<RecordObject> { object.to(RecordObject.self) }
  @inline(__always) var asClosure: UnsafeMutablePointer<ClosureObject> { object.to(ClosureObject.self) }
  @inline(__always) var asCell: UnsafeMutablePointer<CellObject> { object.to(CellObject.self) }
  @inline(__always) var asTensor: UnsafeMutablePointer<TensorObject> { object.to(TensorObject.self) }
  @inline(__always) var asRange: UnsafeMutablePointer<RangeObject> { object.to(RangeObject.self) }
  @inline(__always) var asBlueprint: UnsafeMutablePointer<BlueprintObject> { object.to(BlueprintObject.self) }
  @inline(__always) var asModel: UnsafeMutablePointer<ModelObject> { object.to(ModelObject.self) }
  @inline(__always) var asMethod: UnsafeMutablePointer<MethodObject> { object.to(MethodObject.self) }

  // Accessors for Swift code, which must check the tag first.

  package var string: String {
    let object = asString
    let bytes = UnsafeBufferPointer(start: StringObject.bytes(object), count: object.pointee.count)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether each byte of a string is one character.
  package var isPlainString: Bool { asString.pointee.isPlain }
  package var stringBytes: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: StringObject.bytes(asString), count: asString.pointee.count)
  }

  package var listCount: Int { asList.pointee.count }
  package func listItem(_ index: Int) -> Value { asList.pointee.items[index] }
  package var listItems: [Value] { Array(UnsafeBufferPointer(start: asList.pointee.items, count: asList.pointee.count)) }

  package var recordCount: Int { asRecord.pointee.count }
  package func recordKey(_ index: Int) -> Symbol { asRecord.pointee.keys[index] }
  package func recordValue(_ index: Int) -> Value { asRecord.pointee.values[index] }

  package func recordField(_ symbol: Symbol) -> Value? {
    let record = asRecord
    return record.pointee.position(of: symbol).map { record.pointee.values[$0] }
  }

  package var node: Node { asTensor.pointee.node._withUnsafeGuaranteedRef { $0 } }
  package var isParameter: Bool { tag == .tensor && asTensor.pointee.isParameter }
  package var rangeBounds: (low: Value, high: Value, step: Value) {
    (asRange.pointee.low, asRange.pointee.high, asRange.pointee.step)
  }
  package var rangeHasStep: Bool { asRange.pointee.hasStep }
  package var foreign: any Foreign { object.to(ForeignObject.self).pointee.box._withUnsafeGuaranteedRef { $0.payload } }

  package func foreign<T: Foreign>(as type: T.Type) -> T? { tag == .foreign ? foreign as? T : nil }
}

extension StringObject {
  @inline(__always) static func bytes(_ object: UnsafeMutablePointer<StringObject>) -> UnsafeMutablePointer<UInt8> {
    if let buffer = object.pointee.buffer { return StringBuffer.bytes(buffer) }
    return (UnsafeMutableRawPointer(object) + MemoryLayout<StringObject>.stride).to(UInt8.self)
  }
}

extension ClosureObject {
  @inline(__always) static func captures(
    _ object: UnsafeMutablePointer<ClosureObject>
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<CellObject>> {
    (UnsafeMutableRawPointer(object) + MemoryLayout<ClosureObject>.stride)
      .to(UnsafeMutablePointer<CellObject>.self)
  }
}

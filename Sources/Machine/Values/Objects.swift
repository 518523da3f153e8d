import Engine
import Tensors

// The layouts of heap objects. All start with the header, so that a pointer to any object is a
// pointer to its header.

struct ObjectHeader {
  var next: UnsafeMutablePointer<ObjectHeader>?
  var kind: Tag
  var isMarked: Bool
  /// Somebody else may hold this too: copy before a change.
  var isShared: Bool
  /// How `Cells` knows the object's size.
  var sizeClass: UInt8
}

/// UTF-8 bytes follow the object, or lie at the beginning of a buffer.
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

/// Fields in the order in which they were written.
struct RecordObject {
  var header: ObjectHeader
  var count: Int
  var capacity: Int
  var keys: UnsafeMutablePointer<Symbol>
  var values: UnsafeMutablePointer<Value>
  /// Of records with many fields.
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
  /// Trained where a model holds it: made by `param`.
  var isParameter: Bool
}

/// Bounds are integers or floats; a missing one of a slice is undefined.
struct RangeObject {
  var header: ObjectHeader
  var low: Value
  var high: Value
  var step: Value
  /// Written `by`: as a choice its steps are meant, not all between.
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
  /// The list of arguments, undefined where one was left out.
  var arguments: Value
  /// A record, or `nothing` until the shape of an example is known.
  var fields: Value
  /// What tells this model's random numbers from another's: `key=`, an integer.
  var key: Value
  /// Where in an outer model this one lies, `encode.layers[1]`; a string, or undefined.
  var path: Value
  /// What a training keeps: a foreign value, or `nothing`.
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

/// A value that code above the machine defines: a data set, a recipe, an optimiser. It holds no
/// values of the machine.
package protocol Foreign: AnyObject {
  /// What `type` answers: "data set", "recipe".
  var typeName: String { get }
  /// Memory that counts toward the next collection.
  var byteCount: Int { get }
  /// The memory of what the value is made of, where it lies within larger memory too.
  var footprint: Int { get }
  /// The memory that the value keeps and may share with others; none where it is part of no larger memory.
  var storages: [Storage] { get }
  var text: String { get }
  func isEqual(to other: any Foreign, _ machine: Machine) throws -> Bool
  /// Names that stand behind a dot.
  var fieldNames: [String] { get }
  func field(_ name: String, _ machine: Machine) throws -> Value?
  /// How many elements a loop or `len` sees; nil if it has none.
  func count() throws -> Int?
  func element(_ index: Int, _ machine: Machine) throws -> Value?
  func indexed(_ subscripts: [Value], _ machine: Machine) throws -> Value?
  /// The value called as a function, with its arguments.
  func call(_ arguments: [Value], _ machine: Machine) throws -> Value?
}

extension Foreign {
  package var byteCount: Int { 64 }
  package var footprint: Int { byteCount }
  package var storages: [Storage] { [] }
  package var text: String { "<\(typeName)>" }
  package func isEqual(to other: any Foreign, _ machine: Machine) throws -> Bool { self === other }
  package var fieldNames: [String] { [] }
  package func field(_ name: String, _ machine: Machine) throws -> Value? { nil }
  package func count() throws -> Int? { nil }
  package func element(_ index: Int, _ machine: Machine) throws -> Value? { nil }
  package func indexed(_ subscripts: [Value], _ machine: Machine) throws -> Value? { nil }
  package func call(_ arguments: [Value], _ machine: Machine) throws -> Value? { nil }
}

/// Holds a foreign value where the heap needs a class.
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

  /// What Swift code may read of a value, whose tag it has checked.

  package var string: String {
    let object = asString
    let bytes = UnsafeBufferPointer(start: StringObject.bytes(object), count: object.pointee.count)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether each byte of a text is one character.
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

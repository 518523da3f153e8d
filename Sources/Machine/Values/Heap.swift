import Diagnostics
import Engine
import Glibc
import Tensors

/// The objects of one machine, outside Swift's reference counting: allocated in a list, freed by
/// mark and sweep. Only instructions that allocate collect, after their result is in a register, so
/// the code between two instructions never sees a collection.
final class Heap {
  private var first: UnsafeMutablePointer<ObjectHeader>?
  private let cells = Cells()
  private(set) var allocated = 0
  private(set) var threshold = Heap.smallestThreshold
  private(set) var collections = 0
  private var gray: [UnsafeMutableRawPointer] = []
  /// Collect at every chance: for tests.
  var collectsAlways = false
  /// Strings, lists and records may not grow beyond this.
  let budget: Int

  /// Small enough that what a collection frees is still in the processor's cache when it is used again.
  private static let smallestThreshold = 1 << 20

  init(budget: Int) { self.budget = budget }

  deinit {
    sweepAll()
    cells.deallocate()
  }

  var wantsCollection: Bool { allocated > threshold || collectsAlways }

  /// Counts bytes that an object holds outside its own cell.
  func count(_ bytes: Int) { allocated += bytes }

  @inline(__always)
  private func allocate(_ kind: Tag, _ size: Int) -> UnsafeMutableRawPointer {
    let (object, sizeClass) = cells.allocate(size)
    object.to(ObjectHeader.self).initialize(
      to: ObjectHeader(next: first, kind: kind, isMarked: false, isShared: false, sizeClass: sizeClass))
    first = object.to(ObjectHeader.self)
    allocated &+= size
    return object
  }

  private func string(count: Int, isPlain: Bool) -> UnsafeMutablePointer<StringObject> {
    let object = allocate(.string, MemoryLayout<StringObject>.stride + count).to(StringObject.self)
    object.pointee.count = count
    object.pointee.isPlain = isPlain
    return object
  }

  func string(_ text: String) -> Value {
    var text = text
    return text.withUTF8 { string($0) }
  }

  /// Valid UTF-8.
  func string(_ bytes: UnsafeBufferPointer<UInt8>) -> Value {
    let object = string(count: bytes.count, isPlain: bytes.allSatisfy { $0 < 0x80 && $0 != 0x0D })
    if let base = bytes.baseAddress { StringObject.bytes(object).update(from: base, count: bytes.count) }
    return Value(.string, object)
  }

  /// Two texts as one.
  func string(_ a: UnsafeMutablePointer<StringObject>, _ b: UnsafeMutablePointer<StringObject>) -> Value {
    let (first, second) = (a.pointee.count, b.pointee.count)
    let object = string(count: first + second, isPlain: a.pointee.isPlain && b.pointee.isPlain)
    let bytes = StringObject.bytes(object)
    bytes.update(from: StringObject.bytes(a), count: first)
    (bytes + first).update(from: StringObject.bytes(b), count: second)
    return Value(.string, object)
  }

  func list(capacity: Int) -> UnsafeMutablePointer<ListObject> {
    let capacity = max(capacity, 4)
    let object = allocate(.list, MemoryLayout<ListObject>.stride).to(ListObject.self)
    object.pointee.count = 0
    object.pointee.capacity = capacity
    object.pointee.items = malloc(capacity &* 16).unsafelyUnwrapped.to(Value.self)
    allocated &+= capacity &* 16
    return object
  }

  func list(_ items: UnsafePointer<Value>, count: Int) -> Value {
    let object = list(capacity: count)
    object.pointee.items.update(from: items, count: count)
    object.pointee.count = count
    return Value(.list, object)
  }

  func append(_ value: Value, to list: UnsafeMutablePointer<ListObject>) {
    if list.pointee.count == list.pointee.capacity {
      let capacity = list.pointee.capacity * 2
      // The system moves a large block's pages without copying them.
      list.pointee.items = realloc(list.pointee.items, capacity &* 16).unsafelyUnwrapped.to(Value.self)
      allocated &+= (capacity - list.pointee.capacity) * 16
      list.pointee.capacity = capacity
    }
    list.pointee.items[list.pointee.count] = value
    list.pointee.count += 1
  }

  func record(capacity: Int) -> UnsafeMutablePointer<RecordObject> {
    let capacity = max(capacity, 4)
    let object = allocate(.record, MemoryLayout<RecordObject>.stride).to(RecordObject.self)
    object.pointee.count = 0
    object.pointee.capacity = capacity
    object.pointee.keys = .allocate(capacity: capacity)
    object.pointee.values = .allocate(capacity: capacity)
    allocated &+= capacity * 20
    return object
  }

  /// Sets a field, adding it behind the others if it is new.
  func set(_ symbol: Symbol, _ value: Value, in record: UnsafeMutablePointer<RecordObject>) {
    let count = record.pointee.count
    for index in 0..<count where record.pointee.keys[index] == symbol {
      record.pointee.values[index] = value
      return
    }
    if count == record.pointee.capacity {
      let capacity = count * 2
      let keys = UnsafeMutablePointer<Symbol>.allocate(capacity: capacity)
      let values = UnsafeMutablePointer<Value>.allocate(capacity: capacity)
      keys.update(from: record.pointee.keys, count: count)
      values.update(from: record.pointee.values, count: count)
      record.pointee.keys.deallocate()
      record.pointee.values.deallocate()
      record.pointee.keys = keys
      record.pointee.values = values
      record.pointee.capacity = capacity
      allocated &+= (capacity - count) * 20
    }
    record.pointee.keys[count] = symbol
    record.pointee.values[count] = value
    record.pointee.count = count + 1
  }

  func closure(
    _ prototype: UnsafeMutablePointer<PrototypeLayout>, captureCount: Int
  ) -> UnsafeMutablePointer<ClosureObject> {
    let object = allocate(.closure, MemoryLayout<ClosureObject>.stride + 8 * captureCount).to(ClosureObject.self)
    object.pointee.prototype = prototype
    object.pointee.captureCount = captureCount
    return object
  }

  func cell(_ value: Value) -> Value {
    let object = allocate(.cell, MemoryLayout<CellObject>.stride).to(CellObject.self)
    object.pointee.value = value
    return Value(.cell, object)
  }

  func tensor(_ node: Node, isParameter: Bool = false) -> Value {
    let object = allocate(.tensor, MemoryLayout<TensorObject>.stride).to(TensorObject.self)
    object.pointee.node = Unmanaged.passRetained(node)
    object.pointee.isParameter = isParameter
    allocated &+= node.type.byteCount
    return Value(.tensor, object)
  }

  func range(_ low: Value, _ high: Value, _ step: Value, hasStep: Bool, as tag: Tag = .range) -> Value {
    let object = allocate(tag, MemoryLayout<RangeObject>.stride).to(RangeObject.self)
    object.pointee.low = low
    object.pointee.high = high
    object.pointee.step = step
    object.pointee.hasStep = hasStep
    return Value(tag, object)
  }

  func blueprint(body: Value, methods: Value) -> Value {
    let object = allocate(.blueprint, MemoryLayout<BlueprintObject>.stride).to(BlueprintObject.self)
    object.pointee.body = body
    object.pointee.methods = methods
    return Value(.blueprint, object)
  }

  func model(blueprint: Value, arguments: Value, key: Value) -> Value {
    let object = allocate(.model, MemoryLayout<ModelObject>.stride).to(ModelObject.self)
    object.pointee.blueprint = blueprint
    object.pointee.arguments = arguments
    object.pointee.fields = .nothing
    object.pointee.key = key
    object.pointee.path = .undefined
    object.pointee.training = .nothing
    return Value(.model, object)
  }

  func method(_ closure: Value, of receiver: Value) -> Value {
    let object = allocate(.method, MemoryLayout<MethodObject>.stride).to(MethodObject.self)
    object.pointee.closure = closure
    object.pointee.receiver = receiver
    return Value(.method, object)
  }

  func foreign(_ payload: any Foreign) -> Value {
    let object = allocate(.foreign, MemoryLayout<ForeignObject>.stride).to(ForeignObject.self)
    object.pointee.box = Unmanaged.passRetained(ForeignBox(payload))
    allocated &+= payload.byteCount
    return Value(.foreign, object)
  }
}

// Collection.
extension Heap {
  /// Marks what `roots` names, frees the rest.
  func collect(_ roots: (Heap) -> Void) {
    collections += 1
    roots(self)
    drainGray()
    var previous: UnsafeMutablePointer<ObjectHeader>?
    var current = first
    var live = 0
    while let object = current {
      let next = object.pointee.next
      if object.pointee.isMarked {
        object.pointee.isMarked = false
        live += size(object)
        previous = object
      } else {
        if let previous { previous.pointee.next = next } else { first = next }
        release(object)
      }
      current = next
    }
    allocated = live
    threshold = max(Heap.smallestThreshold, live &* 2)
  }

  func mark(_ value: Value) {
    guard value.isHeap else { return }
    let header = value.header
    guard !header.pointee.isMarked else { return }
    header.pointee.isMarked = true
    gray.append(value.object)
  }

  private func drainGray() {
    while let object = gray.popLast() {
      switch object.to(ObjectHeader.self).pointee.kind {
      case .list:
        let list = object.to(ListObject.self)
        for index in 0..<list.pointee.count { mark(list.pointee.items[index]) }
      case .record:
        let record = object.to(RecordObject.self)
        for index in 0..<record.pointee.count { mark(record.pointee.values[index]) }
      case .closure:
        let closure = object.to(ClosureObject.self)
        closure.pointee.prototype.pointee.owner._withUnsafeGuaranteedRef { $0.mark() }
        for index in 0..<closure.pointee.captureCount {
          mark(Value(.cell, ClosureObject.captures(closure)[index]))
        }
      case .cell: mark(object.to(CellObject.self).pointee.value)
      case .range, .slice:
        let range = object.to(RangeObject.self).pointee
        mark(range.low)
        mark(range.high)
        mark(range.step)
      case .blueprint:
        mark(object.to(BlueprintObject.self).pointee.body)
        mark(object.to(BlueprintObject.self).pointee.methods)
      case .model:
        let model = object.to(ModelObject.self).pointee
        for value in [model.blueprint, model.arguments, model.fields, model.key, model.path, model.training] {
          mark(value)
        }
      case .method:
        mark(object.to(MethodObject.self).pointee.closure)
        mark(object.to(MethodObject.self).pointee.receiver)
      default: break
      }
    }
  }

  private func size(_ header: UnsafeMutablePointer<ObjectHeader>) -> Int {
    let object = UnsafeMutableRawPointer(header)
    switch header.pointee.kind {
    case .string: return MemoryLayout<StringObject>.stride + object.to(StringObject.self).pointee.count
    case .list: return MemoryLayout<ListObject>.stride + 16 * object.to(ListObject.self).pointee.capacity
    case .record: return MemoryLayout<RecordObject>.stride + 20 * object.to(RecordObject.self).pointee.capacity
    case .closure: return MemoryLayout<ClosureObject>.stride + 8 * object.to(ClosureObject.self).pointee.captureCount
    case .tensor:
      return MemoryLayout<TensorObject>.stride
        + object.to(TensorObject.self).pointee.node._withUnsafeGuaranteedRef { $0.type.byteCount }
    case .foreign:
      return object.to(ForeignObject.self).pointee.box._withUnsafeGuaranteedRef { $0.payload.byteCount }
    default: return 96
    }
  }

  private func release(_ header: UnsafeMutablePointer<ObjectHeader>) {
    let object = UnsafeMutableRawPointer(header)
    switch header.pointee.kind {
    case .list: free(object.to(ListObject.self).pointee.items)
    case .record:
      object.to(RecordObject.self).pointee.keys.deallocate()
      object.to(RecordObject.self).pointee.values.deallocate()
    case .tensor: object.to(TensorObject.self).pointee.node.release()
    case .foreign: object.to(ForeignObject.self).pointee.box.release()
    default: break
    }
    cells.release(object, header.pointee.sizeClass)
  }

  private func sweepAll() {
    while let object = first {
      first = object.pointee.next
      release(object)
    }
  }
}

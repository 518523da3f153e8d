import Diagnostics
import Engine
import Glibc
import Tensors

/// The objects of one machine, without Swift's reference counting: a linked list, collected by mark and sweep. Collections
/// happen only in instructions that allocate, after their result is in a register, and never between two instructions.
final class Heap {
  private var first: UnsafeMutablePointer<ObjectHeader>?
  private let allocator: SizeClassAllocator
  private(set) var allocated = 0
  private(set) var threshold = Heap.smallestThreshold
  private var gray: [UnsafeMutableRawPointer] = []
  /// Collects at every opportunity, for tests.
  var collectsAlways = false
  /// The memory limit for strings, lists and records, in bytes.
  let budget: Int

  /// In bytes; small enough that freed memory is still in the processor's cache when it is reused.
  private static let smallestThreshold = 1 << 20

  /// `interrupt`: the flag that every loop checks, set when memory runs out.
  init(budget: Int, interrupt: UnsafeMutablePointer<Int32>) {
    self.budget = budget
    allocator = SizeClassAllocator(interrupt: interrupt)
  }

  deinit {
    sweepAll()
    allocator.deallocate()
  }

  var wantsCollection: Bool { allocated > threshold || collectsAlways }

  /// Whether the reserve has been used.
  var isExhausted: Bool { allocator.isExhausted }
  func restoreReserve() { allocator.restoreReserve() }

  /// Counts bytes that an object owns outside its own allocation.
  func count(_ bytes: Int) { allocated += bytes }

  @inline(__always)
  private func allocate(_ kind: Tag, _ size: Int) -> UnsafeMutableRawPointer {
    let (object, sizeClass) = allocator.allocate(size)
    object.to(ObjectHeader.self).initialize(
      to: ObjectHeader(next: first, kind: kind, isMarked: false, isShared: false, sizeClass: sizeClass))
    first = object.to(ObjectHeader.self)
    allocated &+= size
    return object
  }

  private func string(count: Int, isPlain: Bool) -> UnsafeMutablePointer<StringObject> {
    let object = allocate(.string, MemoryLayout<StringObject>.stride + count).to(StringObject.self)
    object.pointee.count = count
    object.pointee.buffer = nil
    object.pointee.isPlain = isPlain
    return object
  }

  func string(count: Int, isPlain: Bool, in buffer: UnsafeMutablePointer<StringBuffer>) -> Value {
    let object = string(count: 0, isPlain: isPlain)
    object.pointee.count = count
    object.pointee.buffer = buffer
    return Value(.string, object)
  }

  func newBuffer(capacity: Int) -> UnsafeMutablePointer<StringBuffer> {
    let buffer = allocator.memory(MemoryLayout<StringBuffer>.stride + capacity).to(StringBuffer.self)
    buffer.initialize(to: StringBuffer(holders: 0, used: 0, capacity: capacity))
    allocated &+= capacity
    return buffer
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

  /// Creates a string; `fill` must write all of its bytes.
  func string(count: Int, isPlain: Bool, _ fill: (UnsafeMutablePointer<UInt8>) throws -> Void) rethrows -> Value {
    let object = string(count: count, isPlain: isPlain)
    do {
      try fill(StringObject.bytes(object))
    } catch {
      // The string is unreachable; its bytes are not initialized.
      object.pointee.count = 0
      throw error
    }
    return Value(.string, object)
  }

  /// Concatenates two strings.
  func string(_ a: UnsafeMutablePointer<StringObject>, _ b: UnsafeMutablePointer<StringObject>) -> Value {
    let (first, second) = (a.pointee.count, b.pointee.count)
    if first + second >= StringBuffer.minimumCount { return joined(a, b) }
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
    object.pointee.items = allocator.memory(capacity &* 16).to(Value.self)
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
      // Grows by little if memory is scarce, so that the program gets an error soon.
      let capacity = list.pointee.count + (Memory.holds(list.pointee.count * 32) ? list.pointee.count : 64)
      // `realloc` moves the pages of a large block without copying.
      list.pointee.items = allocator.memory(capacity &* 16, in: list.pointee.items).to(Value.self)
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
    object.pointee.keys = allocator.memory(capacity * 4).to(Symbol.self)
    object.pointee.values = allocator.memory(capacity * 16).to(Value.self)
    object.pointee.index = nil
    allocated &+= capacity * 20
    reindex(object)
    return object
  }

  /// Sets a field, or appends it if it is new.
  func set(_ symbol: Symbol, _ value: Value, in record: UnsafeMutablePointer<RecordObject>) {
    if let index = record.pointee.position(of: symbol) {
      record.pointee.values[index] = value
      return
    }
    let count = record.pointee.count
    if count == record.pointee.capacity {
      let capacity = count * 2
      record.pointee.keys = allocator.memory(capacity * 4, in: record.pointee.keys).to(Symbol.self)
      record.pointee.values = allocator.memory(capacity * 16, in: record.pointee.values).to(Value.self)
      record.pointee.capacity = capacity
      allocated &+= (capacity - count) * 20
      reindex(record)
    }
    record.pointee.keys[count] = symbol
    record.pointee.values[count] = value
    record.pointee.count = count + 1
    record.pointee.index?.add(symbol, at: count)
  }

  /// Creates the index of a record with a capacity for many fields.
  private func reindex(_ record: UnsafeMutablePointer<RecordObject>) {
    guard record.pointee.capacity > RecordIndex.maximumUnindexedCapacity else { return }
    if let old = record.pointee.index { free(old.slots) }
    let count = RecordIndex.slotCount(for: record.pointee.capacity)
    allocated &+= count * 8
    let index = RecordIndex(slots: allocator.memory(count * 8).to(RecordIndex.Slot.self), count: count)
    index.clear()
    for place in 0..<record.pointee.count { index.add(record.pointee.keys[place], at: place) }
    record.pointee.index = index
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
  /// Frees everything that is not reachable from what `roots` marks.
  func collect(_ roots: (Heap) -> Void) {
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
    // Collects more often near the budget, so that garbage does not exhaust it.
    threshold = max(Heap.smallestThreshold, min(live &* 2, max(budget / 4 * 3, live &+ live / 8)))
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
    case .string:
      let string = object.to(StringObject.self).pointee
      guard let buffer = string.buffer else { return MemoryLayout<StringObject>.stride + string.count }
      // The longest string in a buffer accounts for the buffer.
      return MemoryLayout<StringObject>.stride + (buffer.pointee.used == string.count ? buffer.pointee.capacity : 0)
    case .list: return MemoryLayout<ListObject>.stride + 16 * object.to(ListObject.self).pointee.capacity
    case .record:
      let record = object.to(RecordObject.self).pointee
      return MemoryLayout<RecordObject>.stride + 20 * record.capacity + 8 * (record.index?.count ?? 0)
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
    case .string: if let buffer = object.to(StringObject.self).pointee.buffer { release(buffer) }
    case .list: free(object.to(ListObject.self).pointee.items)
    case .record:
      free(object.to(RecordObject.self).pointee.keys)
      free(object.to(RecordObject.self).pointee.values)
      if let index = object.to(RecordObject.self).pointee.index { free(index.slots) }
    case .tensor: object.to(TensorObject.self).pointee.node.release()
    case .foreign: object.to(ForeignObject.self).pointee.box.release()
    default: break
    }
    allocator.release(object, header.pointee.sizeClass)
  }

  private func sweepAll() {
    while let object = first {
      first = object.pointee.next
      release(object)
    }
  }
}

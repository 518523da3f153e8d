import Diagnostics
import Engine
import Tensors

// Construction of values by instructions and by Swift code. Values that Swift code creates are protected from collection
// until the current built-in returns.
extension Machine {
  package func make(string: String) -> Value { keep(heap.string(string)) }
  package func make(node: Node) -> Value { keep(heap.tensor(node)) }
  package func make(tensor: Tensor) -> Value { keep(heap.tensor(engine.leaf(tensor))) }
  package func make(parameter node: Node) -> Value { keep(heap.tensor(node, isParameter: true)) }
  package func make(foreign: any Foreign) -> Value { keep(heap.foreign(foreign)) }

  package func make(list: [Value], sharing: Bool = false) -> Value {
    if sharing { for value in list { share(value) } }
    return keep(
      list.withUnsafeBufferPointer { buffer in
        guard let items = buffer.baseAddress else { return Value(.list, heap.list(capacity: 0)) }
        return heap.list(items, count: list.count)
      })
  }

  /// Appends to a list in place; false if it is shared or memory is used up.
  package func append(_ values: UnsafeBufferPointer<Value>, inPlaceTo list: Value) -> Bool {
    for value in values { share(value) }
    let object = list.asList
    guard !object.pointee.header.isShared, object.pointee.count + values.count <= object.pointee.capacity || hasMemory(toDouble: object, values.count) else {
      return false
    }
    for value in values { heap.append(value, to: object) }
    return true
  }

  /// Interns a name that a program creates at run time; throws if there are too many names.
  package func intern(_ name: String) throws -> Symbol {
    if let known = symbols.existing(name) { return known }
    guard symbols.count < Symbols.limit - 1 else { throw outOfMemory("a program can use at most \(Symbols.limit) distinct field names") }
    guard Memory.holds(symbols.growth) else { throw outOfMemory("the system has no \(Storage.formatBytes(symbols.growth)) left") }
    return symbols.intern(name)
  }

  private func hasMemory(toDouble list: UnsafeMutablePointer<ListObject>, _ more: Int) -> Bool {
    (try? checkMemory(for: 2 * list.pointee.count + more, of: 16)) != nil
  }

  package func make(record: [(name: String, value: Value)]) -> Value {
    let object = heap.record(capacity: record.count)
    for (name, value) in record { heap.set(symbols.intern(name), value, in: object) }
    return keep(Value(.record, object))
  }

  package func make(range low: Value, _ high: Value, by step: Value = Value(1)) -> Value {
    keep(heap.range(low, high, step, hasStep: step.tag != .int || step.bits != 1))
  }

  /// Sets a field of a record that Swift code has just created.
  package func set(_ name: String, _ value: Value, in record: Value) {
    heap.set(symbols.intern(name), value, in: record.asRecord)
  }

  package func keep(_ value: Value) -> Value {
    if value.isHeap { temporaries.append(value) }
    return value
  }

  /// The number of protected values, to release later ones.
  package var keptCount: Int { temporaries.count }
  package func releaseKept(after mark: Int) { temporaries.removeLast(temporaries.count - mark) }

  // MARK: Instructions

  func makeRecord(_ frame: Activation) {
    let keys = frame.prototype.recordShapes[rawC(frame.pointee.pc)]
    let (record, values) = (heap.record(capacity: keys.count), frame.b)
    for (index, key) in keys.enumerated() { heap.set(key, values[index], in: record) }
    frame.a.pointee = Value(.record, record)
    collectIfNeeded(frame)
  }

  func makeClosure(_ result: Register, _ index: Int, _ frame: Activation) {
    let child = frame.pointee.closure.pointee.prototype.pointee.children[index]
    let made = heap.closure(child, captureCount: child.pointee.captureCount)
    let outer = ClosureObject.captures(frame.pointee.closure)
    for place in 0..<child.pointee.captureCount {
      let capture = child.pointee.captures[place]
      ClosureObject.captures(made)[place] = capture >= 0 ? (frame.pointee.base + capture).to(Value.self).pointee.asCell : outer[-1 - capture]
    }
    result.pointee = Value(.closure, made)
  }

  func makeRange(_ frame: Activation) -> Bool {
    if policy.executesUnknown(frame, self) { return true }
    let bounds = frame.b
    var hasStep = true
    if frame.op == .range {
      if bounds[2].isUndefined {
        bounds[2] = Value(1)
        hasStep = false
      }
      for index in 0..<3 where !bounds[index].isNumber {
        // A tensor of one element counts as a number.
        if bounds[index].tag == .tensor, bounds[index].node.type.count == 1, let number = try? scalar(bounds[index]) {
          bounds[index] = number
          continue
        }
        fail(
          MachineErrors.badOperand, "\(["start", "end", "step"][index]) of a range must be a number, got \(describe(bounds[index]))",
          hint: "`0..10` is 0 to 9; `0..10 by 2` is every second of them")
        return false
      }
      guard bounds[2].number != 0 else {
        fail(MachineErrors.badOperand, "range step must not be 0")
        return false
      }
    }
    frame.a.pointee = heap.range(bounds[0], bounds[1], bounds[2], hasStep: hasStep, as: frame.op == .range ? .range : .slice)
    collectIfNeeded(frame)
    return true
  }

  /// Converts a tensor of one element to a number or boolean; other values are unchanged.
  package func scalar(_ value: Value) throws -> Value {
    guard value.tag == .tensor else { return value }
    guard value.node.type.count == 1 else {
      throw Fault(TensorErrors.notScalar, "expected a single number, got \(value.node.type.description)")
    }
    let tensor = try engine.value(value.node)
    switch tensor.dtype {
    case .bool: return Value(tensor[0] != 0)
    case .f32, .f64: return Value(tensor[0])
    case .i32, .u8: return Value(Int(tensor[0]))
    }
  }

  /// `[...]`: numbers form a tensor, tensors of equal shapes are stacked, other values form a list. If `count` is 0xFFFF,
  /// the elements are in a list.
  func makeBrackets(_ frame: Activation) -> Bool {
    let (values, count) = (frame.b, rawC(frame.pointee.pc))
    return attempting(frame) {
      let items = count == 0xFFFF ? values.pointee.listItems : (0..<count).map { values[$0] }
      do {
        frame.a.pointee = try brackets(items)
      } catch let fault as Fault {
        throw placed(fault, at: mismatchedElement(items))
      }
    }
  }

  /// The first element that is not a number or tensor, or else the first that differs in kind or shape from element 0.
  private func mismatchedElement(_ items: [Value]) -> Int? {
    if let other = items.firstIndex(where: { !$0.isNumber && !$0.isBoolean && $0.tag != .tensor }) { return other }
    func isLike(_ a: Value, _ b: Value) -> Bool {
      a.tag == .tensor ? b.tag == .tensor && a.node.shape == b.node.shape : b.tag != .tensor && a.isBoolean == b.isBoolean
    }
    return items.first.flatMap { first in items.firstIndex { !isLike(first, $0) } }
  }

  package func brackets(_ items: [Value], as dtype: DType = .f32) throws -> Value {
    let numbers = items.count { $0.isNumber || $0.isBoolean }
    let tensors = items.count { $0.tag == .tensor }
    if numbers + tensors == 0, !items.isEmpty { return items.withUnsafeBufferPointer { heap.list($0.baseAddress.unsafelyUnwrapped, count: items.count) } }
    guard numbers + tensors == items.count else {
      let odd = items.first { !$0.isNumber && !$0.isBoolean && $0.tag != .tensor } ?? .nothing
      throw Fault(
        MachineErrors.mixedBrackets, "`[ ]` cannot mix numbers with \(describe(odd))",
        hint: "write a list of values of different types: `(a, b)`")
    }
    if tensors == 0 { return heap.tensor(engine.leaf(try numberTensor(items, dtype))) }
    return heap.tensor(try stack(items))
  }

  /// Numbers become elements of type `numbers`; booleans become bool.
  private func numberTensor(_ items: [Value], _ numbers: DType) throws -> Tensor {
    let booleans = items.count(where: \.isBoolean)
    guard booleans == 0 || booleans == items.count else {
      throw Fault(MachineErrors.mixedBrackets, "`[ ]` cannot mix numbers with booleans")
    }
    let dtype: DType = booleans > 0 ? .bool : numbers
    let elements = try items.map { try element($0, of: dtype, .refused) }
    return try Tensor(dtype: dtype, shape: [items.count]) { elements[$0] }
  }

  private func stack(_ items: [Value]) throws -> Node {
    let dtype = items.filter { $0.tag == .tensor }.map(\.node.dtype).reduce(DType.bool) { $0.promoted(with: $1) }
    let nodes = try items.map { item in
      try engine.term(item.tag == .tensor ? item.node : weak(item, for: dtype, .refused)).cast(dtype)
    }
    let shape = nodes[0].shape
    if let odd = nodes.firstIndex(where: { $0.shape != shape }) {
      throw Fault(
        TensorErrors.ragged,
        "rows of a tensor must have equal shapes: row 0 has shape \(shape.shapeText), row \(odd) has \(nodes[odd].shape.shapeText)",
        hint: "make the shapes equal, or write a list: `(a, b)`")
    }
    let rows = try nodes.map { try $0.reshaped([1] + shape).node }
    return try engine.apply(Concatenate(axis: 0), rows, at: currentSpan)
  }

  // MARK: Names

  @inline(never)
  func loadLibraryName(_ frame: Activation) -> Bool {
    let symbol = Symbol(id: Int32(truncatingIfNeeded: wide(frame.pointee.pc)))
    return attempting(frame) {
      if let value = try libraryValue(symbol) {
        frame.a.pointee = value
        return
      }
      throw Fault(.unknownName(MachineErrors.unknownName, symbols.name(symbol), among: globalNames + libraryNames()))
    }
  }
}

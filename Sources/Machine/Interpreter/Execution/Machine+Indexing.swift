import Diagnostics
import Engine
import Language
import Tensors

// Reading and changing elements and fields.
extension Machine {
  @inline(never)
  func slowIndex(_ frame: Activation) -> Bool {
    attempting(frame) {
      let count = frame.op == .getIndex ? 1 : rawX(frame.pointee.pc)
      let operands = frame.c
      frame.a.pointee = try element(of: frame.b.pointee, (0..<count).map { operands[$0] })
    }
  }

  package func element(of container: Value, _ subscripts: [Value]) throws -> Value {
    switch container.tag {
    case .list:
      let positions = try single(subscripts, container)
      if let index = try integer(positions) {
        return container.listItem(try checked(index, container.listCount, "the list"))
      }
      let span = try slice(positions, container.listCount, "the list")
      try checkMemory(for: span.count, of: 40)
      return make(list: span.positions.map { container.listItem($0) }, sharing: true)
    case .string:
      let positions = try single(subscripts, container)
      let count = try elementCount(container) ?? 0
      if let index = try integer(positions) { return characters(of: container, at: [try checked(index, count, "the string")]) }
      let span = try slice(positions, count, "the string")
      try checkMemory(for: span.count, of: 32)
      return characters(of: container, at: span.positions)
    case .tensor:
      return heap.tensor(try TensorIndexing(self, container.node, subscripts).selected())
    case .range:
      let positions = try single(subscripts, container)
      let count = try rangeCount(container)
      if let index = try integer(positions) { return try rangeElement(container, checked(index, count, "the range")) }
      let resolved = try slice(positions, count, "the range")
      try checkMemory(for: resolved.count, of: 48)
      return make(
        list: try resolved.positions.map {
          try checkpoint()
          return try rangeElement(container, $0)
        })
    case .record:
      let key = try single(subscripts, container)
      guard key.tag == .string else { break }
      // A name without a symbol cannot be a field, so none is created for it.
      guard let symbol = symbols.existing(key.string) else { throw unknownField(key.string, of: "the record", fieldNames(container)) }
      return try field(container, symbol)
    case .foreign:
      if let result = try container.foreign.indexed(subscripts, self) { return result }
    default: break
    }
    throw Fault(
      MachineErrors.badIndex, "\(describe(container)) cannot be indexed",
      hint: container.tag == .closure || container.tag == .builtin ? "call a function with `( )`" : nil)
  }

  private func single(_ subscripts: [Value], _ container: Value) throws -> Value {
    guard subscripts.count == 1 else {
      throw Fault(MachineErrors.badIndex, "\(describe(container)) takes one index, got \(subscripts.count)")
    }
    return subscripts[0]
  }

  /// The index that a value denotes: an integer, or an integer tensor of one element; nil for a slice or a range.
  package func integer(_ value: Value) throws -> Int? {
    if value.tag == .int { return value.bits }
    if value.tag == .range || value.tag == .slice { return nil }
    if value.tag == .tensor, value.node.type.count == 1, !value.node.dtype.isFloat, value.node.dtype != .bool {
      return Int(try engine.value(value.node)[0])
    }
    throw Fault(
      MachineErrors.badIndex, "an index must be an integer, a slice or a range, got \(describe(value))",
      hint: value.tag == .float ? "write `//` for integer division" : nil)
  }

  package func checked(_ index: Int, _ count: Int, _ what: String) throws -> Int {
    let place = index < 0 ? index + count : index
    guard place >= 0, place < count else {
      throw Fault(
        MachineErrors.badIndex, "index \(index) is out of range: \(what) has \(counted(count, "element"))",
        hint: count == 0 ? nil : "use an index from 0 to \(count - 1), or from -\(count) to -1 to count from the end")
    }
    return place
  }

  package struct ResolvedSlice {
    package let start: Int
    package let step: Int
    package let count: Int
    package var positions: [Int] { (0..<count).map { start + $0 * step } }
  }

  /// A slice `a:b:c` or a range as the indices it selects, clamped to `count` as in Python.
  package func slice(_ value: Value, _ count: Int, _ what: String) throws -> ResolvedSlice {
    guard value.tag == .slice || value.tag == .range else {
      throw Fault(MachineErrors.badIndex, "the index of \(what) must be an integer or a slice, got \(describe(value))")
    }
    let bounds = value.rangeBounds
    func bound(_ value: Value) throws -> Int? {
      if value.isUndefined { return nil }
      guard let index = try integer(value) else { throw Fault(MachineErrors.badIndex, "slice bounds must be integers, got \(describe(value))") }
      return index
    }
    let step = max(try bound(bounds.step) ?? 1, -Int.max)
    guard step != 0 else { throw Fault(MachineErrors.badIndex, "slice step must not be 0") }
    func clamped(_ index: Int, _ low: Int, _ high: Int) -> Int {
      min(max(index < 0 ? index.addingReportingOverflow(count).partialValue : index, low), high)
    }
    if step > 0 {
      let low = clamped(try bound(bounds.low) ?? 0, 0, count)
      let high = clamped(try bound(bounds.high) ?? count, 0, count)
      return ResolvedSlice(start: low, step: step, count: high > low ? (high - low - 1) / step + 1 : 0)
    }
    let low = try bound(bounds.low).map { clamped($0, -1, count - 1) } ?? count - 1
    let high = try bound(bounds.high).map { clamped($0, -1, count - 1) } ?? -1
    return ResolvedSlice(start: low, step: step, count: low > high ? (low - high - 1) / -step + 1 : 0)
  }

  @inline(never)
  func slowSetIndex(_ frame: Activation) -> Bool {
    attempting(frame) {
      let (container, operands) = (frame.a, frame.b)
      if container.pointee.isHeap, container.pointee.header.pointee.isShared { try copyShallow(container, frame) }
      let count = frame.op == .setIndex ? 1 : rawC(frame.pointee.pc)
      let value = frame.op == .setIndex ? frame.c.pointee : operands[count]
      let subscripts = (0..<count).map { operands[$0] }
      switch container.pointee.tag {
      case .list:
        let list = container.pointee.asList
        guard let index = try integer(try single(subscripts, container.pointee)) else {
          throw Fault(MachineErrors.badIndex, "cannot assign to a slice of a list")
        }
        list.pointee.items[try checked(index, list.pointee.count, "the list")] = value
      case .tensor:
        let node = container.pointee.node
        let changed = try TensorIndexing(self, node, subscripts).replaced(by: value)
        container.pointee = heap.tensor(changed)
      case .record:
        let key = try single(subscripts, container.pointee)
        guard key.tag == .string else { fallthrough }
        let record = container.pointee.asRecord
        if record.pointee.count == record.pointee.capacity { try checkMemory(for: record.pointee.count, of: 96) }
        heap.set(try intern(key.string), value, in: record)
      case .foreign:
        guard let changed = try container.pointee.foreign.setting(subscripts, to: value, self) else { fallthrough }
        container.pointee = changed
      default:
        throw Fault(
          MachineErrors.badIndex, "cannot assign to an element of \(describe(container.pointee))",
          hint: container.pointee.tag == .string ? "strings are immutable; create a new one with `replace`" : nil)
      }
    }
  }

  // MARK: Fields

  @inline(never)
  func getField(_ frame: Activation) -> Bool {
    let (container, symbol) = (frame.b.pointee, Word.symbol(of: frame.word))
    if container.tag == .record, let value = container.recordField(symbol) {
      frame.a.pointee = value
      return true
    }
    return attempting(frame) {
      frame.a.pointee = try field(container, symbol)
    }
  }

  package func field(_ container: Value, _ symbol: Symbol) throws -> Value {
    let name = symbols.name(symbol)
    switch container.tag {
    case .record:
      if let value = container.recordField(symbol) { return value }
      throw unknownField(name, of: "the record", fieldNames(container))
    case .model: return try models.field(symbol, of: container)
    case .tensor:
      if let value = try tensorField(container.node, name) { return value }
      throw unknownField(name, of: "a tensor", ["shape", "dtype"])
    case .foreign:
      if let value = try container.foreign.field(name, self) { return value }
      throw unknownField(name, of: "a \(container.foreign.typeName)", container.foreign.fieldNames)
    default:
      throw Fault(
        MachineErrors.unknownField, "\(describe(container)) has no field `\(name)`",
        hint: "call a function as `\(name)(x)` or `x |> \(name)`")
    }
  }

  private func tensorField(_ node: Node, _ name: String) throws -> Value? {
    switch name {
    case "shape": make(list: node.shape.map { Value($0) })
    case "dtype": make(string: node.dtype.name)
    default: nil
    }
  }

  func unknownField(_ name: String, of what: String, _ known: [String]) -> Fault {
    Fault(
      MachineErrors.unknownField, "\(what) has no field `\(name)`",
      hint: Suggestion.hint(for: name, among: known)
        ?? (known.isEmpty ? nil : "available fields: \(known.map { "`\($0)`" }.joined(separator: ", "))"))
  }

  package func fieldNames(_ value: Value) -> [String] {
    switch value.tag {
    case .record: (0..<value.recordCount).map { symbols.name(value.recordKey($0)) }
    case .model: models.fieldNames(of: value)
    case .foreign: value.foreign.fieldNames
    case .tensor: ["shape", "dtype"]
    default: []
    }
  }

  /// A field stored in a record or model, read without running or creating anything.
  package func storedField(_ container: Value, _ name: String) -> Value? {
    guard let symbol = symbols.existing(name) else { return nil }
    switch container.tag {
    case .record: return container.recordField(symbol)
    case .model:
      let object = container.asModel.pointee
      let field = object.fields.tag == .record ? object.fields.recordField(symbol) : nil
      return field ?? object.blueprint.asBlueprint.pointee.methods.recordField(symbol)
    default: return nil
    }
  }

  func setField(_ frame: Activation) -> Bool {
    if policy.executesUnknown(frame, self) { return true }
    let (container, symbol, value) = (frame.a, Word.symbol(of: frame.word), frame.b.pointee)
    switch container.pointee.tag {
    case .record:
      heap.set(symbol, value, in: container.pointee.asRecord)
      return true
    case .model where container.pointee.asModel.pointee.fields.tag == .record:
      heap.set(symbol, value, in: container.pointee.asModel.pointee.fields.asRecord)
      return true
    case .model:
      fault = models.notBuilt(container.pointee)
    case .foreign where !container.pointee.foreign.fieldNames.isEmpty:
      return attempting(frame) {
        guard let changed = try container.pointee.foreign.setting(symbols.name(symbol), to: value, self) else {
          throw Fault(MachineErrors.unknownField, "cannot assign to a field of \(describe(container.pointee))")
        }
        container.pointee = changed
      }
    default:
      fail(
        MachineErrors.unknownField, "cannot assign to a field of \(describe(container.pointee))",
        hint: container.pointee.tag == .foreign ? nil : "write a record as `{name: value}`")
    }
    return false
  }

  @inline(never)
  func copyShared(_ frame: Activation) -> Bool { attempting(frame) { try copyShallow(frame.a, frame) } }

  /// Replaces the value in a register by a shallow copy, whose parts are then shared, so that it can be changed in place.
  func copyShallow(_ register: Register, _ frame: Activation) throws {
    let value = register.pointee
    switch value.tag {
    case .list:
      try checkMemory(for: value.listCount, of: 16)
      for index in 0..<value.listCount { share(value.listItem(index)) }
      register.pointee = heap.list(value.asList.pointee.items, count: value.listCount)
    case .record:
      try checkMemory(for: value.recordCount, of: 64)
      register.pointee = copyRecord(value)
    case .model:
      // Functions created by the model's body read its fields, so they are copied too.
      let mark = temporaries.count
      register.pointee = models.copy(value)
      temporaries.removeLast(temporaries.count - mark)
    default: break  // Other values never change in place.
    }
    collectIfNeeded(frame)
  }

  func copyRecord(_ value: Value) -> Value {
    let copy = heap.record(capacity: value.recordCount)
    for index in 0..<value.recordCount {
      share(value.recordValue(index))
      heap.set(value.recordKey(index), value.recordValue(index), in: copy)
    }
    return Value(.record, copy)
  }
}

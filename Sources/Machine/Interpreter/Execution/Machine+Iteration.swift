import Diagnostics
import Engine
import Tensors

// Loops and unpacking.
extension Machine {
  /// Initializes the state of a `for`: an integer range uses a counter, other sequences are indexed.
  func forPrepare(_ frame: Activation) -> Bool {
    let a = frame.a
    return attempting(frame) {
      if a[0].tag == .range {
        let bounds = a[0].rangeBounds
        if bounds.low.tag == .int, bounds.high.tag == .int, bounds.step.tag == .int {
          // The number of iterations is known; the counter starts one step before the first value.
          a[1] = Value(try rangeCount(a[0]))
          a[0] = Value(bounds.low.bits &- bounds.step.bits)
          a[2] = bounds.step
          return
        }
      }
      guard try elementCount(a[0]) != nil else {
        throw Fault(
          MachineErrors.notIterable, "cannot iterate over \(describe(a[0]))",
          hint: a[0].tag == .int ? "write a range to count: `for i in 0..\(a[0].bits)`" : "iterate over a range, list, tensor, string, record or data set")
      }
      // A string is split into characters once.
      let mark = keptCount
      a[1] = a[0].tag == .string ? try characters(a[0]) : a[0]
      releaseKept(after: mark)
      a[0] = Value(-1)
      a[2] = .undefined
    }
  }

  /// The characters at the given indices, as one string.
  func characters(of text: Value, at positions: [Int]) -> Value {
    let bytes = text.stringBytes
    if text.isPlainString { return positions.map { bytes[$0] }.withUnsafeBufferPointer { heap.string($0) } }
    let starts = characterStarts(of: text)
    var taken: [UInt8] = []
    for position in positions { taken += bytes[starts[position]..<starts[position + 1]] }
    return taken.withUnsafeBufferPointer { heap.string($0) }
  }

  /// The byte offsets of a string's characters, and of its end. Cached for the last string, so that indexing it in a loop
  /// takes linear time in total.
  func characterStarts(of text: Value) -> [Int] {
    if let known = indexedText, known.text == text.bits { return known.starts }
    let string = text.string
    let starts = string.indices.map { string.utf8.distance(from: string.startIndex, to: $0) } + [string.utf8.count]
    indexedText = (text.bits, starts)
    return starts
  }

  private func characters(_ text: Value) throws -> Value {
    let list = Value(.list, heap.list(capacity: 0))
    for character in try elements(of: text) ?? [] { heap.append(character, to: list.asList) }
    return list
  }

  /// Returns 1 with the next element in register b, 0 at the end, -1 on a fault.
  @inline(never)
  func forNextSlow(_ frame: Activation) -> Int {
    frameTop = frame
    top = frame.end
    let a = frame.a
    do {
      let index = a[0].bits + 1
      guard let count = try elementCount(a[1]), index < count else { return 0 }
      a[0] = Value(index)
      let mark = temporaries.count
      let element = try elementAt(a[1], index)
      share(element)
      frame.b.pointee = element
      temporaries.removeLast(temporaries.count - mark)
      collectIfNeeded(frame)
      return 1
    } catch is UnknownValue {
      frame.b.pointee = .unknown
      return 1
    } catch {
      fail(error)
      return -1
    }
  }

  /// The number of elements of a value for `for`, `len` and unpacking; nil if it is not a sequence.
  package func elementCount(_ value: Value) throws -> Int? {
    switch value.tag {
    case .list: value.listCount
    case .string: value.isPlainString ? value.stringBytes.count : characterStarts(of: value).count - 1
    case .range: try rangeCount(value)
    case .tensor: value.node.shape.first
    case .record: value.recordCount
    case .foreign: try value.foreign.count()
    default: nil
    }
  }

  /// All elements of an iterable value; nil if it is not iterable.
  package func elements(of value: Value) throws -> [Value]? {
    guard let count = try elementCount(value) else { return nil }
    if value.tag == .list { return value.listItems }
    // The list, the protection of its elements from collection, and the elements.
    try checkMemory(for: count, of: value.tag == .tensor ? 512 : 96)
    if value.tag == .string, !value.isPlainString {
      return try value.string.map {
        try checkpoint()
        return make(string: String($0))
      }
    }
    return try (0..<count).map {
      try checkpoint()
      return keep(try elementAt(value, $0))
    }
  }

  package func elementAt(_ value: Value, _ index: Int) throws -> Value {
    switch value.tag {
    case .list: return value.listItem(index)
    case .string: return characters(of: value, at: [index])
    case .range: return try rangeElement(value, index)
    case .tensor:
      let node = value.node
      let part = try engine.apply(Slice.rows(index..<index + 1, of: node.shape), [node], at: currentSpan)
      return heap.tensor(try engine.apply(Reshape(Array(node.shape.dropFirst())), [part], at: currentSpan))
    case .record: return heap.string(symbols.name(value.recordKey(index)))
    case .foreign:
      if let element = try value.foreign.element(index, self) { return element }
      fallthrough
    default: throw Fault(MachineErrors.notIterable, "cannot iterate over \(describe(value))")
    }
  }

  /// The number of elements of a range, which excludes its upper bound.
  package func rangeCount(_ value: Value) throws -> Int {
    let (low, high, step) = value.rangeBounds
    if low.tag == .int, high.tag == .int, step.tag == .int {
      let (distance, overflow) = high.bits.subtractingReportingOverflow(low.bits)
      guard !overflow else { throw Fault(MachineErrors.overflow, "range has too many elements") }
      guard distance != 0, (distance > 0) == (step.bits > 0) else { return 0 }
      let count = (distance.magnitude - 1) / step.bits.magnitude
      guard count < UInt(Int.max) else { throw Fault(MachineErrors.overflow, "range has too many elements") }
      return Int(count) + 1
    }
    let (x, y, z) = (low.number ?? 0, high.number ?? 0, step.number ?? 1)
    let count = ((y - x) / z).rounded(.up)
    if count <= 0 { return 0 }
    guard count < 1e15 else {
      throw Fault(MachineErrors.overflow, "range has too many elements")
    }
    return Int(count)
  }

  package func rangeElement(_ value: Value, _ index: Int) throws -> Value {
    let (low, _, step) = value.rangeBounds
    if low.tag == .int, step.tag == .int { return Value(low.bits + index * step.bits) }
    return Value((low.number ?? 0) + Double(index) * (step.number ?? 1))
  }

  func unpack(_ frame: Activation) -> Bool {
    let (first, value, count) = (frame.a, frame.b.pointee, rawC(frame.pointee.pc))
    return attempting(frame) {
      guard value.tag == .list || value.tag == .tensor, let available = try elementCount(value) else {
        throw Fault(
          MachineErrors.unpacking, "cannot unpack \(describe(value)) into \(counted(count, "name"))",
          hint: "write a list: `(a, b)`")
      }
      guard available == count else {
        throw Fault(
          MachineErrors.unpacking, "cannot unpack \(counted(available, "value")) into \(counted(count, "name"))",
          hint: "write one name for each value, or take a slice of them")
      }
      for index in 0..<count {
        first[index] = try elementAt(value, index)
        share(first[index])
      }
    }
  }
}

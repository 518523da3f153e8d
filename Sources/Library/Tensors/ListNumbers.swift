import Diagnostics
import Machine

/// The numbers of a list or range, reduced without a tensor: integers stay 64-bit integers, whose overflow is an error;
/// if one is a float, all are.
struct ListNumbers {
  private enum Content {
    case integers([Int])
    case floats([Double])
  }

  private let content: Content

  /// Nil if the value is not a rectangular list of numbers only, or if the reduction over `axes` is a tensor.
  init?(_ machine: Machine, _ value: Value, axes: [Int]? = nil, flat: Bool = false) throws {
    var numbers: [Value] = []
    guard let shape = try ListNumbers.collect(machine, value, into: &numbers, depth: 0), shape.count <= 1 || !flat else { return nil }
    if let axes {
      guard shape.count == 1, axes.allSatisfy({ $0 == 0 || $0 == -1 }) else { return nil }
    }
    let truths = numbers.count(where: \.isBoolean)
    guard truths == 0 || truths == numbers.count else { return nil }
    if truths > 0 {
      content = .integers(numbers.map { $0.tag == .true ? 1 : 0 })
    } else if numbers.allSatisfy({ $0.tag == .int }) {
      content = .integers(numbers.map(\.bits))
    } else {
      content = .floats(numbers.compactMap(\.number))
    }
  }

  /// Appends the numbers, and returns the shape that a tensor of them would have.
  private static func collect(_ machine: Machine, _ value: Value, into numbers: inout [Value], depth: Int) throws -> [Int]? {
    if value.isNumber || value.isBoolean {
      numbers.append(value)
      return []
    }
    guard value.tag == .list || value.tag == .range, depth < 8 else { return nil }
    let count = value.tag == .list ? value.listCount : try machine.rangeCount(value)
    var shape: [Int]?
    if value.tag == .range {
      try machine.checkMemory(count &* 16)
      for index in 0..<count { numbers.append(try machine.rangeElement(value, index)) }
      return [count]
    }
    for index in 0..<count {
      guard let inner = try collect(machine, value.listItem(index), into: &numbers, depth: depth + 1), shape == nil || inner == shape else { return nil }
      shape = inner
    }
    return [count] + (shape ?? [])
  }

  private func overflow(_ what: String) -> Fault {
    Fault(MachineErrors.overflow, "the \(what) is outside the range of 64-bit integers", hint: "make one of the numbers a float")
  }

  func sum() throws -> Value {
    switch content {
    case .integers(let numbers):
      guard let total = Int(exactly: numbers.reduce(Int128(0)) { $0 + Int128($1) }) else { throw overflow("sum") }
      return Value(total)
    case .floats(let numbers): return Value(numbers.reduce(0, +))
    }
  }

  func product() throws -> Value {
    switch content {
    case .integers(let numbers):
      if numbers.contains(0) { return Value(0) }
      var total = 1
      for number in numbers {
        let (next, isOver) = total.multipliedReportingOverflow(by: number)
        guard !isOver else { throw overflow("product") }
        total = next
      }
      return Value(total)
    case .floats(let numbers): return Value(numbers.reduce(1, *))
    }
  }

  func runningSums() throws -> [Value] {
    switch content {
    case .integers(let numbers):
      var total = 0
      return try numbers.map { number in
        let (next, isOver) = total.addingReportingOverflow(number)
        guard !isOver else { throw overflow("running sum") }
        total = next
        return Value(next)
      }
    case .floats(let numbers):
      var total = 0.0
      return numbers.map { number in
        total += number
        return Value(total)
      }
    }
  }

  /// Integers beyond 2^53 are rounded.
  var doubles: [Double] {
    switch content {
    case .integers(let numbers): numbers.map(Double.init)
    case .floats(let numbers): numbers
    }
  }

  /// Nil if there are no numbers.
  func mean() -> Double? {
    let numbers = doubles
    guard !numbers.isEmpty else { return nil }
    let total = (try? sum().number) ?? numbers.reduce(0, +)
    return total / Double(numbers.count)
  }

  func variance() -> Double? {
    mean().map { mean in doubles.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(doubles.count) }
  }

  /// The largest or smallest number; nan if one is. Nil if there are no numbers.
  func extreme(isMax: Bool) -> Value? {
    guard let index = position(isMax: isMax) else { return nil }
    return switch content {
    case .integers(let numbers): Value(numbers[index])
    case .floats(let numbers): Value(numbers[index])
    }
  }

  /// The position of the largest or smallest number, the first of several; of nan if one is. Nil if there are no numbers.
  func position(isMax: Bool) -> Int? {
    switch content {
    case .integers(let numbers):
      return numbers.indices.reduce(nil) { best, index in
        guard let best else { return index }
        return (isMax ? numbers[index] > numbers[best] : numbers[index] < numbers[best]) ? index : best
      }
    case .floats(let numbers):
      return numbers.indices.reduce(nil) { best, index in
        guard let best else { return index }
        if numbers[best].isNaN { return best }
        return numbers[index].isNaN || (isMax ? numbers[index] > numbers[best] : numbers[index] < numbers[best]) ? index : best
      }
    }
  }
}

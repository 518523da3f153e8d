import DataSets
import Diagnostics
import Engine
import Machine
import Tensors

// Parts of strings and tensors, and random parts of lists, tensors and data sets.
extension Library {
  private static let divided = Parameter("x", .any, "a string, a tensor, a list or a data set")
  private static let at = Parameter(
    "at", optional: .any,
    "of a string: the separator; of a tensor: the number of equal parts, or their sizes; between 0 and 1: the size of the first random part",
    shown: "whitespace")
  private static let axis = Parameter("axis", .int, "the axis along which a tensor is split into equal parts or sizes", default: 0)
  private static let key = Parameter(
    "by", optional: .any,
    "of a random split: a key for each element, or a function of one; each group is split in the same proportion, in non-empty parts if it has two",
    shown: "the labels of a data set")

  static let split = Builtin(
    "split",
    "A string split at a separator, a tensor split along an axis, or a data set, list or tensor split at random in two, as in (examples, test)",
    [divided, at, axis, key],
    examples: [
      Example("print(split(\"a,b,,c\", \",\"))", "(\"a\", \"b\", \"\", \"c\")"),
      Example("print(split([1, 2, 3, 4], 2), split([1, 2, 3], (1, 2)))", "([1, 2], [3, 4]) ([1], [2, 3])"),
      Example("(examples, test) = split(clothes(), 0.8)\nprint(len(examples), sum(test.labels == 0))", "1600 40"),
    ]
  ) { call in
    let (value, separator) = (try call[divided], try call[at])
    if let separator, separator.tag == .float { return try randomSplit(call, part: separator.double) }
    switch value.tag {
    case .tensor:
      guard separator != nil else {
        throw call.refuse("`split` of a tensor needs `at`: the number of parts, or their sizes", hint: "for example `split(x, 2)`")
      }
      return try splitTensor(call, at, axis: axis)
    case .string:
      let machine = call.machine
      guard let separator else {
        let words = try machine.parts(of: value, where: \.isWhitespace).filter { !$0.isEmpty }
        return machine.make(list: try machine.strings(words, of: value))
      }
      guard separator.tag == .string, !separator.stringBytes.isEmpty else { throw call.wrong(at, expected: "a string of at least one character") }
      return machine.make(list: try machine.strings(machine.parts(of: value, between: separator), of: value))
    default:
      let isRandom = value.tag == .list || value.tag == .foreign
      throw call.wrong(
        divided, expected: isRandom ? "a string or a tensor" : divided.meaning,
        hint: isRandom ? "`split(data, 0.8)` splits at random: (examples, test)" : nil)
    }
  }

  /// `shuffle` of the first argument.
  static func shuffled(_ call: Call) throws -> Value {
    let x = call.builtin.parameters[0]
    let count = try rowCount(call, x)
    return try rows(call, call.value(x), randomOrder(call, count))
  }

  /// `split(x, 0.8)`: a random part of the elements, and the others.
  private static func randomSplit(_ call: Call, part: Double) throws -> Value {
    let count = try rowCount(call, divided)
    guard part > 0, part < 1 else {
      throw call.wrong(at, expected: "greater than 0 and less than 1", hint: "as in `(examples, test) = split(data, 0.8)`")
    }
    let order = try randomOrder(call, count)
    let groups = try groups(call, count)
    var left = counts(of: groups, part: part)
    var (first, second) = ([Int32](), [Int32]())
    for position in order {
      let group = groups[Int(position)]
      if left[group] > 0 {
        left[group] -= 1
        first.append(position)
      } else {
        second.append(position)
      }
    }
    let value = try call[divided]
    return call.machine.make(list: [try rows(call, value, first), try rows(call, value, second)])
  }

  private static func rowCount(_ call: Call, _ x: any AnyParameter) throws -> Int {
    let value = call.value(x)
    let count: Int
    switch value.tag {
    case .list: count = value.listCount
    case .tensor where value.node.type.rank > 0: count = value.node.shape[0]
    default:
      guard let set = value.foreign(as: DataSetValue.self)?.set else { throw call.wrong(x, expected: "a list, a tensor or a data set") }
      count = set.count
    }
    guard count < Int(Int32.max) else { throw call.refuse("`\(call.builtin.name)` accepts at most \(Int32.max) elements") }
    return count
  }

  private static func randomOrder(_ call: Call, _ count: Int) throws -> [Int32] {
    let (key, place) = call.machine.stream.next(call.engine)
    return RandomKey(key.bits, UInt64(place)).permutation(count)
  }

  private static func rows(_ call: Call, _ value: Value, _ positions: [Int32]) throws -> Value {
    if value.tag == .list { return call.machine.make(list: positions.map { value.listItem(Int($0)) }, sharing: true) }
    if let set = value.foreign(as: DataSetValue.self)?.set {
      return call.machine.make(foreign: DataSetValue(set.selecting(positions.map { Int($0) })))
    }
    let places = call.engine.leaf(try Tensor(positions, shape: [positions.count]))
    return call.machine.make(node: try call.engine.apply(Gather(), [value.node, places], at: call.span))
  }

  /// For each element the number of its group: by `by`, or the labels of a data set; without either, one group.
  private static func groups(_ call: Call, _ count: Int) throws -> [Int] {
    let value = try call[divided]
    // A check knows how many examples a data set has, but not which.
    if !call.machine.policy.readsData, value.tag == .foreign { return [Int](repeating: 0, count: count) }
    var keys: [Value] = []
    if let by = try call[key] {
      if call.machine.isCallable(by) {
        guard let elements = try call.machine.elements(of: value) else { throw call.wrong(divided) }
        keys = try elements.map { call.machine.keep(try call.machine.call(by, [$0])) }
      } else {
        guard by.tag == .list || by.tag == .tensor, let given = try call.machine.elements(of: by) else {
          throw call.wrong(key, expected: "a function, a list or a tensor")
        }
        keys = given
      }
      guard keys.count == count else { throw call.refuse("`split`: `by` has \(counted(keys.count, "key")) for \(counted(count, "element"))") }
    } else if let labels = value.foreign(as: DataSetValue.self)?.set.labels {
      keys = labels.map { Value(Int($0)) }
    } else {
      return [Int](repeating: 0, count: count)
    }
    var numbers: [String: Int] = [:]
    return try keys.map { value in
      let key = try name(call, value)
      let number = numbers[key] ?? numbers.count
      numbers[key] = number
      return number
    }
  }

  /// Equal for equal keys.
  private static func name(_ call: Call, _ value: Value) throws -> String {
    if value.tag == .unknown { throw UnknownValue() }
    let key = try call.machine.scalar(value)
    switch key.tag {
    case .string: return "string " + key.string
    case .int: return "\(key.bits)"
    case .float: return Int(exactly: key.double).map { "\($0)" } ?? "\(key.double)"
    case .true, .false: return key.tag == .true ? "true" : "false"
    default: throw call.refuse("`split`: the keys of `by` must be numbers, strings or booleans, got \(call.machine.describe(key))")
    }
  }

  /// How many elements of each group go to the first part, by the method of largest remainders: in total `part` of all
  /// elements, rounded to the nearest integer (halves to even); for each group `part` of its size rounded down, and one
  /// more for the groups with the largest remainders. A group of two or more has at least one element on each side, which
  /// may change the total.
  static func counts(of groups: [Int], part: Double) -> [Int] {
    var sizes = [Int](repeating: 0, count: (groups.max() ?? -1) + 1)
    for group in groups { sizes[group] += 1 }
    func bounds(_ size: Int) -> ClosedRange<Int> { size > 1 ? 1...size - 1 : 0...size }
    let shares = sizes.map { part * Double($0) }
    var counts = zip(sizes, shares).map { size, share in min(max(Int(share), bounds(size).lowerBound), bounds(size).upperBound) }
    let total = Int((part * Double(groups.count)).rounded(.toNearestOrEven))
    let byRemainder = sizes.indices.sorted { a, b in
      let (x, y) = (shares[a] - Double(counts[a]), shares[b] - Double(counts[b]))
      return x != y ? x > y : a < b
    }
    for group in byRemainder where counts.reduce(0, +) < total && counts[group] < bounds(sizes[group]).upperBound { counts[group] += 1 }
    // Reduces groups of one that were raised above their share first.
    for group in byRemainder.reversed() where counts.reduce(0, +) > total && counts[group] > bounds(sizes[group]).lowerBound { counts[group] -= 1 }
    return counts
  }
}

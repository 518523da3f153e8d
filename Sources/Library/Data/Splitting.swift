import DataSets
import Diagnostics
import Engine
import Machine
import Tensors

// Elements in random order, and in two random parts: of lists, of tensors along their first axis, of data sets.
extension Library {
  /// `shuffle`.
  static func shuffled(_ call: Call) throws -> Value {
    let count = try rowCount(call)
    return try rows(call, randomOrder(call, count))
  }

  /// `split(x, 0.8)`: a random part of the elements, and the others.
  static func randomSplit(_ call: Call, part: Double, by index: Int) throws -> Value {
    let count = try rowCount(call)
    guard part > 0, part < 1 else {
      throw call.refuse("`split` takes a part between 0 and 1, got \(call.machine.numberText(part))", hint: "as in `(examples, test) = split(data, 0.8)`")
    }
    let order = try randomOrder(call, count)
    let groups = try groups(call, count, by: index)
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
    return call.machine.make(list: [try rows(call, first), try rows(call, second)])
  }

  private static func rowCount(_ call: Call) throws -> Int {
    let count: Int
    switch call[0].tag {
    case .list: count = call[0].listCount
    case .tensor where call[0].node.type.rank > 0: count = call[0].node.shape[0]
    case .foreign: count = try call.foreign(0, as: DataSetValue.self).set.count
    default: throw call.wrong(0)
    }
    guard count < Int(Int32.max) else { throw call.refuse("`\(call.builtin.name)` handles up to \(Int32.max) elements") }
    return count
  }

  private static func randomOrder(_ call: Call, _ count: Int) throws -> [Int32] {
    let (key, place) = call.machine.stream.next(call.engine)
    return RandomKey(key.bits, UInt64(place)).permutation(count)
  }

  private static func rows(_ call: Call, _ positions: [Int32]) throws -> Value {
    switch call[0].tag {
    case .list: return call.machine.make(list: positions.map { call[0].listItem(Int($0)) }, sharing: true)
    case .foreign:
      return call.machine.make(foreign: DataSetValue(try call.foreign(0, as: DataSetValue.self).set.selecting(positions.map { Int($0) })))
    default:
      let places = call.engine.leaf(try Tensor(positions, shape: [positions.count]))
      return call.machine.make(node: try call.engine.apply(Gather(), [call[0].node, places], at: call.span))
    }
  }

  /// For each element the number of its group: by `by`, or the labels of a data set; one group where neither is.
  private static func groups(_ call: Call, _ count: Int, by index: Int) throws -> [Int] {
    // A check knows of a data set how many examples it has, and not which.
    if call.machine.isChecking, call[0].tag == .foreign { return [Int](repeating: 0, count: count) }
    var keys: [Value] = []
    if call.has(index), call[index].tag != .nothing {
      if call.machine.isCallable(call[index]) {
        guard let elements = try call.machine.elements(of: call[0]) else { throw call.wrong(0) }
        keys = try elements.map { call.machine.keep(try call.machine.call(call[index], [$0])) }
      } else {
        guard call[index].tag == .list || call[index].tag == .tensor, let given = try call.machine.elements(of: call[index]) else { throw call.wrong(index) }
        keys = given
      }
      guard keys.count == count else { throw call.refuse("there are \(count) elements and \(keys.count) keys in `by`") }
    } else if let set = call[0].foreign(as: DataSetValue.self)?.set, let labels = set.labels {
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
    case .string: return "text " + key.string
    case .int: return "\(key.bits)"
    case .float: return Int(exactly: key.double).map { "\($0)" } ?? "\(key.double)"
    case .true, .false: return key.tag == .true ? "true" : "false"
    default: throw call.refuse("`by` gives numbers, strings or booleans, got \(call.machine.describe(key))")
    }
  }

  /// How many elements of each group go to the first part. Together they are the part of all, rounded to the nearest
  /// integer (halves to the even one); each group gets the part of its own size rounded down, and the groups with the
  /// largest remainders one more (the method of largest remainders). A group of two or more has at least one element
  /// on each side, which may change the total.
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
    // Groups of one that were raised above their share give way first.
    for group in byRemainder.reversed() where counts.reduce(0, +) > total && counts[group] > bounds(sizes[group]).lowerBound { counts[group] -= 1 }
    return counts
  }
}

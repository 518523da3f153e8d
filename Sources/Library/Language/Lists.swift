import Diagnostics
import Machine

// Lists. Functions that take a function are written in Loam, in the Prelude.
extension Library {
  private static let list = Parameter("list", .list, "a list")
  private static let iterable = Parameter("value", .any, "a value that `for` iterates over")
  private static let added = Rest("values", "the elements to add")
  private static let zipped = Rest("values", "values that `for` iterates over")
  private static let key = Parameter("by", optional: .function, "returns the number or string to sort an element by", shown: "the element")
  private static let container = Parameter("value", .any, "a list, a string or a record")
  private static let sequence = Parameter("value", .any, "a list or a string")
  private static let element = Parameter("element", .any, "the element or part to look for")
  private static let position = Parameter("at", .int, "the position, up to the length of the list")
  private static let inserted = Parameter("value", .any, "the element to insert")
  private static let shortened = Parameter("value", .any, "a list or a record")
  private static let removed = Parameter("at", .any, "the position of an element, or the name of a field")
  private static let times = Parameter("times", .int, "the number of repetitions", in: 0...1 << 40)

  static let lists: [Builtin] = [
    Builtin(
      "list", "The elements of a value that `for` iterates over, as a list", [iterable],
      examples: [Example("print(list(0..4), list(\"ab\"))", "(0, 1, 2, 3) (\"a\", \"b\")")]
    ) { call in call.machine.make(list: try elements(call, call[iterable]), sharing: true) },
    Builtin(
      "append", "A list with more elements at its end", [list, added],
      examples: [Example("print(append((1, 2), 3))", "(1, 2, 3)")],
      // `xs = append(xs, x)` changes a list in place if it has no other reference, so a loop of such calls takes linear time.
      shortcut: { machine, arguments, count, mayChangeFirst in
        guard mayChangeFirst, count > 1, arguments[0].tag == .list else { return nil }
        return machine.append(UnsafeBufferPointer(start: arguments + 1, count: count - 1), inPlaceTo: arguments[0]) ? arguments[0] : nil
      }
    ) { call in
      let (list, added) = (try call[Library.list], call[Library.added])
      try call.machine.checkMemory(for: list.listCount + added.count, of: 48)
      return call.machine.make(list: list.listItems + added, sharing: true)
    },
    concat,
    reverse,
    Builtin(
      "enumerate", "Pairs of position and element", [iterable],
      examples: [Example("print(enumerate((\"a\", \"b\")))", "((0, \"a\"), (1, \"b\"))")]
    ) { call in
      let items = try elements(call, call[iterable])
      // A pair is a separate list, with capacity for four.
      try call.machine.checkMemory(for: items.count, of: 160)
      return call.machine.make(
        list: try items.enumerated().map {
          try call.machine.checkpoint()
          return call.machine.make(list: [Value($0.offset), $0.element], sharing: true)
        })
    },
    Builtin(
      "zip", "Lists of the first elements, of the second ones, and so on, until the shortest argument ends", [zipped],
      examples: [Example("print(zip((1, 2), (\"a\", \"b\")))", "((1, \"a\"), (2, \"b\"))")]
    ) { call in
      let columns = try call[zipped].map { try elements(call, $0) }
      let count = columns.map(\.count).min() ?? 0
      try call.machine.checkMemory(for: count, of: 160 + 32 * columns.count)
      return call.machine.make(
        list: try (0..<count).map { index in
          try call.machine.checkpoint()
          return call.machine.make(list: columns.map { $0[index] }, sharing: true)
        })
    },
    Builtin(
      "sort", "A list of numbers or strings in ascending order, nan last; equal elements keep their order", [list, key],
      examples: [Example("print(sort((3, 1, 2)), sort((\"bb\", \"a\"), by=len))", "(1, 2, 3) (\"a\", \"bb\")")]
    ) { call in
      let (items, function) = (try call[list].listItems, try call[key])
      let keys = try items.map { item in
        let key = try function.map { try call.machine.call($0, [item]) } ?? item
        return key.tag == .tensor ? try call.machine.scalar(key) : key
      }
      var failure: (any Error)?
      let order = items.indices.sorted { a, b in
        guard failure == nil else { return false }
        do {
          try call.machine.checkpoint()
          if try call.machine.precedes(keys[a], keys[b]) { return true }
          return try a < b && !call.machine.precedes(keys[b], keys[a])
        } catch {
          failure = error
          return false
        }
      }
      if let failure { throw failure }
      return call.machine.make(list: order.map { items[$0] }, sharing: true)
    },
    Builtin(
      "contains", "Whether a list has an element, a string a part, or a record a field", [container, element],
      examples: [Example("print(contains((1, 2), 2), contains(\"loam\", \"oa\"), contains({a: 1}, \"b\"))", "true true false")]
    ) { call in
      let (value, element) = (try call[container], try call[Library.element])
      switch value.tag {
      case .list: return Value(try !occurrences(call, in: container, limit: 1).isEmpty)
      case .string where element.tag == .string:
        return Value(try element.stringBytes.isEmpty || !call.machine.occurrences(of: element, in: value, limit: 1).isEmpty)
      case .record where element.tag == .string:
        return Value(call.machine.symbols.existing(element.string).flatMap { value.recordField($0) } != nil)
      case .string, .record: throw call.wrong(Library.element, expected: "a string")
      default: throw call.wrong(container, expected: container.meaning)
      }
    },
    Builtin(
      "find", "The first position of an element in a list, or of a part in a string; nothing if there is none", [sequence, element],
      examples: [Example("print(find((5, 6, 7), 6), find(\"banana\", \"na\"), find(\"banana\", \"x\"))", "1 2 nothing")]
    ) { call in try occurrences(call, in: sequence, limit: 1).first.map { Value($0) } ?? .nothing },
    Builtin(
      "count", "The number of occurrences of an element in a list, or of a part in a string, without overlaps", [sequence, element],
      examples: [Example("print(count((1, 2, 1), 1), count(\"banana\", \"an\"))", "2 2")]
    ) { call in Value(try occurrences(call, in: sequence, limit: .max).count) },
    Builtin(
      "insert", "A list with an element inserted before a position", [list, position, inserted],
      examples: [Example("print(insert((1, 3), 1, 2), insert((1,), 1, 2))", "(1, 2, 3) (1, 2)")]
    ) { call in
      var (items, at) = (try call[list].listItems, try call[position])
      if at != items.count { at = try call.machine.checked(at, items.count, "the list") }
      try call.machine.checkMemory(for: items.count, of: 32)
      items.insert(try call[inserted], at: at)
      return call.machine.make(list: items, sharing: true)
    },
    Builtin(
      "remove", "A list without the element at a position, or a record without a field", [shortened, removed],
      examples: [Example("print(remove((1, 2, 3), 1), remove({a: 1, b: 2}, \"a\"))", "(1, 3) {b: 2}")]
    ) { call in
      let (value, at) = (try call[shortened], try call[removed])
      if value.tag == .list {
        guard let position = try Kind<Int>.int.read(at, call.machine) else { throw call.wrong(removed, expected: Kind<Int>.int.text) }
        var items = value.listItems
        items.remove(at: try call.machine.checked(position, items.count, "the list"))
        return call.machine.make(list: items, sharing: true)
      }
      guard value.tag == .record else { throw call.wrong(shortened, expected: shortened.meaning) }
      guard at.tag == .string else { throw call.wrong(removed, expected: "the name of a field", hint: "write it as a string: remove(r, \"name\")") }
      _ = try call.machine.field(value, call.machine.symbols.intern(at.string))
      return call.machine.make(record: fields(call, value).filter { $0.name != at.string })
    },
    Builtin(
      "repeat", "A list or string repeated a number of times", [sequence, times],
      examples: [Example("print(repeat((1, 2), 2), repeat(\"ab\", 3))", "(1, 2, 1, 2) ababab")]
    ) { call in
      let (value, times) = (try call[sequence], try call[Library.times])
      switch value.tag {
      case .list:
        let (count, items) = (value.listCount, value.listItems)
        guard count > 0 else { return value }
        let (total, overflow) = count.multipliedReportingOverflow(by: times)
        try call.machine.checkMemory(for: overflow ? .max : total, of: 48)
        var repeated: [Value] = []
        repeated.reserveCapacity(total)
        for _ in 0..<times {
          try call.machine.checkpoint()
          repeated += items
        }
        return call.machine.make(list: repeated, sharing: true)
      case .string:
        guard !value.stringBytes.isEmpty else { return value }
        return try call.machine.joining([value], times: times)
      default: throw call.wrong(sequence, expected: sequence.meaning)
      }
    },
    Builtin(
      "unique", "The distinct elements of a list, in order of first occurrence", [list],
      examples: [Example("print(unique((3, 1, 3, 2, 1)))", "(3, 1, 2)")]
    ) { call in
      var distinct = DistinctValues(call.machine)
      for item in try call[list].listItems { try distinct.add(item) }
      return call.machine.make(list: distinct.values, sharing: true)
    },
  ]

  private static func elements(_ call: Call, _ value: Value) throws -> [Value] {
    guard let items = try call.machine.elements(of: value) else {
      throw call.refuse("`\(call.builtin.name)` cannot iterate over \(call.machine.describe(value))", hint: call.builtin.signature)
    }
    return items
  }

  /// Positions of an element in a list, or of a part in a string.
  private static func occurrences(_ call: Call, in parameter: Parameter<Value>, limit: Int) throws -> [Int] {
    let (value, element) = (try call[parameter], try call[Library.element])
    if value.tag == .list {
      var found: [Int] = []
      for index in 0..<value.listCount where found.count < limit {
        try call.machine.checkpoint()
        if try call.machine.areSame(value.listItem(index), element, nanMatches: true) { found.append(index) }
      }
      return found
    }
    guard value.tag == .string else { throw call.wrong(parameter, expected: parameter.meaning) }
    guard element.tag == .string, !element.stringBytes.isEmpty else {
      throw call.wrong(Library.element, expected: "a string of at least one character")
    }
    let found = try call.machine.occurrences(of: element, in: value, limit: limit).map(\.lowerBound)
    if value.isPlainString { return found }
    // Positions count characters.
    var (position, at) = (0, 0)
    return found.map { start in
      position += String(decoding: value.stringBytes[at..<start], as: UTF8.self).count
      at = start
      return position
    }
  }
}

import Diagnostics
import Machine

// Lists and records. What takes a function is written in Loam, in the Prelude.
extension Library {
  static let lists: [Builtin] = [
    Builtin(
      "list", "The elements of anything that `for` goes through, as a list", [Parameter("value", .any, "something with elements")],
      examples: [Example("print(list(0..4), list(\"ab\"))", "(0, 1, 2, 3) (\"a\", \"b\")")]
    ) { call in
      guard let items = try call.machine.elements(of: call[0]) else { throw call.wrong(0) }
      return call.machine.make(list: items, sharing: true)
    },
    Builtin(
      "append", "A list with more elements behind it",
      [Parameter("list", .list, "the list"), .rest("values", .any, "what to add")],
      examples: [Example("print(append((1, 2), 3))", "(1, 2, 3)")],
      // `xs = append(xs, x)` changes a list in place that nobody else holds: a loop of them is linear.
      shortcut: { machine, arguments, count, mayChangeFirst in
        guard mayChangeFirst, count > 1, arguments[0].tag == .list else { return nil }
        return machine.append(UnsafeBufferPointer(start: arguments + 1, count: count - 1), inPlaceTo: arguments[0]) ? arguments[0] : nil
      }
    ) { call in
      try call.machine.checkMemory(for: call[0].listCount + call.rest.count, of: 48)
      return call.machine.make(list: call[0].listItems + call.rest, sharing: true)
    },
    Builtin(
      "concat_lists", "Several lists as one", [.rest("lists", .list, "the lists")],
      examples: [Example("print(concat_lists((1,), (2, 3)))", "(1, 2, 3)")]
    ) { call in
      for value in call.rest where value.tag != .list {
        throw call.refuse("`concat_lists` joins lists, this is \(call.machine.describe(value))")
      }
      try call.machine.checkMemory(for: call.rest.reduce(0) { $0 + $1.listCount }, of: 48)
      return call.machine.make(list: call.rest.flatMap(\.listItems), sharing: true)
    },
    Builtin(
      "reversed", "A list from its end to its start", [Parameter("list", .list, "the list")],
      examples: [Example("print(reversed((1, 2, 3)))", "(3, 2, 1)")]
    ) { call in
      try call.machine.checkMemory(for: call[0].listCount, of: 48)
      return call.machine.make(list: call[0].listItems.reversed(), sharing: true)
    },
    Builtin(
      "enumerate", "Pairs of position and element", [Parameter("value", .any, "something with elements")],
      examples: [Example("print(enumerate((\"a\", \"b\")))", "((0, \"a\"), (1, \"b\"))")]
    ) { call in
      guard let items = try call.machine.elements(of: call[0]) else { throw call.wrong(0) }
      // A pair is a list of its own, with room for four.
      try call.machine.checkMemory(for: items.count, of: 160)
      return call.machine.make(
        list: try items.enumerated().map {
          try call.machine.checkpoint()
          return call.machine.make(list: [Value($0.offset), $0.element], sharing: true)
        })
    },
    Builtin(
      "zip", "Lists of the first elements, of the second, and so on, as far as the shortest goes",
      [.rest("values", .any, "things with elements")],
      examples: [Example("print(zip((1, 2), (\"a\", \"b\")))", "((1, \"a\"), (2, \"b\"))")]
    ) { call in
      let columns = try call.rest.map { value in
        guard let items = try call.machine.elements(of: value) else {
          throw call.refuse("`zip` goes through lists and the like, this is \(call.machine.describe(value))")
        }
        return items
      }
      let count = columns.map(\.count).min() ?? 0
      try call.machine.checkMemory(for: count, of: 160 + 32 * columns.count)
      return call.machine.make(
        list: try (0..<count).map { index in
          try call.machine.checkpoint()
          return call.machine.make(list: columns.map { $0[index] }, sharing: true)
        })
    },
    Builtin(
      "sort", "A list of numbers or strings in ascending order, nan last; equal elements keep their order",
      [Parameter("list", .list, "the list"), Parameter("by", .function, "returns the number or string to sort an element by", default: "the element")],
      examples: [Example("print(sort((3, 1, 2)), sort((\"bb\", \"a\"), by=len))", "(1, 2, 3) (\"a\", \"bb\")")]
    ) { call in
      let items = call[0].listItems
      let keys = try items.map { item in
        let key = call.has(1) ? try call.machine.call(call[1], [item]) : item
        return key.tag == .tensor ? try call.machine.scalar(key) : key
      }
      var failure: (any Error)?
      let order = items.indices.sorted { a, b in
        guard failure == nil else { return false }
        do {
          try call.machine.checkpoint()
          // Equals keep their order.
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
      "contains", "Whether a list has an element, a text a part, or a record a field",
      [Parameter("value", .any, "a list, a text or a record"), Parameter("element", .any, "what to look for")],
      examples: [Example("print(contains((1, 2), 2), contains(\"loam\", \"oa\"), contains({a: 1}, \"b\"))", "true true false")]
    ) { call in
      switch call[0].tag {
      case .list: return Value(try !occurrences(call, limit: 1).isEmpty)
      case .string where call[1].tag == .string:
        return Value(try call[1].stringBytes.isEmpty || !call.machine.occurrences(of: call[1], in: call[0], limit: 1).isEmpty)
      case .record where call[1].tag == .string:
        return Value(call.machine.symbols.existing(call.string(1)).flatMap { call[0].recordField($0) } != nil)
      default: throw call.wrong(0)
      }
    },
    Builtin(
      "find", "The position of an element in a list, or of a part in a text; nothing where there is none",
      [Parameter("value", .any, "a list or a text"), Parameter("element", .any, "what to look for")],
      examples: [Example("print(find((5, 6, 7), 6), find(\"banana\", \"na\"), find(\"banana\", \"x\"))", "1 2 nothing")]
    ) { call in
      let positions = try occurrences(call, limit: 1)
      return positions.first.map { Value($0) } ?? .nothing
    },
    Builtin(
      "count", "How often an element stands in a list, or a part in a text, without overlaps",
      [Parameter("value", .any, "a list or a text"), Parameter("element", .any, "what to look for")],
      examples: [Example("print(count((1, 2, 1), 1), count(\"banana\", \"an\"))", "2 2")]
    ) { call in Value(try occurrences(call, limit: .max).count) },
    Builtin(
      "insert", "A list with a value put in before a position",
      [Parameter("list", .list, "the list"), Parameter("at", .int, "the position, up to the list's length"), Parameter("value", .any, "what to put in")],
      examples: [Example("print(insert((1, 3), 1, 2), insert((1,), 1, 2))", "(1, 2, 3) (1, 2)")]
    ) { call in
      var (items, at) = (call[0].listItems, try call.int(1))
      if at != items.count { at = try call.machine.checked(at, items.count, "the list") }
      try call.machine.checkMemory(for: items.count, of: 32)
      items.insert(call[2], at: at)
      return call.machine.make(list: items, sharing: true)
    },
    Builtin(
      "remove", "A list without the element at a position, or a record without a field",
      [Parameter("value", .any, "a list or a record"), Parameter("at", .any, "the position, or the field's name as a text")],
      examples: [Example("print(remove((1, 2, 3), 1), remove({a: 1, b: 2}, \"a\"))", "(1, 3) {b: 2}")]
    ) { call in
      if call[0].tag == .list {
        var items = call[0].listItems
        items.remove(at: try call.machine.checked(call.int(1), items.count, "the list"))
        return call.machine.make(list: items, sharing: true)
      }
      guard call[0].tag == .record else { throw call.wrong(0) }
      guard call[1].tag == .string else { throw call.wrong(1, hint: "a field is named by a text: remove(r, \"name\")") }
      _ = try call.machine.field(call[0], call.machine.symbols.intern(call.string(1)))
      return call.machine.make(record: fields(call, call[0]).filter { $0.name != call.string(1) })
    },
    Builtin(
      "repeat", "A list or a text several times over", [Parameter("value", .any, "a list or a text"), Parameter("times", .int, "how often, from 0")],
      examples: [Example("print(repeat((1, 2), 2), repeat(\"ab\", 3))", "(1, 2, 1, 2) ababab")]
    ) { call in
      let times = try call.int(1, in: 0...(1 << 40))
      switch call[0].tag {
      case .list:
        let (count, items) = (call[0].listCount, call[0].listItems)
        guard count > 0 else { return call[0] }
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
        guard !call[0].stringBytes.isEmpty else { return call[0] }
        return try call.machine.joining([call[0]], times: times)
      default: throw call.wrong(0)
      }
    },
    Builtin(
      "unique", "The different elements of a list, each where it stands first", [Parameter("list", .list, "the list")],
      examples: [Example("print(unique((3, 1, 3, 2, 1)))", "(3, 1, 2)")]
    ) { call in
      var distinct = DistinctValues(call.machine)
      for item in call[0].listItems { try distinct.add(item) }
      return call.machine.make(list: distinct.values, sharing: true)
    },
  ]

  /// Positions of an element in a list, or of a part in a text.
  private static func occurrences(_ call: Call, limit: Int) throws -> [Int] {
    if call[0].tag == .list {
      var found: [Int] = []
      for index in 0..<call[0].listCount where found.count < limit {
        try call.machine.checkpoint()
        if try call.machine.areSame(call[0].listItem(index), call[1], nanMatches: true) { found.append(index) }
      }
      return found
    }
    guard call[0].tag == .string else { throw call.wrong(0) }
    guard call[1].tag == .string, !call.string(1).isEmpty else { throw call.wrong(1, hint: "in a text, look for a text of at least one character") }
    let found = try call.machine.occurrences(of: call[1], in: call[0], limit: limit).map(\.lowerBound)
    if call[0].isPlainString { return found }
    // Positions count characters.
    var (position, at) = (0, 0)
    return found.map { start in
      position += String(decoding: call[0].stringBytes[at..<start], as: UTF8.self).count
      at = start
      return position
    }
  }
}

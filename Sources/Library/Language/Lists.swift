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
      try call.machine.checkMemory((call[0].listCount + call.rest.count) * 16)
      return call.machine.make(list: call[0].listItems + call.rest, sharing: true)
    },
    Builtin(
      "concat_lists", "Several lists as one", [.rest("lists", .list, "the lists")],
      examples: [Example("print(concat_lists((1,), (2, 3)))", "(1, 2, 3)")]
    ) { call in
      for value in call.rest where value.tag != .list {
        throw call.refuse("`concat_lists` joins lists, this is \(call.machine.describe(value))")
      }
      try call.machine.checkMemory(call.rest.reduce(0) { $0 + $1.listCount } * 16)
      return call.machine.make(list: call.rest.flatMap(\.listItems), sharing: true)
    },
    Builtin(
      "reversed", "A list from its end to its start", [Parameter("list", .list, "the list")],
      examples: [Example("print(reversed((1, 2, 3)))", "(3, 2, 1)")]
    ) { call in call.machine.make(list: call[0].listItems.reversed(), sharing: true) },
    Builtin(
      "enumerate", "Pairs of position and element", [Parameter("value", .any, "something with elements")],
      examples: [Example("print(enumerate((\"a\", \"b\")))", "((0, \"a\"), (1, \"b\"))")]
    ) { call in
      guard let items = try call.machine.elements(of: call[0]) else { throw call.wrong(0) }
      return call.machine.make(list: items.enumerated().map { call.machine.make(list: [Value($0.offset), $0.element], sharing: true) })
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
      return call.machine.make(
        list: (0..<(columns.map(\.count).min() ?? 0)).map { index in
          call.machine.make(list: columns.map { $0[index] }, sharing: true)
        })
    },
    Builtin(
      "sort", "A list of numbers or texts in rising order; by another measure with `by`",
      [Parameter("list", .list, "the list"), Parameter("by", .function, "gives the number or text to sort an element by", default: "the element")],
      examples: [Example("print(sort((3, 1, 2)), sort((\"bb\", \"a\"), by=len))", "(1, 2, 3) (\"a\", \"bb\")")]
    ) { call in
      let items = call[0].listItems
      let keys = call.has(1) ? try items.map { try call.machine.call(call[1], [$0]) } : items
      var failure: (any Error)?
      let order = items.indices.sorted { a, b in
        guard failure == nil else { return false }
        do {
          // Equals keep their order.
          if try call.machine.truth(call.machine.compare(.less, keys[a], keys[b])) { return true }
          return try a < b && !call.machine.truth(call.machine.compare(.less, keys[b], keys[a]))
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
      case .list: return Value(try call[0].listItems.contains { try call.machine.areSame($0, call[1]) })
      case .string where call[1].tag == .string:
        let (text, part) = (Array(call.string(0)), Array(call.string(1)))
        guard part.count <= text.count else { return Value(false) }
        return Value((0...(text.count - part.count)).contains { Array(text[$0..<$0 + part.count]) == part })
      case .record where call[1].tag == .string: return Value(call.machine.fieldNames(call[0]).contains(call.string(1)))
      default: throw call.wrong(0)
      }
    },
    Builtin(
      "keys", "The names of a record's fields", [Parameter("record", .any, "a record")],
      examples: [Example("print(keys({a: 1, b: 2}))", "(\"a\", \"b\")")]
    ) { call in
      guard call[0].tag == .record else { throw call.wrong(0) }
      return call.machine.make(list: call.machine.fieldNames(call[0]).map { call.machine.make(string: $0) })
    },
    Builtin(
      "merge", "A record with the fields of both; the second's win", [Parameter("a", .any, "a record"), Parameter("b", .any, "another")],
      examples: [Example("print(merge({a: 1, b: 2}, {b: 3}))", "{a: 1, b: 3}")]
    ) { call in
      for index in 0..<2 where call[index].tag != .record { throw call.wrong(index) }
      let fields = (0..<2).flatMap { side in
        (0..<call[side].recordCount).map { (call.machine.symbols.name(call[side].recordKey($0)), call[side].recordValue($0)) }
      }
      for (_, value) in fields { call.machine.share(value) }
      return call.machine.make(record: fields.map { (name: $0.0, value: $0.1) })
    },
  ]
}

import Diagnostics
import Machine

// Records: named values in the order in which they were written.
extension Library {
  static let records: [Builtin] = [
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
    Builtin(
      "values", "The values of a record's fields", [Parameter("record", .any, "a record")],
      examples: [Example("print(values({a: 1, b: 2}))", "(1, 2)")]
    ) { call in
      guard call[0].tag == .record else { throw call.wrong(0) }
      return call.machine.make(list: fields(call, call[0]).map(\.value), sharing: true)
    },
    Builtin(
      "pairs", "A record's fields as pairs of name and value", [Parameter("record", .any, "a record")],
      examples: [Example("for (name, value) in pairs({a: 1, b: 2}) { print(name, value) }", "a 1\nb 2")]
    ) { call in
      guard call[0].tag == .record else { throw call.wrong(0) }
      return call.machine.make(
        list: fields(call, call[0]).map { call.machine.make(list: [call.machine.make(string: $0.name), $0.value], sharing: true) })
    },
    Builtin(
      "record", "A record from pairs of name and value", [Parameter("pairs", .list, "pairs such as (\"name\", 1)")],
      examples: [Example("print(record(((\"a\", 1), (\"b\", 2))))", "{a: 1, b: 2}")]
    ) { call in
      let fields = try call[0].listItems.map { pair in
        guard pair.tag == .list, pair.listCount == 2, pair.listItem(0).tag == .string else {
          throw call.wrong(0, hint: "each pair is a list of a text and a value: (\"name\", 1)")
        }
        call.machine.share(pair.listItem(1))
        try call.machine.checkpoint()
        _ = try call.machine.intern(pair.listItem(0).string)
        return (name: pair.listItem(0).string, value: pair.listItem(1))
      }
      return call.machine.make(record: fields)
    },
    Builtin(
      "get", "A field of a record by its name, or another value where there is no such field",
      [
        Parameter("record", .any, "a record"), Parameter("name", .string, "the field's name"), Parameter("otherwise", .any, "what to give", default: "nothing"),
      ],
      examples: [Example("r = {a: 1}\nprint(get(r, \"a\"), get(r, \"b\", 0))", "1 0")]
    ) { call in
      guard call[0].tag == .record else { throw call.wrong(0) }
      if let value = call.machine.symbols.existing(call.string(1)).flatMap({ call[0].recordField($0) }) {
        call.machine.share(value)
        return value
      }
      return call.has(2) ? call[2] : .nothing
    },
  ]

  /// A record's fields, their values marked as held twice.
  static func fields(_ call: Call, _ record: Value) -> [(name: String, value: Value)] {
    (0..<record.recordCount).map { index in
      call.machine.share(record.recordValue(index))
      return (call.machine.symbols.name(record.recordKey(index)), record.recordValue(index))
    }
  }
}

import Diagnostics
import Machine

extension Kind where Content == Value {
  fileprivate static var record: Kind {
    Kind("a record") { value, _ in
      value.tag == .record
    } read: { value, _ in
      value
    }
  }
}

// Records: named values in the order in which they were written.
extension Library {
  private static let record = Parameter("record", .record, "a record")
  private static let a = Parameter("a", .record, "a record")
  private static let b = Parameter("b", .record, "another")
  private static let pairs = Parameter("pairs", .list, "pairs such as (\"name\", 1)")
  private static let name = Parameter("name", .string, "the name of a field")
  private static let otherwise = Parameter("otherwise", optional: .any, "the result if the record has no such field")

  static let records: [Builtin] = [
    Builtin(
      "keys", "The names of a record's fields", [record],
      examples: [Example("print(keys({a: 1, b: 2}))", "(\"a\", \"b\")")]
    ) { call in call.machine.make(list: call.machine.fieldNames(try call[record]).map { call.machine.make(string: $0) }) },
    Builtin(
      "merge", "A record with the fields of two; if both have a field, the second's value is used", [a, b],
      examples: [Example("print(merge({a: 1, b: 2}, {b: 3}))", "{a: 1, b: 3}")]
    ) { call in call.machine.make(record: try fields(call, call[a]) + fields(call, call[b])) },
    Builtin(
      "values", "The values of a record's fields", [record],
      examples: [Example("print(values({a: 1, b: 2}))", "(1, 2)")]
    ) { call in call.machine.make(list: fields(call, try call[record]).map(\.value), sharing: true) },
    Builtin(
      "pairs", "A record's fields as pairs of name and value", [record],
      examples: [Example("for (name, value) in pairs({a: 1, b: 2}) { print(name, value) }", "a 1\nb 2")]
    ) { call in
      call.machine.make(
        list: fields(call, try call[record]).map { call.machine.make(list: [call.machine.make(string: $0.name), $0.value], sharing: true) })
    },
    Builtin(
      "record", "A record from pairs of name and value", [pairs],
      examples: [Example("print(record(((\"a\", 1), (\"b\", 2))))", "{a: 1, b: 2}")]
    ) { call in
      let fields = try call[pairs].listItems.map { pair in
        guard pair.tag == .list, pair.listCount == 2, pair.listItem(0).tag == .string else {
          throw call.wrong(
            pairs, expected: "a list of pairs", hint: "a pair is a list of a string and a value: (\"name\", 1); got \(call.machine.describe(pair))")
        }
        call.machine.share(pair.listItem(1))
        try call.machine.checkpoint()
        _ = try call.machine.intern(pair.listItem(0).string)
        return (name: pair.listItem(0).string, value: pair.listItem(1))
      }
      return call.machine.make(record: fields)
    },
    Builtin(
      "get", "A field of a record by its name, or a default if the record has no such field", [record, name, otherwise],
      examples: [Example("r = {a: 1}\nprint(get(r, \"a\"), get(r, \"b\", 0))", "1 0")]
    ) { call in
      let (record, name) = (try call[Library.record], try call[Library.name])
      if let value = call.machine.symbols.existing(name).flatMap({ record.recordField($0) }) {
        call.machine.share(value)
        return value
      }
      return try call[otherwise] ?? .nothing
    },
  ]

  /// A record's fields, with their values marked as shared.
  static func fields(_ call: Call, _ record: Value) -> [(name: String, value: Value)] {
    (0..<record.recordCount).map { index in
      call.machine.share(record.recordValue(index))
      return (call.machine.symbols.name(record.recordKey(index)), record.recordValue(index))
    }
  }
}

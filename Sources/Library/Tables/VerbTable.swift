import Diagnostics
import Engine
import Machine
import Tables
import Tensors

// Tables from tables.
extension Library {
  private static let t = Parameter("t", .table, "a table")
  private static let names = Rest("names", "the names of columns", kind: "strings")
  private static let changes = Parameter("names", .any, "a record of old and new names: {bill: \"bill_length\"}")
  private static let condition = Parameter("condition", .any, "a function of a row, or a column of booleans")
  private static let by = Parameter("by", .any, "the name of a column, or a list of names")
  private static let optionalBy = Parameter("by", optional: .any, "the name of a column, or a list of names", shown: "all columns")
  private static let descending = Parameter("descending", .boolean, "whether the greatest comes first; gaps are always last", default: false)
  private static let newColumn = Parameter("name", .string, "the name of the column; one of the same name is replaced")
  private static let cells = Parameter("values", .any, "a column, a list or a tensor, a function of a row, or one value for all rows")
  private static let other = Parameter("other", .table, "another table")
  private static let on = Parameter("on", .any, "the name of the column that both tables have, a list of names, or a record of names here and there")
  private static let how = Parameter(
    "how", "which rows are kept: those with partners, all of the first table, of the second, or of both", default: "inner",
    choices: ["inner", "left", "right", "full"])
  private static let number = Parameter("n", .int, "the number of rows", in: 0...1 << 40)
  private static let replace = Parameter("replace", .boolean, "whether a row can be drawn more than once", default: false)
  private static let at = Parameter("at", .any, "the share of rows in the first part, or a list of shares or of numbers of rows")
  private static let strata = Parameter("by", optional: .any, "the column whose groups are split in the same proportion, or a list of columns")
  private static let longNames = Parameter("names", .list, "the columns to stack")
  private static let nameColumn = Parameter("name", .string, "the column of names", default: "name")
  private static let valueColumn = Parameter("value", .string, "the column of values", default: "value")
  private static let pets = "t = table({name: (\"Ada\", \"Bo\", \"Cy\"), kind: (\"cat\", \"dog\", \"cat\"), age: (3, nothing, 5)})\n"

  static let verbs: [Builtin] = [
    Builtin(
      "select", "A table of some columns, in this order", [t, names],
      examples: [Example(pets + "print(keys(select(t, \"age\", \"name\")))", "(\"age\", \"name\")")],
      whenChecked: .run
    ) { call in made(call, try call[t].table.selecting(columns: texts(call, call[names]))) },
    Builtin(
      "drop", "A table without some columns", [t, names], examples: [Example(pets + "print(keys(drop(t, \"age\")))", "(\"name\", \"kind\")")]
    ) { call in made(call, try call[t].table.dropping(columns: texts(call, call[names]))) },
    Builtin(
      "rename", "A table whose columns have other names", [t, changes],
      examples: [Example(pets + "print(keys(rename(t, {name: \"pet\"})))", "(\"pet\", \"kind\", \"age\")")]
    ) { call in
      let record = try call[changes]
      guard record.tag == .record else { throw call.wrong(changes, expected: "a record of old and new names") }
      let pairs = try (0..<record.recordCount).map {
        (old: call.machine.symbols.name(record.recordKey($0)), new: try call.machine.text(record.recordValue($0)))
      }
      return made(call, try call[t].table.renaming(pairs))
    },
    Builtin(
      "where", "The rows for which a condition holds; a comparison with a gap does not hold", [t, condition],
      examples: [Example(pets + "print(len(where(t, row -> row.kind == \"cat\")), len(where(t, t.age > 3)))", "2 1")], of: .table, whenChecked: .unknown
    ) { call in
      let (table, condition) = (try known(call[t]), try call[Library.condition])
      guard call.machine.isCallable(condition), condition.foreign(as: ColumnValue.self) == nil else {
        guard case .several(let rows) = try call.machine.rows(condition, of: table.count, "the table") else { throw call.wrong(Library.condition) }
        return made(call, table.selecting(rows))
      }
      let rows = try eachRow(call, table) { try call.machine.boolean(call.machine.call(condition, [$0])) }
      return made(call, table.selecting(rows.indices.filter { rows[$0] }))
    },
    Builtin(
      "sort_by", "The rows in the order of a column, or of several: equal ones keep their order, and gaps are last", [t, by, descending],
      examples: [Example(pets + "print(list(sort_by(t, \"age\", descending=true).name))", "(\"Cy\", \"Ada\", \"Bo\")")], whenChecked: .unknown
    ) { call in
      let keys = try texts(call, call[by], by).map { SortKey($0, descending: try call[descending]) }
      return made(call, try known(call[t]).sorted(by: keys))
    },
    Builtin(
      "_group_rows", "The groups of rows with equal cells in some columns, as a list of records: `key`, and `rows`, a table", [t, by],
      examples: [Example(pets + "print(map(_group_rows(t, \"kind\"), g -> len(g.rows)))", "(2, 1)")], whenChecked: .unknown
    ) { call in
      let (machine, table) = (call.machine, try known(call[t]))
      let groups = try table.grouped(by: texts(call, call[by], by))
      return machine.make(
        list: (0..<groups.count).map { group in
          let key = machine.make(record: groups.keys.columns.map { ($0.name, machine.make(cell: $0[group])) })
          return machine.make(record: [(name: "key", value: key), (name: "rows", value: made(call, table.selecting(groups.rows(group))))])
        })
    },
    Builtin(
      "add_column", "A table with a column more; `t.name = values` does the same", [t, newColumn, cells],
      examples: [Example(pets + "print(list(add_column(t, \"old\", row -> row.kind == \"cat\").old))", "(true, false, true)")], whenChecked: .unknown
    ) { call in
      let (machine, table, name, values) = (call.machine, try known(call[t]), try call[newColumn], try call[cells])
      guard machine.isCallable(values), values.tag != .foreign else { return made(call, try table.adding(machine.column(name, values, count: table.count))) }
      let cells = try eachRow(call, table) { row -> Cell in
        let value = try machine.call(values, [row])
        guard let cell = try machine.cell(value) else { throw call.refuse("`add_column`: a cell cannot be \(machine.describe(value))") }
        return cell
      }
      return made(call, try table.adding(Column(name, cells)))
    },
    Builtin(
      "join", "The rows of two tables that have the same cells in some columns, side by side", [t, other, on, how],
      examples: [
        Example(
          pets + "legs = table({kind: (\"cat\", \"dog\"), legs: (4, 4)})\nprint(join(t, legs, on=\"kind\")[1])",
          "{name: \"Bo\", kind: \"dog\", age: nothing, legs: 4}")
      ], of: .table, whenChecked: .unknown
    ) { call in
      let given = try call[on]
      let keys: [JoinKey] =
        if given.tag == .record {
          try (0..<given.recordCount).map { JoinKey(call.machine.symbols.name(given.recordKey($0)), try call.machine.text(given.recordValue($0))) }
        } else {
          try texts(call, given, on).map { JoinKey($0, $0) }
        }
      let result = try known(call[t]).joined(with: known(call[other]), on: keys, how: JoinKind(rawValue: call[how]) ?? .inner)
      if let note = result.note { call.effects.progress.writeLine("note: \(note)") }
      return made(call, result.table)
    },
    Builtin(
      "unique", "The distinct rows, or the first row for each value of some columns", [t, optionalBy],
      examples: [Example(pets + "print(list(unique(t, \"kind\").name))", "(\"Ada\", \"Bo\")")], of: .table, whenChecked: .unknown
    ) { call in made(call, try known(call[t]).uniqueRows(by: call[optionalBy].map { try texts(call, $0, optionalBy) })) },
    Builtin(
      "drop_gaps", "The rows without gaps in some columns", [t, optionalBy], examples: [Example(pets + "print(len(drop_gaps(t)))", "2")], whenChecked: .unknown
    ) { call in made(call, try known(call[t]).droppingGaps(in: call[optionalBy].map { try texts(call, $0, optionalBy) })) },
    Builtin(
      "sample_rows", "Random rows of a table", [t, number, replace], examples: [Example(pets + "print(len(sample_rows(t, 2)))", "2")], whenChecked: .unknown
    ) { call in made(call, try known(call[t]).sampledRows(call[number], replacing: call[replace], key: nextKey(call))) },
    Builtin("shuffle", "The rows in a random order", [t], examples: [Example(pets + "print(len(shuffle(t)))", "3")], of: .table, whenChecked: .unknown) {
      call in
      made(call, try known(call[t]).shuffled(key: nextKey(call)))
    },
    Builtin(
      "split", "The rows split at random in two, as in (examples, test), or in more parts", [t, at, strata],
      examples: [Example(pets + "(a, b) = split(t, 0.7, by=\"kind\")\nprint(len(a), len(b))", "2 1")], of: .table, whenChecked: .unknown
    ) { call in
      let (table, parts, key) = (try known(call[t]), try call[at], nextKey(call))
      let names = try call[strata].map { try texts(call, $0, strata) }
      let items = parts.tag == .list ? parts.listItems : [parts]
      guard !items.isEmpty, items.allSatisfy(\.isNumber) else { throw call.wrong(at) }
      let tables =
        items.allSatisfy { $0.tag == .int }
        ? try table.split(counts: items.map(\.bits), by: names, key: key) : try table.split(shares: items.map { $0.number ?? 0 }, by: names, key: key)
      return call.machine.make(list: tables.map { made(call, $0) })
    },
    Builtin(
      "longer", "A table with a row for each cell of some columns: their names in one column, their values in another",
      [t, longNames, nameColumn, valueColumn],
      examples: [Example("t = table({id: (1, 2), x: (3, 4), y: (5, 6)})\nprint(len(longer(t, (\"x\", \"y\"))))", "4")], whenChecked: .unknown
    ) { call in made(call, try known(call[t]).longer(texts(call, call[longNames], longNames), name: call[nameColumn], value: call[valueColumn])) },
    Builtin(
      "wider", "A table with a column for each value of one column, filled from another; the opposite of `longer`", [t, nameColumn, valueColumn],
      examples: [Example("t = table({id: (1, 1), name: (\"x\", \"y\"), value: (3, 5)})\nprint(wider(t)[0])", "{id: 1, x: 3, y: 5}")], whenChecked: .unknown
    ) { call in made(call, try known(call[t]).wider(name: call[nameColumn], value: call[valueColumn])) },
  ]

  private static func made(_ call: Call, _ table: Table) -> Value { call.machine.make(foreign: TableValue(table)) }

  /// The results of a function of each row, as a record.
  private static func eachRow<Result>(_ call: Call, _ table: Table, _ body: (Value) throws -> Result) throws -> [Result] {
    let machine = call.machine
    return try (0..<table.count).map { row in
      try machine.checkpoint()
      // The rows so far can be collected.
      let mark = machine.keptCount
      defer { machine.releaseKept(after: mark) }
      return try body(machine.make(record: table.columns.map { ($0.name, machine.make(cell: $0[row])) }))
    }
  }

  /// A string, or a list of strings.
  private static func texts(_ call: Call, _ value: Value, _ parameter: any AnyParameter) throws -> [String] {
    if value.tag == .string { return [value.string] }
    guard value.tag == .list, value.listItems.allSatisfy({ $0.tag == .string }) else { throw call.wrong(parameter, expected: "a string, or a list of strings") }
    return value.listItems.map(\.string)
  }

  private static func texts(_ call: Call, _ values: [Value]) throws -> [String] {
    try values.flatMap { value -> [String] in
      if value.tag == .list { return try texts(call, value.listItems) }
      guard value.tag == .string else { throw call.refuse("`\(call.builtin.name)`: names of columns are strings, got \(call.machine.describe(value))") }
      return [value.string]
    }
  }
}

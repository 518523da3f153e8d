import DataSets
import Diagnostics
import Engine
import Machine
import Tables
import Tensors

// Tables and columns: how they are made, and what they consist of.
extension Library {
  private static let content = Parameter("columns", .any, "a record with a list or tensor for each column, a list of records, or a data set of rows")
  private static let keyed = Parameter("t", .table, "a table")

  static let tables: [Builtin] = [
    Builtin(
      "table", "A table: named columns of numbers, words, booleans or dates, in which cells may be missing", [content],
      examples: [
        Example("t = table({name: (\"Ada\", \"Bo\"), age: (36, nothing)})\nprint(t[0].age, t.age[1])", "36 nothing"),
        Example("t = table({day: (\"2024-02-28\", \"2024-03-01\")})\nprint(t.day.kind, max(t.day))", "date 2024-03-01"),
      ]
    ) { call in
      let machine = call.machine
      let value = try call[content]
      if value.tag == .record {
        let columns = try (0..<value.recordCount).map { index in
          try machine.column(machine.symbols.name(value.recordKey(index)), value.recordValue(index), count: nil)
        }
        return machine.make(foreign: TableValue(try Table(columns)))
      }
      if let set = value.foreign(as: DataSetValue.self)?.set { return machine.make(foreign: TableValue(try Table(set, machine))) }
      guard value.tag == .list, value.listCount > 0, value.listItems.allSatisfy({ $0.tag == .record }) else {
        throw call.wrong(content, expected: "a record of columns, a list of records, or a data set of rows")
      }
      return machine.make(foreign: TableValue(try Table(records: value.listItems, machine)))
    },
    Builtin(
      "keys", "The names of the columns, as a list", [keyed],
      examples: [Example("print(keys(table({name: (\"Ada\", \"Bo\"), age: (36, 41)})))", "(\"name\", \"age\")")], of: .table
    ) { call in call.machine.make(list: try call[keyed].table.names.map { call.machine.make(string: $0) }) },
  ]
}

extension Table {
  /// A row for each record; a field that a record lacks is a gap.
  init(records: [Value], _ machine: Machine) throws {
    var names: [String] = []
    var known: Set<String> = []
    for record in records {
      for index in 0..<record.recordCount {
        let name = machine.symbols.name(record.recordKey(index))
        if known.insert(name).inserted { names.append(name) }
      }
    }
    try self.init(
      names.map { name in
        let cells = try records.enumerated().map { row, record -> Cell in
          guard let symbol = machine.symbols.existing(name), let value = record.recordField(symbol) else { return .gap }
          guard let cell = try machine.cell(value) else {
            throw Fault(TablesErrors.differ, "column `\(name)`, row \(row): a cell cannot be \(machine.describe(value))")
          }
          return cell
        }
        return try Column(name, cells)
      })
  }

  /// The rows of a data set, with the labels as a column of categories.
  init(_ set: DataSet, _ machine: Machine) throws {
    guard let rows = set.rows else { throw Fault(TablesErrors.differ, "expected a data set of rows, got one of images") }
    let numbers = try set.examples(machine.engine)
    let width = numbers.shape[1]
    var columns = (0..<width).map { column in
      let name = rows.columns.indices.contains(column) ? rows.columns[column] : "column_\(column)"
      let values = (0..<set.count).map { numbers[$0 * width + column] }
      let isWhole = values.allSatisfy { $0 == $0.rounded() && abs($0) < 9e15 }
      return Column(name, isWhole ? .whole(values.map { Int($0) }) : .number(values))
    }
    if let labels = set.labels {
      let levels = set.names.isEmpty ? (0...Int(labels.max() ?? 0)).map(String.init) : set.names
      columns.append(Column(rows.label, set.names.isEmpty ? .whole(labels.map(Int.init)) : .category(labels, levels: levels)))
    }
    try self.init(columns)
  }
}

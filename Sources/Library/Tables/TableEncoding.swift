import DataSets
import Diagnostics
import Engine
import Machine
import Tables
import Tensors

// Tables as data sets of rows of numbers.
extension Library {
  private static let encoded = Parameter("t", .table, "a table")
  private static let label = Parameter("label", optional: .string, "the column of classes, which is not part of the rows")

  static let tableEncodings: [Builtin] = [
    Builtin(
      "dataset", "The rows of a table as a data set of numbers: a category becomes one column of 0 and 1 for each level, a date its day",
      [encoded, label],
      examples: [
        Example(
          "t = table({size: (3, 5), kind: (\"cat\", \"cat\"), breed: (\"tabby\", \"manx\")})\nd = dataset(select(t, \"size\", \"breed\"), label=\"breed\")\nprint(d, d.labels, d.names)",
          "2 rows of 1 column of 2 classes [1, 0] (\"manx\", \"tabby\")")
      ], of: .table, whenChecked: .unknown
    ) { call in
      let table = try known(call[encoded])
      return call.machine.make(foreign: DataSetValue(try dataSet(table, label: call[label])))
    }
  ]

  static func dataSet(_ table: Table, label: String?) throws -> DataSet {
    let target = try label.map { try table.column($0) }
    let features = table.columns.filter { $0.name != label }
    guard !features.isEmpty else { throw Fault(TablesErrors.kind, "the table has no column besides the label", hint: "keep at least one column of numbers") }
    let parts = try features.map { try TableEncoding($0) }
    let width = parts.reduce(0) { $0 + $1.names.count }
    var numbers = [Double](repeating: 0, count: table.count * width)
    var place = 0
    for part in parts {
      for values in part.values {
        for row in 0..<table.count { numbers[row * width + place] = values[row] }
        place += 1
      }
    }
    let rows = Rows(try tensor(numbers, [table.count, width]), columns: parts.flatMap(\.names), label: label ?? "label")
    guard let target else { return try DataSet(.rows(rows)) }
    let (labels, names) = try classes(target)
    return try DataSet(.rows(rows), labels: labels, names: names)
  }

  /// f32, or f64 if f32 would round a number: if the fewest decimal digits that determine it there are those of another number.
  static func tensor(_ numbers: [Double], _ shape: [Int]) throws -> Tensor {
    let fits = numbers.allSatisfy { number in
      let float = Float(number)
      guard number == 0 || float.isNormal else { return false }
      return Double(float) == number || Double(float.description) == number
    }
    return try Tensor(dtype: fits ? .f32 : .f64, shape: shape) { numbers[$0] }
  }

  /// Words by their levels; whole numbers from 0 as they are.
  private static func classes(_ column: Column) throws -> (labels: [Int32], names: [String]) {
    try TableEncoding.refuseGaps(column)
    switch column.cells {
    case .category(let codes, let levels): return (codes, levels)
    case .boolean(let cells): return (cells.map { $0 ? 1 : 0 }, ["false", "true"])
    case .text:
      let words = try column.converted(to: .category)
      return try classes(words)
    case .whole(let cells):
      return (
        try cells.map { cell in
          guard let label = Int32(exactly: cell), label >= 0 else {
            throw Fault(
              DataErrors.counts, "column `\(column.name)` has the label \(cell), expected whole numbers from 0",
              hint: "make classes of its values: `t.\(column.name) = convert(t.\(column.name), \"category\")`")
          }
          return label
        }, []
      )
    case .number, .date, .time:
      throw Fault(
        TablesErrors.kind, "column `\(column.name)` has \(column.kind.plural), expected classes as the label",
        hint: "to learn from the column as a number, leave out `label`; to make classes of it: `cut(t.\(column.name), 4)`")
    }
  }
}

/// A column as columns of numbers.
private struct TableEncoding {
  let names: [String]
  let values: [[Double]]

  init(_ column: Column) throws {
    try TableEncoding.refuseGaps(column)
    if case .category(let codes, let levels) = column.cells {
      names = levels.map { "\(column.name)=\($0)" }
      values = levels.indices.map { level in codes.map { Int($0) == level ? 1 : 0 } }
      return
    }
    guard let numbers = column.numbers() else {
      throw Fault(
        TablesErrors.kind, "column `\(column.name)` has texts, which are not numbers",
        hint: "leave it out, `drop(t, \"\(column.name)\")`, or make classes of it: `convert(t[\"\(column.name)\"], \"category\")`")
    }
    if case .whole(let cells) = column.cells, let row = cells.indices.first(where: { Int(exactly: Double(cells[$0])) != cells[$0] }) {
      throw Fault(
        TablesErrors.kind, "column `\(column.name)`, row \(row): \(column[row].text) would be rounded; whole numbers are exact up to 9,007,199,254,740,992",
        hint: "leave the column out: `drop(t, \"\(column.name)\")`")
    }
    names = [column.name]
    values = [numbers]
  }

  static func refuseGaps(_ column: Column) throws {
    guard !column.gaps.isEmpty else { return }
    throw Fault(
      TablesErrors.kind, "column `\(column.name)` has \(counted(column.gaps.count, "gap")), and a data set has none",
      hint: "fill them, `impute(t)`, or leave their rows out: `drop_gaps(t)`")
  }
}

import DataSets
import Diagnostics
import Machine
import Tensors

/// A list of records of numbers, such as a history, as a table: a column for each field.
struct RecordTable {
  private(set) var columns: [String] = []
  private(set) var rows: [[String: Double]] = []

  /// Rows may have different columns.
  init(_ rows: [[(name: String, value: Double)]]) {
    for row in rows {
      for (name, _) in row where !columns.contains(name) { columns.append(name) }
      self.rows.append(Dictionary(row.map { ($0.name, $0.value) }) { $1 })
    }
  }

  /// Nil if the value is not a list of records. Throws if a field is not a number.
  init?(_ value: Value, _ call: Call) throws {
    guard value.tag == .list, value.listCount > 0, value.listItems.allSatisfy({ $0.tag == .record }) else { return nil }
    self.init(
      try value.listItems.enumerated().map { index, record in
        try (0..<record.recordCount).map { field in
          let (name, item) = (call.machine.symbols.name(record.recordKey(field)), record.recordValue(field))
          guard let number = try call.machine.scalar(item).number else {
            throw call.refuse("`\(name)` of record \(index) must be a number in a table, got \(call.machine.describe(item))")
          }
          return (name, number)
        }
      })
  }

  /// The numbers, f64; nan where a row has no such column.
  func tensor() throws -> Tensor {
    try Tensor(dtype: .f64, shape: [rows.count, columns.count]) { rows[$0 / columns.count][columns[$0 % columns.count]] ?? .nan }
  }

  /// The numbers of a row in the order of the columns, without the column `name`.
  func row(_ index: Int, without name: String) -> [(name: String, value: Double)] {
    columns.compactMap { column in column == name ? nil : rows[index][column].map { (column, $0) } }
  }

  /// A file for TensorBoard. The column `epoch` counts the steps, or else the rows.
  func events(date: Double) -> [UInt8] {
    rows.indices.reduce(into: EventFile.header(date: date)) { bytes, index in
      let step = rows[index]["epoch"].flatMap { Int(exactly: $0) } ?? index
      bytes += EventFile.scalars(row(index, without: "epoch"), step: step, date: date)
    }
  }
}

extension Library {
  static func saveEvents(_ call: Call, _ value: Value, _ path: String) throws {
    guard let table = try RecordTable(value, call) else {
      throw call.refuse("a .tfevents file holds a history, got \(call.machine.describe(value))", hint: "as in `save(history(m), \"\(path)\")`")
    }
    try call.effects.files.write(table.events(date: call.effects.clock.date), to: path)
  }
}

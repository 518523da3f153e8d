import Diagnostics

/// Named columns of the same length.
package struct Table: Sendable, Equatable {
  package let columns: [Column]
  /// The number of rows.
  package let count: Int

  /// Throws if the columns differ in length or two have the same name.
  package init(_ columns: [Column]) throws {
    guard let first = columns.first else { throw TablesErrors.noColumns }
    if let other = columns.first(where: { $0.count != first.count }) {
      throw Fault(
        TablesErrors.differ, "column `\(other.name)` has \(counted(other.count, "row")), but `\(first.name)` has \(first.count)",
        hint: "all columns of a table have one cell for each row")
    }
    var names: Set<[UInt8]> = []
    for column in columns where !names.insert(Array(column.name.utf8)).inserted {
      throw Fault(TablesErrors.differ, "two columns are named `\(column.name)`", hint: "name each column differently")
    }
    self.columns = columns
    count = first.count
  }

  /// Columns that are known to be valid.
  private init(valid columns: [Column], count: Int) {
    self.columns = columns
    self.count = count
  }

  package var names: [String] { columns.map(\.name) }
  package var byteCount: Int { columns.reduce(0) { $0 + $1.byteCount } }

  package func position(of name: String) -> Int? { columns.firstIndex { $0.name == name } }

  package func column(_ name: String) throws -> Column {
    guard let position = position(of: name) else { throw TablesErrors.unknownColumn(name, of: names) }
    return columns[position]
  }

  /// The rows at these positions, in this order.
  package func selecting(_ rows: [Int]) -> Table { Table(valid: columns.map { $0.selecting(rows) }, count: rows.count) }

  /// With a column more, or another in place of the one of the same name.
  package func adding(_ column: Column) throws -> Table {
    guard let position = position(of: column.name) else { return try Table(columns + [column]) }
    var columns = columns
    columns[position] = column
    return try Table(columns)
  }
}

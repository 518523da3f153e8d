import Engine

/// Which cells of synthetic rows could be cells of the real table.
struct Validity {
  /// Of each row: whether all its cells are valid and the constraints hold.
  let rows: [Bool]
  /// Of each column: the number of invalid cells.
  let invalidCells: [Int]

  /// A level must occur in the real column, a number, date or time must lie within its range, whole numbers must be whole, and a
  /// cell may be missing only if some real cell is.
  init(_ tables: ComparedTables, constraints: [Bool]?, _ workers: Workers) throws {
    let valid = try workers.map(tables.columns.count) { Validity.cells(tables.columns[$0]) }
    var rows = constraints ?? [Bool](repeating: true, count: tables.syntheticCount)
    for column in valid { for row in rows.indices where !column[row] { rows[row] = false } }
    self.rows = rows
    invalidCells = valid.map { $0.count { !$0 } }
  }

  private static func cells(_ column: ComparedColumn) -> [Bool] {
    var (low, high, hasGaps) = (Double.infinity, -Double.infinity, false)
    var occurs = [Bool](repeating: false, count: column.levels.count)
    for cell in column.real {
      if cell.isNaN {
        hasGaps = true
      } else if column.isDiscrete {
        occurs[Int(cell)] = true
      } else {
        (low, high) = (min(low, cell), max(high, cell))
      }
    }
    return column.synthetic.map { cell in
      if cell.isNaN { return hasGaps }
      if column.isDiscrete { return occurs[Int(cell)] }
      return low <= cell && cell <= high && (column.kind != .whole || cell == cell.rounded())
    }
  }
}

import Diagnostics

extension Table {
  /// The columns of these names, in this order. Errors: unknown names (L0511); none, or one twice (L0510).
  package func selecting(columns names: [String]) throws -> Table { try Table(names.map { try column($0) }) }

  /// Without the columns of these names. Errors: unknown names (L0511); all columns (L0510).
  package func dropping(columns names: [String]) throws -> Table {
    let dropped = Set(try names.map { try position(ofColumn: $0) })
    return try Table(columns.enumerated().filter { !dropped.contains($0.offset) }.map(\.element))
  }

  /// With other names for columns. All change at once, so that two can swap names. Errors: unknown names (L0511); two columns of the
  /// same name (L0510).
  package func renaming(_ names: [(old: String, new: String)]) throws -> Table {
    var columns = columns
    for (old, new) in names {
      let position = try position(ofColumn: old)
      columns[position] = columns[position].renamed(new)
    }
    return try Table(columns)
  }

  /// The rows for which a column of booleans is true. A gap counts as false, as in dplyr's `filter`. Errors: another kind
  /// (L0517); another length (L0510).
  package func rows(where mask: Column) throws -> Table {
    guard case .boolean(let cells) = mask.cells else {
      throw Fault(
        TablesErrors.kinds, "rows are selected by a column of booleans, got \(mask.kind.plural)",
        hint: "write a comparison: `t[t.\(names[0]) == ...]`")
    }
    guard mask.count == count else {
      throw Fault(
        TablesErrors.differ, "the condition has \(counted(mask.count, "row")), but the table has \(count)",
        hint: "take its columns from the same table")
    }
    // A missing cell is false.
    return selecting((0..<count).filter { cells[$0] })
  }

  /// The rows at these positions, in this order, perhaps several times. Errors: positions outside 0 to the number of rows (L0520).
  package func rows(at positions: [Int]) throws -> Table {
    if let wrong = positions.first(where: { $0 < 0 || $0 >= count }) {
      throw Fault(TablesErrors.rows, "there is no row \(wrong): the table has \(counted(count, "row"))", hint: "rows count from 0")
    }
    return selecting(positions)
  }

  /// The rows without a gap in these columns, or in any. Errors: unknown names (L0511).
  package func droppingGaps(in names: [String]? = nil) throws -> Table {
    let gaps = try (names ?? self.names).map { try column($0).gaps }.reduce(Gaps.none) { $0.union($1) }
    return gaps.isEmpty ? self : selecting((0..<count).filter { !gaps[$0] })
  }

  func position(ofColumn name: String) throws -> Int {
    guard let position = position(of: name) else { throw TablesErrors.unknownColumn(name, of: names) }
    return position
  }
}

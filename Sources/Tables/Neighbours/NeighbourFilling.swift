import Engine

/// Fills gaps without a model.
package enum NeighbourFilling {
  /// From the nearest rows that have the cell: the mean of numbers, the most frequent class (O. Troyanskaya and others, Missing value
  /// estimation methods for DNA microarrays, Bioinformatics 2001). `known` is the table to learn from, with the same columns.
  package static func filled(_ table: Table, known: Table, neighbours: Int, workers: Workers) throws -> Table {
    let (metric, others) = (RowMetric(table, scale: known), RowMetric(known, scale: known))
    return try Table(
      table.columns.map { column in
        guard !column.gaps.isEmpty, column.kind != .text else { return column }
        let source = try source(of: column, known)
        let rows = (0..<known.count).filter { !source.gaps[$0] }
        let holes = (0..<table.count).filter { column.gaps[$0] }
        let cells = try workers.map(holes.count) { index in
          value(metric.nearest(holes[index], others, among: rows, count: neighbours).map { source[$0] }, source.kind)
        }
        return column.filling(holes, cells, as: source)
      })
  }

  /// With the mean of the numbers of each column, and its most frequent class.
  package static func meanFilled(_ table: Table, known: Table) throws -> Table {
    try Table(
      table.columns.map { column in
        guard !column.gaps.isEmpty, column.kind != .text else { return column }
        let source = try source(of: column, known)
        let cell = value((0..<known.count).filter { !source.gaps[$0] }.map { source[$0] }, source.kind)
        let holes = (0..<table.count).filter { column.gaps[$0] }
        return column.filling(holes, [Cell](repeating: cell, count: holes.count), as: source)
      })
  }

  /// The column to learn from. Throws if it is of another kind.
  private static func source(of column: Column, _ known: Table) throws -> Column {
    let source = try known.column(column.name)
    // A column of gaps only has no kind of its own.
    guard source.kind == column.kind || column.gaps.count == column.count else {
      throw TablesErrors.wrongKind(column.name, column.kind, expected: source.kind)
    }
    return source
  }

  private static func value(_ cells: [Cell], _ kind: ColumnKind) -> Cell {
    guard !cells.isEmpty else { return .gap }
    guard kind != .category, kind != .boolean else { return mode(cells) ?? .gap }
    return ColumnCoding.cell(cells.reduce(0) { $0 + ColumnCoding.number($1) } / Double(cells.count), kind)
  }

  /// The most frequent cell; of equally frequent ones the first.
  static func mode(_ cells: [Cell]) -> Cell? {
    var counts: [Cell: Int] = [:]
    for cell in cells where cell != .gap { counts[cell, default: 0] += 1 }
    let most = counts.values.max()
    return cells.first { $0 != .gap && counts[$0] == most }
  }
}

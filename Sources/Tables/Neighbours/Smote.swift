import Engine

/// New rows between a row and one of its nearest neighbours (N. Chawla and others, SMOTE, Journal of Artificial Intelligence Research 2002):
/// numbers are interpolated, and classes are the most frequent among the neighbours, as in SMOTE-NC.
package struct Smote: Sendable {
  private let table: Table
  private let metric: RowMetric
  private let neighbours: Int
  /// The rows of each group, between which rows are made.
  private let groups: [[Int]]
  private let groupOf: [Int]

  /// `by`: a column of classes, whose groups are not mixed; nil for one group. Throws for an unknown column.
  package init(_ table: Table, neighbours: Int, by name: String?) throws {
    self.table = table
    self.neighbours = neighbours
    metric = RowMetric(table, scale: table)
    let named = try name.map { try table.grouped(by: [$0]) }
    groups = named.map { named in (0..<named.count).map(named.rows) } ?? [Array(0..<table.count)]
    var groupOf = [Int](repeating: 0, count: table.count)
    for (group, rows) in groups.enumerated() { for row in rows { groupOf[row] = group } }
    self.groupOf = groupOf
  }

  /// New rows around rows that have the given cells, which only columns of classes can have. Throws if no row has them.
  package func sample(_ count: Int, given: [String: Cell], key: RandomKey, workers: Workers) throws -> Table {
    let columns = try given.sorted { $0.key < $1.key }.map { (try table.column($0.key), $0.value) }
    let bases = (0..<table.count).filter { row in columns.allSatisfy { $0[row] == $1 } }
    guard !bases.isEmpty else {
      throw TablesErrors.nothingToModel(given.isEmpty ? "the table has no rows" : "no row of the table has the given values")
    }
    let rows = try workers.map(count) { index -> [Cell] in
      var random = RowRandomness(key, row: index)
      let base = bases[Int(random.uniform() * Double(bases.count))]
      let near = metric.nearest(base, metric, among: groups[groupOf[base]], count: neighbours, without: base)
      guard !near.isEmpty else { return table.columns.map { $0[base] } }
      let other = near[Int(random.uniform() * Double(near.count))]
      let part = random.uniform()
      return table.columns.map { Smote.between($0, base, other, part, near) }
    }
    return try Table(table.columns.enumerated().map { index, column in Column.made(column.name, column.kind, column.levels, rows.map { $0[index] }) })
  }

  private static func between(_ column: Column, _ base: Int, _ other: Int, _ part: Double, _ near: [Int]) -> Cell {
    let (a, b) = (column[base], column[other])
    switch column.kind {
    case .number, .whole, .date, .time:
      guard a != .gap, b != .gap else { return a }
      let (x, y) = (ColumnCoding.number(a), ColumnCoding.number(b))
      return ColumnCoding.cell(x + part * (y - x), column.kind)
    case .category, .boolean: return NeighbourFilling.mode(near.map { column[$0] }) ?? a
    case .text: return .gap
    }
  }
}

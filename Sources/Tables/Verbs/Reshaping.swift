import Diagnostics

extension Table {
  /// A row for each row and each column of these names, row after row: the other columns, the name of the column (a category in the
  /// order of the names) and its cell. The kinds are united as by `Column.appending`. Errors: unknown names (L0511); kinds that cannot be united
  /// (L0517); two columns of the same name, or none (L0510).
  package func longer(_ names: [String], name: String = "name", value: String = "value") throws -> Table {
    let measured = try selecting(columns: names).columns
    let total = count.multipliedReportingOverflow(by: measured.count)
    guard !total.overflow, Memory.holds(total.partialValue.multipliedReportingOverflow(by: 40).overflow ? .max : total.partialValue * 40) else {
      throw Fault(TablesErrors.rows, "the longer table would not fit in memory")
    }
    let united = try measured.dropFirst().reduce(measured[0]) { try $0.appending($1) }
    let rows = (0..<count).flatMap { row in measured.indices.map { $0 * count + row } }
    let repeated = (0..<count).flatMap { row in [Int](repeating: row, count: measured.count) }
    let others = columns.filter { column in !names.contains { $0.hasSameBytes(as: column.name) } }.map { $0.selecting(repeated) }
    let codes = (0..<count).flatMap { _ in (0..<Int32(measured.count)) }
    return try Table(others + [Column(name, .category(codes, levels: names)), united.renamed(value).selecting(rows)])
  }

  /// The inverse: a row for each group of rows that are equal in the remaining columns, in the order of first appearance, and a column for
  /// each different cell of `name`, also in that order, with the cell of `value` in its row; a gap where there is no row. Errors: a
  /// gap among the names, two rows for the same cell, or more columns than fit in memory (L0520); unknown names (L0511); a new
  /// column with the name of one that remains (L0510).
  package func wider(name: String, value: String) throws -> Table {
    let (heads, values) = (try column(name), try column(value))
    if let row = (0..<count).first(where: { heads.gaps[$0] }) {
      throw Fault(
        TablesErrors.rows, "row \(row): `\(name)` is a gap, which cannot name a column",
        hint: "leave out such rows: `drop_gaps(t, \"\(name)\")`")
    }
    let others = columns.filter { !$0.name.hasSameBytes(as: name) && !$0.name.hasSameBytes(as: value) }
    let headKeys = RowKeys([heads])
    let keys = others.isEmpty ? nil : RowKeys(others)
    let rows = keys?.distinct ?? min(1, count)
    let cells = rows.multipliedReportingOverflow(by: headKeys.distinct)
    guard !cells.overflow, cells.partialValue < 1 << 56, Memory.holds(24 * cells.partialValue), headKeys.distinct <= 100_000 else {
      throw Fault(
        TablesErrors.rows, "the wider table would have \(counted(rows, "row")) and \(counted(headKeys.distinct, "new column")), which is too much",
        hint: "`\(name)` has many different cells")
    }
    var sources = [[Int]](repeating: [Int](repeating: -1, count: rows), count: headKeys.distinct)
    for row in 0..<count {
      let (head, group) = (headKeys.codes[row], keys?.codes[row] ?? 0)
      let earlier = sources[head][group]
      guard earlier < 0 else {
        throw Fault(
          TablesErrors.rows, "rows \(earlier) and \(row) give the same cell of `\(heads[row].text)`",
          hint: "summarise first, as by `group_by(t, ..., \(value)=g -> mean(g.\(value)))`")
      }
      sources[head][group] = row
    }
    let kept = others.map { $0.selecting(keys?.firsts ?? []) }
    return try Table(kept + headKeys.firsts.enumerated().map { values.renamed(heads[$0.element].text).taking(sources[$0.offset]) })
  }
}

import Diagnostics

/// The rows of a table by the values of key columns.
package struct Groups: Sendable {
  /// The key columns, with one row for each group.
  package let keys: Table
  /// The rows of all groups, one group after the other, those of a group in the order of the table.
  private let rows: [Int]
  /// Where each group ends in `rows`.
  private let ends: [Int]

  package var count: Int { ends.count }

  /// The positions of a group's rows, ascending.
  package func rows(_ group: Int) -> [Int] { Array(rows[(group == 0 ? 0 : ends[group - 1])..<ends[group]]) }

  fileprivate init(_ columns: [Column]) throws {
    let codes = RowKeys(columns)
    let order = RowOrder.sorted(columns.map { ($0.selecting(codes.firsts), false) })
    keys = try Table(columns.map { $0.selecting(order.map { codes.firsts[$0] }) })
    var ranks = [Int](repeating: 0, count: order.count)
    for (rank, code) in order.enumerated() { ranks[code] = rank }
    let counts = codes.counts
    var next = [Int](repeating: 0, count: order.count)
    var total = 0
    for (rank, code) in order.enumerated() {
      next[rank] = total
      total += counts[code]
    }
    var rows = [Int](repeating: 0, count: codes.codes.count)
    for (row, code) in codes.codes.enumerated() {
      rows[next[ranks[code]]] = row
      next[ranks[code]] += 1
    }
    (self.rows, ends) = (rows, next)
  }
}

extension Table {
  /// The groups of rows that are equal in the columns of these names, in the order of `sort_by`, as in dplyr; gaps are a group of their own, the
  /// last. Combinations without rows are no groups. Errors: unknown names (L0511); none, or one twice (L0510).
  package func grouped(by names: [String]) throws -> Groups { try Groups(selecting(columns: names).columns) }

  /// The first row of each group of rows that are equal in the columns of these names, or in all, in the order of the table. Errors:
  /// unknown names (L0511); none, or one twice (L0510).
  package func uniqueRows(by names: [String]? = nil) throws -> Table {
    let firsts = RowKeys(try selecting(columns: names ?? self.names).columns).firsts
    return firsts.count == count ? self : selecting(firsts)
  }
}

extension Column {
  /// The different cells in the order of first appearance, a gap among them if there is one.
  package func unique() -> Column { selecting(RowKeys([self]).firsts) }

  /// A table of each different cell, the number of its rows, and their share of all: columns with the name of this one (`value` if
  /// that is one of the others), `count` and `share`. The most frequent is first, equally frequent ones are in the order of
  /// `sort_by`. Gaps are a row as well, unless `includesGaps` is false; the shares are then of the other rows.
  package func valueCounts(includesGaps: Bool = true) throws -> Table {
    let keys = RowKeys([self])
    let counts = keys.counts
    let kept = selecting(keys.firsts).order().filter { includesGaps || !gaps[keys.firsts[$0]] }
    let ordered = Column("", .whole(kept.map { counts[$0] })).order(descending: true).map { kept[$0] }
    let total = Double(includesGaps ? count : presentCount)
    return try Table([
      renamed(name == "count" || name == "share" ? "value" : name).selecting(ordered.map { keys.firsts[$0] }),
      Column("count", .whole(ordered.map { counts[$0] })), Column("share", .number(ordered.map { Double(counts[$0]) / total })),
    ])
  }
}

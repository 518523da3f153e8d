import Diagnostics
import Tensors

/// Which rows a join keeps beside the matching ones.
package enum JoinKind: String, Sendable, CaseIterable {
  case inner, left, right, full

  fileprivate var keepsLeft: Bool { self == .left || self == .full }
  fileprivate var keepsRight: Bool { self == .right || self == .full }
}

/// A pair of columns that must be equal.
package struct JoinKey: Sendable {
  package let left: String
  package let right: String

  package init(_ left: String, _ right: String) { (self.left, self.right) = (left, right) }
}

package struct JoinResult: Sendable {
  package let table: Table
  /// Set if rows of each table match several of the other, which is seldom intended.
  package let note: String?
}

extension Table {
  /// Pairs the rows of two tables whose keys are equal. A gap equals nothing.
  ///
  /// Rows: in the order of the left table, the matches of a row in the order of the right one. A left join keeps the rows of the left
  /// table without a match in their place; a right join appends those of the right table, in their order; a full join does both, as
  /// in dplyr. What has no match is a gap.
  ///
  /// Columns: those of the left table, then those of the right without its keys. A key has the left name, and the values of both
  /// tables, united as by `Column.appending`. Other columns of the same name get the suffixes; a column of the right table that is named as a
  /// key of the left gets its suffix.
  ///
  /// Errors: no keys, or a result that would not fit in memory (L0520); unknown names (L0511); keys of kinds that cannot be
  /// united (L0517); two columns that have the same name in spite of the suffixes (L0510).
  package func joined(with other: Table, on keys: [JoinKey], how: JoinKind = .inner, suffixes: (String, String) = ("_x", "_y")) throws -> JoinResult {
    guard !keys.isEmpty else { throw Fault(TablesErrors.rows, "`join` needs at least one column to join on", hint: "write `on=\"...\"`") }
    let leftKeys = try selecting(columns: keys.map(\.left)).columns
    let rightKeys = try other.selecting(columns: keys.map(\.right)).columns
    let united = try zip(leftKeys, rightKeys).map { try $0.appending($1) }
    let matching = Matching(united, count, how)
    try checkMemory(for: matching, beside: other, united)
    let (left, right) = matching.pairs()

    let sources = zip(left, right).map { $0 >= 0 ? $0 : count + $1 }
    let (leftNames, rightNames) = (Set(keys.map { Array($0.left.utf8) }), Set(keys.map { Array($0.right.utf8) }))
    let ownOthers = columns.filter { !leftNames.contains(Array($0.name.utf8)) }
    let theirOthers = other.columns.filter { !rightNames.contains(Array($0.name.utf8)) }
    let (ownNames, theirNames) = (Set(ownOthers.map { Array($0.name.utf8) }), Set(theirOthers.map { Array($0.name.utf8) }))
    let own = columns.map { column in
      if let key = keys.firstIndex(where: { $0.left.hasSameBytes(as: column.name) }) { return united[key].selecting(sources) }
      return column.renamed(theirNames.contains(Array(column.name.utf8)) ? column.name + suffixes.0 : column.name).taking(left)
    }
    let theirs = theirOthers.map { column in
      let bytes = Array(column.name.utf8)
      return column.renamed(ownNames.contains(bytes) || leftNames.contains(bytes) ? column.name + suffixes.1 : column.name).taking(right)
    }
    var note: String?
    if matching.isManyToMany {
      note = "rows of each table match several of the other: the join has \(counted(left.count, "row")), from \(count) and \(other.count)"
    }
    return JoinResult(table: try Table(own + theirs), note: note)
  }

  /// Throws if the result would not fit. Estimated in floats, which cannot overflow.
  private func checkMemory(for matching: Matching, beside other: Table, _ keys: [Column]) throws {
    let rows = matching.total
    var bytes = 32 * rows
    for column in columns { bytes += column.bytes(rows, matching.leftUses) }
    for column in other.columns { bytes += column.bytes(rows, matching.rightUses) }
    guard bytes < 1e18, Memory.holds(Int(bytes)) else {
      let size = bytes < 1e18 ? Storage.formatBytes(Int(bytes)) : "more than \(Storage.formatBytes(1 << 60))"
      throw Fault(
        TablesErrors.rows, "the join would have \(rows < 1e15 ? counted(Int(rows), "row") : "\(rows) rows"), which need \(size)",
        hint: "many rows have the same key: join on more columns, or make one table unique first, as by `unique(t, \"\(keys[0].name)\")`")
    }
  }
}

extension Column {
  /// The memory of so many rows of this column, in which row `i` occurs `uses(i)` times.
  fileprivate func bytes(_ rows: Double, _ uses: (Int) -> Double) -> Double {
    switch cells {
    case .category: return 5 * rows
    case .boolean: return 2 * rows
    case .text(let texts):
      var bytes = 9 * rows
      for row in 0..<count { bytes += uses(row) * Double(texts.utf8(row).count) }
      return bytes
    default: return 9 * rows
    }
  }
}

/// Which rows of two tables have equal keys.
private struct Matching {
  private let how: JoinKind
  /// The number of rows of the left table.
  private let leftCount: Int
  /// The code of each row's keys, first of the left table, then of the right; -1 if one is a gap.
  private let codes: [Int]
  private let leftCounts: [Int]
  private let rightCounts: [Int]

  init(_ united: [Column], _ leftCount: Int, _ how: JoinKind) {
    (self.how, self.leftCount) = (how, leftCount)
    let keys = RowKeys(united)
    let gaps = united.reduce(Gaps.none) { $0.union($1.gaps) }
    let codes = gaps.isEmpty ? keys.codes : keys.codes.enumerated().map { gaps[$0.offset] ? -1 : $0.element }
    func counts(_ rows: ArraySlice<Int>) -> [Int] {
      var counts = [Int](repeating: 0, count: keys.distinct)
      for code in rows where code >= 0 { counts[code] += 1 }
      return counts
    }
    self.codes = codes
    leftCounts = counts(codes[..<leftCount])
    rightCounts = counts(codes[leftCount...])
  }

  var isManyToMany: Bool { zip(leftCounts, rightCounts).contains { $0 > 1 && $1 > 1 } }

  /// How often a row of the left table is in the result.
  func leftUses(_ row: Int) -> Double {
    let code = codes[row]
    return Double(max(code < 0 ? 0 : rightCounts[code], how.keepsLeft ? 1 : 0))
  }

  func rightUses(_ row: Int) -> Double {
    let code = codes[leftCount + row]
    return Double(max(code < 0 ? 0 : leftCounts[code], how.keepsRight ? 1 : 0))
  }

  /// The number of rows of the result.
  var total: Double {
    var total = 0.0
    for row in 0..<leftCount { total += leftUses(row) }
    if how.keepsRight {
      for code in codes[leftCount...] where code < 0 || leftCounts[code] == 0 { total += 1 }
    }
    return total
  }

  /// The rows of both tables in each row of the result, -1 for none.
  func pairs() -> (left: [Int], right: [Int]) {
    // The rows of the right table, by code.
    var ends: [Int] = []
    ends.reserveCapacity(rightCounts.count)
    var sum = 0
    for count in rightCounts {
      ends.append(sum)
      sum += count
    }
    var rows = [Int](repeating: 0, count: sum)
    for (row, code) in codes[leftCount...].enumerated() where code >= 0 {
      rows[ends[code]] = row
      ends[code] += 1
    }
    var (left, right) = ([Int](), [Int]())
    let total = Int(total)
    left.reserveCapacity(total)
    right.reserveCapacity(total)
    for (row, code) in codes[..<leftCount].enumerated() {
      let matches = code < 0 ? 0 : rightCounts[code]
      if matches > 0 {
        for position in ends[code] - matches..<ends[code] {
          left.append(row)
          right.append(rows[position])
        }
      } else if how.keepsLeft {
        left.append(row)
        right.append(-1)
      }
    }
    if how.keepsRight {
      for (row, code) in codes[leftCount...].enumerated() where code < 0 || leftCounts[code] == 0 {
        left.append(-1)
        right.append(row)
      }
    }
    return (left, right)
  }
}

import Diagnostics

/// One key of an order.
package struct SortKey: Sendable {
  package let column: String
  package let isDescending: Bool

  package init(_ column: String, descending: Bool = false) { (self.column, isDescending) = (column, descending) }
}

extension Table {
  /// The rows in the order of the first key, equal ones by the next key, and so on; rows equal in all keys keep their order, also
  /// where a key is descending. Gaps are last in either direction. Numbers, dates and times ascend by value; false is before true;
  /// categories follow the order of their levels, texts their bytes. Errors: unknown columns (L0511); no key (L0520).
  package func sorted(by keys: [SortKey]) throws -> Table {
    guard !keys.isEmpty else { throw Fault(TablesErrors.rows, "`sort_by` needs at least one column") }
    return selecting(RowOrder.sorted(try keys.map { (try column($0.column), $0.isDescending) }))
  }
}

extension Column {
  /// The positions of the rows in order, stable, gaps last.
  package func order(descending: Bool = false) -> [Int] { RowOrder.sorted([(self, descending)]) }

  /// Where a category, or any other kind, has its rows in order: each cell's key as a number that grows with the cell. Not for gaps.
  fileprivate var orderKeys: [UInt64] {
    switch cells {
    case .number(let cells):
      // The bits of floats are ordered as integers of sign and magnitude.
      return cells.map { number in
        let bits = (number == 0 ? 0 : number).bitPattern
        return bits >> 63 == 1 ? ~bits : bits | 1 << 63
      }
    case .whole(let cells), .date(let cells), .time(let cells): return cells.map { UInt64(bitPattern: Int64($0)) ^ 1 << 63 }
    case .category(let codes, _): return codes.map { UInt64(UInt32(bitPattern: $0)) }
    case .boolean(let cells): return cells.map { $0 ? 1 : 0 }
    case .text(let texts):
      let keys = RowKeys([self])
      let ordered = (0..<keys.distinct).sorted { Words.isLess(texts.utf8(keys.firsts[$0]), texts.utf8(keys.firsts[$1])) }
      var ranks = [UInt64](repeating: 0, count: keys.distinct)
      for (rank, code) in ordered.enumerated() { ranks[code] = UInt64(rank) }
      return keys.codes.map { ranks[$0] }
    }
  }
}

/// A radix sort from the last byte of the last key to the first byte of the first: stable, and linear in the rows.
enum RowOrder {
  static func sorted(_ keys: [(column: Column, isDescending: Bool)]) -> [Int] {
    let count = keys.first?.column.count ?? 0
    var order = Array(0..<count)
    for (column, isDescending) in keys.reversed() {
      let values = column.orderKeys
      var moved = order.map { isDescending ? ~values[$0] : values[$0] }
      sort(&order, by: &moved)
      if !column.gaps.isEmpty { order = order.filter { !column.gaps[$0] } + order.filter { column.gaps[$0] } }
    }
    return order
  }

  private static func sort(_ order: inout [Int], by keys: inout [UInt64]) {
    let count = order.count
    guard let first = keys.first else { return }
    let differing = keys.reduce(0) { $0 | ($1 ^ first) }
    var (otherOrder, otherKeys) = (order, keys)
    for shift in stride(from: 0 as UInt64, to: 64, by: 8) where differing >> shift & 255 != 0 {
      var starts = [Int](repeating: 0, count: 257)
      for key in keys { starts[Int(key >> shift & 255) + 1] += 1 }
      for digit in 1...256 { starts[digit] += starts[digit - 1] }
      for position in 0..<count {
        let digit = Int(keys[position] >> shift & 255)
        otherOrder[starts[digit]] = order[position]
        otherKeys[starts[digit]] = keys[position]
        starts[digit] += 1
      }
      swap(&order, &otherOrder)
      swap(&keys, &otherKeys)
    }
  }
}

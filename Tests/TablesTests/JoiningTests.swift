import Diagnostics
import Engine
import Testing

@testable import Tables

@Suite("Joining tables") struct JoiningTests {
  private let left: Table
  private let right: Table

  init() throws {
    left = try Table([Made.category("id", levels: ["a", "b"], "b", "a", nil, "b"), Made.wholes("x", 1, 2, 3, 4)])
    right = try Table([Made.category("id", levels: ["c", "b"], "b", "c", nil, "b"), Made.wholes("x", 10, 20, 30, 40)])
  }

  private func join(_ how: JoinKind) throws -> JoinResult { try left.joined(with: right, on: [JoinKey("id", "id")], how: how) }

  @Test func kindsOfJoins() throws {
    #expect(try join(.inner).table.columns.map(\.texts) == [["b", "b", "b", "b"], ["1", "1", "4", "4"], ["10", "40", "10", "40"]])
    #expect(
      try join(.left).table.columns.map(\.texts) == [
        ["b", "b", "a", "-", "b", "b"], ["1", "1", "2", "3", "4", "4"], ["10", "40", "-", "-", "10", "40"],
      ])
    #expect(
      try join(.right).table.columns.map(\.texts) == [
        ["b", "b", "b", "b", "c", "-"], ["1", "1", "4", "4", "-", "-"], ["10", "40", "10", "40", "20", "30"],
      ])
    #expect(
      try join(.full).table.columns.map(\.texts) == [
        ["b", "b", "a", "-", "b", "b", "c", "-"], ["1", "1", "2", "3", "4", "4", "-", "-"], ["10", "40", "-", "-", "10", "40", "20", "30"],
      ])
    #expect(try join(.full).table.names == ["id", "x_x", "x_y"])
    #expect(try join(.full).table.columns[0].levels == ["a", "b", "c"])
    #expect(try join(.inner).note == "rows of each table match several of the other: the join has 4 rows, from 4 and 4")
    #expect(try left.joined(with: right.uniqueRows(by: ["id"]), on: [JoinKey("id", "id")]).note == nil)
  }

  @Test func keysOfDifferentNamesAndKinds() throws {
    let other = try Table([Made.numbers("key", 2, 2.5), Made.texts("x", "two", "more"), Made.booleans("id", true, false)])
    let joined = try left.joined(with: other, on: [JoinKey("x", "key")], how: .full, suffixes: ("", ".other"))
    #expect(joined.table.names == ["id", "x", "x.other", "id.other"])
    #expect(try joined.table.column("x").texts == ["1.0", "2.0", "3.0", "4.0", "2.5"])
    #expect(try joined.table.column("x.other").texts == ["-", "two", "-", "-", "more"])
    let several = try left.joined(with: right, on: [JoinKey("id", "id"), JoinKey("x", "x")], how: .left)
    #expect(several.table.names == ["id", "x"])
    #expect(several.table.count == 4)
    expectFault(TablesErrors.kinds, "`x` is a column of whole numbers in one table and of categories in the other") {
      try left.joined(with: right, on: [JoinKey("x", "id")])
    }
    expectFault(TablesErrors.unknown, "`y`") { try left.joined(with: right, on: [JoinKey("y", "x")]) }
    expectFault(TablesErrors.rows, "at least one column") { try left.joined(with: right, on: []) }
    expectFault(TablesErrors.differ, "two columns are named `x`") { try left.joined(with: right, on: [JoinKey("id", "id")], suffixes: ("", "")) }
  }

  @Test func explodingJoinIsRefused() throws {
    let same = try Table([Column("k", .whole([Int](repeating: 1, count: 100_000)))])
    expectFault(TablesErrors.rows, "the join would have 10000000000 rows") { try same.joined(with: same, on: [JoinKey("k", "k")]) }
  }

  /// Every pair of rows is in the join exactly if its keys are equal.
  @Test(arguments: [1, 2, 3, 4, 5, 6]) func agreesWithPairs(seed: UInt64) throws {
    let key = RandomKey(seed, 2)
    func made(_ stream: UInt32, _ count: Int) throws -> Table {
      let k = (0..<count).map { key.integer(below: 8, UInt32($0), stream) }
      let j = (0..<count).map { key.integer(below: 3, UInt32($0), stream, 1) }
      return try Table([
        Column("k", .whole(k.map { $0 == 7 ? 0 : $0 }), gaps: Gaps(k.map { $0 == 7 })), Column("j", .text(Texts(j.map { "t\($0)" }))),
        Column("row", .whole(Array(0..<count))),
      ])
    }
    let (a, b) = (try made(0, 40), try made(1, 30))
    let keys = [JoinKey("k", "k"), JoinKey("j", "j")]
    var pairs: [[Int]] = []
    for x in 0..<a.count {
      for y in 0..<b.count where a.columns[0][x] == b.columns[0][y] && a.columns[1][x] == b.columns[1][y] && a.columns[0][x] != .gap {
        pairs.append([x, y])
      }
    }
    let inner = try a.joined(with: b, on: keys).table
    func rows(_ table: Table, _ name: String) throws -> [Int] {
      let column = try table.column(name)
      return (0..<table.count).map { if case .whole(let row) = column[$0] { row } else { -1 } }
    }
    #expect(try zip(rows(inner, "row_x"), rows(inner, "row_y")).map { [$0, $1] } == pairs)
    let full = try a.joined(with: b, on: keys, how: .full).table
    let matched = (Set(pairs.map { $0[0] }).count, Set(pairs.map { $0[1] }).count)
    #expect(full.count == pairs.count + a.count - matched.0 + b.count - matched.1)
    #expect(try Set(rows(full, "row_x")).subtracting([-1]).count == a.count)
    #expect(try Set(rows(full, "row_y")).subtracting([-1]).count == b.count)
  }

  @Test func appending() throws {
    let other = try Table([Made.numbers("x", 0.5), Made.texts("id", "z")])
    #expect(try left.appending(other).columns.map(\.texts) == [["b", "a", "-", "b", "z"], ["1.0", "2.0", "3.0", "4.0", "0.5"]])
    #expect(try left.appending(right).columns[0].levels == ["a", "b", "c"])
    #expect(try left.appending(right).columns[0].texts == ["b", "a", "-", "b", "b", "c", "-", "b"])
    #expect(try Made.dates("d", nil, nil).appending(Made.wholes("x", 3)) == Made.wholes("d", nil, nil, 3))
    #expect(try Made.wholes("x", 3).appending(Made.texts("t", nil)) == Made.wholes("x", 3, nil))
    expectFault(TablesErrors.kinds, "would be rounded") { try Made.wholes("x", 9_007_199_254_740_993).appending(Made.numbers("x", 0.5)) }
    expectFault(TablesErrors.kinds, "`x` is a column of whole numbers in one table and of booleans") {
      try Made.wholes("x", 1).appending(Made.booleans("x", true))
    }
    expectFault(TablesErrors.rows, "the second has no `id`") { try left.appending(other.dropping(columns: ["id"])) }
    expectFault(TablesErrors.rows, "the first has no `x`") { try left.dropping(columns: ["x"]).appending(right) }
  }
}

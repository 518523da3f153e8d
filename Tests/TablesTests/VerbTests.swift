import Diagnostics
import Engine
import Testing

@testable import Tables

@Suite("Selecting, sorting and grouping rows") struct VerbTests {
  private let table: Table

  init() throws {
    table = try Table([
      Made.category("kind", levels: ["b", "a"], "a", "b", nil, "a", "b", "a"), Made.numbers("size", 3, nil, 1, 3, 0, -0.0),
      Made.texts("name", "x", "y", "z", "x", nil, "w"),
    ])
  }

  private func names(_ table: Table) throws -> [String] { try table.column("name").texts }

  @Test func columns() throws {
    #expect(try table.selecting(columns: ["name", "kind"]).names == ["name", "kind"])
    #expect(try table.dropping(columns: ["size"]).names == ["kind", "name"])
    #expect(try table.renaming([("kind", "name"), ("name", "kind")]).names == ["name", "size", "kind"])
    expectFault(TablesErrors.unknown, "unknown column `nam`") { try table.dropping(columns: ["nam"]) }
    expectFault(TablesErrors.differ, "at least one column") { try table.dropping(columns: table.names) }
    expectFault(TablesErrors.differ, "two columns are named `name`") { try table.renaming([("kind", "name")]) }
  }

  @Test func rows() throws {
    let big = try Column.compare(.greater, .column(table.column("size")), .cell(.whole(0)))
    #expect(try names(table.rows(where: big)) == ["x", "z", "x"])
    #expect(try names(table.rows(at: [5, 0, 0])) == ["w", "x", "x"])
    #expect(try names(table.droppingGaps()) == ["x", "x", "w"])
    #expect(try names(table.droppingGaps(in: ["size"])) == ["x", "z", "x", "-", "w"])
    expectFault(TablesErrors.rows, "there is no row 6: the table has 6 rows") { try table.rows(at: [0, 6]) }
    expectFault(TablesErrors.rows, "there is no row -1") { try table.rows(at: [-1]) }
    expectFault(TablesErrors.kinds, "column of booleans, got numbers") { try table.rows(where: table.column("size")) }
    expectFault(TablesErrors.differ, "the condition has 1 row") { try table.rows(where: Made.booleans("b", true)) }
  }

  @Test func sorting() throws {
    #expect(try names(table.sorted(by: [SortKey("size")])) == ["-", "w", "z", "x", "x", "y"])
    #expect(try names(table.sorted(by: [SortKey("size", descending: true)])) == ["x", "x", "z", "-", "w", "y"])
    #expect(try names(table.sorted(by: [SortKey("kind"), SortKey("size", descending: true)])) == ["-", "y", "x", "x", "w", "z"])
    #expect(try names(table.sorted(by: [SortKey("name", descending: true)])) == ["z", "y", "x", "x", "w", "-"])
    #expect(Made.wholes("x", 3, .min, .max, nil, -1).order() == [1, 4, 0, 2, 3])
    #expect(Made.wholes("x", 3, .min, .max, nil, -1).order(descending: true) == [2, 0, 4, 1, 3])
    #expect(Made.booleans("x", true, nil, false).order() == [2, 0, 1])
    expectFault(TablesErrors.rows, "at least one column") { try table.sorted(by: []) }
  }

  @Test func grouping() throws {
    let groups = try table.grouped(by: ["kind"])
    #expect(try groups.keys.column("kind").texts == ["b", "a", "-"])
    #expect((0..<groups.count).map(groups.rows) == [[1, 4], [0, 3, 5], [2]])
    let both = try table.grouped(by: ["size", "kind"])
    #expect((0..<both.count).map(both.rows) == [[4], [5], [2], [0, 3], [1]])
    #expect(try names(table.uniqueRows(by: ["size"])) == ["x", "y", "z", "-"])
    #expect(try table.uniqueRows() == table.rows(at: [0, 1, 2, 4, 5]))
    #expect(try table.column("kind").unique().texts == ["a", "b", "-"])
    expectFault(TablesErrors.differ, "at least one column") { try table.grouped(by: []) }
  }

  @Test func countingValues() throws {
    let counts = try table.column("kind").valueCounts()
    #expect(counts.names == ["kind", "count", "share"])
    #expect(counts.columns.map(\.texts) == [["a", "b", "-"], ["3", "2", "1"], ["0.5", "\(2 / 6.0)", "\(1 / 6.0)"]])
    #expect(try table.column("kind").valueCounts(includesGaps: false).columns.map(\.texts) == [["a", "b"], ["3", "2"], ["0.6", "0.4"]])
    #expect(try Made.wholes("count", 2, 1, 1, 2).valueCounts().columns.map(\.texts) == [["1", "2"], ["2", "2"], ["0.5", "0.5"]])
    #expect(try Made.wholes("count", 2).valueCounts().names == ["value", "count", "share"])
    #expect(try Made.wholes("x").valueCounts().count == 0)
  }

  @Test func emptyTables() throws {
    let empty = try table.rows(at: [])
    #expect(try empty.sorted(by: [SortKey("name"), SortKey("kind")]) == empty)
    #expect(try empty.grouped(by: ["kind", "size"]).count == 0)
    #expect(try empty.uniqueRows() == empty)
    #expect(try empty.shuffled(key: RandomKey(1)) == empty)
    #expect(try empty.split(shares: [0.5], by: ["kind"], key: RandomKey(1)).allSatisfy { $0 == empty })
    #expect(try empty.joined(with: table, on: [JoinKey("name", "name")], how: .full).table.count == 6)
    #expect(try empty.longer(["size"], name: "column").count == 0)
    #expect(try empty.wider(name: "kind", value: "size").count == 0)
  }

  /// A radix sort gives what Swift's own stable sort does, and groups are the runs of the sorted rows.
  @Test(arguments: [0, 1, 2, 3, 4]) func sortsAsSwiftDoes(seed: UInt64) throws {
    let key = RandomKey(seed, 1)
    let count = 300
    let x = Column("x", .whole((0..<count).map { (key.integer(below: 9, UInt32($0)) - 4) << (10 * Int(seed)) }))
    let y = Column("y", .number((0..<count).map { Double(key.integer(below: 5, UInt32($0), 1)) / 3 - 1 }))
    let z = Column("z", .text(Texts((0..<count).map { String(repeating: "ab", count: key.integer(below: 4, UInt32($0), 2)) })))
    let table = try Table([x, y, z])
    guard case .whole(let xs) = x.cells, case .number(let ys) = y.cells else { return }
    let zs = z.texts
    let expected = (0..<count).sorted { a, b in
      if zs[a] != zs[b] { return zs[a] > zs[b] }
      if xs[a] != xs[b] { return xs[a] < xs[b] }
      return ys[a] != ys[b] ? ys[a] > ys[b] : a < b
    }
    let sorted = try table.sorted(by: [SortKey("z", descending: true), SortKey("x"), SortKey("y", descending: true)])
    #expect(sorted == table.selecting(expected))
    let groups = try table.grouped(by: ["x", "z"])
    #expect((0..<groups.count).flatMap(groups.rows) == RowOrder.sorted([(x, false), (z, false)]))
    for group in 0..<groups.count {
      for row in groups.rows(group) { #expect([x[row], z[row]] == groups.keys.columns.map { $0[group] }) }
    }
  }
}

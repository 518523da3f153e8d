import Diagnostics
import Engine
import Testing

@testable import Tables

@Suite("Samples, splits and pivots") struct SamplingTests {
  private func table(_ sizes: [Int]) throws -> Table {
    let codes = sizes.enumerated().flatMap { [Int32](repeating: Int32($0.offset), count: $0.element) }
    return try Table([
      Column("group", .category(codes, levels: sizes.indices.map { "g\($0)" })), Column("row", .whole(Array(0..<codes.count))),
    ])
  }

  private func rows(_ table: Table) throws -> [Int] { if case .whole(let rows) = try table.column("row").cells { rows } else { [] } }

  @Test func samples() throws {
    let table = try table([50, 50])
    let key = RandomKey(5)
    let sample = try rows(table.sampledRows(30, key: key))
    #expect(Set(sample).count == 30)
    #expect(sample != sample.sorted())
    #expect(try rows(table.sampledRows(30, key: key)) == sample)
    #expect(try rows(table.sampledRows(30, key: RandomKey(6))) != sample)
    let drawn = try rows(table.sampledRows(1000, replacing: true, key: key))
    #expect(drawn.count == 1000 && Set(drawn) == Set(0..<100))
    #expect(try rows(table.shuffled(key: key)).sorted() == Array(0..<100))
    expectFault(TablesErrors.rows, "101 rows cannot be drawn from 100 rows") { try table.sampledRows(101, key: key) }
    expectFault(TablesErrors.rows, "got -1") { try table.sampledRows(-1, key: key) }
    expectFault(TablesErrors.rows, "cannot be drawn from 0 rows") { try table.rows(at: []).sampledRows(1, replacing: true, key: key) }
    expectFault(TablesErrors.rows, "do not fit in memory") { try table.sampledRows(.max, replacing: true, key: key) }
  }

  @Test func splits() throws {
    let parts = try table([10]).split(shares: [0.8], key: RandomKey(1))
    #expect(parts.map(\.count) == [8, 2])
    #expect(try parts.flatMap(rows).sorted() == Array(0..<10))
    #expect(try table([10]).split(shares: [0.5, 0.25, 0.25], key: RandomKey(1)).map(\.count) == [5, 3, 2])
    #expect(try table([10]).split(counts: [3], key: RandomKey(1)).map(\.count) == [3, 7])
    #expect(try table([3]).split(shares: [1 / 3.0, 1 / 3.0, 1 / 3.0], key: RandomKey(1)).map(\.count) == [1, 1, 1])
    for shares in [[], [0], [1.1], [0.6, 0.6], [.nan], [-0.5, 0.5]] {
      expectFault(TablesErrors.rows, "`split` needs shares") { try table([10]).split(shares: shares, key: RandomKey(1)) }
    }
    for counts in [[], [-1], [11], [6, 6]] {
      expectFault(TablesErrors.rows, "`split` needs sizes") { try table([10]).split(counts: counts, key: RandomKey(1)) }
    }
  }

  /// Every stratum is divided fairly, and the parts have exactly their sizes.
  @Test(arguments: 0..<40) func stratifiedSplits(seed: UInt64) throws {
    let key = RandomKey(seed, 3)
    let sizes = (0..<1 + key.integer(below: 30, 0)).map { 1 + key.integer(below: seed % 2 == 0 ? 4 : 40, 1, UInt32($0)) }
    let total = sizes.reduce(0, +)
    var counts: [Int] = []
    var left = total
    for part in 0..<1 + key.integer(below: 5, 2) {
      counts.append(key.integer(below: left + 1, 3, UInt32(part)))
      left -= counts[part]
    }
    let table = try table(sizes)
    let parts = try table.split(counts: counts, by: ["group"], key: key)
    let all = left > 0 ? counts + [left] : counts
    #expect(parts.map(\.count) == all)
    #expect(try parts.flatMap(rows).sorted() == Array(0..<total))
    for (part, size) in zip(parts, all) {
      guard case .category(let codes, _) = part.columns[0].cells else { return }
      for (group, rows) in sizes.enumerated() {
        let share = Double(rows * size) / Double(total)
        #expect(abs(Double(codes.filter { $0 == group }.count) - share) < 1)
      }
    }
    #expect(try table.split(counts: counts, by: ["group"], key: key) == parts)
  }

  @Test func pivots() throws {
    let wide = try Table([Made.texts("name", "Ada", "Bo"), Made.wholes("2023", 1, nil), Made.numbers("2024", 2.5, 3)])
    let long = try wide.longer(["2024", "2023"], name: "year", value: "score")
    #expect(long.names == ["name", "year", "score"])
    #expect(long.columns.map(\.texts) == [["Ada", "Ada", "Bo", "Bo"], ["2024", "2023", "2024", "2023"], ["2.5", "1.0", "3.0", "-"]])
    #expect(long.columns[1].levels == ["2024", "2023"])
    let back = try long.wider(name: "year", value: "score")
    #expect(back.names == ["name", "2024", "2023"])
    #expect(back.columns.map(\.texts) == [["Ada", "Bo"], ["2.5", "3.0"], ["1.0", "-"]])
    #expect(try long.rows(at: [0, 3]).wider(name: "year", value: "score").columns.map(\.texts) == [["Ada", "Bo"], ["2.5", "-"], ["-", "-"]])
    #expect(try long.rows(at: [0, 1]).dropping(columns: ["name"]).wider(name: "year", value: "score").columns.map(\.texts) == [["2.5"], ["1.0"]])
    expectFault(TablesErrors.rows, "rows 0 and 2 give the same cell of `2024`") {
      try long.dropping(columns: ["name"]).wider(name: "year", value: "score")
    }
    let gap = try Table([Made.texts("year", "2023", nil), Made.wholes("score", 1, 2)])
    expectFault(TablesErrors.rows, "row 1: `year` is a gap") { try gap.wider(name: "year", value: "score") }
    expectFault(TablesErrors.kinds, "`name` is a column of texts in one table") { try wide.longer(["name", "2023"]) }
    expectFault(TablesErrors.unknown, "`2025`") { try wide.longer(["2025"]) }
  }
}

import Engine
import Testing

@testable import Tables

@Suite("Summaries of tables") struct TableSummaryTests {
  @Test func text() throws {
    expectText(
      try TableSummary(try Examples.penguins()).text(),
      """
      6 rows of 5 columns, 4 gaps

      column          gaps  distinct   mean    std   min  median   max
      bill_length_mm     1         5  43.42  4.119  39.1    42.5  50.0  █ ▅  ▅ ▅
      body_mass_g        1         5   4260  737.2  3750    3850  5700  █▃     ▃

      column   kind  gaps  distinct  earliest    median      latest
      hatched  date     0         4  2007-11-11  2007-11-22  2007-12-03  █▅   █ ▅

      column   kind      gaps  distinct       most frequent
      species  category     0         3  █▆▃  Adelie 3, Gentoo 2, Chinstrap 1
      sex      category     2         2  ██   male 2, female 2
      """)
  }

  @Test func textOfUnusualColumns() throws {
    let table = try Table([
      Column("id", .whole((0..<12).map { $0 * 7 })), Column("unit", .category([Int32](repeating: 0, count: 12), levels: ["mm"])),
      Column("mix", .text(Texts((0..<12).map { $0 % 5 == 3 ? "n/a" : "\($0).5" }))), Column("ok", .boolean((0..<12).map { $0 < 3 })),
      Column("note", .text(Texts((0..<12).map { String(repeating: "x", count: $0 + 1) }))),
      Column("x", .number([Double](repeating: 0, count: 12)), gaps: Gaps([Bool](repeating: true, count: 12))),
      Column("at", .time((0..<12).map { $0 * 86_400_500_000 })),
    ])
    expectText(
      try TableSummary(table).text(width: 110),
      """
      12 rows of 7 columns, 12 gaps

      column  kind    gaps  distinct  mean    std  min     q1  median     q3  max
      id      whole      0        12  38.5  24.16    0  19.25   38.50  57.75   77  █▅█▅█▅▅█
      x       number    12         0     ·      ·    ·      ·       ·      ·    ·

      column  kind  gaps  distinct  earliest             median               latest
      at      time     0        12  1970-01-01 00:00:00  1970-01-06 12:00:02  1970-01-12 00:00:05  █▅█▅▅█▅█

      column  kind      gaps  distinct      most frequent
      unit    category     0         1  █   mm 12
      mix     text         0        11      n/a 2
      ok      boolean      0         2  █▃  false 9, true 3
      note    text         0        12      1 to 12 characters

      `id`: every value is distinct, perhaps an identifier
      `unit`: every value is `mm`
      `mix`: 10 of 12 values are numbers, others are `n/a`
      `note`: every value is distinct, perhaps an identifier
      `x`: all cells are missing
      """)
  }

  /// Values from NumPy 2.4: mean, std, quantile.
  @Test func numbers() throws {
    let summary = ColumnSummary(Column("x", .number([2, 4, 4, 5, 9, 0, 4.5]), gaps: Gaps([false, false, false, false, false, true, false])))
    #expect(summary.count == 6 && summary.gaps == 1 && summary.distinct == 5)
    let order = [summary.minimum, summary.lowerQuartile, summary.median, summary.upperQuartile, summary.maximum]
    #expect(order == [2, 4, 4.25, 4.875, 9].map { .number($0) })
    #expect(summary.mean == .number(4.75))
    #expect(abs((summary.deviation ?? 0) - 2.116404183200049) < 1e-12)
    #expect(summary.frequent.first == ColumnSummary.Frequent(value: .number(4), count: 2))
    #expect(summary.remarks.isEmpty)
  }

  @Test func extremeNumbers() {
    let large = ColumnSummary(Column("x", .number([1.7e308, -1.7e308, 1.7e308, 1.7e308])))
    #expect(large.mean == .number(0.85e308))
    #expect(large.deviation.map { abs($0 / 1.4722431864335457e308 - 1) < 1e-12 } == true)
    #expect(large.median == .number(1.7e308))
    let small = ColumnSummary(Column("x", .number([0, 2e-200])))
    #expect(small.mean == .number(1e-200) && small.deviation == 1e-200)
    let wholes = ColumnSummary(Column("x", .whole([.min, .max, 9_007_199_254_740_993])))
    #expect(wholes.minimum == .whole(.min) && wholes.maximum == .whole(.max))
    #expect(ColumnSummary(Column("x", .number([0.1, 0.1, 0.1]))).mean == .number(0.1))
    #expect(ColumnSummary(Column("x", .number([0, -0.0, 1]))).distinct == 2)
  }

  @Test func datesAndTimes() {
    let dates = ColumnSummary(Column("d", .date([10, 0, 13, 30]), gaps: Gaps([false, true, false, false])))
    #expect([dates.minimum, dates.median, dates.maximum, dates.mean] == [.date(10), .date(13), .date(30), .date(18)])
    let times = ColumnSummary(Column("t", .time([0, 3_000_000])))
    #expect(times.mean == .time(1_500_000) && times.deviation == 1.5)
  }

  @Test func words() {
    let texts = ColumnSummary(Column("t", .text(Texts(["b", "a", "漢字", "", "a", "b", "a"])), gaps: Examples.gaps(6, count: 7)))
    #expect(texts.distinct == 4 && texts.lengths == 0...2)
    // Equally frequent values in the order of their rows.
    #expect(texts.frequent.map(\.value) == [.text("b"), .text("a"), .text("漢字"), .text("")])
    #expect(texts.frequent.map(\.count) == [2, 2, 1, 1])
    let levels = ColumnSummary(Column("c", .category([1, 1, -1, 0], levels: ["x", "y", "unused"]), gaps: Gaps([false, false, true, false])))
    #expect(levels.distinct == 2 && levels.frequent.map(\.count) == [2, 1])
    let booleans = ColumnSummary(Column("b", .boolean([true, true, false, true])))
    #expect(booleans.mean == .number(0.75) && booleans.frequent.first?.value == .boolean(true))
  }

  /// More than the first size of the hash table, against a dictionary.
  @Test func manyTexts() {
    let words = (0..<20_000).map { "word \($0 * $0 % 7_919)" }
    let counts = words.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
    let summary = ColumnSummary(Column("t", .text(Texts(words))))
    #expect(summary.distinct == counts.count)
    #expect(summary.frequent.map(\.count) == Array(counts.values.sorted(by: >).prefix(5)))
    for value in summary.frequent { #expect(counts[value.value.text] == value.count) }
  }

  @Test func remarks() {
    func remarks(_ cells: Column.Cells, _ gaps: Gaps = .none) -> [String] { ColumnSummary(Column("x", cells, gaps: gaps)).remarks.map(\.text) }
    #expect(remarks(.number([0, 0]), Gaps([true, true])) == ["all cells are missing"])
    #expect(remarks(.number([])) == [])
    #expect(remarks(.number([7.5, 7.5])) == ["every value is `7.5`"])
    #expect(remarks(.number((0..<20).map(Double.init))) == [])
    #expect(remarks(.whole(Array(0..<20))) == ["every value is distinct, perhaps an identifier"])
    #expect(remarks(.whole(Array(0..<9))) == [])
    #expect(remarks(.text(Texts(["1", "2.5", "-3e4", "n/a", "?", "n/a"]))) == ["3 of 6 values are numbers, others are `n/a`, `?`"])
    #expect(remarks(.category([0, 0, 1], levels: ["2024-01-01", "soon"])) == ["2 of 3 values are dates, others are `soon`"])
    #expect(remarks(.text(Texts(["1", "a", "b", "inf"]))) == [])
    #expect(remarks(.text(Texts(["1", "2"]))) == [])
  }

  @Test func sameOnTwoThreads() throws {
    let table = try Examples.penguins()
    #expect(try TableSummary(table, Workers(Engine(threads: 2))) == TableSummary(table))
  }

  @Test func asATable() throws {
    let table = try TableSummary(try Examples.penguins()).table()
    #expect(
      table.names == [
        "column", "kind", "count", "gaps", "distinct", "mean", "std", "min", "q1", "median", "q3", "max", "earliest", "middle", "latest", "frequent",
        "remark",
      ])
    #expect(try table.column("count")[1] == .whole(5))
    #expect(try table.column("max")[2] == .number(5700))
    #expect(try table.column("max")[0] == .gap)
    #expect(try table.column("latest")[4] == .date(Examples.days("2007-12-03")))
    #expect(try table.column("frequent")[0] == .text("Adelie 3, Gentoo 2, Chinstrap 1"))
  }
}

@Suite("Bins") struct ColumnChartsTests {
  @Test func numbers() throws {
    // IQR 4.5, 2 * 4.5 / cbrt(10) = 4.18, 9 / 4.18 = 2.2, at least 5.
    let numbers = Column("x", .number((0..<10).map(Double.init)))
    let bins = try #require(ColumnCharts.bins(numbers, limits: 1...40))
    #expect(bins.axis == .bounds([0, 3, 6, 9], kind: .number) && bins.counts == [[3, 3, 4]])
    #expect(bins.labels == ["0 to 3", "3 to 6", "6 to 9"] && bins.shares() == [0.3, 0.3, 0.4])
    #expect(ColumnCharts.bins(numbers)?.counts == [[2, 2, 2, 2, 2]])
  }

  @Test func wholeNumbersHaveBinsOfWholeNumbers() throws {
    let bins = try #require(ColumnBins(Column("x", .whole([3, 4, 5, 5])), count: 8))
    #expect(bins.axis == .bounds([2.5, 3.5, 4.5, 5.5], kind: .whole) && bins.counts == [[1, 1, 2]] && bins.labels == ["3", "4", "5"])
    let wide = try #require(ColumnBins(Column("x", .whole(Array(0...10))), count: 8))
    #expect(wide.counts == [[2, 2, 2, 2, 2, 1]] && wide.labels == ["0 to 1", "2 to 3", "4 to 5", "6 to 7", "8 to 9", "10"])
  }

  @Test func ofTwoColumns() throws {
    let bins = try #require(
      ColumnCharts.bins(real: Column("x", .number([0, 1, 2, 3])), synthetic: Column("y", .whole([5, 5, 0]), gaps: Gaps([false, false, true]))))
    #expect(bins.axis == .bounds([0, 1, 2, 3, 4, 5], kind: .number))
    #expect(bins.counts == [[1, 1, 1, 1, 0], [0, 0, 0, 0, 2]] && bins.gaps == [0, 1])
    let (real, synthetic) = (Column("x", .category([0, 1, 1], levels: ["a", "b"])), Column("x", .category([0, 1, 2], levels: ["c", "d", "a"])))
    let levels = try #require(ColumnCharts.bins(real: real, synthetic: synthetic, levels: 2))
    #expect(levels.axis == .levels(["b", "a"]) && levels.counts == [[2, 1], [0, 1]] && levels.others == [0, 2])
    #expect(levels.shares(1) == [0, 1.0 / 3])
  }

  @Test func noBins() {
    #expect(ColumnCharts.bins(Column("t", .text(Texts(["a"])))) == nil)
    #expect(ColumnCharts.bins(Column("x", .number([0]), gaps: Gaps([true]))) == nil)
    #expect(ColumnCharts.bins(real: Column("x", .number([1])), synthetic: Column("x", .category([0], levels: ["a"]))) == nil)
    #expect(ColumnCharts.bins(real: Column("x", .whole([1])), synthetic: Column("x", .date([1]))) == nil)
  }

  @Test(arguments: [[1.7e308, -1.7e308, 1e308], [5e-324, 0, 1e-320], [1, 1 + .ulpOfOne], [1e300, 1e300], [0, 1e-300, 1e300]] as [[Double]])
  func everyValueIsCounted(values: [Double]) throws {
    for limits in [1...1, 5...40] {
      let bins = try #require(ColumnCharts.bins(Column("x", .number(values)), limits: limits))
      #expect(bins.counts[0].reduce(0, +) == values.count)
      guard case .bounds(let bounds, _) = bins.axis else { return }
      #expect(bounds.allSatisfy(\.isFinite) && bounds == bounds.sorted() && bounds.first == values.min() && bounds.last == values.max())
    }
  }

  @Test func blocks() {
    #expect(BlockChart.text([0, 1, 4, 8]) == " ▂▅█")
    #expect(BlockChart.text([1, 1_000, 0]) == "▁█ ")
    #expect(BlockChart.text([]) == "" && BlockChart.text([0, 0]) == "")
    #expect(BlockChart.text(Column("k", .number([7, 7]))) == "█")
    #expect(BlockChart.text(Column("t", .text(Texts(["a"])))) == "")
  }
}

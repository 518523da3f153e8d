import Diagnostics
import Engine
import Testing

@testable import Tables

@Suite("Reports of synthetic rows") struct TableReportTests {
  private func report(
    _ synthetic: Table, _ real: Table, test: Table? = nil, target: String? = nil, constraints: [Bool]? = nil, threads: Int = 2
  ) throws -> TableReport {
    var limits = TableReportLimits()
    limits.replicates = 20
    return try TableReport(
      synthetic: synthetic, real: real, test: test, target: target, constraints: constraints, limits: limits, key: RandomKey(bits: 3),
      JudgingTables.workers(threads))
  }

  private func value(_ report: TableReport, _ measure: TableMeasure, _ columns: String...) throws -> Double {
    try #require(report.rows.first { $0.measure == measure && (columns.isEmpty || $0.columns == columns) }).estimate.value
  }

  @Test func agreesWithSDMetrics() throws {
    let expected = try JudgingTables.expected()
    let tables = try ComparedTables(
      synthetic: JudgingTables.mixed(2, 300, shift: 0.5), real: JudgingTables.mixed(1, 400), test: JudgingTables.mixed(3, 200))
    let (real, synthetic) = ((0..<Int32(400)).map { $0 }, (0..<Int32(300)).map { $0 })
    let resampling = Resampling(key: RandomKey(bits: 1), replicates: 3)
    let found = try Similarities(tables, real: real, synthetic: synthetic, pairColumns: Array(0..<5), resampling, JudgingTables.workers())
    func check(_ name: String, _ value: Double?) { #expect(abs((value ?? .nan) - (expected[name] ?? .nan)) < 1e-6, "\(name)") }
    let names = tables.columns.map(\.name)
    #expect(found.shapes.count == 5 && found.gaps.count == 2 && found.trends.count == 10)
    for (column, estimate) in found.shapes { check("shape \(names[column])", estimate.value) }
    for (column, estimate) in found.gaps { check("gaps \(names[column])", estimate.value) }
    for (pair, estimate) in found.trends { check("trend \(names[pair.first]) \(names[pair.second])", estimate.value) }
    check("mean shape", found.meanShape?.value)
    check("mean trend", found.meanTrend?.value)
    let all: [ComparedTables.Part: [Int32]] = [.synthetic: synthetic, .real: real, .test: (0..<200).map { $0 }]
    let privacy = try Privacy(
      tables, .init(queries: all, references: all, matched: real), key: RandomKey(bits: 1), replicates: 3, JudgingTables.workers(2))
    check("nearer", privacy.heldOut?.nearerToTraining.value)
    check("distance to test", privacy.heldOut?.distance.value)
    check("membership", privacy.heldOut?.membership.value)
    let (c, e) = (tables.columns[2].real, tables.columns[4].real)
    func scores(_ label: Double) -> [Double] { c.indices.filter { e[$0] == label }.map { c[$0] } }
    check("AUC", RankedScores(positives: scores(1), negatives: scores(0)).area())
    check("wilson low", Estimate.share(37, of: 40).low)
    check("wilson high", Estimate.share(37, of: 40).high)
  }

  @Test func aCopyOfTheTrainingRowsIsAlikeButNotPrivate() throws {
    let real = try JudgingTables.mixed(1, 200)
    let report = try report(real, real, test: JudgingTables.mixed(3, 100))
    for row in report.rows where [.validity, .shapes, .trends].contains(row.measure.group) { #expect(row.estimate.value == 1, "\(row)") }
    #expect(try value(report, .copies) == 1)
    #expect(try value(report, .copiesAmongTest) == 0)
    #expect(try value(report, .distanceToTest) > 0.01)
    #expect(try value(report, .nearerToTraining) == 1)
    #expect(try value(report, .membership) == 1)
    #expect(try value(report, .detection) < 0.5)
    #expect(try value(report, .accuracyOfSynthetic) == value(report, .accuracyOfReal))
  }

  @Test func newRowsOfTheSameKindPass() throws {
    let report = try report(JudgingTables.mixed(2, 300), JudgingTables.mixed(1, 300), test: JudgingTables.mixed(3, 200), target: "e")
    #expect(try value(report, .meanShape) > 0.93)
    #expect(try value(report, .meanTrend) > 0.85)
    for (measure, best) in [(TableMeasure.detection, 0.5), (.nearerToTraining, 0.5), (.membership, 0.5)] {
      #expect(abs(try value(report, measure) - best) < 0.1, "\(measure)")
      #expect(measure.best == best)
    }
    #expect(try value(report, .copies) == 0)
    #expect(abs(try value(report, .areaOfSynthetic, "e") - value(report, .areaOfReal, "e")) < 0.08)
    #expect(try value(report, .areaOfSynthetic) > value(report, .areaOfShuffled) + 0.1)
    for row in report.rows {
      #expect(row.estimate.low <= row.estimate.value && row.estimate.value <= row.estimate.high, "\(row)")
      #expect(row.estimate.low < row.estimate.high || [0, 1].contains(row.estimate.value), "\(row)")
    }
  }

  @Test func independentColumnsAreFoundOut() throws {
    let numbers = (0..<300).map { 3 * JudgingTables.unit(1, $0, 0) }
    let real = try Table([
      Column("x", .number(numbers)), Column("twice", .number(numbers.map { 2 * $0 })),
      Column("level", .category(numbers.map { Int32($0) }, levels: ["a", "b", "c"])),
    ])
    let places = RandomKey(bits: 9)
    let synthetic = try Table(real.columns.enumerated().map { $1.selecting(RandomKey(places.bits, UInt64($0)).permutation(300).map(Int.init)) })
    let report = try report(synthetic, real, test: real.selecting(Array(0..<60)))
    #expect(try value(report, .meanShape) == 1)
    #expect(abs(try value(report, .correlation, "x", "twice") - 0.5) < 0.1)
    #expect(try value(report, .contingency, "x", "level") < 0.5)
    #expect(try value(report, .detection) > 0.9)
    #expect(try value(report, .accuracyOfReal) == 1)
    #expect(try value(report, .accuracyOfSynthetic) < 0.6)
    #expect(try value(report, .accuracyOfShuffled) < 0.6)
  }

  @Test func theSameForAnyNumberOfThreads() throws {
    let (synthetic, real, test) = (try JudgingTables.mixed(2, 150), try JudgingTables.mixed(1, 150), try JudgingTables.mixed(3, 60))
    let one = try report(synthetic, real, test: test, threads: 1)
    #expect(one.rows.count > 30)
    #expect(try report(synthetic, real, test: test, threads: 2).rows == one.rows)
    #expect(try report(synthetic, real, test: test, threads: 3).rows == one.rows)
  }

  @Test func invalidCells() throws {
    let real = try JudgingTables.mixed(1, 100)
    func validity(_ column: Column) throws -> (rows: Double, cells: Double?) {
      let report = try report(real.adding(column), real)
      return (try value(report, .validRows), report.rows.first { $0.measure == .validCells && $0.columns == [column.name] }?.estimate.value)
    }
    let row = [Int](1..<100)
    guard case .number(let a) = try real.column("a").cells, case .whole(let c) = try real.column("c").cells else { return }
    // A number outside of the range, a fraction, a gap where none was, and an unseen level.
    #expect(try validity(Column("a", .number([11] + row.map { a[$0] }))) == (0.99, 0.99))
    #expect(try validity(Column("c", .number([0.5] + row.map { Double(c[$0]) }))) == (0.99, 0.99))
    #expect(try validity(Column("c", .number(c.map(Double.init)))) == (1, nil))
    #expect(try validity(Column("a", .number([0] + row.map { a[$0] }), gaps: Gaps([true] + row.map { _ in false }))) == (0.99, 0.99))
    #expect(try validity(Column("d", .category([Int32](repeating: 0, count: 98) + [1, 1], levels: ["k1", "new"]))) == (0.98, 0.98))
    #expect(try validity(Column("b", .number([Double](repeating: 0, count: 100)), gaps: Gaps([Bool](repeating: true, count: 100)))) == (1, nil))
    let constrained = try report(real, real, constraints: (0..<100).map { $0 >= 30 })
    #expect(try value(constrained, .validRows) == 0.7)
    #expect(try value(constrained, .constraints) == 0.7)
  }

  @Test func withoutTestRows() throws {
    let report = try report(JudgingTables.mixed(2, 100), JudgingTables.mixed(1, 100))
    #expect(!report.rows.contains { $0.measure.group == .usefulness })
    #expect(report.rows.filter { $0.measure.group == .privacy }.map(\.measure) == [.copies, .distanceToTraining])
    #expect(report.notes.count == 1)
  }

  @Test func samplesAreNoted() throws {
    var limits = TableReportLimits()
    (limits.rows, limits.detectionRows, limits.privacyRows, limits.columns, limits.pairColumns) = (60, 50, 40, 4, 3)
    let report = try TableReport(
      synthetic: JudgingTables.mixed(2, 100), real: JudgingTables.mixed(1, 100), test: JudgingTables.mixed(3, 100), target: "e", limits: limits,
      key: RandomKey(bits: 3), JudgingTables.workers())
    #expect(report.notes.contains("Two-sample test: 50 of 100 real rows, chosen at random."))
    #expect(report.notes.contains("Columns: 4 of 5, chosen at random."))
    #expect(report.rows.filter { $0.measure.group == .trends }.count == 4)
    #expect(report.rows.contains { $0.measure == .accuracyOfReal && $0.columns == ["e"] })
  }

  @Test func targets() throws {
    let (real, test) = (try JudgingTables.mixed(1, 100), try JudgingTables.mixed(3, 100))
    func targets(_ table: Table, _ target: String? = nil) throws -> Set<[String]> {
      let test = try Table(table.columns.map { column in try real.names == table.names ? test.column(column.name) : column })
      return Set(try report(table, table, test: test, target: target).rows.filter { $0.measure.group == .usefulness }.map(\.columns))
    }
    #expect(try targets(real) == [["d"]])
    #expect(try targets(real, "b") == [["b"]])
    #expect(try targets(Table([real.columns[4], real.columns[0]])) == [["e"]])
    #expect(try targets(Table([real.columns[0], real.columns[2]])) == [["c"]])
    #expect(try targets(Table([real.columns[0]])) == [])
  }

  @Test func oddTables() throws {
    let gaps = Gaps([Bool](repeating: true, count: 30))
    let table = try Table([
      Column("gaps", .number([Double](repeating: 0, count: 30)), gaps: gaps), Column("constant", .whole([Int](repeating: 4, count: 30))),
      Column("huge", .number((0..<30).map { $0 % 2 == 0 ? -Double.greatestFiniteMagnitude : .greatestFiniteMagnitude })),
      Column("day", .date((0..<30).map { $0 })), Column("note", .text(Texts((0..<30).map { "\($0)" }))),
      Column("none", .category([Int32](repeating: -1, count: 30), levels: []), gaps: gaps),
    ])
    let report = try report(table, table, test: table)
    for row in report.rows {
      #expect(!row.estimate.value.isNaN && !row.estimate.low.isNaN && !row.estimate.high.isNaN, "\(row)")
      if [.validity, .shapes, .trends].contains(row.measure.group) { #expect(row.estimate.value == 1, "\(row)") }
    }
    #expect(report.notes == ["Free texts are not compared: `note`."])
    // Synthetic rows need no free texts.
    let without = try Table(table.columns.filter { $0.kind != .text })
    #expect(try self.report(without, table).rows.count > 5)
  }

  @Test func errors() throws {
    let real = try JudgingTables.mixed(1, 40)
    func found(_ body: () throws -> TableReport) throws -> (DiagnosticID, String) {
      let fault = try #require(throws: Fault.self) { _ = try body() }
      return (fault.diagnostic.id, fault.diagnostic.message)
    }
    func expect(_ id: DiagnosticID, _ text: String, _ body: () throws -> TableReport) throws {
      let (id2, message) = try found(body)
      #expect(id2 == id)
      #expect(message == text)
    }
    let few = real.selecting(Array(0..<19))
    try expect(TablesErrors.few, "expected at least 20 synthetic rows, got 19") { try report(few, real) }
    try expect(TablesErrors.few, "expected at least 20 real rows, got 19") { try report(real, few) }
    try expect(TablesErrors.few, "expected at least 20 test rows, got 19") { try report(real, real, test: few) }
    let smaller = try Table(Array(real.columns.dropFirst()))
    try expect(TablesErrors.unlike, "the synthetic table has no column `a`, which the real one has") { try report(smaller, real) }
    try expect(TablesErrors.unlike, "the synthetic table has a column `a`, which the real one lacks") { try report(real, smaller) }
    let other = try real.adding(real.columns[4].renamed("a"))
    try expect(TablesErrors.unlike, "column `a` has booleans in the test table, but numbers in the real one") { try report(real, real, test: other) }
    try expect(TablesErrors.unknown, "unknown column `f`") { try report(real, real, test: real, target: "f") }
    let constant = try real.adding(Column("k", .category([Int32](repeating: 0, count: 40), levels: ["x"])))
    try expect(TablesErrors.target, "all real cells of column `k` are the same") { try report(constant, constant, test: constant, target: "k") }
    let ids = try real.adding(Column("k", .category((0..<40).map { $0 }, levels: (0..<101).map { "\($0)" })))
    try expect(TablesErrors.target, "column `k` has 101 categories, at most 100 can be predicted") { try report(ids, ids, test: ids, target: "k") }
    let text = try real.adding(Column("k", .text(Texts((0..<40).map { "\($0)" }))))
    try expect(TablesErrors.target, "column `k` is free text, which cannot be predicted") { try report(text, text, test: text, target: "k") }
    let onlyText = try Table([text.column("k")])
    try expect(TablesErrors.nothingToJudge, "all columns are free text, which is not compared") { try report(onlyText, onlyText) }
  }

  @Test func everyMeasureIsExplained() {
    for measure in TableMeasure.allCases {
      #expect(measure.meaning.hasSuffix("."))
      #expect(measure.meaning.count < 160)
    }
  }
}

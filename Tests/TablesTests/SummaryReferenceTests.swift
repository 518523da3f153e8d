import Foundation
import Testing

@testable import Tables

@Suite("Summaries as in NumPy") struct SummaryReferenceTests {
  /// Made by Tests/Reference/table_summaries.py, which explains the lines.
  static let lines: [String] = {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let text = try? String(contentsOf: tests.appendingPathComponent("Reference/table_summaries.txt"), encoding: .utf8)
    return (text ?? "").split(separator: "\n").map(String.init)
  }()

  @Test func thereAreLines() { #expect(SummaryReferenceTests.lines.count == 6) }

  @Test(arguments: lines) func column(line: String) throws {
    let parts = line.split(separator: "\t").map { $0.split(separator: " ").compactMap { Double($0) } }
    let column = Column("x", .number(parts[0]))
    let summary = ColumnSummary(column)
    let cells = [summary.mean, .number(summary.deviation ?? -1)]
    let order = [summary.minimum, summary.lowerQuartile, summary.median, summary.upperQuartile, summary.maximum]
    let scale = max(abs(parts[1][2]), abs(parts[1][6]))
    for (cell, expected) in zip(cells + order, parts[1]) {
      guard case .number(let number) = cell else {
        Issue.record("no number")
        continue
      }
      #expect(abs(number - expected) <= 1e-14 * scale)
    }
    #expect(summary.distinct == Int(parts[2][0]))
    #expect((summary.frequent.first?.count ?? 1) == Int(parts[2][1]))
    let bins = try #require(ColumnCharts.bins(column, limits: 1...1_000))
    #expect(bins.counts[0] == parts[3].map { Int($0) })
  }
}

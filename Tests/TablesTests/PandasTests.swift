import Foundation
import Testing

@testable import Tables

/// Against what pandas makes of random tables: tables.txt by Tests/Reference/tables.py.
@Suite("Tables as pandas makes them") struct PandasTests {
  struct Case: CustomStringConvertible, Sendable {
    let (verb, arguments): (String, [String])
    let left: Table
    let right: Table?
    let result: Table
    var description: String { "\(verb) \(arguments.joined(separator: ","))" }

    init(_ line: Substring) throws {
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
      verb = String(parts[0])
      arguments = parts[1].split(separator: ",").map(String.init)
      left = try Case.table(parts[2])
      right = parts[3] == "-" ? nil : try Case.table(parts[3])
      result = try Case.table(parts[4])
    }

    private static func table(_ text: Substring) throws -> Table {
      try Table(
        text.split(separator: ";").map { column in
          let parts = column.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
          let cells = parts[2].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
          let texts = Column(String(parts[0]), .text(Texts(cells)), gaps: Gaps(cells.map(\.isEmpty)))
          return try texts.converted(to: #require(ColumnKind(rawValue: String(parts[1]))))
        })
    }
  }

  static let cases: [Case] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Reference/tables.txt")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { try? Case($0) }
  }()

  @Test func thereAreCases() { #expect(Self.cases.count == 61) }

  @Test(arguments: cases) func agrees(_ item: Case) throws {
    let result = try result(item)
    #expect(result.names == item.result.names)
    #expect(result.count == item.result.count)
    for (own, expected) in zip(result.columns, item.result.columns) {
      for row in 0..<min(own.count, expected.count) {
        if case .number(let a) = own[row], case .number(let b) = expected[row] {
          #expect(abs(a - b) <= 1e-12 * max(1, abs(b)), "\(own.name), row \(row)")
        } else {
          #expect(own[row] == expected[row], "\(own.name), row \(row)")
        }
      }
    }
  }

  private func result(_ item: Case) throws -> Table {
    let (table, names) = (item.left, item.arguments)
    switch item.verb {
    case "sort":
      return try table.sorted(by: names.map { $0.hasPrefix("-") ? SortKey(String($0.dropFirst()), descending: true) : SortKey($0) })
    case "groups":
      let groups = try table.grouped(by: names)
      let values = try (0..<groups.count).map { try table.column("n").selecting(groups.rows($0)) }
      let summaries: [(String, (Column) throws -> Cell)] = [
        ("count", { .whole($0.presentCount) }), ("sum", { try $0.sum() }), ("mean", { try $0.mean() }), ("std", { try $0.std() }),
        ("min", { $0.minimum() }), ("max", { $0.maximum() }), ("median", { try $0.median() }),
      ]
      return try Table(
        groups.keys.columns
          + summaries.map { name, summary in
            // An empty text becomes a gap.
            try Column(name, .text(Texts(values.map { try summary($0).text }))).converted(to: .number)
          })
    case "quantile":
      guard case .number(let value) = try table.column(names[0]).quantile(#require(Double(names[1]))) else { return table }
      return try Table([Column("value", .number([value]))])
    case "counts": return try table.column(names[0]).valueCounts()
    case "unique": return try table.uniqueRows()
    case "join":
      let keys = names.dropFirst().map { JoinKey($0, $0) }
      return try table.joined(with: #require(item.right), on: Array(keys), how: #require(JoinKind(rawValue: names[0]))).table
    case "longer": return try table.longer(names)
    default: return try table.wider(name: "name", value: "value")
    }
  }
}

import Engine
import Foundation
import TestSupport
import Testing

@testable import Tables

/// Against what pandas reads: table_files.txt by Tests/Reference/table_files.py.
@Suite("Tables as pandas reads them") struct ReferenceTests {
  struct Case: CustomStringConvertible, Sendable {
    let name: String
    let file: [UInt8]
    let columns: [(name: String, kind: String, cells: String)]
    var description: String { name }
  }

  static let cases: [Case] = {
    let text = (try? String(contentsOf: Repository.reference.appendingPathComponent("table_files.txt"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").dropFirst().map { line in
      let parts = line.split(separator: "\t").map(String.init)
      let digits = parts[1].utf8.map { UInt8(Int(String(UnicodeScalar($0)), radix: 16) ?? 0) }
      return Case(
        name: parts[0], file: stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] },
        columns: stride(from: 2, to: parts.count, by: 3).map { (parts[$0], parts[$0 + 1], parts[$0 + 2]) })
    }
  }()

  @Test func thereAreCases() { #expect(ReferenceTests.cases.count == 12) }

  @Test(arguments: ReferenceTests.cases) func sameCells(_ given: Case) throws {
    let table = try TableFiles().contents(given.file, name: given.name).table
    #expect(table.names == given.columns.map(\.name))
    for (column, expected) in zip(table.columns, given.columns) {
      let kinds: [ColumnKind] = ["whole": [.whole], "number": [.number], "boolean": [.boolean]][expected.kind] ?? [.category, .text]
      #expect(kinds.contains(column.kind), "\(column.name): \(column.kind)")
      let cells = try JSONDocument(Array(expected.cells.utf8), name: "cells", TablesErrors.broken).root
      var row = 0
      cells.forEach { cell in
        let wanted: Cell =
          switch expected.kind {
          case _ where cell.isNull: .gap
          case "whole": .whole(cell.whole ?? .min)
          case "number": .number(cell.number ?? .nan)
          case "boolean": .boolean(cell.boolean ?? false)
          default: .text(cell.string ?? "")
          }
        #expect(column[row] == wanted, "\(column.name), row \(row)")
        row += 1
      }
      #expect(row == table.count)
    }
  }
}

/// Cells of a table with values that a model never makes: words that it has not learned, and numbers outside of their range.
package struct UnknownCells: Equatable {
  package private(set) var count = 0
  /// The column and the text of the first of them.
  package private(set) var first: (column: String, text: String) = ("", "")

  package static func == (a: UnknownCells, b: UnknownCells) -> Bool { a.count == b.count && a.first == b.first }

  mutating func add(_ cell: Cell, of column: String) {
    if count == 0 { first = (column, cell.text) }
    count += 1
  }
}

extension TableMixture {
  /// The rows as the mixture sees them. A number outside of the learned range is unknown to it, as a word is that it has not learned.
  func coded(_ table: Table) throws -> (rows: CodedRows, unknown: UnknownCells) {
    var (rows, unknown) = (try coding.coded(table), UnknownCells())
    let columns = try table.columns(coding.names, coding.kinds)
    for (index, column) in columns.enumerated() {
      let codes = TableCoding.codes(of: column, coding.codings[index])
      for row in 0..<table.count where !column.gaps[row] {
        switch coding.codings[index] {
        case .none: continue
        case .classes: guard codes[row] < 0 else { continue }
        case .scores(let quantiles, let spikes):
          let number = ColumnCoding.number(column[row])
          guard !quantiles.contains(number), !spikes.contains(number) else { continue }
          if let place = coding.scoreColumns.firstIndex(of: index) { rows.scores[row * rows.width + place] = .nan }
          if let place = coding.classPlaces[index] { rows.classes[row * rows.classCounts.count + place] = -1 }
        }
        unknown.add(column[row], of: column.name)
      }
    }
    return (rows, unknown)
  }

  package func unknownCells(_ table: Table) throws -> UnknownCells { try coded(table).unknown }
}

extension PrivateTable {
  package func unknownCells(_ table: Table) throws -> UnknownCells {
    var unknown = UnknownCells()
    for (own, column) in zip(columns, try table.columns(names, columns.map(\.kind))) where own.isModelled {
      for (row, leaf) in own.leaves(of: column).enumerated() where leaf < 0 && !column.gaps[row] { unknown.add(column[row], of: column.name) }
    }
    return unknown
  }
}

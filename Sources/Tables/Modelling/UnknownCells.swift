/// Cells of a table with values that a model never makes: words that it has not learned, and numbers outside their range.
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
  /// The rows as the mixture sees them. A number outside the learned range is unknown to it, as a word is that it has not learned.
  func coded(_ table: Table) throws -> (rows: CodedRows, unknown: UnknownCells) {
    var (rows, unknown) = (try coding.coded(table), UnknownCells())
    let columns = try table.columns(coding.names, coding.kinds)
    for (index, column) in columns.enumerated() {
      let filled = (0..<table.count).lazy.filter { !column.gaps[$0] }
      switch coding.codings[index] {
      case .none: continue
      case .classes:
        let codes = TableCoding.codes(of: column, coding.codings[index])
        for row in filled where codes[row] < 0 { unknown.add(column[row], of: column.name) }
      case .scores(let quantiles, let spikes):
        for row in filled {
          let number = ColumnCoding.number(column[row])
          guard !quantiles.contains(number), !spikes.contains(number) else { continue }
          if let place = coding.scoreColumns.firstIndex(of: index) { rows.scores[row * rows.width + place] = .nan }
          if let place = coding.classPlaces[index] { rows.classes[row * rows.classCounts.count + place] = -1 }
          unknown.add(column[row], of: column.name)
        }
      }
    }
    return (rows, unknown)
  }
}

extension PrivateTable {
  /// Words that are not modelled. `leaves` are those of each column.
  func unknownCells(_ table: Table, _ leaves: [[Int32]]) throws -> UnknownCells {
    var unknown = UnknownCells()
    for (own, leaves) in zip(columns, leaves) where own.isModelled && leaves.contains(PrivateColumn.unknown) {
      let column = try table.column(own.name)
      for (row, leaf) in leaves.enumerated() where leaf == PrivateColumn.unknown { unknown.add(column[row], of: own.name) }
    }
    return unknown
  }
}

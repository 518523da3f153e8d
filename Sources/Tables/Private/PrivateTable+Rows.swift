import Diagnostics
import Engine
import Glibc

// New rows, the likelihood of rows, and filled gaps. All of it uses what is in the model, and so costs no privacy.
extension PrivateTable {
  /// New rows. `given`: cells that all rows have. Throws for a value that a column cannot have.
  package func sample(_ count: Int, given: [String: Cell] = [:], key: RandomKey, workers: Workers) throws -> Table {
    guard Memory.holds(count * columns.count * MemoryLayout<Cell>.stride * 2) else { throw TablesErrors.tooManyRows(count) }
    var (allowed, fixed) = ([[Double]?](repeating: nil, count: columns.count), [Int: Cell]())
    for (name, cell) in given.sorted(by: { $0.key < $1.key }) {
      guard let index = columns.firstIndex(where: { $0.name == name }) else { throw TablesErrors.unknownColumn(name, of: names) }
      let (column, cell) = (columns[index], cell.matching(columns[index].kind))
      let state = try column.state(of: cell)
      allowed[index] = (0..<column.stateCount).map { $0 == state ? 1 : 0 }
      fixed[index] = cell
    }
    let beliefs = Beliefs(self, tree, allowed: allowed)
    let rows = try inBlocks(count, workers) { row -> [Cell] in
      var random = RowRandomness(key, row: row)
      var cells = self.cells(beliefs.drawn(&random), &random)
      for (index, cell) in fixed { cells[index] = cell }
      return cells
    }
    return try table(rows)
  }

  /// The log density of each row, in nats: of numbers in their own units, of classes their probability. Gaps count as cells that
  /// are not known, as do words that the model does not have. Numbers outside its ranges count as the nearest ones within.
  package func likelihoods(of table: Table, workers: Workers) throws -> (logarithms: [Double], unknown: UnknownCells) {
    let leaves = try coded(table)
    let tree = tree
    let logarithms = try inBlocks(table.count, workers) { row in
      var (allowed, density) = ([[Double]?](repeating: nil, count: columns.count), 0.0)
      for (index, column) in columns.enumerated() where leaves[index][row] >= 0 {
        let leaf = Int(leaves[index][row])
        allowed[index] = column.only(column.state(ofLeaf: leaf))
        density += column.logDensity(ofLeaf: leaf)
      }
      return density + Beliefs(self, tree, allowed: allowed).logProbability
    }
    return (logarithms, try unknownCells(table, leaves))
  }

  /// The table with its gaps filled. `draw`: the number of a random draw of each; nil fills the expected number, and the most
  /// probable word. Columns that are not modelled keep their gaps.
  package func filling(_ table: Table, draw: Int?, key: RandomKey, workers: Workers) throws -> Table {
    let leaves = try coded(table)
    let sources = try table.columns(names, columns.map(\.kind))
    let tree = tree
    let rows = try inBlocks(table.count, workers) { row -> [Cell] in
      let missing = columns.indices.filter { columns[$0].isModelled && sources[$0].gaps[row] }
      guard !missing.isEmpty else { return [] }
      var allowed = [[Double]?](repeating: nil, count: columns.count)
      for (index, column) in columns.enumerated() where leaves[index][row] >= 0 { allowed[index] = column.only(column.state(ofLeaf: Int(leaves[index][row]))) }
      for index in missing where columns[index].hasGaps { allowed[index] = (0..<columns[index].stateCount).map { $0 < columns[index].ends.count ? 1 : 0 } }
      let beliefs = Beliefs(self, tree, allowed: allowed)
      guard let draw else {
        let probabilities = beliefs.probabilities()
        return columns.indices.map { missing.contains($0) ? columns[$0].expected(probabilities[$0]) : .gap }
      }
      var random = RowRandomness(key, row: row, copy: draw)
      return cells(beliefs.drawn(&random), &random)
    }
    return try Table(
      columns.indices.map { index in
        let source = sources[index]
        guard columns[index].isModelled, !source.gaps.isEmpty else { return source }
        let cells = (0..<table.count).map { source.gaps[$0] ? rows[$0][index] : source[$0].matching(columns[index].kind) }
        return Column.made(columns[index].name, columns[index].kind, source.kind == .category ? source.levels : columns[index].levels, cells)
      })
  }

  // MARK: Cells

  /// The cells of the states of all columns.
  func cells(_ states: [Int], _ random: inout RowRandomness) -> [Cell] {
    columns.indices.map { index in
      guard columns[index].isModelled else { return .gap }
      let (choice, place) = (random.uniform(), random.uniform())
      return columns[index].cell(ofState: states[index], choice, place)
    }
  }

  private func table(_ rows: [[Cell]]) throws -> Table {
    try Table(columns.indices.map { index in column(index, rows.map { $0[index] }) })
  }

  /// The leaves of each column's cells.
  private func coded(_ table: Table) throws -> [[Int32]] {
    zip(columns, try table.columns(names, columns.map(\.kind))).map { $0.leaves(of: $1) }
  }

  private func inBlocks<Result>(_ count: Int, _ workers: Workers, _ row: (Int) throws -> Result) throws -> [Result] {
    let block = 256
    return try workers.map((count + block - 1) / block) { part in try (part * block..<min(count, (part + 1) * block)).map(row) }.flatMap { $0 }
  }
}

extension PrivateColumn {
  fileprivate func only(_ state: Int) -> [Double] { (0..<stateCount).map { $0 == state ? 1 : 0 } }

  /// The state of a given cell; throws if the column cannot have it.
  fileprivate func state(of cell: Cell) throws -> Int {
    let fits: Bool =
      switch (kind, cell) {
      case (_, .gap), (.category, .text), (.boolean, .boolean), (.whole, .whole), (.date, .date), (.time, .time): true
      case (.number, .number(let number)): number.isFinite
      default: false
      }
    guard isModelled, fits else { throw TablesErrors.invalidPrivateValue(cell, self) }
    let state = self.state(ofCode: leaves(of: Column.made(name, kind, levels, [cell]))[0])
    guard state >= 0 else { throw TablesErrors.invalidPrivateValue(cell, self) }
    return Int(state)
  }
}

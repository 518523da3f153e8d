import Diagnostics
import Engine

extension TableMixture {
  /// New rows. `given`: cells that all rows have. Throws for a value that a column cannot have.
  package func sample(_ count: Int, given: [String: Cell] = [:], key: RandomKey, workers: Workers) throws -> Table {
    guard Memory.holds(count * coding.names.count * MemoryLayout<Cell>.stride * 2) else { throw TablesErrors.tooManyRows(count) }
    let start = try givenRow(given)
    let pattern = start.patterns()[0]
    let components = try mixture.conditioned([pattern], workers)[0]
    let factors = mixture.factors(components, missing: pattern.missing.count)
    var shares = mixture.logDensities(start, pattern, 0..<1, components)
    _ = mixture.normalize(&shares)
    let order = TableMixture.components(shares, count, key)
    let fixed = try Dictionary(uniqueKeysWithValues: given.map { try (coding.position(of: $0.key), $0.value) })
    var rows = [[Cell]](repeating: [], count: count)
    let block = 256
    let parts = try workers.map((count + block - 1) / block) { part in
      (part * block..<min(count, (part + 1) * block)).map { row in
        var random = RowRandomness(key, row: row)
        var (scores, classes) = (start.scores, start.classes)
        mixture.complete(
          &scores, &classes, pattern: pattern, components, factors: factors, component: order[row], sets: start.set, &random)
        var cells = coding.cells(scores, classes)
        for (index, cell) in fixed { cells[index] = coding.matching(cell, index) }
        return cells
      }
    }
    for (part, cells) in parts.enumerated() { rows.replaceSubrange(part * block..<part * block + cells.count, with: cells) }
    return try Table(coding.names.indices.map { index in coding.column(index, rows.map { $0[index] }) })
  }

  /// The component of each row: as many rows of each as its share says, in a random order (systematic sampling), so that few rows
  /// represent the distribution better than independent draws would.
  private static func components(_ shares: [Double], _ count: Int, _ key: RandomKey) -> [Int] {
    let offset = RandomKey(key.bits, 11).uniform(0)
    var (component, end) = (0, shares[0])
    let drawn = (0..<count).map { row -> Int in
      let share = (Double(row) + offset) / Double(count)
      while share >= end, component < shares.count - 1 {
        component += 1
        end += shares[component]
      }
      return component
    }
    return RandomKey(key.bits, 12).permutation(count).map { drawn[Int($0)] }
  }

  /// A row with only the given cells.
  private func givenRow(_ given: [String: Cell]) throws -> CodedRows {
    for (name, cell) in given.sorted(by: { $0.key < $1.key }) {
      let index = try coding.position(of: name)
      let cell = coding.matching(cell, index)
      switch coding.codings[index] {
      case .scores: guard cell == .gap || ColumnCoding.number(cell).isFinite else { throw TablesErrors.invalidValue(cell, name, coding.codings[index]) }
      case .classes(let cells): guard cell == .gap || cells.contains(cell) else { throw TablesErrors.invalidValue(cell, name, coding.codings[index]) }
      case .none: throw TablesErrors.invalidValue(cell, name, .none)
      }
    }
    let row = try Table(
      coding.names.indices.map { index in
        coding.column(index, [given[coding.names[index]].map { coding.matching($0, index) } ?? .gap])
      })
    var coded = try coding.coded(row)
    // Given cells are not missing, and those that are given as `nothing` are.
    let possible = coding.patterns.masks.indices.filter { pattern in
      given.allSatisfy { name, cell in
        coding.names.firstIndex(of: name).map { coding.patterns.masks[pattern][$0] == (cell == .gap) } ?? true
      }
    }
    let last = coded.classes.count - 1
    coded.sets[last] = [possible]
    coded.classes[last] = possible.isEmpty ? 0 : -2
    return coded
  }
}

extension TableCoding {
  func position(of name: String) throws -> Int {
    guard let index = names.firstIndex(of: name) else { throw TablesErrors.unknownColumn(name, of: names) }
    return index
  }
}

import Engine

// Rows of numbers from 0 to 1, for models that know nothing of tables.
extension TableCoding {
  /// The number of numbers in a row: one for each column of scores, and one for each class.
  package var rowWidth: Int { scoreColumns.count + classCounts.reduce(0, +) }

  /// For each row its scores as shares of the normal distribution, and its classes as 1 among 0.
  package func unitRows(_ table: Table) throws -> [Double] {
    let coded = try learned(table, RandomKey(bits: 0))
    var rows = [Double](repeating: 0, count: table.count * rowWidth)
    for row in 0..<table.count {
      for place in 0..<coded.width {
        let score = coded.scores[row * coded.width + place]
        rows[row * rowWidth + place] = score.isNaN ? 0.5 : NormalDistribution.cumulative(score)
      }
      var start = row * rowWidth + coded.width
      for (place, count) in classCounts.enumerated() {
        let code = Int(coded.classes[row * classCounts.count + place])
        if code >= 0 { rows[start + code] = 1 }
        start += count
      }
    }
    return rows
  }

  /// The table that rows of numbers mean: the numbers of classes are their weights in a random draw.
  package func table(ofUnitRows rows: [Double], key: RandomKey, workers: Workers) throws -> Table {
    let (width, counts) = (rowWidth, classCounts)
    let cells = try workers.map(rows.count / max(width, 1)) { row -> [Cell] in
      var random = RowRandomness(key, row: row)
      let scores = (0..<scoreColumns.count).map { place -> Double in
        let share = rows[row * width + place]
        return NormalDistribution.quantile(min(max(share.isFinite ? share : 0.5, 1e-9), 1 - 1e-9))
      }
      var start = row * width + scoreColumns.count
      let classes = counts.map { count -> Int32 in
        defer { start += count }
        let weights = rows[start..<start + count].map { $0.isFinite ? max($0, 0) : 0 }
        return Int32(random.position(weights))
      }
      return self.cells(scores, classes)
    }
    return try Table(names.indices.map { index in column(index, cells.map { $0[index] }) })
  }
}

import Engine

// Rows of numbers, for networks.
extension TableCoding {
  /// How scores are written in such rows.
  package enum Scale: Sendable {
    /// As they are: normal, and 0 where there is none.
    case scores
    /// As shares of the normal distribution, from 0 to 1, for models that know nothing of tables.
    case shares
  }

  /// The number of numbers in a row: one for each column of scores, and one for each class.
  package var rowWidth: Int { scoreColumns.count + classCounts.reduce(0, +) }

  /// The number of scores, which are the first numbers of a row, and of the classes of each group that follows.
  package var scoreCount: Int { scoreColumns.count }
  package var groups: [Int] { classCounts }

  /// For each class whether a row that has it lacks a score, since the cell is missing, or a frequent value: 1 or 0, [classes, scores].
  package var absences: [Double] {
    var absences: [Double] = []
    for place in classCounts.indices {
      for code in 0..<classCounts[place] {
        for index in scoreColumns {
          let isMissing = place == classCounts.count - 1 && patterns.masks[code][index]
          var isFrequent = false
          if case .scores(_, let spikes) = codings[index], classPlaces[index] == place { isFrequent = code < spikes.count }
          absences.append(isMissing || isFrequent ? 1 : 0)
        }
      }
    }
    return absences
  }

  /// For each row its scores, and its classes as 1 among 0.
  package func rows(_ table: Table, _ scale: Scale) throws -> [Double] {
    let coded = try learned(table, RandomKey(bits: 0))
    var rows = [Double](repeating: 0, count: table.count * rowWidth)
    for row in 0..<table.count {
      for place in 0..<coded.width {
        let score = coded.scores[row * coded.width + place]
        rows[row * rowWidth + place] =
          switch scale {
          case .scores: score.isNaN ? 0 : score
          case .shares: score.isNaN ? 0.5 : NormalDistribution.cumulative(score)
          }
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

  /// The table that rows of numbers mean: of scores, the class with the largest number; of shares, a random one with these weights.
  package func table(of rows: [Double], _ scale: Scale, key: RandomKey, workers: Workers) throws -> Table {
    let (width, counts) = (rowWidth, classCounts)
    let cells = try workers.map(rows.count / max(width, 1)) { row -> [Cell] in
      var random = RowRandomness(key, row: row)
      let scores = (0..<scoreColumns.count).map { place -> Double in
        let number = rows[row * width + place]
        switch scale {
        case .scores: return number.isFinite ? number : 0
        case .shares: return NormalDistribution.quantile(min(max(number.isFinite ? number : 0.5, 1e-9), 1 - 1e-9))
        }
      }
      var start = row * width + scoreColumns.count
      let classes = counts.map { count -> Int32 in
        defer { start += count }
        let weights = rows[start..<start + count].map { $0.isFinite ? $0 : scale == .scores ? -.infinity : 0 }
        switch scale {
        case .scores: return Int32(weights.indices.max { weights[$0] < weights[$1] } ?? 0)
        case .shares: return Int32(random.position(weights.map { max($0, 0) }))
        }
      }
      return self.cells(scores, classes)
    }
    return try Table(names.indices.map { index in column(index, cells.map { $0[index] }) })
  }
}

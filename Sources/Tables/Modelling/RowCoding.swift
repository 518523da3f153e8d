import Engine

/// How a table is written as rows of numbers, for networks: some scores, and then a group of numbers for each column of classes, of which one is 1.
package protocol RowCoding: Sendable {
  var names: [String] { get }
  /// The number of scores, which are the first numbers of a row, and of the classes of each group that follows.
  var scoreCount: Int { get }
  var groups: [Int] { get }
  /// For each class whether a row that has it lacks a score, since the cell is missing, or a frequent value: 1 or 0, [classes, scores].
  var absences: [Double] { get }

  /// The rows that a network learns. Throws if the table lacks a column, or has one of another kind.
  func coded(forLearning table: Table) throws -> CodedRows
  /// The cells of a row, in the order of the columns.
  func cells(_ scores: [Double], _ classes: [Int32], _ random: inout RowRandomness) -> [Cell]
  func column(_ index: Int, _ cells: [Cell]) -> Column
}

/// How scores are written in rows of numbers.
package enum ScoreScale: Sendable {
  /// As they are: normal, and 0 where there is none.
  case scores
  /// As shares of the normal distribution, from 0 to 1, for models that know nothing of tables.
  case shares
}

extension RowCoding {
  /// The number of numbers in a row.
  package var rowWidth: Int { scoreCount + groups.reduce(0, +) }

  /// For each row its scores, and its classes as 1 among 0, [rows, rowWidth]. A group without a 1 is a cell that is not modelled.
  package func rows(_ table: Table, _ scale: ScoreScale) throws -> [Double] {
    let coded = try coded(forLearning: table)
    let (width, groups) = (rowWidth, groups)
    var rows = [Double](repeating: 0, count: table.count * width)
    for row in 0..<table.count {
      for place in 0..<coded.width {
        let score = coded.scores[row * coded.width + place]
        rows[row * width + place] =
          switch scale {
          case .scores: score.isNaN ? 0 : score
          case .shares: score.isNaN ? 0.5 : NormalDistribution.cumulative(score)
          }
      }
      var start = row * width + coded.width
      for (place, count) in groups.enumerated() {
        let code = Int(coded.classes[row * groups.count + place])
        if code >= 0 { rows[start + code] = 1 }
        start += count
      }
    }
    return rows
  }

  /// The table that rows of numbers mean, [count, rowWidth]: of scores, the class with the largest number; of shares, a random one with these
  /// weights.
  package func table(of rows: [Double], count: Int, _ scale: ScoreScale, key: RandomKey, workers: Workers) throws -> Table {
    let (width, groups, scoreCount) = (rowWidth, groups, scoreCount)
    let cells = try workers.map(count) { row -> [Cell] in
      var random = RowRandomness(key, row: row)
      let scores = (0..<scoreCount).map { place -> Double in
        let number = rows[row * width + place]
        switch scale {
        case .scores: return number.isFinite ? number : 0
        case .shares: return NormalDistribution.quantile(min(max(number.isFinite ? number : 0.5, 1e-9), 1 - 1e-9))
        }
      }
      var start = row * width + scoreCount
      let classes = groups.map { count -> Int32 in
        defer { start += count }
        let weights = rows[start..<start + count].map { $0.isFinite ? $0 : scale == .scores ? -.infinity : 0 }
        switch scale {
        case .scores: return Int32(weights.indices.max { weights[$0] < weights[$1] } ?? 0)
        case .shares: return Int32(random.position(weights.map { max($0, 0) }))
        }
      }
      return self.cells(scores, classes, &random)
    }
    return try Table(names.indices.map { index in column(index, cells.map { $0[index] }) })
  }
}

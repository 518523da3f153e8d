import Engine

extension TableMixture {
  /// The table with its gaps filled. `draw`: the number of a random draw of each; nil fills the expected number, and the most
  /// probable class. Free text keeps its gaps.
  package func filling(_ table: Table, draw: Int?, key: RandomKey, workers: Workers) throws -> Table {
    let data = try coding.coded(table)
    let patterns = data.patterns()
    let conditioned = try mixture.conditioned(patterns, workers)
    let factors = zip(conditioned, patterns).map { mixture.factors($0, missing: $1.missing.count) }
    let blocks = Mixture.blocks(patterns)
    let parts = try workers.map(blocks.count) { number in
      let block = blocks[number]
      let (pattern, components) = (patterns[block.pattern], conditioned[block.pattern])
      var shares = mixture.logDensities(data, pattern, block.rows, components)
      _ = mixture.normalize(&shares)
      return block.rows.enumerated().map { place, index -> (row: Int, cells: [Cell]) in
        let own = shares[place * mixture.count..<(place + 1) * mixture.count]
        let row = pattern.rows[index]
        guard let draw else { return (row, expected(data, row, pattern, components, own)) }
        var random = RowRandomness(key, row: row, copy: draw)
        var (scores, classes) = data.row(row)
        classes[classes.count - 1] = 0
        mixture.complete(
          &scores, &classes, pattern: pattern, components, factors: factors[block.pattern], component: random.position(own), sets: data.set, &random)
        return (row, coding.cells(scores, classes))
      }
    }
    var rows = [[Cell]](repeating: [], count: table.count)
    for (row, cells) in parts.joined() { rows[row] = cells }
    return try Table(
      coding.names.indices.map { index in
        let column = try table.column(coding.names[index])
        guard coding.codings[index] != .none, !column.gaps.isEmpty else { return column }
        return coding.column(index, (0..<table.count).map { column.gaps[$0] ? rows[$0][index] : coding.matching(column[$0], index) })
      })
  }

  /// The cells of a row, missing ones as their expected numbers and most probable classes.
  private func expected(
    _ data: CodedRows, _ row: Int, _ pattern: CodedRows.Pattern, _ components: [ConditionedNormal], _ shares: ArraySlice<Double>
  ) -> [Cell] {
    var (scores, classes) = data.row(row)
    let probabilities = classes.indices.map { classes[$0] < 0 ? self.probabilities($0, shares, among: data.set($0, classes[$0])) : [] }
    for column in classes.indices where classes[column] < 0 {
      classes[column] = Int32(probabilities[column].indices.max { probabilities[column][$0] < probabilities[column][$1] } ?? 0)
    }
    classes[classes.count - 1] = 0
    for column in pattern.missing { scores[column] = 0 }
    var cells = coding.cells(scores, classes)
    for (i, place) in pattern.missing.enumerated() {
      let index = coding.scoreColumns[place]
      guard case .scores(let quantiles, let spikes) = coding.codings[index] else { continue }
      var number = expectedNumber(quantiles, i, pattern, components, scores, shares)
      if let state = coding.classPlaces[index] {
        // A known spike is not a gap.
        guard !probabilities[state].isEmpty else { continue }
        number *= probabilities[state][spikes.count]
        for (spike, value) in spikes.enumerated() { number += probabilities[state][spike] * value }
      }
      cells[index] = ColumnCoding.cell(quantiles.stepped(number), coding.kinds[index])
    }
    return cells
  }

  /// Of the classes of a column.
  private func probabilities(_ column: Int, _ shares: ArraySlice<Double>, among possible: [Int]?) -> [Double] {
    let raw = (0..<mixture.classCounts[column]).map { code -> Double in
      guard possible?.contains(code) ?? true else { return 0 }
      return (0..<mixture.count).reduce(0) { $0 + shares[shares.startIndex + $1] * mixture.probability(column, code, $1) }
    }
    let total = raw.reduce(0, +)
    return total > 0 ? raw.map { $0 / total } : raw
  }

  /// The mean of a missing number that is not a spike; not the number of the mean score, which would be a median.
  private func expectedNumber(
    _ quantiles: Quantiles, _ i: Int, _ pattern: CodedRows.Pattern, _ components: [ConditionedNormal], _ scores: [Double], _ shares: ArraySlice<Double>
  ) -> Double {
    let (p, m, width) = (pattern.present.count, pattern.missing.count, mixture.width)
    var (sum, total) = (0.0, 0.0)
    for component in 0..<mixture.count where shares[shares.startIndex + component] > 1e-6 {
      var mean = mixture.means[component * width + pattern.missing[i]]
      for k in 0..<p {
        mean += components[component].regression[i * p + k] * (scores[pattern.present[k]] - mixture.means[component * width + pattern.present[k]])
      }
      let share = shares[shares.startIndex + component]
      let deviation = max(components[component].rest[i * m + i], 0).squareRoot()
      sum += share * GaussHermite.expectation(mean, deviation) { quantiles.smoothValue($0) }
      total += share
    }
    return sum / total
  }
}

extension CodedRows {
  fileprivate func row(_ row: Int) -> (scores: [Double], classes: [Int32]) {
    (Array(scores[row * width..<(row + 1) * width]), Array(classes[row * classCounts.count..<(row + 1) * classCounts.count]))
  }
}

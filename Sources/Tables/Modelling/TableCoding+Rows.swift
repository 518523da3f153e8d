import Engine

extension TableCoding: RowCoding {
  package var scoreCount: Int { scoreColumns.count }
  package var groups: [Int] { classCounts }

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

  package func coded(forLearning table: Table) throws -> CodedRows { try learned(table, RandomKey(bits: 0)) }

  package func cells(_ scores: [Double], _ classes: [Int32], _ random: inout RowRandomness) -> [Cell] { cells(scores, classes) }
}

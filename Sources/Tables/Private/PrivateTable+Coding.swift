import Engine

// Rows of numbers, for a network that is trained with differential privacy: each column is a group of numbers, of which that of its state is 1.
// The states are noisy or public, and a row depends on nothing else.
extension PrivateTable: RowCoding {
  package var scoreCount: Int { 0 }
  package var groups: [Int] { groupColumns.map { columns[$0].stateCount } }
  package var absences: [Double] { [] }

  /// The noisy share of each class of each group.
  package var groupShares: [Double] { groupColumns.flatMap { columns[$0].shares } }

  /// The columns with a group. The others have one state, or are not modelled.
  private var groupColumns: [Int] { columns.indices.filter { columns[$0].stateCount > 1 } }

  package func coded(forLearning table: Table) throws -> CodedRows {
    let sources = try table.columns(names, columns.map(\.kind))
    let groups = groupColumns
    var classes = [Int32](repeating: -1, count: table.count * groups.count)
    for (place, index) in groups.enumerated() {
      for (row, state) in columns[index].states(of: sources[index]).enumerated() { classes[row * groups.count + place] = state }
    }
    return CodedRows(count: table.count, width: 0, scores: [], classCounts: self.groups, classes: classes)
  }

  package func cells(_ scores: [Double], _ classes: [Int32], _ random: inout RowRandomness) -> [Cell] {
    var states = [Int](repeating: 0, count: columns.count)
    for (place, index) in groupColumns.enumerated() { states[index] = Int(classes[place]) }
    return cells(states, &random)
  }

  package func column(_ index: Int, _ cells: [Cell]) -> Column { Column.made(names[index], columns[index].kind, columns[index].levels, cells) }
}

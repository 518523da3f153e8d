extension TableCoding {
  /// The cells of a row of scores and classes, in the order of the columns. Scores of spikes are not read.
  func cells(_ scores: [Double], _ classes: [Int32]) -> [Cell] {
    let mask = patterns.masks[Int(max(classes[classes.count - 1], 0))]
    var cells = [Cell](repeating: .gap, count: names.count)
    for (place, index) in classColumns.enumerated() {
      guard case .classes(let values) = codings[index] else { continue }
      cells[index] = values[Int(classes[place])]
    }
    for (place, index) in scoreColumns.enumerated() {
      guard case .scores(let quantiles, let spikes) = codings[index] else { continue }
      if let state = classPlaces[index], Int(classes[state]) < spikes.count {
        cells[index] = ColumnCoding.cell(spikes[Int(classes[state])], kinds[index])
      } else {
        cells[index] = ColumnCoding.cell(quantiles.value(scores[place]), kinds[index])
      }
    }
    for (target, rule) in dependencies.rules {
      guard case .classes(let values) = codings[target], let place = classPlaces[rule.source] else { continue }
      cells[target] = values[Int(rule.classes[Int(classes[place])])]
    }
    for index in cells.indices where mask[index] { cells[index] = .gap }
    return cells
  }

  /// A column of some cells.
  package func column(_ index: Int, _ cells: [Cell]) -> Column { Column.made(names[index], kinds[index], levels[index], cells) }

  /// A cell in the kind of the column, as far as it can be.
  func matching(_ cell: Cell, _ index: Int) -> Cell { cell.matching(kinds[index]) }
}

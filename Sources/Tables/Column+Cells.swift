extension Column {
  /// A column of cells of its kind, or gaps. Words that are not among the levels of a category become levels after them.
  package static func made(_ name: String, _ kind: ColumnKind, _ levels: [String], _ cells: [Cell]) -> Column {
    let gaps = Gaps(cells.map { $0 == .gap })
    let content: Cells
    switch kind {
    case .number: content = .number(cells.map { if case .number(let number) = $0 { number } else { 0 } })
    case .whole: content = .whole(cells.map { if case .whole(let number) = $0 { number } else { 0 } })
    case .date: content = .date(cells.map { if case .date(let number) = $0 { number } else { 0 } })
    case .time: content = .time(cells.map { if case .time(let number) = $0 { number } else { 0 } })
    case .boolean: content = .boolean(cells.map { $0 == .boolean(true) })
    case .text: content = .text(Texts(cells.map(\.text)))
    case .category:
      let known = Set(levels)
      let others = Set(cells.compactMap { if case .text(let word) = $0, !known.contains(word) { word } else { nil } })
      let levels = levels + Levels.sorted(others)
      let codes = Levels.codes(levels)
      content = .category(cells.map { if case .text(let word) = $0 { codes[word] ?? -1 } else { -1 } }, levels: levels)
    }
    return Column(name, content, gaps: gaps)
  }

  /// With cells of another column's kind in some rows.
  func filling(_ rows: [Int], _ new: [Cell], as source: Column) -> Column {
    var cells = (0..<count).map { self[$0] }
    for (row, cell) in zip(rows, new) { cells[row] = cell }
    return Column.made(name, source.kind, kind == .category ? levels : source.levels, cells)
  }
}

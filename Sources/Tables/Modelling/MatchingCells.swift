// Cells and columns in the kinds that a model learned.
extension Table {
  /// The columns that a model learned, in its order. Throws if one is missing or has another kind.
  func columns(_ names: [String], _ kinds: [ColumnKind]) throws -> [Column] {
    try zip(names, kinds).map { name, kind in
      let column = try column(name)
      // Columns without a value have no kind of their own.
      guard column.kind != kind, column.gaps.count < column.count else { return column }
      if kind == .number, case .whole(let numbers) = column.cells { return Column(name, .number(numbers.map(Double.init)), gaps: column.gaps) }
      if kind == .category, case .text(let texts) = column.cells {
        // Words that do not repeat in a short table.
        let words = (0..<column.count).map { column.gaps[$0] ? nil : texts[$0] }
        let levels = Levels.sorted(Set(words.compactMap { $0 }))
        let codes = Levels.codes(levels)
        return Column(name, .category(words.map { $0.flatMap { codes[$0] } ?? -1 }, levels: levels), gaps: column.gaps)
      }
      throw TablesErrors.wrongKind(name, column.kind, expected: kind)
    }
  }
}

extension Cell {
  /// The cell in a kind of column, as far as it can be: 3 as a number, "2024-03-01" as a date.
  package func matching(_ kind: ColumnKind) -> Cell {
    switch (kind, self) {
    case (.number, .whole(let number)): .number(Double(number))
    case (.whole, .number(let number)): Int(exactly: number).map { .whole($0) } ?? self
    case (.date, .text(let text)): Calendar.days(Array(text.utf8)[...]).map { .date($0) } ?? self
    case (.time, .text(let text)): Calendar.microseconds(Array(text.utf8)[...]).map { .time($0) } ?? self
    default: self
    }
  }
}

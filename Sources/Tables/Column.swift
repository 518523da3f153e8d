/// A named column of a table. Cells of one kind, each perhaps missing.
package struct Column: Sendable, Equatable {
  /// The values of all rows. Where a cell is missing, the value is 0, -1 for a category, false or empty, so that equal columns
  /// have equal values.
  package enum Cells: Sendable, Equatable {
    /// Finite.
    case number([Double])
    case whole([Int])
    /// The index of each cell's level. Levels are distinct.
    case category([Int32], levels: [String])
    case boolean([Bool])
    /// Days since 1970-01-01.
    case date([Int])
    /// Microseconds since 1970-01-01 00:00.
    case time([Int])
    case text(Texts)

    package var kind: ColumnKind {
      switch self {
      case .number: .number
      case .whole: .whole
      case .category: .category
      case .boolean: .boolean
      case .date: .date
      case .time: .time
      case .text: .text
      }
    }

    package var count: Int {
      switch self {
      case .number(let cells): cells.count
      case .whole(let cells), .date(let cells), .time(let cells): cells.count
      case .category(let codes, _): codes.count
      case .boolean(let cells): cells.count
      case .text(let texts): texts.count
      }
    }
  }

  package let name: String
  package let cells: Cells
  package let gaps: Gaps

  package init(_ name: String, _ cells: Cells, gaps: Gaps = .none) {
    self.name = name
    self.cells = cells
    self.gaps = gaps
  }

  package var kind: ColumnKind { cells.kind }
  package var count: Int { cells.count }

  /// The words of a category; empty for other kinds. A level may have no rows.
  package var levels: [String] { if case .category(_, let levels) = cells { levels } else { [] } }

  package func renamed(_ name: String) -> Column { Column(name, cells, gaps: gaps) }

  package subscript(_ row: Int) -> Cell {
    if gaps[row] { return .gap }
    switch cells {
    case .number(let cells): return .number(cells[row])
    case .whole(let cells): return .whole(cells[row])
    case .category(let codes, let levels): return .text(levels[Int(codes[row])])
    case .boolean(let cells): return .boolean(cells[row])
    case .date(let cells): return .date(cells[row])
    case .time(let cells): return .time(cells[row])
    case .text(let texts): return .text(texts[row])
    }
  }

  /// The cells as numbers, missing ones as NaN: categories by the position of their level, booleans as 0 and 1, dates in
  /// days, times in seconds; nil for texts.
  package func numbers() -> [Double]? {
    var numbers: [Double]
    switch cells {
    case .number(let cells): numbers = cells
    case .whole(let cells), .date(let cells): numbers = cells.map(Double.init)
    case .time(let cells): numbers = cells.map { Double($0) / 1_000_000 }
    case .category(let codes, _): numbers = codes.map(Double.init)
    case .boolean(let cells): numbers = cells.map { $0 ? 1 : 0 }
    case .text: return nil
    }
    if !gaps.isEmpty { for row in 0..<count where gaps[row] { numbers[row] = .nan } }
    return numbers
  }

  /// The rows at these positions, in this order.
  package func selecting(_ rows: [Int]) -> Column {
    let selected: Cells =
      switch cells {
      case .number(let cells): .number(rows.map { cells[$0] })
      case .whole(let cells): .whole(rows.map { cells[$0] })
      case .category(let codes, let levels): .category(rows.map { codes[$0] }, levels: levels)
      case .boolean(let cells): .boolean(rows.map { cells[$0] })
      case .date(let cells): .date(rows.map { cells[$0] })
      case .time(let cells): .time(rows.map { cells[$0] })
      case .text(let texts): .text(texts.selecting(rows))
      }
    return Column(name, selected, gaps: gaps.selecting(rows))
  }

  package var byteCount: Int {
    let values =
      switch cells {
      case .category(let codes, _): 4 * codes.count
      case .boolean(let cells): cells.count
      case .text(let texts): texts.byteCount
      default: 8 * count
      }
    return values + (gaps.isEmpty ? 0 : count)
  }
}

import Diagnostics

extension Column {
  /// The rows of this column and then those of another, under this one's name. The levels of two categories are united, the other's new ones
  /// last; whole numbers beside numbers become numbers, a category beside texts becomes texts, and a column of gaps only takes the
  /// other's kind. Errors: other kinds, or a whole number that a number would round (L0517).
  package func appending(_ other: Column) throws -> Column {
    let joinedGaps = gaps.joined(count, other.gaps, other.count)
    let joined: Cells
    switch (cells, other.cells) {
    case (.number(let a), .number(let b)): joined = .number(a + b)
    case (.whole(let a), .whole(let b)): joined = .whole(a + b)
    case (.boolean(let a), .boolean(let b)): joined = .boolean(a + b)
    case (.date(let a), .date(let b)): joined = .date(a + b)
    case (.time(let a), .time(let b)): joined = .time(a + b)
    case (.text(let a), .text(let b)): joined = .text(a.joined(b))
    case (.category(let a, let levels), .category(let b, let otherLevels)):
      var positions = WordPositions(levels)
      let moved = otherLevels.map { Int32(positions.position(of: $0)) }
      joined = .category(a + b.map { $0 < 0 ? -1 : moved[Int($0)] }, levels: positions.words)
    case (.whole, .number): return try widened().appending(other)
    case (.number, .whole): return try appending(other.widened())
    case (.category, .text): return try converted(to: .text).appending(other)
    case (.text, .category): return try appending(other.converted(to: .text))
    case _ where presentCount == 0: return try Column.missing(name, count, like: other).appending(other)
    case _ where other.presentCount == 0: return try appending(Column.missing(name, other.count, like: self))
    default:
      throw Fault(
        TablesErrors.kinds, "`\(name)` is a column of \(kind.plural) in one table and of \(other.kind.plural) in the other",
        hint: "convert one of them: `convert(column, \"\(kind.rawValue)\")`")
    }
    return Column(name, joined, gaps: joinedGaps)
  }

  /// Of gaps only, of the kind and levels of another column.
  static func missing(_ name: String, _ count: Int, like other: Column) -> Column {
    other.renamed(name).taking([Int](repeating: -1, count: count))
  }

  /// The rows at these positions; a gap at a negative one.
  func taking(_ rows: [Int]) -> Column {
    func take<Value>(_ cells: [Value], _ missing: Value) -> [Value] { rows.map { $0 < 0 ? missing : cells[$0] } }
    let taken: Cells
    switch cells {
    case .number(let cells): taken = .number(take(cells, 0))
    case .whole(let cells): taken = .whole(take(cells, 0))
    case .category(let codes, let levels): taken = .category(take(codes, -1), levels: levels)
    case .boolean(let cells): taken = .boolean(take(cells, false))
    case .date(let cells): taken = .date(take(cells, 0))
    case .time(let cells): taken = .time(take(cells, 0))
    case .text(let texts):
      var result = Texts()
      for row in rows { result.append(row < 0 ? [] : texts.utf8(row)) }
      taken = .text(result)
    }
    return Column(name, taken, gaps: Gaps(rows.map { $0 < 0 || gaps[$0] }))
  }

  /// Whole numbers as numbers, without rounding.
  private func widened() throws -> Column {
    if case .whole(let cells) = cells, let row = cells.firstIndex(where: { Int(exactly: Double($0)) != $0 }) {
      throw Fault(
        TablesErrors.kinds, "row \(row) of `\(name)`: \(cells[row]) would be rounded beside numbers with decimals",
        hint: "convert both columns to texts")
    }
    return try converted(to: .number)
  }
}

extension Table {
  /// The rows of this table and then those of another with columns of the same names, in any order. The result has this table's order of
  /// columns; kinds and levels are united as by `Column.appending`. Errors: columns that only one table has (L0520); kinds that
  /// cannot be united (L0517).
  package func appending(_ other: Table) throws -> Table {
    let missing = names.filter { other.position(of: $0) == nil }
    let extra = other.names.filter { position(of: $0) == nil }
    guard missing.isEmpty, extra.isEmpty else {
      let which = missing.isEmpty ? "the first has no \(TablesErrors.listed(extra))" : "the second has no \(TablesErrors.listed(missing))"
      throw Fault(
        TablesErrors.rows, "the tables differ in their columns: \(which)", hint: "add the missing columns, or `select` those that both have")
    }
    return try Table(columns.map { try $0.appending(other.column($0.name)) })
  }
}

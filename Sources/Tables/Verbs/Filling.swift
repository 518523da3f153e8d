import Diagnostics

extension Column {
  /// With a value in place of each gap. A word that is not a level of a category becomes its last level; whole numbers become numbers
  /// if the value is a number, and dates and times may be given as text in ISO 8601. Errors: a value of another kind, or a gap or a number
  /// that is not finite (L0517).
  package func filled(with value: Cell) throws -> Column {
    let missing = gaps
    func filling<Value>(_ cells: [Value], _ value: Value) -> [Value] { cells.indices.map { missing[$0] ? value : cells[$0] } }
    switch (cells, value) {
    case (.number(let cells), .number(let number)) where number.isFinite: return Column(name, .number(filling(cells, number)))
    case (.number(let cells), .whole(let number)): return Column(name, .number(filling(cells, Double(number))))
    case (.whole(let cells), .whole(let number)): return Column(name, .whole(filling(cells, number)))
    case (.whole, .number(let number)) where number.isFinite: return try converted(to: .number).filled(with: value)
    case (.boolean(let cells), .boolean(let value)): return Column(name, .boolean(filling(cells, value)))
    case (.date(let cells), .date), (.date(let cells), .text):
      if let days = CellReader.date(value) { return Column(name, .date(filling(cells, days))) }
    case (.time(let cells), .time), (.time(let cells), .date), (.time(let cells), .text):
      if let microseconds = CellReader.time(value) { return Column(name, .time(filling(cells, microseconds))) }
    case (.category(let codes, let levels), .text(let word)):
      if gaps.isEmpty { return self }
      var positions = WordPositions(levels)
      let code = Int32(positions.position(of: word))
      return Column(name, .category(filling(codes, code), levels: positions.words))
    case (.text(let texts), .text(let word)):
      var filled = Texts()
      let bytes = Array(word.utf8)[...]
      for row in 0..<count { filled.append(gaps[row] ? bytes : texts.utf8(row)) }
      return Column(name, .text(filled))
    default: break
    }
    throw Fault(TablesErrors.kinds, "gaps of `\(name)`, a column of \(kind.plural), cannot be filled with \(value.described)")
  }

  /// A category whose levels are in this order, which `sort_by`, `min`, `<` and charts follow. Levels that are not named keep their
  /// order after those that are; a name without rows becomes a level. Errors: another kind (L0517); a level named twice (L0520).
  package func orderingLevels(_ order: [String]) throws -> Column {
    guard case .category(let codes, let levels) = cells else { throw unfit("order_levels") }
    var positions = WordPositions()
    for (position, level) in order.enumerated() where positions.position(of: level) != position {
      throw Fault(TablesErrors.rows, "the level \"\(level)\" is named twice")
    }
    let moved = levels.map { Int32(positions.position(of: $0)) }
    return Column(name, .category(codes.map { $0 < 0 ? -1 : moved[Int($0)] }, levels: positions.words), gaps: gaps)
  }
}

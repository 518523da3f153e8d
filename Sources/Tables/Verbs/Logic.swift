import Diagnostics

/// Three-valued logic (Kleene): what is missing may be true or false, so `false and gap` is false, `true or gap` is true, and
/// everything else with a gap is a gap, as in SQL, dplyr and pandas.
extension Column {
  /// Errors: operands that are not booleans (L0517); columns that differ in length (L0510).
  package static func and(_ a: Operand, _ b: Operand) throws -> Column { try combine("and", a, b, decisive: false) }

  /// Errors: operands that are not booleans (L0517); columns that differ in length (L0510).
  package static func or(_ a: Operand, _ b: Operand) throws -> Column { try combine("or", a, b, decisive: true) }

  /// Missing where the column is. Errors: a column that is not of booleans (L0517).
  package func not() throws -> Column {
    guard case .boolean(let cells) = cells else {
      throw Fault(TablesErrors.kinds, "`not` cannot be applied to a column of \(kind.plural)", hint: "write a comparison: `column == 0`")
    }
    return Column(name, .boolean((0..<count).map { !cells[$0] && !gaps[$0] }), gaps: gaps)
  }

  /// `decisive` is the value that decides the result beside any other.
  private static func combine(_ symbol: String, _ a: Operand, _ b: Operand, decisive: Bool) throws -> Column {
    let pair = try OperandPair(symbol, a, b)
    guard a.kind ?? .boolean == .boolean, b.kind ?? .boolean == .boolean else { throw pair.fault(hint: "write a comparison: `column == 0`") }
    let (x, y) = (a.truths, b.truths)
    let (missingX, missingY) = (a.gaps(pair.count), b.gaps(pair.count))
    var cells = [Bool](repeating: false, count: pair.count)
    var gaps = cells
    for row in 0..<pair.count {
      let isDecided = (!missingX[row] && x[row] == decisive) || (!missingY[row] && y[row] == decisive)
      gaps[row] = !isDecided && pair.gaps[row]
      cells[row] = isDecided ? decisive : !gaps[row] && !decisive
    }
    return Column(pair.name, .boolean(cells), gaps: Gaps(gaps))
  }
}

extension Operand {
  /// Of an operand of booleans, or a gap.
  var truths: Broadcast<Bool> {
    switch self {
    case .column(let column): if case .boolean(let cells) = column.cells { Broadcast(cells) } else { Broadcast(all: false) }
    case .cell(.boolean(let value)): Broadcast(all: value)
    case .cell: Broadcast(all: false)
    }
  }
}

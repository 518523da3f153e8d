import Diagnostics

/// The comparison operators of columns.
package enum ColumnComparison: String, Sendable, CaseIterable {
  case equal = "==", notEqual = "!=", less = "<", lessEqual = "<=", greater = ">", greaterEqual = ">="

  var isEquality: Bool { self == .equal || self == .notEqual }

  /// Whether it holds for a value that is less, equal or greater: -1, 0 or 1.
  @inline(__always) func holds(_ order: Int) -> Bool {
    switch self {
    case .equal: order == 0
    case .notEqual: order != 0
    case .less: order < 0
    case .lessEqual: order <= 0
    case .greater: order > 0
    case .greaterEqual: order >= 0
    }
  }
}

extension Column {
  /// A column of booleans, missing where either operand is. At least one operand is a column; its name is the result's.
  ///
  /// - Numbers are compared by value, whole numbers with numbers without rounding.
  /// - Words are equal if their bytes are. Texts are ordered by their bytes. Categories are ordered by the positions of their
  ///   levels: `<` needs a word that is a level, or another category with the same levels in the same order.
  /// - Dates and times are compared with each other, a date as its midnight, or with one text in ISO 8601.
  /// - Booleans are compared by `==` and `!=` only.
  ///
  /// Errors: kinds that do not fit, or `==` and `!=` with a single gap (L0517); columns that differ in length (L0510).
  package static func compare(_ operation: ColumnComparison, _ a: Operand, _ b: Operand) throws -> Column {
    let pair = try OperandPair(operation.rawValue, a, b)
    if operation.isEquality, a.cell == .gap || b.cell == .gap {
      throw pair.fault(hint: "`is_gap(column)` finds the missing cells")
    }
    let cells: [Bool]
    switch (a.kind, b.kind) {
    case (nil, _), (_, nil): cells = [Bool](repeating: false, count: pair.count)
    case (let x?, let y?) where x.isNumeric && y.isNumeric: cells = pair.compareNumbers(operation)
    case (let x?, let y?) where x.isMomentary || y.isMomentary: cells = try pair.compareMoments(operation)
    case (let x?, let y?) where x.isWords && y.isWords:
      cells = operation.isEquality ? pair.compareEqualWords(operation) : try pair.compareWords(operation)
    case (.boolean, .boolean) where operation.isEquality:
      let (x, y) = (a.truths, b.truths)
      cells = pair.rows(otherwise: false) { (x[$0] == y[$0]) == (operation == .equal) }
    default: throw pair.fault(hint: pair.hintForKinds())
    }
    return Column(pair.name, .boolean(cells), gaps: pair.gaps)
  }

  /// A column of booleans without gaps: whether each cell is missing.
  package var isGap: Column { Column(name, .boolean((0..<count).map { gaps[$0] })) }
}

extension OperandPair {
  fileprivate func hintForKinds() -> String? {
    for (operand, other) in [(a, b), (b, a)] {
      guard let column = operand.column, column.kind.isWords, let kind = other.kind, kind.isNumeric || kind == .boolean else { continue }
      return "convert the words: `convert(column, \"\(kind == .boolean ? "boolean" : "number")\")`"
    }
    return nil
  }

  fileprivate func compareNumbers(_ operation: ColumnComparison) -> [Bool] {
    switch (a.kind, b.kind) {
    case (.whole, .whole):
      let (x, y) = (a.wholes, b.wholes)
      return rows(otherwise: false) { operation.holds(x[$0] < y[$0] ? -1 : x[$0] == y[$0] ? 0 : 1) }
    case (.whole, _):
      let (x, y) = (a.wholes, b.numbers)
      return rows(otherwise: false) { OperandPair.order(x[$0], y[$0]).map(operation.holds) ?? (operation == .notEqual) }
    case (_, .whole):
      let (x, y) = (a.numbers, b.wholes)
      return rows(otherwise: false) { OperandPair.order(y[$0], x[$0]).map { operation.holds(-$0) } ?? (operation == .notEqual) }
    default:
      let (x, y) = (a.numbers, b.numbers)
      return rows(otherwise: false) { row in
        let (p, q) = (x[row], y[row])
        return p < q ? operation.holds(-1) : p == q ? operation.holds(0) : p > q ? operation.holds(1) : operation == .notEqual
      }
    }
  }

  /// Without rounding the whole number; nil for NaN.
  private static func order(_ whole: Int, _ number: Double) -> Int? {
    if number.isNaN { return nil }
    if number >= 0x1p63 { return -1 }
    if number < -0x1p63 { return 1 }
    let floor = Int(number.rounded(.down))
    return whole < floor ? -1 : whole > floor ? 1 : number > Double(floor) ? -1 : 0
  }

  fileprivate func compareMoments(_ operation: ColumnComparison) throws -> [Bool] {
    let pair = try withReadMoments()
    guard pair.a.kind?.isMomentary ?? false, pair.b.kind?.isMomentary ?? false else { throw fault() }
    func microseconds(_ operand: Operand) -> Broadcast<Int> {
      operand.kind == .time ? operand.wholes : operand.wholes.map { $0.multipliedReportingOverflow(by: Calendar.microsecondsPerDay).partialValue }
    }
    let sameKind = pair.a.kind == pair.b.kind
    let (x, y) = sameKind ? (pair.a.wholes, pair.b.wholes) : (microseconds(pair.a), microseconds(pair.b))
    return rows(otherwise: false) { operation.holds(x[$0] < y[$0] ? -1 : x[$0] == y[$0] ? 0 : 1) }
  }

  fileprivate func compareEqualWords(_ operation: ColumnComparison) -> [Bool] {
    let wanted = operation == .equal
    for (operand, other) in [(a, b), (b, a)] {
      guard let column = operand.column, case .category(let codes, let levels) = column.cells else { continue }
      if case .cell(.text(let word)) = other {
        let code = levels.firstIndex { $0.hasSameBytes(as: word) }.map(Int32.init) ?? -2
        return rows(otherwise: false) { (codes[$0] == code) == wanted }
      }
      if let second = other.column, case .category(let others, let otherLevels) = second.cells {
        let positions = WordPositions(levels)
        let mapped = otherLevels.map { positions[$0].map(Int32.init) ?? -2 }
        return rows(otherwise: false) { (codes[$0] == mapped[Int(others[$0])]) == wanted }
      }
    }
    let (x, y) = (a.words, b.words)
    return rows(otherwise: false) { (x[$0] == y[$0]) == wanted }
  }

  fileprivate func compareWords(_ operation: ColumnComparison) throws -> [Bool] {
    guard a.kind == .category || b.kind == .category else {
      let (x, y) = (a.words, b.words)
      return rows(otherwise: false) { row in
        let (p, q) = (x[row], y[row])
        return operation.holds(Words.isLess(p, q) ? -1 : p == q ? 0 : 1)
      }
    }
    let (x, y) = (try levelPositions(a, beside: b), try levelPositions(b, beside: a))
    return rows(otherwise: false) { operation.holds(x[$0] < y[$0] ? -1 : x[$0] == y[$0] ? 0 : 1) }
  }

  private func levelPositions(_ operand: Operand, beside other: Operand) throws -> Broadcast<Int32> {
    let hint = "to compare in alphabetical order, convert to texts: `convert(column, \"text\")`"
    if case .category(let codes, let levels)? = operand.column?.cells {
      if let second = other.column, !levels.elementsEqual(second.levels, by: { $0.hasSameBytes(as: $1) }) {
        throw Fault(TablesErrors.kinds, "`\(symbol)` cannot order words of different categories", hint: hint)
      }
      return Broadcast(codes)
    }
    guard case .cell(.text(let word)) = operand else { throw fault(hint: hint) }
    guard let position = other.column?.levels.firstIndex(where: { $0.hasSameBytes(as: word) }) else {
      let levels = TablesErrors.listed(other.column?.levels ?? [])
      throw Fault(TablesErrors.kinds, "`\(symbol)`: \"\(word)\" is not a level of the category; the levels are \(levels)", hint: hint)
    }
    return Broadcast(all: Int32(position))
  }
}

import Diagnostics
import Glibc

/// The arithmetic operators of columns.
package enum ColumnArithmetic: String, Sendable, CaseIterable {
  case add = "+", subtract = "-", multiply = "*", divide = "/"
  case floorDivide = "//", remainder = "%", power = "^"
}

extension Column {
  /// `a op b`, row by row, missing where either is. At least one operand is a column; its name is the result's.
  ///
  /// - Two whole numbers give whole numbers, with `/` numbers. `//` rounds down, and `%` has the sign of the divisor. `^` with a
  ///   single negative exponent gives numbers. All other pairs of numbers give numbers.
  /// - A date minus a date is the whole number of days; a date plus or minus whole days is a date. A time minus a time is the
  ///   number of seconds; a time plus or minus seconds is a time, rounded to the microsecond. A text in ISO 8601 as a
  ///   single operand is read as a date or time.
  /// - Words are joined by `+`.
  ///
  /// Errors: kinds that do not fit (L0517); division by zero, overflow, a number that is not finite, a date outside the years 0
  /// to 9999 (L0519, with the first row); columns that differ in length (L0510).
  package static func arithmetic(_ operation: ColumnArithmetic, _ a: Operand, _ b: Operand) throws -> Column {
    let pair = try OperandPair(operation.rawValue, a, b)
    let cells: Cells
    switch (a.kind, b.kind) {
    case (let x, let y) where x?.isMomentary ?? false || y?.isMomentary ?? false: cells = try pair.moments(operation)
    case (.whole, .whole), (nil, .whole), (.whole, nil): cells = try pair.wholes(operation)
    case (let x, let y) where x?.isNumeric ?? true && y?.isNumeric ?? true: cells = .number(try pair.numbers(operation))
    case (let x, let y) where operation == .add && x?.isWords ?? true && y?.isWords ?? true: cells = .text(pair.joinedWords())
    default:
      let booleans = a.kind == .boolean || b.kind == .boolean
      throw pair.fault(hint: booleans ? "convert booleans to 0 and 1: `convert(column, \"whole\")`" : nil)
    }
    return Column(pair.name, cells, gaps: pair.gaps)
  }

  /// `-column` of numbers or whole numbers. Errors: other kinds (L0517), overflow (L0519).
  package func negated() throws -> Column {
    switch kind {
    case .number: return try Column.arithmetic(.multiply, .column(self), .cell(.number(-1)))
    case .whole: return try Column.arithmetic(.subtract, .cell(.whole(0)), .column(self))
    default: throw Fault(TablesErrors.kinds, "`-` cannot be applied to a column of \(kind.plural)")
    }
  }
}

extension ColumnKind {
  var isWords: Bool { self == .category || self == .text }
  var isMomentary: Bool { self == .date || self == .time }
}

extension Operand {
  /// Of an operand of numbers or whole numbers, or a gap.
  var numbers: Broadcast<Double> {
    switch self {
    case .column(let column):
      switch column.cells {
      case .number(let cells): return Broadcast(cells)
      case .whole(let cells): return Broadcast(cells.map(Double.init))
      default: return Broadcast(all: 0)
      }
    case .cell(.number(let number)): return Broadcast(all: number)
    case .cell(.whole(let number)): return Broadcast(all: Double(number))
    default: return Broadcast(all: 0)
    }
  }

  /// Of an operand of whole numbers, dates in days or times in microseconds, or a gap.
  var wholes: Broadcast<Int> {
    switch self {
    case .column(let column):
      switch column.cells {
      case .whole(let cells), .date(let cells), .time(let cells): return Broadcast(cells)
      default: return Broadcast(all: 0)
      }
    case .cell(.whole(let number)), .cell(.date(let number)), .cell(.time(let number)): return Broadcast(all: number)
    default: return Broadcast(all: 0)
    }
  }
}

extension OperandPair {
  fileprivate func numbers(_ operation: ColumnArithmetic) throws -> [Double] {
    let (x, y) = (a.numbers, b.numbers)
    switch operation {
    case .add: return try finite { x[$0] + y[$0] }
    case .subtract: return try finite { x[$0] - y[$0] }
    case .multiply: return try finite { x[$0] * y[$0] }
    case .divide: return try finite { x[$0] / y[$0] }
    case .power: return try finite { pow(x[$0], y[$0]) }
    // The quotient that matches the remainder, which is exact, as for single numbers.
    case .floorDivide: return try finite { ((x[$0] - OperandPair.rest(x[$0], y[$0])) / y[$0]).rounded() }
    case .remainder: return try finite { OperandPair.rest(x[$0], y[$0]) }
    }
  }

  private static func rest(_ a: Double, _ b: Double) -> Double {
    let cut = fmod(a, b)
    return cut != 0 && (cut < 0) != (b < 0) ? cut + b : cut
  }

  private func finite(_ value: (Int) -> Double) throws -> [Double] {
    try rows(otherwise: 0) { row in
      let result = value(row)
      guard result.isFinite else { throw impossible(row) }
      return result
    }
  }

  fileprivate func wholes(_ operation: ColumnArithmetic) throws -> Column.Cells {
    let (x, y) = (a.wholes, b.wholes)
    switch operation {
    case .divide: return .number(try numbers(.divide))
    case .power:
      if let exponent = b.cell, case .whole(let exponent) = exponent, exponent < 0 { return .number(try numbers(.power)) }
      return .whole(try exact { OperandPair.power(x[$0], y[$0]) })
    case .add: return .whole(try exact { x[$0].addingReportingOverflow(y[$0]) })
    case .subtract: return .whole(try exact { x[$0].subtractingReportingOverflow(y[$0]) })
    case .multiply: return .whole(try exact { x[$0].multipliedReportingOverflow(by: y[$0]) })
    case .floorDivide:
      return .whole(
        try exact { row in
          let (quotient, overflow) = x[row].dividedReportingOverflow(by: y[row])
          guard !overflow else { return (0, true) }
          let rest = x[row] &- quotient &* y[row]
          return (rest != 0 && (rest < 0) != (y[row] < 0) ? quotient - 1 : quotient, false)
        })
    case .remainder:
      return .whole(
        try exact { row in
          guard y[row] != -1 else { return (0, false) }
          let (rest, overflow) = x[row].remainderReportingOverflow(dividingBy: y[row])
          return (rest != 0 && (rest < 0) != (y[row] < 0) ? rest + y[row] : rest, overflow)
        })
    }
  }

  /// Overflows for a negative exponent, whose result is not whole.
  private static func power(_ base: Int, _ exponent: Int) -> (partialValue: Int, overflow: Bool) {
    guard exponent >= 0 else { return (0, true) }
    var (result, square, left) = (1, base, exponent)
    while left > 0 {
      if left & 1 == 1 {
        let (product, overflow) = result.multipliedReportingOverflow(by: square)
        if overflow { return (0, true) }
        result = product
      }
      left >>= 1
      guard left > 0 else { break }
      let (next, overflow) = square.multipliedReportingOverflow(by: square)
      if overflow { return (0, true) }
      square = next
    }
    return (result, false)
  }

  private func exact(_ value: (Int) -> (partialValue: Int, overflow: Bool)) throws -> [Int] {
    try rows(otherwise: 0) { row in
      let (result, overflow) = value(row)
      guard !overflow else { throw impossible(row) }
      return result
    }
  }

  /// The error of a row whose result cannot be kept.
  func impossible(_ row: Int) -> Fault {
    func value(_ operand: Operand) -> Cell { operand.column?[row] ?? operand.cell ?? .gap }
    let (x, y) = (value(a), value(b))
    let term = "`\(x.text) \(symbol) \(y.text)`"
    let isZero = y == .whole(0) || y == .number(0)
    if isZero, ["/", "//", "%"].contains(symbol) {
      return Fault(TablesErrors.arithmetic, "row \(row): cannot divide \(x.text) by zero", hint: "select the rows whose divisor is not 0 first")
    }
    if symbol == "^", x == .whole(0) || x == .number(0) {
      return Fault(
        TablesErrors.arithmetic, "row \(row): cannot raise 0 to the negative power \(y.text)",
        hint: "select the rows whose base is not 0 first")
    }
    if x.kind == .whole, y.kind == .whole {
      if symbol == "^", case .whole(let exponent) = y, exponent < 0 {
        return Fault(TablesErrors.arithmetic, "row \(row): \(term) is not a whole number", hint: "convert the base: `convert(column, \"number\")`")
      }
      return Fault(
        TablesErrors.arithmetic, "row \(row): \(term) overflows a 64-bit integer", hint: "convert a column to numbers: `convert(column, \"number\")`")
    }
    if x.kind?.isMomentary ?? false || y.kind?.isMomentary ?? false {
      return Fault(TablesErrors.arithmetic, "row \(row): \(term) is outside the years 0 to 9999")
    }
    return Fault(TablesErrors.arithmetic, "row \(row): \(term) is not a finite number", hint: "select the rows that have a result first")
  }

  fileprivate func joinedWords() -> Texts {
    let (x, y) = (a.words, b.words)
    var texts = Texts()
    for row in 0..<count {
      if gaps[row] { texts.append([]) } else { texts.append(x[row] + y[row]) }
    }
    return texts
  }
}

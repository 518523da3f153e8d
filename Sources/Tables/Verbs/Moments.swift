import Diagnostics

// Arithmetic of dates and times.
extension OperandPair {
  func moments(_ operation: ColumnArithmetic) throws -> Column.Cells {
    let pair = try withReadMoments()
    switch (operation, pair.a.kind, pair.b.kind) {
    case (.subtract, .date, .date):
      return .whole(try pair.differences())
    case (.subtract, .time, .time):
      return .number(try pair.differences().map { Double($0) / 1_000_000 })
    case (.add, .date, .whole), (.add, .whole, .date), (.subtract, .date, .whole), (.add, .date, nil), (.add, nil, .date), (.subtract, .date, nil):
      return .date(try pair.shifted(operation, Calendar.dayRange, shown: pair))
    case (.add, .time, let other) where other?.isNumeric ?? true, (.add, let other, .time) where other?.isNumeric ?? true,
      (.subtract, .time, let other) where other?.isNumeric ?? true:
      return .time(try pair.inMicroseconds().shifted(operation, Calendar.microsecondRange, shown: pair))
    case (_, .date, .number), (_, .number, .date):
      throw fault(hint: "add whole days: `convert(column, \"whole\")`, or convert the dates to times and add seconds")
    case (_, .date, .time), (_, .time, .date):
      throw fault(hint: "convert one of them: `convert(column, \"date\")` or `convert(column, \"time\")`")
    default: throw fault()
    }
  }

  /// With a single ISO text beside dates or times read as one.
  func withReadMoments() throws -> OperandPair {
    func read(_ operand: Operand, beside other: Operand) throws -> Operand {
      guard case .cell(.text(let text)) = operand, let kind = other.kind, kind.isMomentary else { return operand }
      let bytes = Array(text.utf8)[...]
      if kind == .date, let days = Calendar.days(bytes) { return .cell(.date(days)) }
      if let microseconds = Calendar.microseconds(bytes) { return .cell(.time(microseconds)) }
      if let days = Calendar.days(bytes) { return .cell(.time(days * Calendar.microsecondsPerDay)) }
      throw fault(hint: "write a date as \"2024-03-01\", a time as \"2024-03-01 12:30\"")
    }
    return try OperandPair(symbol, read(a, beside: b), read(b, beside: a))
  }

  private func differences() throws -> [Int] {
    let (x, y) = (a.wholes, b.wholes)
    return try rows(otherwise: 0) { row in
      let (difference, overflow) = x[row].subtractingReportingOverflow(y[row])
      guard !overflow else { throw impossible(row) }
      return difference
    }
  }

  private func shifted(_ operation: ColumnArithmetic, _ range: ClosedRange<Int>, shown: OperandPair) throws -> [Int] {
    let (x, y) = (a.wholes, b.wholes)
    return try rows(otherwise: 0) { row in
      let (moment, overflow) = operation == .add ? x[row].addingReportingOverflow(y[row]) : x[row].subtractingReportingOverflow(y[row])
      guard !overflow, range.contains(moment) else { throw shown.impossible(row) }
      return moment
    }
  }

  /// With seconds as whole microseconds, saturated where they leave the range of times in any case.
  private func inMicroseconds() throws -> OperandPair {
    func microseconds(_ operand: Operand) -> Operand {
      guard operand.kind?.isNumeric ?? false else { return operand }
      func converted(_ seconds: Double) -> Int { Int(seconds.isNaN ? 1e18 : max(-1e18, min(1e18, (seconds * 1_000_000).rounded()))) }
      switch operand {
      case .cell(.whole(let seconds)): return .cell(.whole(OperandPair.microseconds(whole: seconds)))
      case .cell(.number(let seconds)): return .cell(.whole(converted(seconds)))
      case .cell: return operand
      case .column(let column):
        if case .whole(let seconds) = column.cells {
          return .column(Column(column.name, .whole(seconds.map { OperandPair.microseconds(whole: $0) }), gaps: column.gaps))
        }
        return .column(Column(column.name, .whole((column.numbers() ?? []).map(converted)), gaps: column.gaps))
      }
    }
    return try OperandPair(symbol, microseconds(a), microseconds(b))
  }

  private static func microseconds(whole seconds: Int) -> Int {
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
    return overflow ? (seconds < 0 ? -1_000_000_000_000_000_000 : 1_000_000_000_000_000_000) : product
  }
}

extension Calendar {
  /// The days whose year has four digits, so that each is written and read as the same text.
  static let dayRange = days(year: 0, month: 1, day: 1)...days(year: 9999, month: 12, day: 31)
  static let microsecondRange = dayRange.lowerBound * microsecondsPerDay...(dayRange.upperBound + 1) * microsecondsPerDay - 1

  /// The day of a time.
  static func day(ofMicroseconds microseconds: Int) -> Int {
    let (quotient, rest) = microseconds.quotientAndRemainder(dividingBy: microsecondsPerDay)
    return rest < 0 ? quotient - 1 : quotient
  }
}

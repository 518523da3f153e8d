import Diagnostics

extension Column {
  /// The column as another kind; gaps stay gaps.
  ///
  /// - To numbers: whole numbers, rounded beyond 2^53, booleans as 0 and 1, words that are decimal numbers.
  /// - To whole numbers: numbers without decimals, booleans, words that are whole numbers.
  /// - To booleans: the numbers 0 and 1; the words true, false, yes, no, 1 and 0 in capital or small letters.
  /// - To dates: the days of times; words in ISO 8601. To times: the midnights of dates; words in ISO 8601.
  /// - To texts: every kind, as a file contains it.
  /// - To a category: every kind; the levels are the different cells in the order of `sort_by`.
  ///
  /// Words may have spaces around them, and are gaps if they have nothing else, in the conversions that read them. Errors: a cell that
  /// cannot be converted, with its row (L0518); kinds that have no such conversion (L0517).
  package func converted(to kind: ColumnKind) throws -> Column {
    if kind == self.kind { return self }
    switch kind {
    case .text: return Column(name, .text(Texts((0..<count).lazy.map { self[$0].text })), gaps: gaps)
    case .category: return toCategory()
    case .number:
      if self.kind == .whole || self.kind == .boolean { return Column(name, .number((numbers() ?? []).map { $0.isNaN ? 0 : $0 }), gaps: gaps) }
      return try converting(to: .number, otherwise: 0, { if case .text(let text) = $0 { CellReader.number(text) } else { nil } }, Cells.number)
    case .whole: return try converting(to: .whole, otherwise: 0, CellReader.whole, Cells.whole)
    case .boolean: return try converting(to: .boolean, otherwise: false, CellReader.boolean, Cells.boolean)
    case .date: return try converting(to: .date, otherwise: 0, CellReader.date, Cells.date)
    case .time: return try converting(to: .time, otherwise: 0, CellReader.time, Cells.time)
    }
  }

  private func converting<Value>(to wanted: ColumnKind, otherwise missing: Value, _ read: (Cell) -> Value?, _ cells: ([Value]) -> Cells)
    throws -> Column
  {
    let isPossible = kind.isWords || (wanted.isMomentary ? kind.isMomentary : !kind.isMomentary)
    guard isPossible else {
      throw Fault(
        TablesErrors.kinds, "`\(name)`, a column of \(kind.plural), cannot be converted to \(wanted.plural)",
        hint: kind.isMomentary ? "subtract a date or time first: `column - min(column)`" : "write dates as texts such as \"2024-03-01\"")
    }
    func value(_ cell: Cell, _ row: Int) throws -> Value? {
      if case .text(let text) = cell, text.allSatisfy(\.isWhitespace) { return nil }
      guard let value = read(cell) else { throw unconvertible(row, cell, to: wanted) }
      return value
    }
    var flags = [Bool](repeating: false, count: count)
    var values = [Value](repeating: missing, count: count)
    // Each level is read once, at the first row that has it.
    var read: [Value??] = Array(repeating: nil, count: levels.count)
    for row in 0..<count {
      guard !gaps[row] else {
        flags[row] = true
        continue
      }
      let result: Value?
      if case .category(let codes, let levels) = self.cells {
        let code = Int(codes[row])
        if let known = read[code] { result = known } else { result = try value(.text(levels[code]), row) }
        read[code] = .some(result)
      } else {
        result = try value(self[row], row)
      }
      if let result { values[row] = result } else { flags[row] = true }
    }
    return Column(name, cells(values), gaps: Gaps(flags))
  }

  private func unconvertible(_ row: Int, _ cell: Cell, to wanted: ColumnKind) -> Fault {
    let (aim, hint): (String, String?) =
      switch wanted {
      case .number: ("a number", "write decimals with a point, and no units")
      case .whole: ("a whole number", "convert to \"number\", or round the numbers first")
      case .boolean: ("a boolean", "compare instead: `column == \"...\"`")
      case .date: ("a date", "write dates as \"2024-03-01\"")
      case .time: ("a time", "write times as \"2024-03-01 12:30\"")
      case .category, .text: ("a word", nil)
      }
    return Fault(TablesErrors.unconvertible, "row \(row) of `\(name)`: \(cell.described) cannot be converted to \(aim)", hint: hint)
  }

  private func toCategory() -> Column {
    let keys = RowKeys([self])
    let firsts = selecting(keys.firsts).order().map { keys.firsts[$0] }.filter { !gaps[$0] }
    var positions = WordPositions()
    var codes = [Int32](repeating: -1, count: keys.distinct)
    for row in firsts { codes[keys.codes[row]] = Int32(positions.position(of: self[row].text)) }
    return Column(name, .category(keys.codes.map { codes[$0] }, levels: positions.words), gaps: gaps)
  }
}

/// Reads single cells as another kind; nil if one cannot be.
enum CellReader {
  /// A decimal number, finite, with spaces around it at most: neither `nan`, `inf` nor hexadecimal.
  static func number(_ text: String) -> Double? {
    let word = trimmed(text)
    let isDecimal = word.utf8.allSatisfy { (48...57).contains($0) || [43, 45, 46, 69, 101].contains($0) }
    guard isDecimal, let number = Double(word), number.isFinite else { return nil }
    return number
  }

  static func whole(_ cell: Cell) -> Int? {
    switch cell {
    case .number(let number): Int(exactly: number)
    case .boolean(let value): value ? 1 : 0
    case .text(let text): Int(trimmed(text)) ?? number(text).flatMap { Int(exactly: $0) }
    default: nil
    }
  }

  static func boolean(_ cell: Cell) -> Bool? {
    switch cell {
    case .whole(let number): number == 0 ? false : number == 1 ? true : nil
    case .number(let number): number == 0 ? false : number == 1 ? true : nil
    case .text(let text):
      switch trimmed(text).lowercased() {
      case "true", "yes", "1": true
      case "false", "no", "0": false
      default: nil
      }
    default: nil
    }
  }

  static func date(_ cell: Cell) -> Int? {
    switch cell {
    case .date(let days): days
    case .time(let microseconds): Calendar.day(ofMicroseconds: microseconds)
    case .text(let text): Calendar.days(Array(trimmed(text).utf8)[...])
    default: nil
    }
  }

  static func time(_ cell: Cell) -> Int? {
    switch cell {
    case .time(let microseconds): return microseconds
    case .date(let days): return midnight(days)
    case .text(let text):
      let bytes = Array(trimmed(text).utf8)[...]
      return Calendar.microseconds(bytes) ?? Calendar.days(bytes).flatMap(midnight)
    default: return nil
    }
  }

  private static func midnight(_ days: Int) -> Int? {
    let (product, overflow) = days.multipliedReportingOverflow(by: Calendar.microsecondsPerDay)
    return overflow ? nil : product
  }

  private static func trimmed(_ text: String) -> String {
    var word = Substring(text)
    while word.first?.isWhitespace ?? false { word.removeFirst() }
    while word.last?.isWhitespace ?? false { word.removeLast() }
    return String(word)
  }
}

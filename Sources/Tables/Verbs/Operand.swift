import Diagnostics

/// What an operator is applied to: a column, or one value for all rows.
package enum Operand: Sendable {
  case column(Column)
  case cell(Cell)

  /// Nil for a gap.
  var kind: ColumnKind? {
    switch self {
    case .column(let column): column.kind
    case .cell(let cell): cell.kind
    }
  }

  var column: Column? { if case .column(let column) = self { column } else { nil } }
  var cell: Cell? { if case .cell(let cell) = self { cell } else { nil } }

  /// As in "cannot be applied to a column of dates and a number".
  var described: String {
    switch self {
    case .column(let column): "a column of \(column.kind.plural)"
    case .cell(let cell): cell.described
    }
  }

  /// Where the operand is missing.
  func gaps(_ count: Int) -> Gaps {
    switch self {
    case .column(let column): column.gaps
    case .cell(let cell): cell == .gap ? Gaps([Bool](repeating: true, count: count)) : .none
    }
  }
}

extension Cell {
  /// Nil for a gap. A single word counts as a text.
  var kind: ColumnKind? {
    switch self {
    case .gap: nil
    case .number: .number
    case .whole: .whole
    case .text: .text
    case .boolean: .boolean
    case .date: .date
    case .time: .time
    }
  }

  var described: String {
    switch self {
    case .gap: "a gap"
    case .number: "the number \(text)"
    case .whole: "the whole number \(text)"
    case .text: "the text \"\(text)\""
    case .boolean: "the boolean \(text)"
    case .date: "the date \(text)"
    case .time: "the time \(text)"
    }
  }
}

/// The values of an operand by row: one value for all rows, or one for each.
struct Broadcast<Value> {
  private let values: [Value]
  /// All bits, or none for a single value.
  private let mask: Int

  init(_ values: [Value]) { (self.values, mask) = (values, -1) }
  init(all value: Value) { (values, mask) = ([value], 0) }

  @inline(__always) subscript(_ row: Int) -> Value { values[row & mask] }

  func map<Other>(_ transform: (Value) -> Other) -> Broadcast<Other> { Broadcast<Other>(values: values.map(transform), mask: mask) }

  private init(values: [Value], mask: Int) { (self.values, self.mask) = (values, mask) }
}

/// Two operands and the number of rows of the result.
struct OperandPair {
  let symbol: String
  let (a, b): (Operand, Operand)
  let count: Int
  /// Missing in either.
  let gaps: Gaps
  /// The name of the left column, or of the right one if there is only one.
  let name: String

  /// Throws if two columns differ in length. At least one operand is a column.
  init(_ symbol: String, _ a: Operand, _ b: Operand) throws {
    (self.symbol, self.a, self.b) = (symbol, a, b)
    let columns = [a, b].compactMap(\.column)
    if columns.count == 2, columns[0].count != columns[1].count {
      throw Fault(
        TablesErrors.differ,
        "`\(symbol)` of columns that differ in length: `\(columns[0].name)` has \(counted(columns[0].count, "row")), "
          + "`\(columns[1].name)` \(columns[1].count)",
        hint: "take both columns from the same table")
    }
    count = columns.first?.count ?? 1
    name = columns.first?.name ?? ""
    gaps = a.gaps(count).union(b.gaps(count))
  }

  func fault(hint: String? = nil) -> Fault {
    Fault(TablesErrors.kinds, "`\(symbol)` cannot be applied to \(a.described) and \(b.described)", hint: hint)
  }

  /// The values of the rows in which both operands have one.
  func rows<Value>(otherwise missing: Value, _ value: (Int) throws -> Value) rethrows -> [Value] {
    var result = [Value](repeating: missing, count: count)
    if gaps.isEmpty {
      for row in 0..<count { result[row] = try value(row) }
    } else {
      for row in 0..<count where !gaps[row] { result[row] = try value(row) }
    }
    return result
  }
}

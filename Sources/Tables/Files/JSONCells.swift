/// The cells of a column in a piece of a JSON file.
struct JSONCells {
  enum Cell {
    case gap
    case whole(Int)
    case number(Double)
    case boolean(Bool)
    case text(String)

    var text: String {
      switch self {
      case .gap: ""
      case .whole(let value): "\(value)"
      case .number(let value): "\(value)"
      case .boolean(let value): "\(value)"
      case .text(let text): text
      }
    }

    fileprivate var isNumber: Bool {
      switch self {
      case .whole, .number: true
      default: false
      }
    }
  }

  struct Problem: Error {
    let row: Int
    let text: String
    let kind: ColumnKind
  }

  private var cells: [Cell] = []

  var count: Int { cells.count }

  /// Missing keys before the row are gaps.
  mutating func append(_ cell: Cell, at row: Int) {
    pad(to: row)
    cells.append(cell)
  }

  mutating func pad(to rows: Int) { while cells.count < rows { cells.append(.gap) } }

  func prefix(_ count: Int) -> JSONCells {
    var result = self
    if count < cells.count { result.cells.removeLast(cells.count - count) }
    return result
  }

  func piece(_ plan: ColumnPlan) throws(Problem) -> Piece {
    switch plan.known {
    case .words: return words()
    case .texts: return texts()
    case .unknown:
      guard let kind = cells.lazy.compactMap(JSONCells.kind).first else {
        var piece = Piece(cells: .gaps, count: cells.count)
        piece.gaps = (0..<Int32(cells.count)).map { $0 }
        return piece
      }
      return kind == .words ? words() : try values(plan, kind)
    default: return try values(plan, plan.known)
    }
  }

  private static func kind(_ cell: Cell) -> KnownKind? {
    switch cell {
    case .gap: nil
    case .whole: .whole
    case .number: .number
    case .boolean: .boolean
    case .text(let text): days(text) != nil ? .date : microseconds(text) != nil ? .time : .words
    }
  }

  private func values(_ plan: ColumnPlan, _ kind: KnownKind) throws(Problem) -> Piece {
    let isForced = plan.forced != nil
    var piece = Piece(cells: .gaps, count: cells.count)
    piece.gaps = cells.indices.filter { if case .gap = cells[$0] { true } else { false } }.map { Int32($0) }
    var failed: Int?
    switch kind {
    case .whole:
      let isWhole = cells.allSatisfy { if case .number = $0 { false } else { true } }
      if isWhole || isForced {
        piece.cells = .whole(filled(0, &failed) { JSONCells.whole($0, isForced) })
      } else {
        piece.cells = .number(filled(0, &failed) { JSONCells.number($0, false) })
      }
    case .number: piece.cells = .number(filled(0, &failed) { JSONCells.number($0, isForced) })
    case .boolean: piece.cells = .boolean(filled(false, &failed) { JSONCells.boolean($0, isForced) })
    case .date where isForced || cells.allSatisfy({ if case .text(let text) = $0 { JSONCells.days(text) != nil } else { true } }):
      piece.cells = .date(filled(0, &failed) { if case .text(let text) = $0 { JSONCells.days(text) } else { nil } })
    default:
      piece.cells = .time(
        filled(0, &failed) {
          guard case .text(let text) = $0 else { return nil }
          return JSONCells.microseconds(text) ?? JSONCells.days(text).map { $0 * Calendar.microsecondsPerDay }
        })
    }
    guard let failed else { return piece }
    guard let forced = plan.forced else { return words() }
    throw Problem(row: failed, text: cells[failed].text, kind: forced)
  }

  private func filled<Value>(_ zero: Value, _ failed: inout Int?, _ value: (Cell) -> Value?) -> [Value] {
    var result: [Value] = []
    result.reserveCapacity(cells.count)
    for (row, cell) in cells.enumerated() {
      if case .gap = cell {
        result.append(zero)
      } else if let value = value(cell) {
        result.append(value)
      } else {
        failed = row
        break
      }
    }
    return result
  }

  private static func whole(_ cell: Cell, _ isForced: Bool) -> Int? {
    if case .whole(let value) = cell { return value }
    return isForced ? number(cell, true).flatMap(Int.init(exactly:)) : nil
  }

  private static func number(_ cell: Cell, _ isForced: Bool) -> Double? {
    switch cell {
    case .whole(let value): return Double(value)
    case .number(let value): return value
    case .text(let text) where isForced:
      return Array(text.utf8).withUnsafeBufferPointer { NumberText.number($0, isLenient: true) }.flatMap { $0.isFinite ? $0 : nil }
    default: return nil
    }
  }

  private static func boolean(_ cell: Cell, _ isForced: Bool) -> Bool? {
    switch cell {
    case .boolean(let value): value
    case .whole(let value) where isForced && (value == 0 || value == 1): value == 1
    case .text(let text) where isForced: Array(text.utf8).withUnsafeBufferPointer { NumberText.boolean($0) }
    default: nil
    }
  }

  private static func days(_ text: String) -> Int? { Calendar.days(Array(text.utf8)) }
  private static func microseconds(_ text: String) -> Int? { Calendar.microseconds(Array(text.utf8)) }

  private func words() -> Piece {
    var table = WordTable()
    var piece = Piece(cells: .gaps, count: cells.count)
    var codes: [Int32] = []
    codes.reserveCapacity(cells.count)
    for (row, cell) in cells.enumerated() {
      guard let text = mixed(cell, row, &piece.mix) else {
        codes.append(-1)
        continue
      }
      // As if quoted: `null` is a gap, "NA" is a word.
      codes.append(Array(text.utf8).withUnsafeBufferPointer { table.number(of: $0, isQuoted: true) })
    }
    piece.cells = .words(codes)
    piece.table = table
    return piece
  }

  private func texts() -> Piece {
    var texts = Texts()
    var piece = Piece(cells: .gaps, count: cells.count)
    for (row, cell) in cells.enumerated() {
      let text = mixed(cell, row, &piece.mix)
      if text == nil { piece.gaps.append(Int32(row)) }
      texts.append((text ?? "").utf8)
    }
    piece.cells = .texts(texts)
    return piece
  }

  /// Nil for a gap.
  private func mixed(_ cell: Cell, _ row: Int, _ mix: inout WordMix) -> String? {
    if case .gap = cell { return nil }
    let text = cell.text
    if cell.isNumber {
      mix.numbers += 1
    } else {
      mix.others += 1
      if mix.first == nil { mix.first = (text, row) }
    }
    return text
  }
}

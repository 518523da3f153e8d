import Diagnostics

/// What is conspicuous about a column.
package enum ColumnRemark: Sendable, Equatable {
  case empty
  case constant(Cell)
  /// Each value occurs once.
  case distinct
  /// Most words are numbers (or dates); `others` are the most frequent that are not.
  case mixed(ColumnKind, count: Int, of: Int, others: [String])

  /// Fewer distinct values than this are no sign of an identifier.
  private static let fewest = 10
  private static let mostOthers = 3

  package var text: String {
    switch self {
    case .empty: "all cells are missing"
    case .constant(let cell): "constant: every value is \(CellTexts.text(cell).shortened(to: 40))"
    case .distinct: "every value is distinct, perhaps an identifier"
    case .mixed(let kind, let count, let total, let others):
      "mixed: \(count) of \(counted(total, "value")) are \(kind.plural), others are "
        + others.map { "`\(CellTexts.word($0).shortened(to: 20))`" }.joined(separator: ", ")
    }
  }

  static func all(of kind: ColumnKind, count: Int, distinct: Int, _ values: ColumnValues) -> [ColumnRemark] {
    guard count > 0 else { return [.empty] }
    var remarks: [ColumnRemark] = []
    if distinct == 1, count > 1 { remarks.append(.constant(values.frequent[0].value)) }
    if distinct == count, count >= fewest, [.whole, .category, .text].contains(kind) { remarks.append(.distinct) }
    return remarks + (mixed(values, count).map { [$0] } ?? [])
  }

  /// Words of which at least half are numbers, or dates, but not all.
  private static func mixed(_ values: ColumnValues, _ count: Int) -> ColumnRemark? {
    var numbers = 0
    var dates = 0
    for index in 0..<values.words.count {
      let (word, occurrences) = values.words.word(index)
      if isNumber(word) { numbers += occurrences } else if isDate(word) { dates += occurrences }
    }
    let isDates = dates > numbers
    let most = max(dates, numbers)
    guard most < count, 2 * most >= count else { return nil }
    var others: [(word: String, count: Int)] = []
    for index in 0..<values.words.count {
      let (word, occurrences) = values.words.word(index)
      guard occurrences > 0, isDates ? !isDate(word) : !isNumber(word) else { continue }
      others.insert((word, occurrences), at: others.firstIndex { $0.count < occurrences } ?? others.count)
      if others.count > mostOthers { others.removeLast() }
    }
    return .mixed(isDates ? .date : .number, count: most, of: count, others: others.map(\.word))
  }

  private static func isNumber(_ word: String) -> Bool {
    let bytes = word.utf8
    // Digits, signs, points and `e`: not the hexadecimal and infinite numbers that Swift reads.
    guard bytes.count < 40, bytes.allSatisfy({ (0x2B...0x39).contains($0) || $0 | 0x20 == 0x65 }) else { return false }
    return Double(word) != nil
  }

  private static func isDate(_ word: String) -> Bool {
    guard (10...26).contains(word.utf8.count), let first = word.utf8.first, (0x30...0x39).contains(first) else { return false }
    let bytes = Array(word.utf8)[...]
    return Calendar.days(bytes) != nil || Calendar.microseconds(bytes) != nil
  }
}

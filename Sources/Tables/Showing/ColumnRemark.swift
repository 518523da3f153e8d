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
    case .constant(let cell): "every value is `\(CellTexts.text(cell).shortened(to: 40))`"
    case .distinct: "every value is distinct, perhaps an identifier"
    case .mixed(let kind, let count, let total, let others):
      "\(count) of \(counted(total, "value")) are \(kind.plural), others are "
        + others.map { "`\(CellTexts.word($0).shortened(to: 20))`" }.joined(separator: ", ")
    }
  }

  static func all(of kind: ColumnKind, count: Int, gaps: Int, distinct: Int, _ values: ColumnValues) -> [ColumnRemark] {
    guard count > 0 else { return gaps > 0 ? [.empty] : [] }
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
    var others: [(word: ArraySlice<UInt8>, count: Int)] = []
    for index in 0..<values.words.count {
      let (word, occurrences) = values.words.word(index)
      guard occurrences > 0, others.count < mostOthers || occurrences > others[mostOthers - 1].count else { continue }
      if isDates ? isDate(word) : isNumber(word) { continue }
      others.insert((word, occurrences), at: others.firstIndex { $0.count < occurrences } ?? others.count)
      if others.count > mostOthers { others.removeLast() }
    }
    return .mixed(isDates ? .date : .number, count: most, of: count, others: others.map { String(decoding: $0.word.prefix(1_000), as: UTF8.self) })
  }

  private static func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
    // Digits, signs, points and `e`: not the hexadecimal and infinite numbers that Swift reads.
    guard word.count < 40, word.allSatisfy({ (0x2B...0x39).contains($0) || $0 | 0x20 == 0x65 }) else { return false }
    return Double(String(decoding: word, as: UTF8.self)) != nil
  }

  private static func isDate(_ word: ArraySlice<UInt8>) -> Bool { Calendar.days(word) != nil || Calendar.microseconds(word) != nil }
}

/// The distinct values of a column and how often they occur.
struct ColumnValues {
  /// In ascending order, without gaps; none for categories, booleans and texts.
  enum Sorted {
    case none
    case numbers([Double])
    case wholes([Int])
  }

  private(set) var sorted = Sorted.none
  private(set) var distinct = 0
  /// The most frequent ones, in descending order.
  private(set) var frequent: [ColumnSummary.Frequent] = []
  private(set) var lengths: ClosedRange<Int>?
  /// The distinct words of a category or of texts, with their counts.
  private(set) var words: (count: Int, word: (Int) -> (ArraySlice<UInt8>, Int)) = (0, { _ in ([], 0) })

  init(_ column: Column) {
    switch column.cells {
    case .number(let cells):
      let values = SortedValues.sorted(ColumnValues.present(cells, column.gaps))
      sorted = .numbers(values)
      countRuns(values) { .number($0) }
    case .whole(let cells): countWholes(cells, column.gaps) { .whole($0) }
    case .date(let cells): countWholes(cells, column.gaps) { .date($0) }
    case .time(let cells): countWholes(cells, column.gaps) { .time($0) }
    case .boolean(let cells):
      let yes = cells.reduce(0) { $0 + ($1 ? 1 : 0) }
      let counts = [cells.count - yes - column.gaps.count, yes]
      keep(counts) { .boolean($0 == 1) }
    case .category(let codes, let levels):
      var counts = [Int](repeating: 0, count: levels.count)
      for code in codes where code >= 0 { counts[Int(code)] += 1 }
      keep(counts) { .text(levels[$0]) }
      words = (levels.count, { (Array(levels[$0].utf8)[...], counts[$0]) })
    case .text(let texts):
      let (rows, counts) = ColumnValues.distinctTexts(texts, column.gaps)
      keep(counts) { .text(texts[rows[$0]]) }
      words = (rows.count, { (texts.utf8(rows[$0]), counts[$0]) })
      let characters = rows.map { row in
        let bytes = texts.utf8(row)
        return bytes.allSatisfy { $0 < 0x80 && $0 != 13 } ? bytes.count : texts[row].count
      }
      if let shortest = characters.min(), let longest = characters.max() { lengths = shortest...longest }
    }
  }

  private static func present<T>(_ cells: [T], _ gaps: Gaps) -> [T] {
    gaps.isEmpty ? cells : cells.indices.filter { !gaps[$0] }.map { cells[$0] }
  }

  private mutating func countWholes(_ cells: [Int], _ gaps: Gaps, _ cell: (Int) -> Cell) {
    let values = SortedValues.sorted(ColumnValues.present(cells, gaps))
    sorted = .wholes(values)
    countRuns(values, cell)
  }

  private mutating func countRuns<T: Equatable>(_ sorted: [T], _ cell: (T) -> Cell) {
    var top: [(value: T, count: Int)] = []
    var start = 0
    while start < sorted.count {
      var end = start + 1
      while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
      distinct += 1
      let run = (value: sorted[start], count: end - start)
      start = end
      guard top.count < ColumnSummary.mostFrequent || run.count > top[top.count - 1].count else { continue }
      top.insert(run, at: top.firstIndex { $0.count < run.count } ?? top.count)
      if top.count > ColumnSummary.mostFrequent { top.removeLast() }
    }
    frequent = top.map { ColumnSummary.Frequent(value: cell($0.value), count: $0.count) }
  }

  private mutating func keep(_ counts: [Int], _ cell: (Int) -> Cell) {
    var top: [Int] = []
    for (index, count) in counts.enumerated() where count > 0 {
      distinct += 1
      guard top.count < ColumnSummary.mostFrequent || count > counts[top[top.count - 1]] else { continue }
      top.insert(index, at: top.firstIndex { counts[$0] < count } ?? top.count)
      if top.count > ColumnSummary.mostFrequent { top.removeLast() }
    }
    frequent = top.map { ColumnSummary.Frequent(value: cell($0), count: counts[$0]) }
  }

  /// The first row of each distinct text and how often it occurs, by open addressing. Texts are compared as bytes.
  private static func distinctTexts(_ texts: Texts, _ gaps: Gaps) -> (rows: [Int], counts: [Int]) {
    var rows: [Int] = []
    var counts: [Int] = []
    var hashes: [UInt64] = []
    // One more than the index of a text in the lower half, a part of its hash in the upper one.
    var slots = [UInt64](repeating: 0, count: 1_024)
    let lower: UInt64 = 0xFFFF_FFFF
    for row in 0..<texts.count where !gaps[row] {
      let bytes = texts.utf8(row)
      // Seeded by the process: a file cannot be made to collide. The result does not depend on it.
      var hasher = Hasher()
      bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
      let hash = UInt64(bitPattern: Int64(hasher.finalize()))
      var slot = Int(hash & UInt64(slots.count - 1))
      while slots[slot] != 0 {
        let index = Int(slots[slot] & lower) - 1
        if slots[slot] & ~lower == hash & ~lower, texts.utf8(rows[index]) == bytes {
          counts[index] += 1
          break
        }
        slot = (slot + 1) & (slots.count - 1)
      }
      guard slots[slot] == 0 else { continue }
      rows.append(row)
      counts.append(1)
      hashes.append(hash)
      slots[slot] = hash & ~lower | UInt64(rows.count)
      if rows.count * 2 > slots.count { slots = grown(slots.count, hashes, lower) }
    }
    return (rows, counts)
  }

  private static func grown(_ count: Int, _ hashes: [UInt64], _ lower: UInt64) -> [UInt64] {
    var slots = [UInt64](repeating: 0, count: 2 * count)
    for (index, hash) in hashes.enumerated() {
      var slot = Int(hash & UInt64(slots.count - 1))
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = hash & ~lower | UInt64(index + 1)
    }
    return slots
  }
}

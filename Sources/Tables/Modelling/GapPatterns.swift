/// Which cells of a row are missing together: each pattern that occurs in a table is a class.
struct GapPatterns: Sendable, Equatable {
  /// For each class, whether the cell of each column is missing; the first has no gaps. Rare patterns beyond the limit count as
  /// the first.
  let masks: [[Bool]]

  private static let limit = 256

  init(masks: [[Bool]]) { self.masks = masks }

  init(_ columns: [Column], rows: Int) {
    let none = [Bool](repeating: false, count: columns.count)
    var counts: [[Bool]: Int] = [:]
    var order: [[Bool]] = []
    if columns.contains(where: { !$0.gaps.isEmpty }) {
      for row in 0..<rows {
        let mask = columns.map { $0.gaps[row] }
        if counts[mask] == nil { order.append(mask) }
        counts[mask, default: 0] += 1
      }
    }
    let kept = order.filter { $0 != none }.enumerated()
      .sorted { (-(counts[$0.element] ?? 0), $0.offset) < (-(counts[$1.element] ?? 0), $1.offset) }
      .prefix(GapPatterns.limit - 1).map(\.element)
    masks = [none] + kept
  }

  func code(_ mask: [Bool]) -> Int32 { Int32(masks.firstIndex(of: mask) ?? 0) }
}

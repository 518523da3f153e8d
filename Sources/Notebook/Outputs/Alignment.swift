/// Aligns two sequences with minimal cost. An element of the first may be a wildcard that matches any number of
/// elements of the second.
package enum Alignment {
  package enum Step: Equatable {
    case same(saved: Int, new: Int)
    case changed(saved: Int, new: Int)
    case gone(saved: Int)
    case added(new: Int)
    case marked(saved: Int, new: Range<Int>)
  }

  /// Beyond this many comparisons everything counts as changed; outputs are truncated long before.
  private static let largest = 1 << 23

  package static func steps<Kept, New>(_ saved: [Kept], _ new: [New], isMark: (Kept) -> Bool, matches: (Kept, New) -> Bool) -> [Step] {
    func isSame(_ i: Int, _ j: Int) -> Bool { !isMark(saved[i]) && matches(saved[i], new[j]) }
    var start = 0
    while start < min(saved.count, new.count), isSame(start, start) { start += 1 }
    var (keptEnd, newEnd) = (saved.count, new.count)
    while keptEnd > start, newEnd > start, isSame(keptEnd - 1, newEnd - 1) { (keptEnd, newEnd) = (keptEnd - 1, newEnd - 1) }
    let middle = between(start..<keptEnd, start..<newEnd, isMark: { isMark(saved[$0]) }, isSame: isSame)
    return (0..<start).map { .same(saved: $0, new: $0) } + middle + (0..<saved.count - keptEnd).map { .same(saved: keptEnd + $0, new: newEnd + $0) }
  }

  /// Minimal cost: a change costs 3, a deletion or insertion 2, an element matched by a wildcard 1 (the algorithm of R.
  /// A. Wagner and M. J. Fischer, JACM 21, 1974, with wildcards).
  private static func between(_ saved: Range<Int>, _ new: Range<Int>, isMark: (Int) -> Bool, isSame: (Int, Int) -> Bool) -> [Step] {
    let (rows, columns) = (saved.count + 1, new.count + 1)
    guard rows * columns <= largest else { return saved.map { .gone(saved: $0) } + new.map { .added(new: $0) } }
    enum Move: UInt8 { case end, same, changed, gone, added, skipped, stretched }
    var moves = [Move](repeating: .end, count: rows * columns)
    var above = [Int](repeating: 0, count: columns)
    for row in 0..<rows {
      var costs = above
      let mark = row > 0 && isMark(saved.lowerBound + row - 1)
      for column in 0..<columns where row + column > 0 {
        var best = (cost: Int.max, move: Move.end)
        func consider(_ cost: Int, _ move: Move) { if cost < best.cost { best = (cost, move) } }
        if row > 0, mark {
          consider(above[column], .skipped)
          if column > 0 { consider(costs[column - 1] + 1, .stretched) }
        } else if row > 0 {
          if column > 0 {
            let same = isSame(saved.lowerBound + row - 1, new.lowerBound + column - 1)
            consider(above[column - 1] + (same ? 0 : 3), same ? .same : .changed)
          }
          consider(above[column] + 2, .gone)
        }
        if column > 0, !mark { consider(costs[column - 1] + 2, .added) }
        costs[column] = best.cost
        moves[row * columns + column] = best.move
      }
      above = costs
    }
    return walkBack(rows, columns) { row, column in
      switch moves[row * columns + column] {
      case .end: nil
      case .same: .same(saved: saved.lowerBound + row - 1, new: new.lowerBound + column - 1)
      case .changed: .changed(saved: saved.lowerBound + row - 1, new: new.lowerBound + column - 1)
      case .gone: .gone(saved: saved.lowerBound + row - 1)
      case .added: .added(new: new.lowerBound + column - 1)
      case .skipped: .marked(saved: saved.lowerBound + row - 1, new: new.lowerBound + column..<new.lowerBound + column)
      case .stretched: .marked(saved: saved.lowerBound + row - 1, new: new.lowerBound + column - 1..<new.lowerBound + column)
      }
    }
  }

  private static func walkBack(_ rows: Int, _ columns: Int, _ step: (Int, Int) -> Step?) -> [Step] {
    var (row, column) = (rows - 1, columns - 1)
    var steps: [Step] = []
    while let found = step(row, column) {
      switch found {
      case .same, .changed: (row, column) = (row - 1, column - 1)
      case .gone: row -= 1
      case .added: column -= 1
      case .marked(let saved, let new):
        if new.isEmpty { row -= 1 } else { column -= 1 }
        // The elements matched by one wildcard are one step.
        if case .marked(saved: saved, new: let later)? = steps.last {
          steps[steps.count - 1] = .marked(saved: saved, new: new.lowerBound..<later.upperBound)
          continue
        }
      }
      steps.append(found)
    }
    return steps.reversed()
  }
}

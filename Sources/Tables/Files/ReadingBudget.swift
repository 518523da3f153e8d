import Diagnostics

/// Checks from time to time that a file whose cells are kept still fits in memory, so that the end is an error and not a crash.
struct ReadingBudget {
  /// Bytes of cells that may be read before the next check.
  private var granted = 0
  private static let step = 64 << 20

  mutating func check(_ builders: [ColumnBuilder], _ path: String, rows: Int) throws {
    let sizes = builders.map(\.byteCount)
    let held = sizes.reduce(0, +)
    guard held >= granted else { return }
    // All columns may grow by the same piece, by a quarter each, and the largest is copied at that.
    let largest = sizes.max() ?? 0
    guard Memory.holds(ReadingBudget.step + held / 4 + largest + largest / 4) else { throw FileFaults.tooLarge(file: path, rows: rows) }
    granted = held + ReadingBudget.step
  }
}

extension Array {
  /// Appends, and grows by a quarter if it has to: twice the size, as `append` takes, would not fit in memory where a column almost fills it.
  mutating func extend(with other: some Collection<Element>) {
    let needed = count + other.count
    if needed > capacity { reserveCapacity(needed + needed / 4) }
    append(contentsOf: other)
  }
}

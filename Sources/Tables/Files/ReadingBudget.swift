import Diagnostics

/// Checks from time to time that a file whose cells are kept still fits in memory, so that the end is an error and not a crash.
struct ReadingBudget {
  /// Bytes of cells that may be read before the next check.
  private var granted = 0
  private static let step = 16 << 20
  /// Bytes for the pieces of the file that are parsed at the same time.
  private static let parsing = 96 << 20

  /// Before anything is read.
  init(_ path: String) throws {
    guard Memory.holds(ReadingBudget.parsing) else { throw FileFaults.tooLarge(file: path, rows: 0) }
  }

  mutating func check(_ builders: [ColumnBuilder], _ path: String, rows: Int) throws {
    let sizes = builders.map(\.byteCount)
    let held = sizes.reduce(0, +)
    guard held >= granted else { return }
    // All columns may grow at the same row before the next check, and each is copied at that.
    let later = sizes.map { $0 + Int(Double($0) / Double(max(held, 1)) * Double(ReadingBudget.step)) }
    let growth = later.reduce(0) { $0 + Growth.spare(after: $1) }
    let copied = (later.max() ?? 0) + Growth.spare(after: later.max() ?? 0)
    guard Memory.holds(ReadingBudget.parsing + ReadingBudget.step + growth + copied) else { throw FileFaults.tooLarge(file: path, rows: rows) }
    granted = held + ReadingBudget.step
  }
}

/// How arrays grow to which the cells of a file are appended.
enum Growth {
  /// Bytes for more elements after some bytes of them: as many again; where that is much, a quarter, since columns must fit that almost
  /// fill the memory.
  static func spare(after bytes: Int) -> Int { bytes < 32 << 20 ? bytes : bytes / 4 }
}

extension Array {
  mutating func extend(with other: some Collection<Element>) {
    let (needed, stride) = (count + other.count, MemoryLayout<Element>.stride)
    if needed > capacity { reserveCapacity(needed + Growth.spare(after: needed * stride) / stride) }
    append(contentsOf: other)
  }
}

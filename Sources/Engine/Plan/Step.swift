import CKernels
import Glibc

/// One kernel call with all its addresses, made once and run many times without allocating.
package final class Step {
  package let name: String
  /// The parts that threads may share: elements, rows, images.
  package let units: Int
  /// As many units as are worth a thread.
  package let grain: Int
  /// Room that each thread needs to itself while the step runs, in bytes.
  package let scratchBytes: Int
  /// The bytes that the step reads and writes.
  var reads: [Range<UInt>] = []
  var writes: [Range<UInt>] = []
  /// Set where units make stretches of the output one after the other: elements for each, and as many units as are
  /// worth a call. The units of an elementwise step are its elements.
  var tile: (elements: Int, units: Int)?
  /// What the step must do at least, for the plan's report.
  var work = Work(type: nil, operations: 0, bytes: 0)
  /// How long its runs have taken together.
  fileprivate(set) var seconds = 0.0
  private let body: (Int, Int, UnsafeMutableRawPointer?) -> Void
  private let release: () -> Void

  /// A kernel that takes its arguments as a C struct, kept here for as long as the step lives.
  package init<Arguments>(
    _ name: String, _ arguments: Arguments, units: Int, grain: Int, scratchBytes: Int = 0,
    _ kernel: @escaping (UnsafePointer<Arguments>, Int, Int, UnsafeMutableRawPointer?) -> Void
  ) {
    let kept = UnsafeMutablePointer<Arguments>.allocate(capacity: 1)
    kept.initialize(to: arguments)
    self.name = name
    self.units = units
    self.grain = max(1, grain)
    // Whole cache lines, so that threads do not share one.
    self.scratchBytes = (scratchBytes + 127) / 128 * 128
    body = { kernel(UnsafePointer(kept), $0, $1, $2) }
    release = {
      kept.deinitialize(count: 1)
      kept.deallocate()
    }
  }

  package convenience init<Arguments>(
    _ name: String, _ arguments: Arguments, units: Int, grain: Int, _ kernel: @escaping (UnsafePointer<Arguments>, Int, Int) -> Void
  ) {
    self.init(name, arguments, units: units, grain: grain, scratchBytes: 0) { arguments, begin, end, _ in kernel(arguments, begin, end) }
  }

  /// Work of one piece.
  package init(_ name: String, _ body: @escaping () -> Void) {
    self.name = name
    units = 1
    grain = 1
    scratchBytes = 0
    self.body = { _, _, _ in body() }
    release = {}
  }

  deinit { release() }

  /// This step and an elementwise one that reads its output, a tile at a time while that is in the cache; nil where
  /// the second would write what the first has yet to read.
  func fused(with next: Step) -> Step? {
    guard let tile, next.tile?.elements == 1, next.units == units * tile.elements, let made = writes.first, next.reads.contains(made),
      !next.writes.contains(where: { written in reads.contains { $0.overlaps(written) } })
    else { return nil }
    let step = Step("\(name) \(next.name)", 0, units: units, grain: grain, scratchBytes: scratchBytes) { [self] _, begin, end, scratch in
      for first in Swift.stride(from: begin, to: end, by: tile.units) {
        let last = min(end, first + tile.units)
        run(first, last, scratch: scratch)
        next.run(first * tile.elements, last * tile.elements, scratch: nil)
      }
    }
    (step.reads, step.writes) = (reads + next.reads, writes + next.writes)
    step.work = Work(
      type: next.work.type, operations: work.operations + next.work.operations,
      bytes: work.bytes + next.work.bytes - 2 * Int(made.upperBound - made.lowerBound))
    return step
  }

  /// Seconds since a fixed moment.
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Runs the step in the pool, and counts the time.
  func run(in pool: ThreadPool, scratch: UnsafeMutableRawPointer?) {
    let start = Step.now()
    pool.run(self, scratch: scratch)
    seconds += Step.now() - start
  }

  package func run(_ begin: Int, _ end: Int, scratch: UnsafeMutableRawPointer?) { body(begin, end, scratch) }
}
